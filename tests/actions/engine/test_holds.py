"""What is seen of a release, against what is waited for."""

from __future__ import annotations

import msgspec
import pytest

from cockpit.actions.conditions import (
    Condition,
    EndpointsOnly,
    EndpointsReady,
    Paused,
    PodReplaced,
    PodsGone,
    PodsReady,
    Replicas,
    RevisionNewest,
    RolledOut,
    ServiceExists,
)
from cockpit.actions.holds import holds, words
from cockpit.release.view import ReleaseView
from tests.release.world import SCENARIOS, World

GREEN = "Deployment/shop-green"
BLUE = "Deployment/shop-blue"


def shop() -> World:
    return World(SCENARIOS / "selector-switch.yaml").settle()


def hash_of(view: ReleaseView, workload: str) -> str | None:
    return next(version.hash for version in view.versions if version.workload == workload)


def test_endpoints_are_told_by_the_version_of_their_pods() -> None:
    view = shop().release()
    blue, green = hash_of(view, BLUE), hash_of(view, GREEN)
    assert holds(EndpointsReady("shop", 3), view) is True
    assert holds(EndpointsReady("shop", 3, BLUE, blue), view) is True
    assert holds(EndpointsReady("shop", 1, GREEN, green), view) is False
    assert holds(EndpointsOnly("shop", BLUE, blue), view) is True
    only_green = EndpointsOnly("shop", GREEN, green)
    assert holds(only_green, view) is False
    assert words(only_green, view) == "0 of 3 endpoints of shop belong to green"
    assert words(EndpointsReady("shop", 4), view) == "3 of 4 endpoints of shop are ready"


def test_a_version_that_is_gone_has_no_pods() -> None:
    view = shop().release()
    assert holds(PodsGone(GREEN, "gone"), view) is True
    assert holds(PodsReady(GREEN, "gone", 1), view) is False
    assert holds(PodsGone(GREEN, hash_of(view, GREEN)), view) is False
    assert words(PodsGone(GREEN, hash_of(view, GREEN)), view) == "3 pods of green are left"


def test_replicas_count_ready_pods_and_no_others() -> None:
    world = shop()
    assert holds(Replicas(GREEN, 3), world.release()) is True
    assert holds(Replicas(GREEN, 2), world.release()) is False
    name = next(name for kind, name in world.objects if kind == "Pod" and "green" in name)
    world.get("Pod", name)["metadata"]["deletionTimestamp"] = "2026-11-21T09:30:00Z"
    assert holds(Replicas(GREEN, 2), world.release()) is True


def test_a_rollout_is_over_when_every_pod_is_new_and_ready() -> None:
    world = World(SCENARIOS / "selector-switch.yaml")
    world.replica_set("shop-green", "old", image="shop:1.9", replicas=1, revision=1)
    world.replica_set("shop-green", "new", replicas=2, revision=2)
    assert holds(RolledOut(GREEN, ("shop:2.0",)), world.settle().release()) is False
    done = shop().release()
    assert holds(RolledOut(GREEN, ("shop:2.0",)), done) is True
    assert holds(RolledOut(GREEN, ("shop:2.1",)), done) is False
    assert holds(RolledOut(GREEN, instead_of=hash_of(done, GREEN)), done) is False


def test_a_template_is_taken_up_when_its_revision_is_the_newest() -> None:
    world = World(SCENARIOS / "pause-and-isolate.yaml")
    world.replica_set("nginx01", "aaaaa11111", revision=1)
    world.replica_set("nginx01", "bbbbb22222", image="nginx:1.20.1", revision=2)
    view = world.settle().release()
    taken, not_taken = (RevisionNewest("Deployment/nginx01", (image,)) for image in ("nginx:1.20.1", "nginx:1.14"))
    assert holds(taken, view) is True
    assert holds(not_taken, view) is False
    assert words(not_taken, view) == "Deployment/nginx01 has not taken up the wanted template"


def test_what_the_workload_says_of_pausing_is_seen() -> None:
    world = shop()
    world.get("Deployment", "shop-green")["spec"]["paused"] = True
    view = world.release()
    assert holds(Paused(GREEN, paused=True), view) is True
    assert holds(Paused(BLUE, paused=True), view) is False
    assert holds(Paused("Deployment/other", paused=True), view) is None


def test_services_and_pods_come_and_go() -> None:
    view = shop().release()
    pod = (view.versions[0].pods or ())[0]
    assert holds(ServiceExists("shop", exists=True), view) is True
    assert holds(ServiceExists("shop-canary", exists=True), view) is False
    assert holds(ServiceExists("shop-canary", exists=False), view) is True
    assert holds(PodReplaced(pod.name, pod.uid), view) is False
    assert holds(PodReplaced(pod.name, "other"), view) is True


def test_addresses_that_are_published_before_they_are_ready_are_not_counted() -> None:
    view = shop().release()
    assert view.services is not None
    (service,) = view.services
    endpoints = tuple(msgspec.structs.replace(entry, serving=False) for entry in service.endpoints or ())
    published = msgspec.structs.replace(view, services=(msgspec.structs.replace(service, endpoints=endpoints),))
    assert holds(EndpointsReady("shop", 1), published) is False
    assert holds(EndpointsOnly("shop", BLUE, hash_of(view, BLUE)), published) is False


@pytest.mark.parametrize(
    ("kind", "condition"),
    [
        ("endpointslices", EndpointsReady("shop", 1)),
        ("endpointslices", EndpointsOnly("shop", BLUE, None)),
        ("services", ServiceExists("shop", exists=True)),
        ("services", EndpointsReady("shop", 1)),
        ("pods", PodsGone(GREEN, "x")),
        ("pods", Replicas(GREEN, 0)),
        ("pods", RolledOut(GREEN)),
        ("pods", PodReplaced("x", "y")),
        ("replicasets", PodsReady(GREEN, "x", 1)),
    ],
)
def test_what_cannot_be_read_is_neither_so_nor_otherwise(kind: str, condition: Condition) -> None:
    world = shop()
    views = world.releases(unreadable=frozenset({kind}))
    view = next(view for view in views.values() if any(version.workload == GREEN for version in view.versions))
    assert holds(condition, view) is None
    assert words(condition, view)


def test_a_release_that_is_not_seen_tells_nothing() -> None:
    assert holds(ServiceExists("shop", exists=False), None) is None
    assert words(ServiceExists("shop", exists=False), None) == "the release is not seen"
