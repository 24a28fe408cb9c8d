"""An inverse, or what an act left undone, on objects that others wrote into since.

Only what was decided on is tested again. Notes beside it may have been written by anybody, and an annotation of
somebody else must not stand between an operator and the way back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import structs

from cockpit.actions.change import Change, ChangeKind, FieldChange, Given
from cockpit.actions.fields import ANNOTATIONS, CHANGE_CAUSE, PAUSED, PINNED, pause_given
from cockpit.release.subject import Subject
from cockpit.release.workloads import workload
from cockpit.resources.json_values import ABSENT, Json

_NOTES = frozenset({CHANGE_CAUSE, PINNED})


def rebased(subject: Subject, changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return patches on the objects as they are now: annotations one by one, paused or not; other changes as they are.

    Whether a Deployment is paused is decided anew, and by what an earlier one of the changes makes of it.
    """
    paused = {entry.ref: given.value for entry in subject.workloads for given in pause_given(entry)}
    turned: set[str] = set()
    found: list[Change] = []
    for change in changes:
        name = change.object.short
        given = tuple(_given(entry, paused.get(name)) for entry in change.given)
        # What an earlier change makes so cannot be tried before it is done.
        depends = change.depends or (name in turned and any(entry.path == PAUSED for entry in given))
        found.append(structs.replace(change, fields=_fields(subject, change), given=given, depends=depends))
        for field in change.fields:
            if field.path == PAUSED:
                paused[name] = field.after
                turned.add(name)
    return tuple(found)


def _given(given: Given, paused: Json) -> Given:
    return Given(PAUSED, paused) if given.path == PAUSED and paused is not None else given


def _fields(subject: Subject, change: Change) -> tuple[FieldChange, ...]:
    held = _annotations(subject, change)
    if held is None or change.kind is not ChangeKind.PATCH:
        return change.fields
    wanted: dict[str, FieldChange] = {}
    others: list[FieldChange] = []
    for field in change.fields:
        if field.path[: len(ANNOTATIONS)] == ANNOTATIONS:
            wanted |= {single.path[-1]: _noted(single, held) for single in _singles(field)}
        else:
            others.append(field)
    return (*others, *_written(wanted, held))


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
