"""The write that gives rules of one object other shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cockpit.actions.change import Change, ChangeKind, FieldChange, Given
from cockpit.release.subject import Subject
from cockpit.resources.references import ObjectRef
from cockpit.routing.rules import Rule
from cockpit.routing.systems import weight_fields, weight_relies_on


def weights_change(
    subject: Subject, ref: ObjectRef, wanted: Iterable[tuple[Rule, Sequence[float]]], summary: str
) -> Change | None:
    """Return the one write that gives rules of `ref` shares for their backends, None where they have them already.

    Raises:
        ValueError: a rule cannot be written, or its shares do not add up to 1.
    """
    objects = subject.inventory.routes()
    # Rules of one object may share a field, as the paths of an Ingress do: it is written once.
    fields: dict[tuple[str, ...], FieldChange] = {}
    given: dict[tuple[str, ...], Given] = {}
    for rule, shares in wanted:
        fields |= {field[0]: FieldChange(*field) for field in weight_fields(objects, rule, shares)}
        given |= {path: Given(path, value) for path, value in weight_relies_on(objects, rule)}
    if not fields:
        return None
    return Change(
        kind=ChangeKind.PATCH,
        object=ref,
        summary=summary,
        fields=tuple(fields.values()),
        given=tuple(entry for path, entry in given.items() if path not in fields),
    )
