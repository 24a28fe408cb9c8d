"""A plan that is drawn again behind the screen: what of it is taken in place."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.plan import Plan
from cockpit.actions.wording import rfc3339
from cockpit.resources.references import ObjectRef
from cockpit.ui.plan_renewal import renewed, speaks_up
from tests.ui.plans import BLOCKED, PASSED, WARNED, isolate_plan, switch_plan

replace = msgspec.structs.replace


def restart(seconds: float, before: str = "2026-01-01T00:00:00Z") -> Plan:
    """Return a plan that writes down when it was drawn."""
    at = switch_plan().drawn_at + timedelta(seconds=seconds)
    field = FieldChange(("metadata", "annotations", "restartedAt"), before, rfc3339(at))
    change = Change(ChangeKind.PATCH, ObjectRef("Deployment", "default", "shop"), "restart it", (field,))
    return replace(switch_plan(), changes=(change,), drawn_at=at)


def test_guards_and_effects_are_those_of_now_and_the_writes_those_that_were_examined() -> None:
    fresh = replace(restart(5), guards=(BLOCKED,), effects=("All is new.",))
    plan = renewed(restart(0), fresh)
    assert plan is not None
    assert (plan.guards, plan.effects) == ((BLOCKED,), ("All is new.",))
    assert plan.changes == restart(0).changes


@pytest.mark.parametrize(
    ("shown", "fresh"), [(switch_plan(), isolate_plan()), (restart(0), restart(5, before="2026-02-02T00:00:00Z"))]
)
def test_a_plan_that_writes_something_else_is_not_taken_in_place(shown: Plan, fresh: Plan) -> None:
    assert renewed(shown, fresh) is None


def test_what_is_waited_for_between_writes_is_that_of_now() -> None:
    shown = isolate_plan()
    first = replace(shown.changes[0], hold_seconds=7.0)
    plan = renewed(shown, replace(shown, changes=(first, *shown.changes[1:])))
    assert plan is not None
    assert plan.changes[0].hold_seconds == 7.0


def test_only_a_new_block_or_warning_speaks_up() -> None:
    assert speaks_up((WARNED,), (WARNED, BLOCKED))
    assert not speaks_up((WARNED, BLOCKED), (WARNED, *PASSED))
