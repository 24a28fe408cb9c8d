"""Guards of where the traffic goes: who takes over, is it enough, does anybody lose the last endpoint."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cockpit.actions.acts import Act
from cockpit.actions.change import Change, FieldChange
from cockpit.actions.conditions import Replicas, RolledOut
from cockpit.actions.guards import GuardId, Outcome
from cockpit.resources.json_values import ABSENT
from tests.actions.engine.subjects import (
    NEW,
    OLD,
    create,
    delete,
    judged,
    patch,
    pause,
    paused,
    pin,
    resume,
    scale,
    shop,
    subject,
    switch,
    unpin,
)
from tests.release.world import SCENARIOS, World

TO_GREEN = switch("shop", "blue", "green")
GREEN = "Deployment/shop-green"


def small(ready: int, replicas: int = 3) -> World:
    """Return blue with 3 pods behind the Service and green with fewer."""
    world = World(SCENARIOS / "selector-switch.yaml")
    world.replica_set("shop-green", "66c8d79f87", replicas=replicas, ready=ready)
    return world.settle()


def test_a_target_with_as_many_pods_passes() -> None:
    found = judged(shop(), Act.SWITCH, TO_GREEN)
    assert found[GuardId.TARGET_EMPTY].outcome is Outcome.PASS
    assert found[GuardId.TARGET_EMPTY].sentence == "Service/shop gets 3 of version green, all ready. It has 3 now."
    assert all(guard.outcome is Outcome.PASS for guard in found.values())


def test_a_target_without_a_ready_pod_blocks() -> None:
    guard = judged(small(0), Act.SWITCH, TO_GREEN)[GuardId.TARGET_EMPTY]
    assert (guard.outcome, guard.can_override) == (Outcome.BLOCK, False)
    assert "version=green" in guard.sentence


def test_an_outage_cannot_get_worse() -> None:
    world = World(SCENARIOS / "selector-switch.yaml")
    world.replica_set("shop-blue", "55c8d79f87", ready=0)
    world.replica_set("shop-green", "66c8d79f87", ready=0)
    found = judged(world.settle(), Act.SWITCH, TO_GREEN)
    assert found[GuardId.TARGET_EMPTY].outcome is Outcome.WARN
    assert GuardId.SERVICE_EMPTIED not in found


def test_a_smaller_target_blocks_until_a_reason_is_given() -> None:
    guard = judged(small(2), Act.SWITCH, TO_GREEN)[GuardId.TARGET_SMALL]
    assert (guard.outcome, guard.can_override) == (Outcome.BLOCK, True)
    assert guard.remedy == "Scale up to 3 first."


@pytest.mark.parametrize("act", [Act.ROLLBACK, Act.UNDO, Act.LAST_GOOD])
def test_the_way_back_is_not_barred_by_a_smaller_target(act: Act) -> None:
    assert judged(small(2), act, TO_GREEN)[GuardId.TARGET_SMALL].outcome is Outcome.WARN


def test_pods_that_a_plan_brings_count_when_it_waits_for_them() -> None:
    world = small(1, replicas=1)
    world.get("Deployment", "shop-green")["spec"]["replicas"] = 1
    waited = scale(GREEN, 1, 3, hold=Replicas(GREEN, 3))
    assert judged(world, Act.PROMOTE, waited, TO_GREEN)[GuardId.TARGET_EMPTY].outcome is Outcome.PASS
    at_once = judged(world, Act.PROMOTE, scale(GREEN, 1, 3), TO_GREEN)
    assert at_once[GuardId.TARGET_SMALL].outcome is Outcome.BLOCK


def test_a_pin_that_narrows_a_service_says_how_much_stays() -> None:
    found = judged(paused(3, 2), Act.ISOLATE, pin("web", OLD), create("web-canary", app="web", pod_template_hash=NEW))
    assert found[GuardId.TARGET_SMALL].outcome is Outcome.WARN
    assert "keeps 3 of its 5" in found[GuardId.TARGET_SMALL].sentence
    assert found[GuardId.SERVICE_EMPTIED].outcome is Outcome.PASS


def test_a_service_for_a_version_that_is_not_ready_yet_warns() -> None:
    world = paused(3, 0)
    world.replica_set("web", NEW, image="web:2", replicas=2, ready=0, revision=2)
    found = judged(world.settle(), Act.ISOLATE, create("web-canary", app="web", pod_template_hash=NEW))
    assert found[GuardId.TARGET_EMPTY].outcome is Outcome.WARN


@pytest.mark.parametrize(("hash_", "why"), [("gone", "no revision any more"), (NEW, "has no pods")])
def test_a_pin_to_what_is_gone_blocks(hash_: str, why: str) -> None:
    guard = judged(paused(4, 0), Act.ISOLATE, pin("web", hash_))[GuardId.PIN_GONE]
    assert (guard.outcome, guard.can_override) == (Outcome.BLOCK, False)
    assert why in guard.sentence


def rolling(old: int = 3, new: int = 2) -> World:
    world = paused(old, new)
    world.get("Deployment", "web")["spec"]["paused"] = False
    return world


def test_a_version_that_is_rolled_away_gets_no_traffic() -> None:
    guard = judged(rolling(), Act.SWITCH, pin("web", OLD))[GuardId.ROLLED_AWAY]
    assert (guard.outcome, guard.can_override) == (Outcome.BLOCK, False)
    assert GuardId.ROLLED_AWAY not in judged(rolling(), Act.ISOLATE, pause("web"), pin("web", OLD))
    assert GuardId.ROLLED_AWAY not in judged(rolling(), Act.SWITCH, pin("web", NEW))


def test_resume_with_a_pin_on_blocks() -> None:
    guard = judged(paused(pinned=True), Act.RESUME, resume("web"))[GuardId.SERVICE_EMPTIED]
    assert (guard.outcome, guard.can_override) == (Outcome.BLOCK, False)
    assert "Service/web" in guard.sentence
    assert "3 ready endpoints" in guard.sentence
    assert "hash" in guard.remedy


def test_resume_and_unpin_is_the_wrong_order_and_unpin_and_resume_the_right_one() -> None:
    world = paused(pinned=True, canary=True)
    wrong = judged(world, Act.RESUME, resume("web"), unpin("web", OLD))
    right = judged(world, Act.RESUME, unpin("web", OLD), resume("web"))
    assert wrong[GuardId.SERVICE_EMPTIED].outcome is Outcome.BLOCK
    assert right[GuardId.SERVICE_EMPTIED].outcome is Outcome.PASS


def test_a_rollback_that_ends_the_pinned_canary_warns_and_its_deletion_helps() -> None:
    world = paused(canary=True)
    template = patch("Deployment/web", ("spec.template.spec.containers.0.image", "web:2", "web:1"))
    from_old = Change(**{name: getattr(template, name) for name in template.__struct_fields__})
    found = judged(world, Act.ROLLBACK, from_old, resume("web"))
    assert found[GuardId.SERVICE_EMPTIED].outcome is Outcome.WARN
    gone = judged(world, Act.ROLLBACK, delete("Service/web-canary"), from_old, resume("web"))
    assert gone[GuardId.SERVICE_EMPTIED].outcome is Outcome.PASS
    assert judged(world, Act.SET_IMAGE, from_old, resume("web"))[GuardId.SERVICE_EMPTIED].outcome is Outcome.BLOCK


def test_an_image_set_while_a_pin_holds_an_unpaused_deployment_blocks() -> None:
    world = paused(4, 0, pinned=True)
    world.get("Deployment", "web")["spec"] |= {"paused": False}
    world.get("ReplicaSet", f"web-{OLD}")["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "3"
    image = patch("Deployment/web", ("spec.template.spec.containers.0.image", "web:2", "web:3"))
    assert judged(world, Act.SET_IMAGE, image)[GuardId.SERVICE_EMPTIED].outcome is Outcome.BLOCK


def test_scaling_the_version_that_serves_to_nothing_blocks() -> None:
    guard = judged(shop(), Act.SCALE, scale("Deployment/shop-blue", 3, 0))[GuardId.SERVICE_EMPTIED]
    assert (guard.outcome, guard.can_override) == (Outcome.BLOCK, False)
    assert judged(paused(), Act.SCALE, scale("Deployment/web", 4, 0))[GuardId.SERVICE_EMPTIED].outcome is Outcome.BLOCK


@pytest.mark.parametrize("act", [Act.SCALE, Act.CLEANUP])
def test_scaling_to_nothing_what_nothing_leads_to_passes(act: Act) -> None:
    guard = judged(shop(), act, scale(GREEN, 3, 0))[GuardId.SERVICE_EMPTIED]
    assert (guard.outcome, guard.sentence) == (Outcome.PASS, "No Service loses an endpoint.")


def test_a_preview_that_nobody_is_routed_to_may_be_emptied_and_it_is_said() -> None:
    world = shop()
    world.apply("kind: Service\nmetadata: {name: shop-preview}\nspec: {selector: {app: shop, version: green}}")
    found = judged(world.settle(), Act.CLEANUP, scale(GREEN, 3, 0))
    assert found[GuardId.SERVICE_EMPTIED].outcome is Outcome.WARN
    assert "Service/shop-preview" in found[GuardId.SERVICE_EMPTIED].sentence


def test_the_only_ready_pod_is_not_deleted() -> None:
    world = World(SCENARIOS / "selector-switch.yaml")
    world.replica_set("shop-blue", "55c8d79f87", ready=1)
    name = "shop-blue-55c8d79f87-00000"
    guard = judged(world.settle(), Act.DELETE_POD, delete(f"Pod/{name}"))[GuardId.SERVICE_EMPTIED]
    assert guard.outcome is Outcome.BLOCK
    assert "Restart" in guard.remedy
    other = judged(world, Act.DELETE_POD, delete("Pod/shop-blue-55c8d79f87-00001"))
    assert other.get(GuardId.SERVICE_EMPTIED, guard).outcome is not Outcome.WARN


def test_what_goes_without_the_plan_is_not_the_plans_fault() -> None:
    world = rolling()
    world.get("Service", "web")["spec"]["selector"]["pod-template-hash"] = OLD
    guard = judged(world.settle(), Act.RESTART, scale("Deployment/web", 4, 5))[GuardId.SERVICE_EMPTIED]
    assert guard.outcome is Outcome.WARN
    assert "whatever this plan does" in guard.sentence
    freed = judged(world, Act.UNISOLATE, unpin("web", OLD))
    assert freed[GuardId.SERVICE_EMPTIED].outcome is Outcome.PASS


def test_a_selector_is_never_emptied() -> None:
    emptied = patch("Service/shop", ("spec.selector", {"app": "shop", "version": "blue"}, {}))
    for change in (emptied, patch("Service/shop", ("spec.selector", {"app": "shop"}, ABSENT))):
        guard = judged(shop(), Act.SWITCH, change)[GuardId.SERVICE_EMPTIED]
        assert (guard.outcome, guard.can_override) == (Outcome.BLOCK, False)
        assert "no selector" in guard.sentence


def test_a_service_that_takes_traffic_is_not_deleted() -> None:
    assert judged(shop(), Act.CLEANUP, delete("Service/shop"))[GuardId.SERVICE_EMPTIED].outcome is Outcome.BLOCK
    found = judged(paused(canary=True), Act.UNISOLATE, delete("Service/web-canary"))
    assert GuardId.SERVICE_EMPTIED not in found


def test_recreate_empties_for_a_while_and_says_so() -> None:
    world = shop()
    world.get("Deployment", "shop-blue")["spec"]["strategy"] = {"type": "Recreate"}
    image = patch("Deployment/shop-blue", ("spec.template.spec.containers.0.image", "shop:1.0", "shop:3.0"))
    guard = judged(world, Act.SET_IMAGE, image)[GuardId.ONE_REPLICA]
    assert guard.outcome is Outcome.WARN
    assert "Recreate" in guard.sentence
    assert GuardId.ONE_REPLICA not in judged(shop(), Act.SET_IMAGE, image)


@pytest.mark.parametrize(("missing", "gap"), [("100%", True), (3, True), ("25%", False), (1, False)])
def test_a_rolling_update_that_may_take_all_pods_says_so(missing: int | str, gap: bool) -> None:
    world = shop()
    world.get("Deployment", "shop-blue")["spec"]["strategy"] = {"rollingUpdate": {"maxUnavailable": missing}}
    image = patch("Deployment/shop-blue", ("spec.template.spec.containers.0.image", "shop:1.0", "shop:3.0"))
    assert (GuardId.ONE_REPLICA in judged(world, Act.SET_IMAGE, image)) is gap


def weighing(weight: str, new: int) -> tuple[World, Change]:
    world = World(SCENARIOS / "ingress-weight.yaml")
    world.get("Deployment", "new-nginx")["spec"]["replicas"] = new
    world.settle()
    key = "nginx.ingress.kubernetes.io/canary-weight"
    before = world.get("Ingress", "echo-canary")["metadata"]["annotations"][key]
    change = patch("Ingress/echo-canary")
    return world, replace(change, fields=(FieldChange(("metadata", "annotations", key), before, weight),))


def test_a_share_of_the_traffic_needs_its_share_of_the_pods() -> None:
    world, change = weighing("75", 2)
    guard = judged(subject(world, "Deployment/new-nginx"), Act.PROMOTE, change)[GuardId.TARGET_SMALL]
    assert (guard.outcome, guard.can_override) == (Outcome.BLOCK, True)
    assert "would be 3" in guard.sentence
    world, change = weighing("60", 3)
    guard = judged(subject(world, "Deployment/new-nginx"), Act.PROMOTE, change)[GuardId.TARGET_SMALL]
    assert guard.outcome is Outcome.PASS


def test_a_share_for_nobody_blocks() -> None:
    world, change = weighing("75", 0)
    guard = judged(subject(world, "Deployment/new-nginx"), Act.PROMOTE, change)[GuardId.TARGET_EMPTY]
    assert (guard.outcome, guard.can_override) == (Outcome.BLOCK, False)


def test_a_new_version_that_is_not_up_is_told_when_the_rollout_goes_on() -> None:
    world = paused(4, 0)
    world.replica_set("web", NEW, image="web:2", replicas=1, ready=0, revision=2)
    assert judged(world.settle(), Act.RESUME, resume("web"))[GuardId.TARGET_EMPTY].outcome is Outcome.WARN
    assert judged(paused(), Act.RESUME, resume("web"))[GuardId.TARGET_EMPTY].outcome is Outcome.PASS


def test_a_restart_that_is_waited_for_leaves_every_service_its_endpoints() -> None:
    restart = patch(
        "Deployment/shop-blue",
        ("spec.template.metadata.annotations", ABSENT, {"at": "now"}),
        hold=RolledOut("Deployment/shop-blue"),
    )
    assert judged(shop(), Act.RESTART, restart)[GuardId.SERVICE_EMPTIED].outcome is Outcome.PASS
