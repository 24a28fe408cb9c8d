"""What Enter does, and when: the stage of a plan as pure data."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.actions.acts import Act
from cockpit.actions.examination import Consent, Examination
from cockpit.actions.plan import Confirmation, Plan
from cockpit.actions.request import Request
from cockpit.runner.progress import Result
from cockpit.ui.plan_stage import (
    QUIET_SECONDS,
    Phase,
    Stage,
    armed,
    asked,
    compared,
    consented,
    drawn,
    failed,
    found,
    missing,
    offered,
    on_screen,
    pressed_in_vain,
    progressed,
    started,
)
from tests.ui.plans import BLOCKED, answered, half_way, held, running, switch_plan

replace = msgspec.structs.replace
REQUEST = Request(Act.SWITCH)


def shown(plan: Plan | None = None, examination: Examination | None = None, moment: float = 10.0) -> Stage:
    stage = on_screen(drawn(Stage(REQUEST), plan or switch_plan()), moment)
    return found(stage, examination or answered())


def test_enter_runs_a_plan_that_was_on_the_screen_for_half_a_second_and_that_nothing_speaks_against() -> None:
    assert not armed(shown(), 10.4)
    assert armed(shown(), 10.5)


def test_a_plan_that_is_not_on_the_screen_yet_is_never_armed() -> None:
    assert not armed(found(drawn(Stage(REQUEST), switch_plan()), answered()), 1e9)


def test_before_dry_run_and_rights_have_answered_nothing_runs() -> None:
    stage = shown(examination=Examination())
    assert not armed(stage, 99.0)
    assert missing(stage)


def test_an_enter_that_was_dropped_starts_the_half_second_anew() -> None:
    stage = pressed_in_vain(shown(), 10.4)
    assert not armed(stage, 10.6)
    assert armed(stage, 10.9)


@given(st.lists(st.floats(min_value=0.001, max_value=QUIET_SECONDS * 0.99), max_size=60))
def test_an_enter_key_that_is_held_down_never_runs_a_plan(gaps: list[float]) -> None:
    stage, moment = shown(moment=0.0), 0.0
    for gap in gaps:
        moment += gap
        assert not armed(stage, moment)
        stage = pressed_in_vain(stage, moment)


def test_what_blocks_needs_an_override_with_a_reason() -> None:
    stage = shown(switch_plan(BLOCKED))
    assert "plan.override" in offered(stage)
    assert not armed(stage, 99.0)
    stage = consented(stage, Consent(reason="tried by hand", overridden=frozenset({BLOCKED.id.value})))
    assert armed(stage, 99.0)


def test_production_asks_for_the_name_of_the_release() -> None:
    stage = shown(replace(switch_plan(), confirmation=Confirmation.NAME))
    assert "plan.name" in offered(stage)
    assert not armed(stage, 99.0)
    assert armed(consented(stage, Consent(typed_name="shop")), 99.0)


def test_a_plan_whose_basis_is_gone_is_not_run_but_can_be_drawn_again() -> None:
    stage = compared(shown(), "The cluster changed under this plan.")
    assert not armed(stage, 99.0)
    assert missing(stage)[0] == "The cluster changed under this plan."
    assert "plan.again" in offered(stage)


def test_while_another_plan_runs_none_is_armed() -> None:
    assert not armed(shown(), 99.0, busy="Scale web")


def test_a_plan_that_is_drawn_again_forgets_everything_but_the_reason() -> None:
    stage = consented(shown(), Consent(reason="why", typed_name="shop", overridden=frozenset({"target-small"})))
    again = asked(stage, REQUEST)
    assert again == Stage(REQUEST, consent=Consent(reason="why"))


def test_a_plan_that_could_not_be_drawn_says_why_and_can_be_asked_for_again() -> None:
    stage = failed(Stage(REQUEST), "No version to switch to.")
    assert missing(stage) == ("No version to switch to.",)
    assert offered(stage) == {"plan.back", "plan.again"}


def test_a_run_that_was_refused_is_a_plan_again_and_says_why() -> None:
    stage = progressed(started(shown()), None, "The journal cannot be written.")
    assert (stage.phase, stage.trouble) == (Phase.SHOWN, "The journal cannot be written.")


@pytest.mark.parametrize(
    ("progress", "phase", "ways"),
    [
        (running(), Phase.RUNNING, {"plan.back", "plan.stop"}),
        (held(), Phase.ENDED, {"plan.back", "plan.undo"}),
        (half_way(), Phase.ENDED, {"plan.back", "plan.undo", "plan.finish"}),
        (replace(held(), result=Result.CHANGED), Phase.ENDED, {"plan.back"}),
    ],
)
def test_a_run_offers_what_can_be_done_about_it(progress: object, phase: Phase, ways: set[str]) -> None:
    stage = progressed(started(shown()), progress, "")  # type: ignore[arg-type]  # parametrize loses the type
    assert stage.phase is phase
    assert offered(stage) == ways


def test_an_isolation_that_cannot_be_planned_can_be_given_another_name() -> None:
    assert {"plan.again", "plan.service"} <= offered(failed(Stage(Request(Act.ISOLATE)), "It is there already."))
    assert "plan.service" not in offered(failed(Stage(REQUEST), "No."))
