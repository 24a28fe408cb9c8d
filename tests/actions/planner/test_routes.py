"""Acts on releases whose traffic Istio or a gateway divides, and on those that another controller drives."""

from __future__ import annotations

import pytest

from cockpit.actions.acts import Act
from cockpit.actions.capture import traffic_state
from cockpit.actions.last_good import last_good_plan
from cockpit.errors import CockpitError
from tests.actions.planner.stage import CALM, NOW, blocks, patch, plan, subject, summaries
from tests.release.test_driven import argo, flagger
from tests.release.world import SCENARIOS, Json, World


def istio(new: int = 5, replicas: int = 3) -> World:
    world = World(SCENARIOS / "istio-weight-and-header.yaml")
    world.get("Deployment", "reviews-v2")["spec"]["replicas"] = replicas
    world.get("Deployment", "reviews-v2")["metadata"]["creationTimestamp"] = "2026-11-21T10:00:00Z"
    first, second = weighted(world)
    first["weight"], second["weight"] = 100 - new, new
    return world


def weighted(world: World) -> list[Json]:
    """Return the destinations of the weighted entry."""
    route: list[Json] = world.get("VirtualService", "reviews")["spec"]["http"][1]["route"]
    return route


def gateway(*rules: Json) -> World:
    world = istio()
    for kind in ("VirtualService", "DestinationRule"):
        del world.objects[kind, "reviews"]
    for version in ("v1", "v2"):
        selector = {"app": "reviews", "version": version}
        spec = {"selector": selector, "ports": [{"port": 80}]}
        world.put({"kind": "Service", "metadata": {"name": f"reviews-{version}"}, "spec": spec})
    spec = {"hostnames": ["reviews.example"], "rules": list(rules)}
    world.put({"kind": "HTTPRoute", "metadata": {"name": "reviews"}, "spec": spec})
    return world


def refs(old: int, new: int) -> Json:
    return {
        "backendRefs": [
            {"name": "reviews-v1", "port": 80, "weight": old},
            {"name": "reviews-v2", "port": 80, "weight": new},
        ]
    }


def test_promote_moves_the_weighted_entry_alone_in_one_write() -> None:
    made = plan(istio(), Act.PROMOTE)
    assert summaries(made) == [
        "scale Deployment/reviews-v2 from 3 to 6",
        "give v2 100% in VirtualService/reviews",
    ]
    root = "/spec/http/1/route"
    assert patch(made.changes[-1]) == [
        {"op": "test", "path": f"{root}/0/destination/host", "value": "reviews"},
        {"op": "test", "path": f"{root}/0/destination/subset", "value": "v1"},
        {"op": "test", "path": f"{root}/1/destination/host", "value": "reviews"},
        {"op": "test", "path": f"{root}/1/destination/subset", "value": "v2"},
        {"op": "test", "path": f"{root}/0/weight", "value": 95},
        {"op": "test", "path": f"{root}/1/weight", "value": 5},
        {"op": "replace", "path": f"{root}/0/weight", "value": 0},
        {"op": "replace", "path": f"{root}/1/weight", "value": 100},
    ]
    assert made.effects[-1] == "reviews/ with header canary: true still leads to Service reviews v2"
    assert not blocks(made)


def test_a_subset_without_ready_pods_is_given_nothing() -> None:
    world = istio(replicas=0)
    made = plan(world, Act.PROMOTE)
    # It gets its pods first; on its own the weight would be refused.
    assert summaries(made)[0] == "scale Deployment/reviews-v2 from 0 to 3"
    world = istio(new=0, replicas=1)
    (pod,) = [entry for (kind, name), entry in world.settle().objects.items() if kind == "Pod" and "reviews-v2" in name]
    pod["status"]["conditions"][0]["status"] = "False"
    sentences = [guard.sentence for guard in plan(world, Act.PROMOTE).guards]
    assert any("Service/reviews subset v2" in sentence for sentence in sentences)


def test_rollback_takes_the_weight_away_and_the_newer_version_is_found_wherever_it_is_listed() -> None:
    world = istio(new=30)
    weighted(world).reverse()
    (change,) = (change for change in plan(world, Act.ROLLBACK).changes if change.object.kind == "VirtualService")
    assert change.summary == "give v2 0% in VirtualService/reviews"
    assert {field.path[-2]: field.after for field in change.fields} == {"0": 0, "1": 100}


def test_every_rule_of_a_route_is_promoted_in_one_write() -> None:
    other = refs(1, 1) | {"matches": [{"path": {"type": "PathPrefix", "value": "/api"}}]}
    made = plan(gateway(refs(95, 5), other), Act.PROMOTE)
    writes = [change for change in made.changes if change.object.kind == "HTTPRoute"]
    (change,) = writes
    assert {"/".join(field.path): field.after for field in change.fields} == {
        "spec/rules/0/backendRefs/0/weight": 0,
        "spec/rules/0/backendRefs/1/weight": 100,
        "spec/rules/1/backendRefs/0/weight": 0,
        "spec/rules/1/backendRefs/1/weight": 2,
    }


def test_last_good_brings_the_weights_of_a_route_back_in_one_write() -> None:
    state = traffic_state(subject(istio(5), "reviews"), NOW)
    assert state is not None
    back = last_good_plan(state, subject(istio(100), "reviews"), CALM)
    (change,) = back.changes
    assert change.summary == "weight 95, weight 5 in VirtualService/reviews again"
    assert [(field.before, field.after) for field in change.fields] == [(0, 95), (100, 5)]


def test_last_good_writes_no_weight_into_a_rule_that_is_another_one_now() -> None:
    state = traffic_state(subject(istio(5), "reviews"), NOW)
    assert state is not None
    moved = istio(100)
    weighted(moved).reverse()
    with pytest.raises(CockpitError, match="already as it was"):
        last_good_plan(state, subject(moved, "reviews"), CALM)


@pytest.mark.parametrize(
    ("act", "line"),
    [
        (Act.PROMOTE, "kubectl argo rollouts promote web -n default"),
        (Act.PAUSE, "kubectl argo rollouts pause web -n default"),
        (Act.ROLLBACK, "kubectl argo rollouts undo web -n default"),
        (Act.RESTART, "kubectl argo rollouts restart web -n default"),
        (Act.SET_IMAGE, "kubectl argo rollouts set image web CONTAINER=IMAGE -n default"),
        (Act.SCALE, "kubectl -n default scale rollouts.argoproj.io web --replicas=N"),
    ],
)
def test_what_argo_rollouts_would_fight_is_refused_with_its_own_command(act: Act, line: str) -> None:
    with pytest.raises(CockpitError) as refused:
        plan(argo(), act, "web")
    assert str(refused.value) == (
        f"Rollout/web is released step by step by Argo Rollouts, which would undo this. Use its own tool: {line}"
    )


def test_a_pod_of_a_rollout_may_be_deleted() -> None:
    world = argo()
    status = world.get("Pod", "web-695cdcd7c8-0")["status"]
    status["conditions"][0]["status"] = "False"
    status["containerStatuses"] = [{"name": "app", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]
    (change,) = plan(world, Act.DELETE_POD, "web", pod="web-695cdcd7c8-0").changes
    assert change.object.short == "Pod/web-695cdcd7c8-0"


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (Act.PROMOTE, '"skipAnalysis":true'),
        (Act.SCALE, '"suspend":true'),
        (Act.PAUSE, '"suspend":true'),
        (Act.WEIGHT, '"suspend":true'),
        (Act.ROLLBACK, "kubectl -n default rollout undo deployment/podinfo"),
    ],
)
def test_what_flagger_would_fight_is_refused_with_what_does_it(act: Act, told: str) -> None:
    with pytest.raises(CockpitError, match="Canary/podinfo of Flagger drives podinfo") as refused:
        plan(flagger("Progressing"), act, "podinfo")
    assert told in str(refused.value)


def test_while_flagger_rests_a_route_of_its_is_weighed_and_promoted_like_any_other() -> None:
    world = flagger("Progressing")
    world.get("Canary", "podinfo")["spec"]["suspend"] = True
    assert "HTTPRoute/podinfo" in {change.object.short for change in plan(world, Act.PROMOTE, "podinfo").changes}


def test_a_new_image_of_the_deployment_that_a_canary_names_is_how_flagger_begins() -> None:
    made = plan(flagger("Succeeded", 0), Act.SET_IMAGE, "podinfo", workload="Deployment/podinfo", images=("6.2",))
    assert made.changes[0].object.short == "Deployment/podinfo"
    with pytest.raises(CockpitError, match="drives"):
        plan(flagger("Succeeded", 0), Act.SET_IMAGE, "podinfo", workload="Deployment/podinfo-primary", images=("6.2",))
