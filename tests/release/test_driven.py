"""Releases that Argo Rollouts or Flagger drive: their ReplicaSets as versions, and where their controller stands."""

from __future__ import annotations

from cockpit.release.view import Role, State, Strategy
from tests.release.world import FIXTURES, World

OWNER = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "web", "uid": "uid-rollout-web"}


def rolled(world: World, hash_: str, image: str, revision: int, replicas: int) -> None:
    """Add one ReplicaSet of the Rollout with its pods, as its controller makes them."""
    labels = {"app": "web", "rollouts-pod-template-hash": hash_}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "app", "image": image}]}}
    metadata = {
        "name": f"web-{hash_}",
        "labels": labels,
        "annotations": {"rollout.argoproj.io/revision": str(revision)},
        "ownerReferences": [OWNER | {"controller": True}],
        "creationTimestamp": f"2026-11-21T09:0{revision}:00Z",
    }
    status = {"replicas": replicas, "readyReplicas": replicas, "availableReplicas": replicas}
    spec = {"replicas": replicas, "template": template}
    owner = world.put({"kind": "ReplicaSet", "metadata": metadata, "spec": spec, "status": status})
    for number in range(replicas):
        world.pod(f"web-{hash_}-{number}", owner, labels)


def argo() -> World:
    world = World(FIXTURES / "argo-rollout.yaml")
    rolled(world, "695cdcd7c8", "app:1", 1, 3)
    rolled(world, "6fc9f9b648", "app:2", 2, 1)
    return world.settle()


def test_the_replica_sets_of_a_rollout_are_versions_of_its_release() -> None:
    release = argo().release()
    assert (release.name, release.strategy) == ("web", Strategy.CANARY)
    assert [(entry.name, entry.role, entry.workload, entry.hash, entry.revision) for entry in release.versions] == [
        ("1", Role.STABLE, "Rollout/web", "695cdcd7c8", 1),
        ("2", Role.CANARY, "Rollout/web", "6fc9f9b648", 2),
    ]
    assert release.splits.endpoints == {"1": 0.75, "2": 0.25}
    assert {entry.kind for entry in release.members} >= {"Rollout", "ReplicaSet", "Service"}


def test_a_rollout_at_a_pause_step_is_paused_with_the_command_that_goes_on() -> None:
    release = argo().release()
    assert release.state is State.PAUSED
    assert release.reason == (
        "Rollout/web waits at step 2 of 4 with 1 ready pod on 2 (a pause step without an end: promote it to go on): "
        "kubectl argo rollouts promote web -n default"
    )
    (progress,) = release.progress
    assert (progress.owner, progress.step, progress.steps, progress.weight) == ("Rollout/web", 2, 4, 25)


def test_a_degraded_rollout_is_stuck_and_one_under_way_progresses() -> None:
    world = argo()
    status = world.get("Rollout", "web")["status"]
    status.update(phase="Degraded", message="ProgressDeadlineExceeded", pauseConditions=[])
    assert world.release().state is State.STUCK
    assert "Rollout/web is degraded (ProgressDeadlineExceeded)" in world.release().reason
    status.update(phase="Progressing", message="more replicas need to be updated")
    assert world.release().state is State.PROGRESSING
    assert "more replicas need to be updated, step 2 of 4" in world.release().reason


def test_the_hash_that_the_status_names_is_the_current_version_whatever_its_number() -> None:
    world = argo()
    world.get("Rollout", "web")["status"].update(currentPodHash="695cdcd7c8", phase="Progressing", pauseConditions=[])
    roles = {entry.hash: entry.role for entry in world.release().versions}
    assert roles == {"695cdcd7c8": Role.NEW, "6fc9f9b648": Role.STABLE}


def test_a_rollout_may_take_the_template_of_a_deployment_that_it_names() -> None:
    world = argo()
    rollout = world.get("Rollout", "web")
    template = rollout["spec"].pop("template")
    rollout["spec"]["workloadRef"] = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "base"}
    spec = {"replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    world.put({"kind": "Deployment", "metadata": {"name": "base"}, "spec": spec})
    release = world.settle().releases()["web"]
    assert "Rollout/web" in {entry.workload for entry in release.versions}


def flagger(phase: str, weight: int = 20) -> World:
    world = World(FIXTURES / "flagger-primary.yaml")
    world.get("Deployment", "podinfo")["spec"]["replicas"] = 1 if weight else 0
    spec = {"targetRef": {"kind": "Deployment", "name": "podinfo"}, "service": {"port": 80}}
    status = {"phase": phase, "canaryWeight": weight, "lastTransitionTime": "2026-11-21T09:30:00Z"}
    world.put({"kind": "Canary", "metadata": {"name": "podinfo"}, "spec": spec, "status": status})
    references = [
        {"name": "podinfo-primary", "port": 80, "weight": 100 - weight},
        {"name": "podinfo-canary", "port": 80, "weight": weight},
    ]
    world.put(
        {
            "kind": "HTTPRoute",
            "metadata": {"name": "podinfo"},
            "spec": {"hostnames": ["podinfo.example"], "rules": [{"backendRefs": references}]},
        }
    )
    return world.settle()


def test_what_flagger_tries_is_told_and_its_route_is_not_ours() -> None:
    release = flagger("Progressing").releases()["podinfo"]
    assert [entry.owner for entry in release.progress] == ["Canary/podinfo"]
    assert (release.state, release.reason.partition(":")[0]) == (
        State.PROGRESSING,
        "Canary/podinfo is Progressing with 20% on the new version",
    )
    assert "Canary" in {entry.kind for entry in release.members}
    (route,) = release.routes or ()
    assert not route.writable
    assert "Canary/podinfo of Flagger sets these weights" in route.why_not
    assert '"suspend":true' in route.command


def test_a_canary_that_waits_for_its_gate_is_paused() -> None:
    release = flagger("WaitingPromotion").releases()["podinfo"]
    assert release.state is State.PAUSED
    assert "waits for a gate of the promotion to open" in release.reason


def test_a_canary_that_is_suspended_is_paused_and_says_so() -> None:
    world = flagger("Progressing")
    world.get("Canary", "podinfo")["spec"]["suspend"] = True
    release = world.releases()["podinfo"]
    assert release.state is State.PAUSED
    assert release.reason == "Canary/podinfo is Progressing with 20% on the new version, and is suspended."


def test_a_canary_at_rest_says_nothing_of_the_state() -> None:
    assert flagger("Succeeded", 0).releases()["podinfo"].state is State.STEADY
