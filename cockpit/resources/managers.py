"""Who wrote a field last, by `metadata.managedFields`.

An entry's fieldsV1 is a tree of sets: "f:NAME" is a field, "k:{...}" an element of a list by its keys, "v:..." an
element by its value, "i:N" one by its index, and "." the thing itself. An empty set is a leaf: what stands there is
owned as a whole, an atomic map or list with all its keys.
(https://pkg.go.dev/sigs.k8s.io/structured-merge-diff/v6/fieldpath, serialize-pe.go)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from cockpit.resources.json_values import ABSENT, Json, Path, at
from cockpit.resources.raw import RawObject

_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class ManagerOperation(StrEnum):
    """How a manager writes: APPLY owns fields until it lets go of them, UPDATE owned what it changed."""

    UPDATE = "Update"
    APPLY = "Apply"


class Manager(msgspec.Struct, frozen=True):
    """Who wrote. `name` is as the writer called itself: a stranger's text."""

    name: str
    operation: ManagerOperation
    time: datetime | None = None
    """When it last changed the set of its fields, or a value of it; None where the entry does not say."""
    subresource: str = ""
    """"status" or "scale", "" where the object itself was written."""


def managers_of(raw: RawObject, path: Path) -> tuple[Manager, ...]:
    """Return who owns the field at `path`, or anything beneath it: the latest first, those without a time last.

    Entries of managedFields that are not as the API promises are left out.
    """
    entries = raw.at("metadata", "managedFields")
    found = [_owner(raw, path, entry) for entry in entries] if isinstance(entries, list) else []
    managers = [manager for manager in found if manager is not None]
    return tuple(sorted(managers, key=lambda manager: manager.time or _LONG_AGO, reverse=True))


def _owner(raw: RawObject, path: Path, entry: Json) -> Manager | None:
    if not _owns(at(entry, ("fieldsV1",)), raw.value, path):
        return None
    try:
        operation = ManagerOperation(_text(entry, "operation"))
    except ValueError:
        return None
    return Manager(_text(entry, "manager"), operation, _time(entry), _text(entry, "subresource"))


def _owns(fields: Json, value: Json, path: Path) -> bool:
    """Say whether a set of fields has `path` in it, which leads through `value`."""
    for depth, key in enumerate(path):
        if not isinstance(fields, Mapping):
            return False
        if not fields:
            return depth > 0
        below = at(value, (key,))
        fields = _set_of(fields, key, value, below)
        value = below
    return isinstance(fields, Mapping)


def _set_of(fields: Mapping[str, Json], key: str, holder: Json, element: Json) -> Json:
    """Return the set of what stands at `key` of `holder`, ABSENT where there is none."""
    if not isinstance(holder, list):
        return fields.get(f"f:{key}", ABSENT)
    for name, inner in fields.items():
        sort, _, rest = name.partition(":")
        if (sort == "i" and rest == key) or (sort in {"k", "v"} and _names(sort, _decoded(rest), element)):
            return inner
    return ABSENT


def _names(sort: str, wanted: Json, element: Json) -> bool:
    """Say whether an element of a list is the one that is named by its keys ("k") or its value ("v")."""
    if wanted is ABSENT or element is ABSENT:
        return False
    if sort == "v":
        return type(wanted) is type(element) and wanted == element
    if not isinstance(wanted, Mapping) or not isinstance(element, Mapping):
        return False
    return all(element.get(key, ABSENT) == value for key, value in wanted.items())


def _decoded(text: str) -> Json:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return ABSENT


def _time(entry: Json) -> datetime | None:
    try:
        return msgspec.convert(_text(entry, "time"), _Moment).astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        return None


def _text(entry: Json, key: str) -> str:
    found = at(entry, (key,))
    return found if isinstance(found, str) else ""
