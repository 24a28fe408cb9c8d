"""An inverse, or what an act left undone, on objects that others wrote into since.

Only what was decided on is tested again. Notes beside it may have been written by anybody, and an annotation of
somebody else must not stand between an operator and the way back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import structs

from cockpit.actions.change import Change, ChangeKind, FieldChange, Given
from cockpit.actions.fields import ANNOTATIONS, CHANGE_CAUSE, PAUSED, PINNED, pause_given
from cockpit.release.subject import Subject
from cockpit.release.workloads import workload
from cockpit.resources.json_values import ABSENT, Json

_NOTES = frozenset({CHANGE_CAUSE, PINNED})


def rebased(subject: Subject, change: Change) -> Change:
    """Return a patch on the object as it is now: annotations one by one, paused or not; other changes as they are."""
    held = _annotations(subject, change)
    if held is None or change.kind is not ChangeKind.PATCH:
        return change
    wanted: dict[str, FieldChange] = {}
    others: list[FieldChange] = []
    for field in change.fields:
        if field.path[: len(ANNOTATIONS)] == ANNOTATIONS:
            wanted |= {single.path[-1]: _noted(single, held) for single in _singles(field)}
        else:
            others.append(field)
    fields = (*others, *_written(wanted, held))
    return structs.replace(change, fields=fields, given=tuple(_given(subject, change)))


def _given(subject: Subject, change: Change) -> Iterator[Given]:
    """Yield what the change relies on; whether a Deployment is paused is decided anew, on the picture of now."""
    found = workload(subject.inventory, change.object.short)
    for given in change.given:
        if given.path == PAUSED and found is not None:
            yield from pause_given(found)
        else:
            yield given


def _singles(field: FieldChange) -> Iterator[FieldChange]:
    """Yield a change of the whole map as the changes of its keys."""
    if field.path != ANNOTATIONS:
        yield field
        return
    before = field.before if isinstance(field.before, Mapping) else {}
    after = field.after if isinstance(field.after, Mapping) else {}
    for key in dict.fromkeys((*before, *after)):
        if before.get(key, ABSENT) != after.get(key, ABSENT):
            yield FieldChange((*ANNOTATIONS, key), before.get(key, ABSENT), after.get(key, ABSENT))


def _noted(single: FieldChange, held: Mapping[str, str]) -> FieldChange:
    """Return the change of a note from whatever it says now; nothing was ever decided on it."""
    if single.path[-1] not in _NOTES:
        return single
    return FieldChange(single.path, held.get(single.path[-1], ABSENT), single.after)


def _written(wanted: Mapping[str, FieldChange], held: Mapping[str, str]) -> Iterator[FieldChange]:
    """Yield the changes; the first key is added with the map, and the last one taken with it."""
    changed = {key: field for key, field in wanted.items() if field.before != field.after}
    left: dict[str, Json] = {**held, **{key: field.after for key, field in changed.items()}}
    left = {key: value for key, value in left.items() if value is not ABSENT}
    as_held = all(held.get(key, ABSENT) == field.before for key, field in changed.items())
    if changed and as_held and not held:
        yield FieldChange(ANNOTATIONS, ABSENT, left)
    elif changed and as_held and not left:
        yield FieldChange(ANNOTATIONS, dict(held), ABSENT)
    else:
        yield from changed.values()


def _annotations(subject: Subject, change: Change) -> Mapping[str, str] | None:
    """Return the annotations of the object as they are now, None where it is not seen."""
    inventory, name = subject.inventory, change.object.name
    if change.object.kind == "Service":
        service = inventory.services.get(name)
        return service.metadata.annotations if service is not None else None
    if change.object.kind == "Ingress":
        ingress = inventory.ingresses.get(name)
        return ingress.metadata.annotations if ingress is not None else None
    found = workload(inventory, change.object.short)
    return found.metadata.annotations if found is not None else None
