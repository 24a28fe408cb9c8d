"""States and their reasons, where the scenarios do not show them."""

from __future__ import annotations

import pytest

from cockpit.release.view import PodState, State
from tests.release.world import SCENARIOS, World


def web() -> World:
    return World(SCENARIOS / "selector-switch.yaml")


def test_stale_kinds_make_the_state_unknown_whatever_was_seen_last() -> None:
    release = web().settle().release(stale=frozenset({"pods"}))
    assert release.state is State.UNKNOWN
    assert "No news of pods" in release.reason


@pytest.mark.parametrize("kind", ["endpointslices", "pods", "replicasets"])
def test_what_cannot_be_read_is_not_known_rather_than_zero(kind: str) -> None:
    release = web().settle().release(unreadable=frozenset({kind}))
    assert release.state is State.UNKNOWN
    assert kind in release.reason
    if kind == "endpointslices":
        assert release.splits.endpoints is None
        assert [service.endpoints for service in release.services or ()] == [None]
        assert release.versions[0].counts.ready == 3
    else:
        assert all(version.pods is None for version in release.versions)
        assert all(version.counts.ready is None for version in release.versions)


def test_services_that_cannot_be_read_are_not_an_empty_list() -> None:
    releases = web().settle().releases(unreadable=frozenset({"services"}))
    assert [release.services for release in releases.values()] == [None, None]


def test_ingresses_that_cannot_be_read_leave_the_configured_split_unknown() -> None:
    release = web().settle().release(unreadable=frozenset({"ingresses"}))
    assert release.routes is None
    assert release.splits.configured is None
    assert release.state is State.STEADY


def test_a_failing_pod_beside_ready_ones_is_degraded() -> None:
    world = web().settle()
    name = next(name for kind, name in world.objects if kind == "Pod" and name.startswith("shop-green"))
    world.get("Pod", name)["status"] = {
        "containerStatuses": [{"name": "app", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]
    }
    release = world.release()
    assert release.state is State.DEGRADED
    assert "1 pod of 3 of version green (Deployment/shop-green) fails: 1 CrashLoopBackOff" in release.reason
    states = [pod.state for version in release.versions for pod in version.pods or ()]
    assert states.count(PodState.FAILING) == 1


def test_a_quota_that_stops_new_pods_is_stuck() -> None:
    world = web().settle()
    world.get("Deployment", "shop-green")["status"]["conditions"] = [
        {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota: compute"}
    ]
    release = world.release()
    assert release.state is State.STUCK
    assert "exceeded quota: compute" in release.reason


def test_an_autoscaler_and_an_exhausted_budget_are_noted() -> None:
    world = web().settle()
    world.apply(
        """
kind: HorizontalPodAutoscaler
metadata: {name: shop}
spec: {scaleTargetRef: {kind: Deployment, name: shop-blue}, minReplicas: 2, maxReplicas: 9}
---
kind: PodDisruptionBudget
metadata: {name: shop}
spec: {selector: {matchLabels: {app: shop}}}
status: {disruptionsAllowed: 0}
---
kind: PodDisruptionBudget
metadata: {name: unheard-of}
spec: {selector: {matchLabels: {app: shop}}}
"""
    )
    notes = world.release().notes
    assert any("keeps shop-blue between 2 and 9 pods" in note for note in notes)
    assert any("PodDisruptionBudget/shop allows no eviction now" in note for note in notes)
    assert not any("unheard-of" in note for note in notes)


def test_a_release_is_degraded_since_its_first_pod_failed() -> None:
    world = web().settle()
    names = [name for kind, name in world.objects if kind == "Pod" and name.startswith("shop-green")]
    for name, minute in zip(names, (30, 20, 40), strict=True):
        condition = {"type": "Ready", "status": "False", "lastTransitionTime": f"2026-11-21T09:{minute}:00Z"}
        container = {"state": {"waiting": {"reason": "CrashLoopBackOff"}}}
        world.get("Pod", name)["status"] = {"conditions": [condition], "containerStatuses": [container]}
    assert str(world.release().since) == "2026-11-21 09:20:00+00:00"
