"""JSON as it is, where no slice fits: what is sent to the API server, and what is kept to take a change back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec

Json: TypeAlias = object
"""Any JSON value. Whoever looks into it narrows it first."""

Path: TypeAlias = tuple[str, ...]
"""Keys from an object's root to one of its fields; an element of a list stands under its index in digits."""

ABSENT = msgspec.UNSET
"""Stands for a field that is not there, which JSON's null is not."""


def pointer(path: Path) -> str:
    """Return the path as a JSON pointer (RFC 6901)."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in path)


def at(value: Json, path: Path) -> Json:
    """Return what stands at `path`, ABSENT where nothing does."""
    for key in path:
        if isinstance(value, Mapping):
            value = value.get(key, ABSENT)
        elif isinstance(value, Sequence) and not isinstance(value, str) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return ABSENT
    return value


def with_value(value: Json, path: Path, new: Json) -> Json:
    """Return a copy of `value` in which `new` stands at `path`; ABSENT takes away what stood there.

    Raises:
        KeyError: the path leads through something that is not there.
    """
    if not path:
        return new
    key, rest = path[0], path[1:]
    if isinstance(value, Mapping):
        copy = dict(value)
        if not rest and new is ABSENT:
            copy.pop(key, None)
        else:
            copy[key] = with_value(copy[key] if rest else None, rest, new)
        return copy
    if isinstance(value, Sequence) and not isinstance(value, str) and key.isdigit() and int(key) < len(value):
        items = list(value)
        items[int(key)] = with_value(items[int(key)], rest, new)
        return items
    raise KeyError(key)
