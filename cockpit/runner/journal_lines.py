"""The lines of the journal: JSON, one a line, each true at the moment when it was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec

from cockpit.actions.change import Change
from cockpit.actions.plan import Plan
from cockpit.actions.record import Done
from cockpit.actions.value import Value
from cockpit.errors import CockpitError
from cockpit.resources.decode import UNREADABLE
from cockpit.resources.json_values import Json


class How(StrEnum):
    """How an act ended, as its last line says it."""

    DONE = "done"
    """Every change was done, whether or not the picture agreed in time."""
    HALF_WAY = "half-way"
    """Something was done, or may have been, and something was not."""
    NOTHING = "nothing"
    """Nothing was done."""


class _Line(Value, frozen=True, tag_field="line", kw_only=True):
    """Base of all lines: `id` is the act's, `at` the time by the server's clock."""

    id: str
    at: datetime


class Begun(_Line, frozen=True, tag="begun"):
    """An act is about to send its first request. `server` is an address without path or user."""

    who: str
    context: str
    server: str
    pid: int
    plan: Plan


class Sending(_Line, frozen=True, tag="sending"):
    """The request for a change is about to be sent; `change` counts from 0."""

    change: int


class Answered(_Line, frozen=True, tag="answered"):
    """What is known of a change that was sent; `inverse` is told from the server's answer."""

    change: int
    done: Done
    message: str = ""
    resource_version: str = ""
    inverse: Change | None = None


class Ended(_Line, frozen=True, tag="ended"):
    """The act sends nothing more."""

    how: How
    message: str = ""


Line: TypeAlias = Begun | Sending | Answered | Ended

_decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


def encoded(line: Line) -> bytes:
    """Return a line with its line break.

    Raises:
        CockpitError: it would carry a container's environment, which may hold secrets.
    """
    for change in _changes_of(line):
        if any(_has_environment(value) for value in _values_of(change)):
            raise CockpitError(
                f"{change.object.short} cannot be changed by this plan: the journal would have to keep the environment "
                "of its containers, which may hold secrets. Nothing was sent. Please report it."
            )
    return msgspec.json.encode(line) + b"\n"


def decoded(text: bytes) -> Line | None:
    """Return a line, None where it cannot be read: torn, or written by a newer cockpit."""
    try:
        return _decoder.decode(text)
    except UNREADABLE:
        return None


def _changes_of(line: Line) -> Sequence[Change]:
    if isinstance(line, Begun):
        return line.plan.changes
    return (line.inverse,) if isinstance(line, Answered) and line.inverse is not None else ()


def _values_of(change: Change) -> Iterable[Json]:
    yield change.manifest
    for field in change.fields:
        for value in (field.before, field.after):
            yield _under(field.path, value)
    for given in change.given:
        yield _under(given.path, given.value)


def _under(path: Sequence[str], value: Json) -> Json:
    """Return the value with the keys that lead to it, so that part of an environment is known for one."""
    for key in reversed(path):
        value = [value] if key.isdigit() else {key: value}
    return value


def _has_environment(value: Json) -> bool:
    """Say whether a list stands under `env` or `envFrom`: a label may be named so too, but holds a text."""
    if isinstance(value, Mapping):
        return any(
            (key in {"env", "envFrom"} and isinstance(entry, Sequence) and not isinstance(entry, str) and bool(entry))
            or _has_environment(entry)
            for key, entry in value.items()
        )
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return any(_has_environment(entry) for entry in value)
    return False
