"""What a router does where all weights of a rule are 0, as its system's own module tells it."""

from __future__ import annotations

from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.divisions import Division, rules_after
from cockpit.release.subject import Subject
from cockpit.routing.systems import written_weights


def all_zero_words(subject: Subject, division: Division) -> str:
    """Return what the router would do if every weight were 0, "" where its weights cannot all be."""
    held = written_weights(subject.inventory.routes(), division.rule)
    if division.object is None or len(held) < 2:
        # One field says the share of one backend of two: whatever it holds, the other one gets the rest.
        return ""
    fields = tuple(FieldChange(path, before, 0) for path, before in held)
    zeroed = rules_after(subject, (Change(ChangeKind.PATCH, division.object, "", fields),)).get(division.key)
    return zeroed.problem if zeroed is not None else ""
