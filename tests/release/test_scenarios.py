"""The releases that users described, as a control plane at rest would hold them."""

from __future__ import annotations

from cockpit.release.view import ReleaseView, Role, State, Strategy
from tests.release.world import SCENARIOS, World

OLD_HASH, NEW_HASH = "695cdcd7c8", "6fc9f9b648"


def roles(release: ReleaseView) -> dict[str, Role]:
    return {version.name: version.role for version in release.versions}


def paused_canary() -> World:
    """nginx01 after a new image and a pause at once: three old pods, two new ones."""
    world = World(SCENARIOS / "pause-and-isolate.yaml")
    world.get("Deployment", "nginx01")["spec"]["paused"] = True
    world.replica_set("nginx01", OLD_HASH, replicas=3)
    world.replica_set("nginx01", NEW_HASH, image="nginx:1.20.1", replicas=2, revision=2, created="2026-11-21T10:00:00Z")
    return world


def isolate(world: World) -> None:
    """Pin the Service to the old hash, and make a second one for the new hash."""
    world.get("Service", "nginx01")["spec"]["selector"]["pod-template-hash"] = OLD_HASH
    selector = {"app": "nginx01", "pod-template-hash": NEW_HASH}
    spec = {"type": "NodePort", "selector": selector, "ports": [{"port": 80, "targetPort": 80, "nodePort": 32429}]}
    world.put({"kind": "Service", "metadata": {"name": "nginx01-canary"}, "spec": spec})


def test_two_versions_behind_one_service_split_by_their_endpoints() -> None:
    release = World(SCENARIOS / "both-versions-one-service.yaml").settle().release()
    (service,) = release.services or ()
    assert release.name == "myapp"
    assert release.strategy is Strategy.BLUE_GREEN
    assert release.state is State.STEADY
    assert release.splits.endpoints == {"v1": 0.5, "v2": 0.5}
    assert release.splits.configured is None
    assert len(service.endpoints or ()) == 20
    assert service.ports[0].node_port == 30080
    assert roles(release) == {"v1": Role.STABLE, "v2": Role.CANARY}


def test_with_the_first_version_deleted_the_other_keeps_its_name_and_takes_everything() -> None:
    world = World(SCENARIOS / "both-versions-one-service.yaml")
    del world.objects["Deployment", "myapp-v1"]
    release = world.settle().release()
    assert roles(release) == {"v2": Role.STABLE}
    assert release.splits.endpoints == {"v2": 1.0}


def test_a_selector_switch_has_an_active_version_and_a_preview_that_no_service_reaches() -> None:
    release = World(SCENARIOS / "selector-switch.yaml").settle().release()
    assert release.strategy is Strategy.BLUE_GREEN
    assert roles(release) == {"blue": Role.ACTIVE, "green": Role.PREVIEW}
    assert release.splits.configured == {"blue": 1.0}
    assert release.splits.configured_by == "Service/shop"


def test_after_the_switch_the_older_version_is_kept_as_old() -> None:
    world = World(SCENARIOS / "selector-switch.yaml")
    world.get("Deployment", "shop-blue")["metadata"]["creationTimestamp"] = "2026-11-20T09:00:00Z"
    world.get("Service", "shop")["spec"]["selector"]["version"] = "green"
    release = world.settle().release()
    assert roles(release) == {"blue": Role.OLD, "green": Role.ACTIVE}
    assert release.splits.configured == {"green": 1.0}


def test_a_paused_rollout_waits_for_a_human_with_both_versions_behind_the_service() -> None:
    release = paused_canary().settle().release()
    assert release.strategy is Strategy.CANARY
    assert release.state is State.PAUSED
    assert "Deployment/nginx01 is paused with 2 ready pods on 1.20.1" in release.reason
    assert roles(release) == {"1.14": Role.STABLE, "1.20.1": Role.CANARY}
    assert [version.waiting for version in release.versions] == ["", "waits for you"]
    assert release.splits.endpoints == {"1.14": 0.6, "1.20.1": 0.4}


def test_an_isolated_canary_answers_on_a_service_of_its_own() -> None:
    world = paused_canary()
    isolate(world)
    release = world.settle().release()
    splits = {service.name: service.split for service in release.services or ()}
    assert release.name == "nginx01"
    assert release.strategy is Strategy.ISOLATED_CANARY
    assert splits == {"nginx01": {"1.14": 1.0}, "nginx01-canary": {"1.20.1": 1.0}}
    assert release.splits.configured == {"1.14": 1.0}


def test_a_pin_that_outlives_its_replica_set_is_an_outage_that_names_the_pin() -> None:
    world = paused_canary()
    isolate(world)
    for hash_ in (OLD_HASH, NEW_HASH):
        for key in [key for key in world.objects if key[1].startswith(f"nginx01-{hash_}")]:
            del world.objects[key]
    world.replica_set("nginx01", OLD_HASH, replicas=0)
    world.replica_set("nginx01", NEW_HASH, image="nginx:1.20.1", replicas=4, revision=2)
    release = world.settle().release()
    assert release.state is State.OUTAGE
    assert f"Service/nginx01 has no ready endpoint: it is pinned to hash {OLD_HASH}" in release.reason


def test_both_forms_of_a_weighted_ingress_are_read_and_agree() -> None:
    release = World(SCENARIOS / "ingress-weight.yaml").settle().release()
    routes = {route.name: route for route in release.routes or ()}
    assert release.name == "echo"
    assert release.strategy is Strategy.CANARY
    assert release.splits.configured == {"old-nginx": 0.5, "new-nginx": 0.5}
    assert {name: route.rule for name, route in routes.items()} == {
        "echo-canary": "echo.example/",
        "echo-ack": "mini-echo.io/",
    }
    assert all(route.writable for route in routes.values())
    assert roles(release) == {"new-nginx": Role.CANARY, "old-nginx": Role.STABLE}


def test_rules_that_differ_leave_the_configured_split_to_the_routes() -> None:
    world = World(SCENARIOS / "ingress-weight.yaml")
    annotations = world.get("Ingress", "echo-canary")["metadata"]["annotations"]
    annotations["nginx.ingress.kubernetes.io/canary-weight"] = "5"
    release = world.settle().release()
    shares = {route.name: route.shares for route in release.routes or ()}
    assert release.splits.configured is None
    assert shares == {
        "echo-canary": {"old-nginx": 0.95, "new-nginx": 0.05},
        "echo-ack": {"old-nginx": 0.5, "new-nginx": 0.5},
    }


def test_recreate_and_rolling_are_told_by_the_deployment() -> None:
    releases = World(SCENARIOS / "recreate-and-rolling.yaml").settle().releases()
    assert {name: release.strategy for name, release in releases.items()} == {
        "batch": Strategy.RECREATE,
        "web": Strategy.ROLLING,
    }


def test_a_recreate_in_the_gap_is_an_outage() -> None:
    world = World(SCENARIOS / "recreate-and-rolling.yaml")
    world.replica_set("batch", "aaaaa11111", replicas=0)
    world.replica_set("batch", "bbbbb22222", image="batch:2", ready=0, revision=2)
    release = world.settle().releases()["batch"]
    assert release.state is State.OUTAGE
    assert "Service/batch has no ready endpoint: 3 pods still starting" in release.reason


def test_a_rolling_update_shows_the_new_version_rolling_in() -> None:
    world = World(SCENARIOS / "recreate-and-rolling.yaml")
    world.replica_set("web", "aaaaa11111", replicas=6)
    world.replica_set(
        "web", "bbbbb22222", image="web:2", replicas=4, ready=2, revision=2, created="2026-11-21T10:00:00Z"
    )
    release = world.settle().releases()["web"]
    assert release.state is State.PROGRESSING
    assert "Deployment/web is rolling: 4 of 8 pods are new" in release.reason
    assert roles(release) == {"1": Role.STABLE, "2": Role.NEW}
    assert release.splits.endpoints == {"1": 0.75, "2": 0.25}
