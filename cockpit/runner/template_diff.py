"""How one pod template differs from another, for the screen: values of environments are masked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cockpit.actions.change import FieldChange
from cockpit.resources.json_values import ABSENT, Json, Path
from cockpit.resources.redact import MASK

_SECRET = frozenset({"env", "envFrom"})
_HASH = ("metadata", "labels", "pod-template-hash")
_MOST = 60
_KEYED = ("name", "mountPath", "containerPort", "key")


def template_diff(before: Json, after: Json) -> tuple[FieldChange, ...]:
    """Return the fields that differ, at most 60; an element of a list of named things stands under its name."""
    found = []
    for change in _differences((), before, after):
        if change.path != _HASH and change.path != ("$patch",):
            found.append(change)
        if len(found) == _MOST:
            break
    return tuple(found)


def _differences(path: Path, before: Json, after: Json) -> Iterator[FieldChange]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _of_mappings(path, before, after)
    elif (named := _both_named(before, after)) is not None:
        yield from _of_mappings(path, *named)
    else:
        yield FieldChange(path, _masked(path, before), _masked(path, after))


def _of_mappings(path: Path, before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[FieldChange]:
    for key in (*before, *(key for key in after if key not in before)):
        yield from _differences((*path, key), before.get(key, ABSENT), after.get(key, ABSENT))


def _both_named(before: Json, after: Json) -> tuple[Mapping[str, Json], Mapping[str, Json]] | None:
    """Return two lists of named things by name; one that is not there is empty."""
    first, second = _named(before), _named(after)
    if first is None or second is None or not (first or second):
        return None
    return first, second


def _named(value: Json) -> Mapping[str, Json] | None:
    if value is ABSENT:
        return {}
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    for key in _KEYED:
        names = [entry.get(key) if isinstance(entry, Mapping) else None for entry in value]
        if all(isinstance(name, str | int) for name in names) and len(set(names)) == len(names):
            return {str(name): entry for name, entry in zip(names, value, strict=True)}
    return None


def _masked(path: Path, value: Json) -> Json:
    """Mask what may be a secret: everything under an environment but the names in it."""
    if value is ABSENT:
        return value
    if _SECRET.intersection(path):
        return path[-1] if path[-1] == "name" else MASK
    if isinstance(value, Mapping):
        return {key: MASK if key in _SECRET else _masked((*path, key), entry) for key, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_masked(path, entry) for entry in value]
    return value
