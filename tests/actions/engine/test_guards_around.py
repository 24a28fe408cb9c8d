"""Guards of what stands around the traffic: rollouts, autoscalers, budgets, Services, the picture, production."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cockpit.actions.acts import Act
from cockpit.actions.guarding import guards_of
from cockpit.actions.guards import GuardId, Outcome
from cockpit.resources.json_values import ABSENT
from tests.actions.engine.subjects import (
    AT_EASE,
    create,
    delete,
    judged,
    patch,
    pause,
    paused,
    resume,
    scale,
    shop,
    subject,
    switch,
)
from tests.release.world import World

TO_GREEN = switch("shop", "blue", "green")
BLUE, GREEN = "Deployment/shop-blue", "Deployment/shop-green"
RESTART = patch(BLUE, ("spec.template.metadata.annotations", ABSENT, {"at": "now"}))
AUTOSCALER = """
kind: HorizontalPodAutoscaler
metadata: {name: shop}
spec: {scaleTargetRef: {kind: Deployment, name: shop-blue}, minReplicas: 2, maxReplicas: 5}
"""
BUDGET = """
kind: PodDisruptionBudget
metadata: {name: shop}
spec: {selector: {matchLabels: {app: shop}}}
status: {disruptionsAllowed: 0}
"""


def late(world: World, name: str) -> World:
    deployment = world.get("Deployment", name)
    deployment["status"] = {
        **deployment["status"],
        "updatedReplicas": 1,
        "conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}],
    }
    return world


def test_a_rollout_past_its_deadline_is_not_promoted_without_a_reason() -> None:
    guard = judged(late(paused(), "web"), Act.PROMOTE, resume("web"))[GuardId.DEADLINE_EXCEEDED]
    assert (guard.outcome, guard.can_override) == (Outcome.BLOCK, True)
    assert "600 s" in guard.sentence
    switched = judged(late(shop(), "shop-green"), Act.SWITCH, TO_GREEN)
    assert switched[GuardId.DEADLINE_EXCEEDED].outcome is Outcome.BLOCK


def test_a_rollout_past_its_deadline_warns_elsewhere_and_lets_the_way_back_pass() -> None:
    world = late(shop(), "shop-blue")
    assert judged(world, Act.SCALE, scale(BLUE, 3, 4))[GuardId.DEADLINE_EXCEEDED].outcome is Outcome.WARN
    assert judged(world, Act.ROLLBACK, RESTART)[GuardId.DEADLINE_EXCEEDED].outcome is Outcome.PASS
    assert judged(world, Act.SWITCH, TO_GREEN)[GuardId.DEADLINE_EXCEEDED].outcome is Outcome.PASS
    assert GuardId.DEADLINE_EXCEEDED not in judged(shop(), Act.SCALE, scale(BLUE, 3, 4))


@pytest.mark.parametrize(("wanted", "outcome"), [(9, Outcome.BLOCK), (1, Outcome.BLOCK), (4, Outcome.WARN)])
def test_an_autoscaler_would_undo_what_is_beyond_its_bounds(wanted: int, outcome: Outcome) -> None:
    world = shop()
    world.apply(AUTOSCALER)
    guard = judged(world, Act.SCALE, scale(BLUE, 3, wanted))[GuardId.AUTOSCALER]
    assert (guard.outcome, guard.can_override) == (outcome, outcome is Outcome.BLOCK)
    assert GuardId.AUTOSCALER not in judged(world, Act.SCALE, scale(GREEN, 3, wanted))


def test_an_autoscaler_goes_on_while_a_rollout_is_paused() -> None:
    world = shop()
    world.apply(AUTOSCALER)
    assert judged(world, Act.PAUSE, pause("shop-blue"))[GuardId.AUTOSCALER].outcome is Outcome.WARN
    assert GuardId.AUTOSCALER not in judged(world, Act.PAUSE, pause("shop-green"))


def test_a_budget_that_is_used_up_keeps_pods_from_deletion() -> None:
    world = shop()
    world.apply(BUDGET)
    pod = next(name for kind, name in world.objects if kind == "Pod")
    guard = judged(world, Act.DELETE_POD, delete(f"Pod/{pod}"))[GuardId.DISRUPTION_BUDGET]
    assert (guard.outcome, guard.can_override) == (Outcome.BLOCK, True)
    assert judged(world, Act.SCALE, scale(BLUE, 3, 2))[GuardId.DISRUPTION_BUDGET].outcome is Outcome.WARN
    assert judged(world, Act.RESTART, RESTART)[GuardId.DISRUPTION_BUDGET].outcome is Outcome.WARN
    assert GuardId.DISRUPTION_BUDGET not in judged(world, Act.SCALE, scale(BLUE, 3, 4))
    world.get("PodDisruptionBudget", "shop")["status"]["disruptionsAllowed"] = 1
    assert judged(world, Act.DELETE_POD, delete(f"Pod/{pod}"))[GuardId.DISRUPTION_BUDGET].outcome is Outcome.PASS
    assert GuardId.DISRUPTION_BUDGET not in judged(world, Act.SCALE, scale(BLUE, 3, 2))


@pytest.mark.parametrize(
    ("expression", "there"),
    [
        ({"key": "app", "operator": "In", "values": ["shop", "x"]}, True),
        ({"key": "app", "operator": "NotIn", "values": ["shop"]}, False),
        ({"key": "app", "operator": "Exists"}, True),
        ({"key": "app", "operator": "DoesNotExist"}, False),
        ({"key": "app", "operator": "Unheard"}, False),
    ],
)
def test_budgets_select_by_expressions_too(expression: dict[str, object], there: bool) -> None:
    world = shop()
    world.apply(BUDGET)
    world.get("PodDisruptionBudget", "shop")["spec"]["selector"] = {"matchExpressions": [expression]}
    assert (GuardId.DISRUPTION_BUDGET in judged(world, Act.RESTART, RESTART)) is there


def lone(replicas: int) -> World:
    world = World()
    world.apply(
        f"""
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: web}}}}
  template: {{metadata: {{labels: {{app: web}}}}, spec: {{containers: [{{name: app, image: "web:1"}}]}}}}
---
kind: Service
metadata: {{name: web}}
spec: {{selector: {{app: web}}}}
"""
    )
    return world.settle()


@pytest.mark.parametrize("act", [Act.RESTART, Act.SET_IMAGE])
def test_a_lone_replica_is_told_of_when_it_is_replaced(act: Act) -> None:
    change = patch("Deployment/web", ("spec.template.metadata.annotations", ABSENT, {"at": "now"}))
    assert judged(lone(1), act, change)[GuardId.ONE_REPLICA].outcome is Outcome.WARN
    assert GuardId.ONE_REPLICA not in judged(lone(2), act, change)


def test_a_lone_replica_is_told_of_when_its_pod_is_deleted() -> None:
    world = lone(1)
    pod = next(name for kind, name in world.objects if kind == "Pod")
    assert judged(world, Act.DELETE_POD, delete(f"Pod/{pod}"))[GuardId.ONE_REPLICA].outcome is Outcome.WARN


def test_pods_without_a_pre_stop_hook_are_told_of_when_they_go() -> None:
    world = shop()
    assert judged(world, Act.SCALE, scale(BLUE, 3, 2))[GuardId.NO_PRE_STOP].outcome is Outcome.WARN
    assert GuardId.NO_PRE_STOP not in judged(world, Act.SCALE, scale(GREEN, 3, 2))
    assert GuardId.NO_PRE_STOP not in judged(world, Act.SWITCH, TO_GREEN)
    for kind, name in list(world.objects):
        if kind == "ReplicaSet":
            container = world.get(kind, name)["spec"]["template"]["spec"]["containers"][0]
            container["lifecycle"] = {"preStop": {"exec": {"command": ["sleep", "5"]}}}
    assert judged(world, Act.SCALE, scale(BLUE, 3, 2))[GuardId.NO_PRE_STOP].outcome is Outcome.PASS


OTHER = """
kind: Deployment
metadata: {name: mail}
spec:
  replicas: 1
  selector: {matchLabels: {app: mail}}
  template: {metadata: {labels: {app: mail, version: green}}, spec: {containers: [{name: m, image: "mail:1"}]}}
"""


def test_a_selector_that_takes_pods_of_another_release_blocks() -> None:
    world = shop()
    world.apply(OTHER)
    world.settle()
    found = subject(world, BLUE)
    wide = patch("Service/shop", ("spec.selector", {"app": "shop", "version": "blue"}, {"version": "green"}))
    guard = judged(found, Act.SWITCH, wide)[GuardId.FOREIGN_PODS]
    assert (guard.outcome, guard.can_override) == (Outcome.BLOCK, False)
    assert "Deployment/mail" in guard.sentence
    assert judged(found, Act.SWITCH, TO_GREEN)[GuardId.FOREIGN_PODS].outcome is Outcome.PASS
    made = judged(found, Act.ISOLATE, create("shop-canary", version="green"))
    assert made[GuardId.FOREIGN_PODS].outcome is Outcome.BLOCK


def test_pods_of_nobody_are_foreign_too() -> None:
    world = shop()
    world.pod("debug", None, {"app": "shop", "version": "green"})
    assert "Pod/debug" in judged(world, Act.SWITCH, TO_GREEN)[GuardId.FOREIGN_PODS].sentence


def test_what_a_service_takes_already_is_only_told() -> None:
    world = shop()
    world.pod("debug", None, {"app": "shop", "version": "blue"})
    world.pod("debug-too", None, {"app": "shop", "version": "green"})
    wider = patch("Service/shop", ("spec.selector.version", "blue", "blue"), ("spec.selector.app", "shop", ABSENT))
    assert judged(world, Act.SWITCH, wider)[GuardId.FOREIGN_PODS].outcome is Outcome.WARN


def test_an_umbrella_is_meant_to_take_pods_of_others() -> None:
    world = shop()
    world.apply(OTHER)
    world.apply("kind: Service\nmetadata: {name: all}\nspec: {selector: {version: green}}")
    for kind in ("shop-blue", "shop-green", "mail"):
        world.get("Deployment", kind)["spec"]["template"]["metadata"]["labels"]["tier"] = "web"
    found = subject(world.settle(), GREEN)
    assert "all" in found.membership.umbrellas
    change = patch("Service/all", ("spec.selector.tier", ABSENT, "web"))
    assert judged(found, Act.SWITCH, change)[GuardId.FOREIGN_PODS].outcome is Outcome.PASS


def test_a_service_that_keeps_clients_on_their_pods_is_told_with_its_time() -> None:
    world = shop()
    world.get("Service", "shop")["spec"] |= {
        "sessionAffinity": "ClientIP",
        "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 600}},
    }
    guard = judged(world, Act.SWITCH, TO_GREEN)[GuardId.STICKY_SESSIONS]
    assert guard.outcome is Outcome.WARN
    assert "600 s" in guard.sentence
    assert GuardId.STICKY_SESSIONS not in judged(world, Act.SCALE, scale(GREEN, 3, 4))
    del world.get("Service", "shop")["spec"]["sessionAffinityConfig"]
    assert "10800 s" in judged(world, Act.SWITCH, TO_GREEN)[GuardId.STICKY_SESSIONS].sentence


def test_a_headless_service_and_one_that_publishes_what_is_not_ready_are_told() -> None:
    world = shop()
    world.get("Service", "shop")["spec"] |= {"clusterIP": "None", "publishNotReadyAddresses": True}
    found = judged(world, Act.SWITCH, TO_GREEN)
    assert found[GuardId.HEADLESS].outcome is Outcome.WARN
    assert found[GuardId.NOT_READY_PUBLISHED].outcome is Outcome.WARN
    scaled = judged(world, Act.SCALE, scale(BLUE, 3, 4))
    assert GuardId.NOT_READY_PUBLISHED in scaled
    assert GuardId.HEADLESS not in scaled
    assert GuardId.NOT_READY_PUBLISHED not in judged(world, Act.SCALE, scale(GREEN, 3, 4))


def test_production_wants_a_name_for_the_way_forward_only() -> None:
    marked = replace(AT_EASE, production=True)
    assert judged(shop(), Act.SWITCH, TO_GREEN, circumstances=marked)[GuardId.PRODUCTION].outcome is Outcome.WARN
    assert judged(shop(), Act.UNDO, TO_GREEN, circumstances=marked)[GuardId.PRODUCTION].outcome is Outcome.PASS
    assert GuardId.PRODUCTION not in judged(shop(), Act.SWITCH, TO_GREEN)


@pytest.mark.parametrize("kind", ["pods", "endpointslices", "replicasets"])
def test_a_picture_that_is_stale_or_has_gaps_blocks_until_a_reason_is_given(kind: str) -> None:
    stale = judged(subject(shop(), BLUE, stale=(kind,)), Act.SWITCH, TO_GREEN)
    assert (stale[GuardId.NOTHING_SERVES].outcome, stale[GuardId.NOTHING_SERVES].can_override) == (Outcome.BLOCK, True)
    assert "stale" in stale[GuardId.NOTHING_SERVES].sentence
    assert GuardId.TARGET_EMPTY in stale
    missing = judged(subject(shop(), BLUE, unreadable=(kind,)), Act.SWITCH, TO_GREEN)
    assert missing[GuardId.NOTHING_SERVES].outcome is Outcome.BLOCK
    assert kind in missing[GuardId.NOTHING_SERVES].sentence
    fresh = judged(shop(), Act.SWITCH, TO_GREEN)
    assert GuardId.NOTHING_SERVES not in fresh


def test_a_plan_that_changes_nothing_needs_no_guards() -> None:
    assert judged(shop(), Act.SWITCH) == {}


def test_what_cannot_be_read_is_said_and_not_taken_for_absent() -> None:
    found = subject(paused(), unreadable=("horizontalpodautoscalers", "poddisruptionbudgets"))
    guards = judged(found, Act.SCALE, scale("Deployment/web", 4, 2))
    assert guards[GuardId.AUTOSCALER].sentence == (
        "Autoscalers cannot be read: one may set the replicas of Deployment/web again."
    )
    assert guards[GuardId.DISRUPTION_BUDGET].outcome is Outcome.WARN


@pytest.mark.parametrize(("unreadable", "outcome"), [((), Outcome.WARN), (("ingresses",), Outcome.BLOCK)])
def test_where_routes_cannot_be_read_one_may_lead_to_what_would_be_emptied(
    unreadable: tuple[str, ...], outcome: Outcome
) -> None:
    world = paused()
    world.apply("{kind: Service, metadata: {name: web-other}, spec: {selector: {app: web}, ports: [{port: 80}]}}")
    found = subject(world.settle(), "Deployment/web", unreadable=unreadable)
    guards = guards_of(found, [scale("Deployment/web", 4, 0)], AT_EASE, Act.SCALE)
    (other,) = [guard for guard in guards if "Service/web-other (" in guard.sentence]
    assert (other.outcome, other.can_override) == (outcome, outcome is Outcome.BLOCK)
