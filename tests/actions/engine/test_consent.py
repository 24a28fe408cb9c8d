"""What stands against running a plan, and what takes it away."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cockpit.actions.consent import blocking, objections
from cockpit.actions.examination import Answer, CheckFindings, Consent, Examination
from cockpit.actions.guards import Guard, GuardId, Outcome
from cockpit.actions.plan import Confirmation, PodCheck
from tests.actions.engine.plans import examined, plan
from tests.actions.engine.subjects import switch

SWITCH = switch("shop", "blue", "green")
SMALL = Guard(GuardId.TARGET_SMALL, Outcome.BLOCK, "Green is small.", "Scale up.", can_override=True)
EMPTY = Guard(GuardId.TARGET_EMPTY, Outcome.BLOCK, "Green is empty.", "Scale up.")
OVERRIDE = frozenset({"target-small", "target-empty", "health-check"})


def test_a_plan_that_was_examined_and_has_no_blocks_may_run() -> None:
    sound = plan(SWITCH, guards=(Guard(GuardId.HEADLESS, Outcome.WARN, "Slow."),))
    assert objections(sound, examined(sound), Consent()) == ()


def test_a_plan_that_is_still_examined_may_not_run() -> None:
    sound = plan(SWITCH)
    assert objections(sound, Examination(), Consent()) == ("The plan is still being examined.",)
    open_answers = examined(sound, allowed=Answer.ASKED)
    assert objections(sound, open_answers, Consent()) == ("The plan is still being examined.",)


def test_a_guard_is_overridden_with_a_reason_and_not_without() -> None:
    small = plan(SWITCH, guards=(SMALL,))
    (told,) = objections(small, examined(small), Consent())
    assert told == "Green is small. Scale up. (can be overridden, with a reason: target-small)"
    (told,) = objections(small, examined(small), Consent(reason=" ", overridden=OVERRIDE))
    assert "needs a reason" in told
    assert objections(small, examined(small), Consent(reason="night", overridden=OVERRIDE)) == ()


def test_a_guard_that_cannot_be_overridden_stays() -> None:
    empty = plan(SWITCH, guards=(EMPTY,))
    assert objections(empty, examined(empty), Consent(reason="night", overridden=OVERRIDE)) == (
        "Green is empty. Scale up.",
    )


def test_findings_of_the_examination_count_like_the_plans_own() -> None:
    sound = plan(SWITCH)
    found = replace(examined(sound), guards=(EMPTY,))
    assert objections(sound, found, Consent()) == ("Green is empty. Scale up.",)


@pytest.mark.parametrize("answer", [Answer.LATER, Answer.UNKNOWN])
def test_a_dry_run_that_tells_nothing_stops_nothing(answer: Answer) -> None:
    sound = plan(SWITCH)
    assert objections(sound, examined(sound, dry_run=answer), Consent()) == ()


def test_a_missing_right_and_a_refused_dry_run_are_told_once() -> None:
    sound = plan(SWITCH)
    (told,) = objections(sound, examined(sound, allowed=Answer.NO), Consent())
    assert "patch services" in told
    refused = examined(sound, dry_run=Answer.NO, message="port is taken")
    (told,) = objections(sound, refused, Consent())
    assert "port is taken." in told
    said = replace(refused, guards=(Guard(GuardId.DRY_RUN, Outcome.BLOCK, "No.", "Draw again."),))
    assert objections(sound, said, Consent()) == ("No. Draw again.",)
    changed = replace(refused, guards=(Guard(GuardId.CHANGED, Outcome.BLOCK, "It changed.", "Draw again."),))
    assert objections(sound, changed, Consent()) == ("It changed. Draw again.",)


@pytest.mark.parametrize("answer", [Answer.NO, Answer.UNKNOWN])
def test_a_health_check_that_failed_or_was_not_made_can_be_overridden(answer: Answer) -> None:
    sound = replace(plan(SWITCH), pod_checks=(PodCheck("green-1", "/health"),))
    found = replace(examined(sound), checks=(CheckFindings("green-1", answer, "503"),))
    (told,) = objections(sound, found, Consent())
    assert "green-1" in told
    assert objections(sound, found, Consent(reason="known", overridden=OVERRIDE)) == ()
    fine = replace(examined(sound), checks=(CheckFindings("green-1", Answer.YES),))
    assert objections(sound, fine, Consent()) == ()


def test_production_wants_the_name_of_the_release() -> None:
    marked = plan(SWITCH, confirmation=Confirmation.NAME)
    (told,) = objections(marked, examined(marked), Consent(typed_name="shp"))
    assert "type the name shop" in told
    assert objections(marked, examined(marked), Consent(typed_name="shop")) == ()


def test_what_nobody_can_override_is_told_first() -> None:
    both = plan(SWITCH, guards=(SMALL, EMPTY))
    assert blocking(both, examined(both)) == (EMPTY, SMALL)
