"""Whether a plan that was drawn again is still the one on the screen: what it writes decides, not when. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from cockpit.actions.guards import Guard, Outcome
from cockpit.actions.plan import Plan
from cockpit.actions.wording import rfc3339

replace = msgspec.structs.replace


def renewed(shown: Plan, fresh: Plan) -> Plan | None:
    """Return `fresh` with the writes of `shown`, None where the two write something else.

    The writes stay as they were examined, up to the moment that annotations tell; what is waited for between them, the
    guards and all that is said of the plan are of now.
    """
    if _writes(shown) != _writes(fresh):
        return None
    changes = tuple(
        replace(old, hold=new.hold, hold_seconds=new.hold_seconds)
        for old, new in zip(shown.changes, fresh.changes, strict=True)
    )
    return replace(fresh, changes=changes, drawn_at=shown.drawn_at)


def speaks_up(shown: Sequence[Guard], fresh: Sequence[Guard]) -> bool:
    """Say whether a guard blocks or warns that did not say so before."""
    known = {(guard.id, guard.outcome, guard.sentence) for guard in shown}
    loud = (guard for guard in fresh if guard.outcome is not Outcome.PASS)
    return any((guard.id, guard.outcome, guard.sentence) not in known for guard in loud)


def _writes(plan: Plan) -> tuple[object, ...]:
    stamp = rfc3339(plan.drawn_at)
    return tuple(_timeless(replace(change, hold=None, hold_seconds=0.0), stamp) for change in plan.changes)


def _timeless(value: object, stamp: str) -> object:
    """Return a value without the moment at which its plan was drawn."""
    if isinstance(value, str):
        return value.replace(stamp, "")
    if isinstance(value, msgspec.Struct):
        return tuple(_timeless(getattr(value, name), stamp) for name in value.__struct_fields__)
    if isinstance(value, Mapping):
        return {key: _timeless(held, stamp) for key, held in value.items()}
    if isinstance(value, Sequence):
        return tuple(_timeless(held, stamp) for held in value)
    return value
