"""What cannot be done now, and why."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cockpit.actions.acts import Act
from cockpit.actions.availability import rights_for, unavailable
from cockpit.actions.change import Change
from cockpit.actions.examination import Right
from cockpit.actions.record import ActRecord, ChangeRecord, Done
from cockpit.actions.traffic_state import TrafficState
from tests.actions.engine.plans import plan
from tests.actions.engine.subjects import NOW, delete, paused, shop, subject, switch
from tests.actions.planner import stage as planner_stage
from tests.actions.planner.stage import weighted
from tests.release.test_driven import argo, flagger

GOOD = TrafficState(NOW)


def record(change: Change, done: Done = Done.DONE) -> ActRecord:
    entry = ChangeRecord(change, done)
    return ActRecord("1", NOW, "anna", "kind", "server", plan(change), (entry,), ended=True)


def test_each_act_that_comes_to_something_is_available() -> None:
    why = unavailable(subject(shop()), None, None)
    assert {Act.SWITCH, Act.PAUSE, Act.SCALE, Act.SET_IMAGE, Act.RESTART, Act.PROMOTE}.isdisjoint(why)
    assert why[Act.RESUME] == "Deployment/shop-blue is not paused: there is nothing to resume."
    assert "one version" in why[Act.ISOLATE]


def test_switch_is_not_there_for_the_sake_of_a_service_that_its_key_does_not_mean() -> None:
    found = subject(paused(canary=True))
    assert found.membership.front_door == "web"
    assert "isolate does that" in unavailable(found, None, None)[Act.SWITCH]


def test_a_paused_rollout_can_be_resumed_and_isolated_and_not_paused_again() -> None:
    why = unavailable(subject(paused()), None, None)
    assert {Act.RESUME, Act.PROMOTE, Act.ROLLBACK, Act.ISOLATE}.isdisjoint(why)
    assert "paused already" in why[Act.PAUSE]
    assert Act.UNISOLATE in why


def test_an_isolated_canary_can_be_let_out_again() -> None:
    assert Act.UNISOLATE not in unavailable(subject(paused(pinned=True, canary=True)), None, None)


def test_a_pod_that_does_not_serve_can_be_deleted() -> None:
    world = paused()
    assert "restart" in unavailable(subject(world), None, None)[Act.DELETE_POD]
    name = next(name for kind, name in world.objects if kind == "Pod")
    world.get("Pod", name)["status"]["conditions"][0]["status"] = "False"
    assert Act.DELETE_POD not in unavailable(subject(world), None, None)


@pytest.mark.parametrize(
    ("act", "verb"), [(Act.PROMOTE, "promote"), (Act.PAUSE, "pause"), (Act.WEIGHT, "get rollout"), (Act.SCALE, "scale")]
)
def test_keys_that_argo_rollouts_would_fight_say_the_command_of_its_own_tool(act: Act, verb: str) -> None:
    why = unavailable(planner_stage.subject(argo(), "web"), None, None)[act]
    assert "released step by step by Argo Rollouts" in why
    assert verb in why.partition("Use its own tool: ")[2]


def test_keys_that_flagger_would_fight_say_so_and_a_new_image_of_its_target_is_none() -> None:
    why = unavailable(planner_stage.subject(flagger("Progressing"), "podinfo"), None, None)
    assert {Act.PAUSE, Act.PROMOTE, Act.ROLLBACK, Act.SCALE, Act.WEIGHT} <= why.keys()
    assert "Canary/podinfo of Flagger drives podinfo" in why[Act.SCALE]
    assert Act.SET_IMAGE not in why


def test_what_was_done_can_be_taken_back_once() -> None:
    found = subject(shop())
    done = record(switch("shop", "blue", "green"))
    assert unavailable(found, None, None)[Act.UNDO] == "Nothing was done here that was not taken back."
    assert Act.UNDO not in unavailable(found, done, None)
    assert "taken back" in unavailable(found, replace(done, undone_by="2"), None)[Act.UNDO]
    assert "still runs" in unavailable(found, replace(done, running=True), None)[Act.UNDO]
    assert (
        "changed nothing" in unavailable(found, record(switch("shop", "blue", "green"), Done.REFUSED), None)[Act.UNDO]
    )
    final = replace(delete("Pod/web-1"), final="its controller makes a new one")
    assert "its controller makes a new one" in unavailable(found, record(final), None)[Act.UNDO]


def test_without_a_remembered_state_there_is_no_way_back_to_it() -> None:
    assert "remembered" in unavailable(subject(shop()), None, None)[Act.LAST_GOOD]
    assert Act.LAST_GOOD not in unavailable(subject(shop()), None, GOOD)


def test_rights_are_those_of_the_changes() -> None:
    found = subject(paused())
    assert [right.words for right in rights_for(Act.ISOLATE, found)] == ["patch services", "create services"]
    assert [right.words for right in rights_for(Act.RESUME, found)] == ["patch deployments"]
    assert [right.words for right in rights_for(Act.SCALE, found)] == ["patch deployments"]
    assert [right.words for right in rights_for(Act.DELETE_POD, found)] == ["delete pods"]
    assert rights_for(Act.UNDO, found) == ()


def test_a_weight_can_be_set_where_a_route_divides_and_else_says_what_to_do() -> None:
    assert Act.WEIGHT not in unavailable(planner_stage.subject(weighted()), None, None)
    assert "cockpit switch shop" in unavailable(subject(shop()), None, None)[Act.WEIGHT]


def test_a_weight_needs_the_right_to_patch_its_route_and_nothing_else() -> None:
    found = rights_for(Act.WEIGHT, planner_stage.subject(weighted()))
    assert found == (Right("patch", "networking.k8s.io", "ingresses", "default", name="echo-canary"),)
