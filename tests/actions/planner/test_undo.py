"""Taking back, finishing, and coming back to the last good traffic."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from cockpit.actions.acts import Act
from cockpit.actions.change import ChangeKind
from cockpit.actions.conditions import EndpointsOnly, EndpointsReady, Paused, PodsReady, RevisionNewest, ServiceExists
from cockpit.actions.last_good import last_good_plan, traffic_state
from cockpit.actions.patch import inverse_of
from cockpit.actions.plan import Confirmation, Plan
from cockpit.actions.record import ActRecord, ChangeRecord, Done
from cockpit.actions.request import Circumstances
from cockpit.actions.traffic_state import TrafficState
from cockpit.actions.undo import finish_plan, undo_plan
from cockpit.errors import CockpitError
from tests.actions.planner.stage import (
    CALM,
    NEW,
    NOW,
    OLD,
    blocks,
    blue_green,
    isolated,
    patch,
    plan,
    rolling,
    subject,
    summaries,
    weighted,
)
from tests.release.world import SCENARIOS, World


def record(made: Plan, *done: Done) -> ActRecord:
    """Return what the journal would keep of a plan whose changes ended so; DONE for all that are not said."""
    ends = [*done, *[Done.DONE] * (len(made.changes) - len(done))]
    changes = tuple(
        ChangeRecord(change, end, inverse=inverse_of(change, None) if end is Done.DONE else None)
        for change, end in zip(made.changes, ends, strict=True)
    )
    return ActRecord("act-1", NOW, "ada", "kind", "https://127.0.0.1", made, changes, ended=True)


def test_a_switch_is_taken_back_by_the_value_before() -> None:
    kept = record(plan(blue_green(), Act.SWITCH))
    back = undo_plan(kept, subject(blue_green("green")), Circumstances(NOW, "ada", production=True))
    (change,) = back.changes
    assert patch(change)[-1] == {"op": "replace", "path": "/spec/selector/version", "value": "blue"}
    assert back.title == "Take back: Switch Service/shop from blue to green"
    assert (back.act, back.undoes, back.confirmation) == (Act.UNDO, "act-1", Confirmation.ENTER)
    (only,) = back.expects
    assert isinstance(only, EndpointsOnly)
    assert only.workload == "Deployment/shop-blue"
    assert back.effects == ("Service shop → blue (3 pods)",)
    assert not blocks(back)


def test_what_is_taken_back_says_what_will_be_so_then() -> None:
    isolation = undo_plan(record(plan(rolling(paused=False), Act.ISOLATE)), subject(isolated()), CALM)
    assert isolation.effects == (
        "NodePort 32429 of nginx01-canary is gone",
        "NodePort 32428 of nginx01 → 1.14 (3 pods) and 1.20.1 (2 pods)",
        "Deployment/nginx01 goes on with its rollout",
    )
    rollback = undo_plan(record(plan(rolling(), Act.ROLLBACK)), subject(rolling(5, 0, paused=False)), CALM)
    assert rollback.effects[0] == "Deployment/nginx01 is paused"
    promoted = weighted("100")
    promoted.get("Deployment", "new-nginx")["spec"]["replicas"] = 4
    weight = undo_plan(record(plan(weighted("50"), Act.PROMOTE, "echo")), subject(promoted, "echo"), CALM)
    assert weight.effects == (
        "Ingress/echo-canary: canary-weight 100 → 50",
        "Deployment/new-nginx: 4 → 2 pods",
    )


def test_an_isolation_is_taken_back_from_its_end_and_waits_for_endpoints_before_it_resumes() -> None:
    kept = record(plan(rolling(paused=False), Act.ISOLATE))
    back = undo_plan(kept, subject(isolated()), CALM)
    assert [change.object.short for change in back.changes] == [
        "Service/nginx01-canary",
        "Service/nginx01",
        "Deployment/nginx01",
    ]
    assert back.changes[0].kind is ChangeKind.DELETE
    assert back.changes[1].hold == EndpointsReady("nginx01", 4)
    assert back.changes[2].hold is None
    assert ServiceExists("nginx01-canary", exists=False) in back.expects
    assert Paused("Deployment/nginx01", paused=False) in back.expects


def test_a_rollback_of_a_paused_rollout_is_taken_back_to_a_pause_under_which_nothing_rolls_out() -> None:
    kept = record(plan(rolling(), Act.ROLLBACK))
    world = World(SCENARIOS / "pause-and-isolate.yaml")
    world.replica_set("nginx01", OLD, replicas=5, revision=3)
    world.replica_set("nginx01", NEW, image="nginx:1.20.1", replicas=0, revision=2)
    back = undo_plan(kept, subject(world), CALM)
    assert [change.summary for change in back.changes] == [
        "take back: resume Deployment/nginx01",
        "take back: put the template of revision 1 into Deployment/nginx01",
    ]
    taken_up = RevisionNewest("Deployment/nginx01", ("nginx:1.20.1",))
    assert back.expects == (Paused("Deployment/nginx01", paused=True), taken_up)
    assert {"op": "test", "path": "/spec/paused", "value": True} in patch(back.changes[1])
    assert [change.depends for change in back.changes] == [False, True]


def test_an_image_that_is_taken_back_is_expected_to_roll_out() -> None:
    kept = record(plan(rolling(paused=False), Act.SET_IMAGE, images=("1.21",)))
    back = undo_plan(kept, subject(rolling(paused=False)), CALM)
    assert [type(entry).__name__ for entry in back.expects] == ["RolledOut"]


def test_an_annotation_that_somebody_added_since_does_not_stand_in_the_way_back() -> None:
    kept = record(plan(rolling(), Act.ISOLATE))
    world = isolated()
    world.get("Service", "nginx01")["metadata"]["annotations"]["team"] = "checkout"
    pin = next(change for change in undo_plan(kept, subject(world), CALM).changes if change.object.name == "nginx01")
    paths = [entry["path"] for entry in patch(pin) if "annotations" in entry["path"]]
    assert paths == ["/metadata/annotations/cockpit.dev~1pinned"] * 2


def test_a_note_that_somebody_rewrote_or_removed_does_not_stand_in_the_way_back() -> None:
    kept = record(plan(rolling(paused=False), Act.SET_IMAGE, images=("1.21",), reason="the fix"))
    world = rolling(paused=False)
    world.get("Deployment", "nginx01")["metadata"]["annotations"] = {"kubernetes.io/change-cause": "by hand"}
    (change,) = undo_plan(kept, subject(world), CALM).changes
    notes = [entry for entry in patch(change) if "annotations" in entry["path"]]
    assert notes == [
        {"op": "test", "path": "/metadata/annotations", "value": {"kubernetes.io/change-cause": "by hand"}},
        {"op": "remove", "path": "/metadata/annotations"},
    ]
    del world.get("Deployment", "nginx01")["metadata"]["annotations"]
    (change,) = undo_plan(kept, subject(world), CALM).changes
    assert not [entry for entry in patch(change) if "annotations" in entry["path"]]


def test_a_pause_that_came_after_a_new_image_does_not_stand_in_the_way_back() -> None:
    kept = record(plan(rolling(paused=False), Act.SET_IMAGE, images=("1.21",)))
    (change,) = undo_plan(kept, subject(rolling()), CALM).changes
    assert {"op": "test", "path": "/spec/paused", "value": True} in patch(change)


def test_pods_that_somebody_scaled_since_do_not_end_the_way_back_half_way() -> None:
    small = blue_green()
    small.get("Deployment", "shop-green")["spec"]["replicas"] = 2
    kept = record(plan(small, Act.PROMOTE))
    assert len(kept.changes) == 2
    back = undo_plan(kept, subject(blue_green("green")), CALM)
    assert [change.object.short for change in back.changes] == ["Service/shop", "Deployment/shop-green"]
    world = blue_green("green")
    world.get("Deployment", "shop-green")["spec"]["replicas"] = 5
    back = undo_plan(kept, subject(world), CALM)
    assert [change.object.short for change in back.changes] == ["Service/shop"]
    assert back.effects[-1] == "Deployment/shop-green keeps its 5 pods: somebody scaled it since."
    spec = {"scaleTargetRef": {"kind": "Deployment", "name": "shop-green"}, "minReplicas": 1, "maxReplicas": 9}
    world.put({"kind": "HorizontalPodAutoscaler", "metadata": {"name": "shop"}, "spec": spec})
    scaled = record(plan(blue_green(), Act.SCALE, version="green", replicas=5))
    with pytest.raises(CockpitError, match=r"an autoscaler sets their number\. Scale it instead"):
        undo_plan(scaled, subject(world), CALM)


def test_a_weight_that_somebody_changed_since_is_not_written_over() -> None:
    kept = record(plan(weighted("50"), Act.PROMOTE, "echo"))
    (change, *_) = undo_plan(kept, subject(weighted("70"), "echo"), CALM).changes
    path = "/metadata/annotations/nginx.ingress.kubernetes.io~1canary-weight"
    assert {"op": "test", "path": path, "value": "100"} in patch(change)


def test_only_what_was_done_is_taken_back() -> None:
    kept = record(plan(rolling(), Act.ISOLATE), Done.DONE, Done.REFUSED)
    back = undo_plan(kept, subject(isolated()), CALM)
    assert [change.object.short for change in back.changes] == ["Service/nginx01"]


def test_what_is_final_unknown_over_or_undone_is_refused_in_a_sentence() -> None:
    world = rolling()
    world.get("Deployment", "nginx01")["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:1.21"
    with pytest.raises(CockpitError, match="never rolled out"):
        undo_plan(record(plan(world, Act.ROLLBACK)), subject(world), CALM)
    made = plan(blue_green(), Act.SWITCH)
    with pytest.raises(CockpitError, match="Nobody knows whether"):
        undo_plan(record(made, Done.SENT), subject(blue_green()), CALM)
    with pytest.raises(CockpitError, match="Nothing was done"):
        undo_plan(record(made, Done.REFUSED), subject(blue_green()), CALM)
    undone = msgspec.structs.replace(record(made), undone_by="act-2")
    with pytest.raises(CockpitError, match="already"):
        undo_plan(undone, subject(blue_green()), CALM)


def test_what_was_left_undone_is_finished_in_order_and_asks_as_the_act_did() -> None:
    kept = record(plan(isolated(), Act.PROMOTE), Done.DONE, Done.NOT_SENT, Done.NOT_SENT)
    rest = finish_plan(kept, subject(rolling()), Circumstances(NOW, "ada", production=True))
    assert summaries(rest) == [
        "resume Deployment/nginx01",
        "delete Service/nginx01-canary of the isolated canary",
    ]
    assert (rest.act, rest.undoes, rest.confirmation) == (Act.FINISH, "act-1", Confirmation.NAME)
    assert rest.expects == kept.plan.expects


def test_a_rest_that_has_to_wait_is_not_begun_before_its_time() -> None:
    made = plan(rolling(), Act.ISOLATE)
    kept = record(made, Done.DONE, Done.NOT_SENT)
    with pytest.raises(CockpitError, match="has to wait: 3 of 5 endpoints"):
        finish_plan(kept, subject(rolling()), CALM)


def test_a_finished_act_has_no_rest() -> None:
    with pytest.raises(CockpitError, match="Everything of"):
        finish_plan(record(plan(blue_green(), Act.SWITCH)), subject(blue_green("green")), CALM)


def test_traffic_counts_as_good_when_it_held_for_a_minute() -> None:
    held = subject(blue_green())
    since = held.view.since
    assert since is not None
    assert traffic_state(held, since + timedelta(seconds=59)) is None
    state = traffic_state(held, since + timedelta(seconds=60))
    assert state is not None
    assert state.selectors == {"shop": {"app": "shop", "version": "blue"}}
    assert state.replicas == {"Deployment/shop-blue": 3, "Deployment/shop-green": 3}
    assert state.words == "blue 100%"


def test_what_is_not_steady_is_nothing_to_come_back_to() -> None:
    assert traffic_state(subject(rolling()), NOW) is None


def test_an_autoscalers_replicas_are_its_own() -> None:
    world = blue_green()
    target = {"kind": "Deployment", "name": "shop-blue"}
    spec = {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 9}
    world.put({"kind": "HorizontalPodAutoscaler", "metadata": {"name": "shop"}, "spec": spec})
    state = traffic_state(subject(world), NOW)
    assert state is not None
    assert state.replicas == {"Deployment/shop-green": 3}


def good(world: World) -> TrafficState:
    state = traffic_state(subject(world), NOW)
    assert state is not None
    return state


def test_last_good_scales_up_and_waits_before_it_moves_the_traffic_and_scales_down_last() -> None:
    world = blue_green("green")
    for name, replicas in (("shop-blue", 0), ("shop-green", 5)):
        world.get("Deployment", name)["spec"]["replicas"] = replicas
        world.replica_set(name, "77c8d79f87", replicas=replicas)
    back = last_good_plan(good(blue_green()), subject(world), CALM)
    assert summaries(back) == [
        "scale Deployment/shop-blue from 0 to 3",
        "select app=shop and version=blue in Service/shop again",
        "scale Deployment/shop-green from 5 to 3",
    ]
    assert back.changes[0].hold == PodsReady("Deployment/shop-blue", "77c8d79f87", 3)
    assert back.title == "Back to the last good traffic of shop: blue 100%"
    assert back.act is Act.LAST_GOOD


def test_last_good_brings_a_weight_back() -> None:
    back = last_good_plan(good(weighted("5")), subject(weighted("100")), CALM)
    (change,) = back.changes
    assert patch(change)[-1]["value"] == "5"
    assert change.summary == "weight 5 in Ingress/echo-canary again"


def test_last_good_takes_a_pin_out_that_was_not_there() -> None:
    back = last_good_plan(good(World(SCENARIOS / "pause-and-isolate.yaml")), subject(isolated()), CALM)
    removed = [entry["path"] for entry in patch(back.changes[0]) if entry["op"] == "remove"]
    assert removed == ["/spec/selector/pod-template-hash", "/metadata/annotations"]


def test_a_pin_whose_pods_are_gone_is_not_brought_back() -> None:
    pinned = TrafficState(NOW, selectors={"nginx01": {"app": "nginx01", "pod-template-hash": "gone"}})
    with pytest.raises(CockpitError, match="already as it was at 2026-11-21T11:00:00Z"):
        last_good_plan(pinned, subject(rolling()), CALM)
    world = rolling()
    world.get("Service", "nginx01")["spec"]["selector"]["pod-template-hash"] = NEW
    back = last_good_plan(pinned, subject(world), CALM)
    assert patch(back.changes[0])[-1] == {"op": "remove", "path": "/spec/selector/pod-template-hash"}
    assert "NodePort 32428 of nginx01 is not pinned to gone again: its pods are gone" in back.effects


def test_traffic_that_is_as_it_was_needs_no_plan() -> None:
    with pytest.raises(CockpitError, match="already as it was"):
        last_good_plan(good(blue_green()), subject(blue_green()), CALM)


def test_the_old_hash_is_pinned_again_where_its_pods_are_there() -> None:
    pinned = TrafficState(NOW, selectors={"nginx01": {"app": "nginx01", "pod-template-hash": OLD}})
    back = last_good_plan(pinned, subject(rolling()), CALM)
    assert back.expects == (EndpointsOnly("nginx01", "Deployment/nginx01", OLD),)
