"""Tells from an answer which version gave it. Pure; whatever an answer holds, the text that comes out is inert."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from cockpit.errors import UsageError
from cockpit.resources.decode import UNREADABLE
from cockpit.resources.inert import inert
from cockpit.resources.json_values import ABSENT, Json, Path, at

UNKNOWN = "?"
"""The version of an answer that does not tell."""

_LONGEST = 60
_USUAL_HEADERS = ("X-Version", "X-App-Version")
_USUAL_PATH = ("version",)
_STEP = re.compile(r'\.?([^.\[\]"]+)|\[(\d{1,6})\]|\["([^"]+)"\]')


class How(StrEnum):
    """Where an answer tells its version."""

    USUAL = "usual"
    HEADER = "header"
    JSON = "json"
    PATTERN = "pattern"


@dataclass(frozen=True, slots=True)
class Identify:
    """How a version is told: `header` names it, `path` leads through a JSON body, `pattern` has one group."""

    how: How
    header: str = ""
    path: Path = ()
    pattern: re.Pattern[str] | None = None
    text: str = ""
    """As it was written."""


DEFAULT_IDENTIFY = Identify(How.USUAL)


def identify_of(text: str) -> Identify:
    """Return what `header:NAME`, `json:a.b[0]` or a regular expression with one group means; "" is the usual way.

    Raises:
        UsageError: it means nothing.
    """
    if not text:
        return DEFAULT_IDENTIFY
    kind, colon, rest = text.partition(":")
    if colon and kind == "header":
        if not rest.strip():
            raise UsageError("Say which header names the version: header:NAME.")
        return Identify(How.HEADER, header=rest.strip(), text=text)
    if colon and kind == "json":
        return Identify(How.JSON, path=_path(rest), text=text)
    return Identify(How.PATTERN, pattern=_pattern(text), text=text)


def identified(identify: Identify, headers: Mapping[str, str], body: bytes) -> str:
    """Return the version that an answer names, made inert and cut, UNKNOWN where it names none.

    `headers` are looked up without regard to case where the mapping does so.
    """
    if identify.how is How.USUAL:
        named = next((headers[name] for name in _USUAL_HEADERS if headers.get(name)), "")
        return _fit(named or _from_json(body, _USUAL_PATH))
    if identify.how is How.HEADER:
        return _fit(headers.get(identify.header, ""))
    if identify.how is How.JSON:
        return _fit(_from_json(body, identify.path))
    found = identify.pattern.search(body.decode("utf-8", "replace")) if identify.pattern else None
    return _fit((found.group(1) or "") if found else "")


def _fit(text: str) -> str:
    shown = " ".join(inert(text[: 4 * _LONGEST]).split())
    if not shown:
        return UNKNOWN
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def _from_json(body: bytes, path: Path) -> str:
    try:
        value: Json = at(msgspec.json.decode(body), path) if body else ABSENT
    except UNREADABLE:
        # A page, or a body that was cut at its bound: it tells no version, which is an answer too.
        return ""
    if isinstance(value, str):
        return value
    return f"{value}" if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _path(text: str) -> Path:
    """Read `a.b[0]["c.d"]`."""
    steps: list[str] = []
    place = 0
    while place < len(text):
        found = _STEP.match(text, place)
        if found is None:
            break
        steps.append(next(group for group in found.groups() if group is not None))
        place = found.end()
    if not steps or place != len(text) or text.startswith("."):
        raise UsageError('A path into JSON is written as json:version, json:a.b[0] or json:a["b.c"].')
    return tuple(steps)


def _pattern(text: str) -> re.Pattern[str]:
    try:
        pattern = re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise UsageError(
            "The regular expression of --identify cannot be read. Mend it, or use header: or json:."
        ) from error
    if pattern.groups != 1:
        raise UsageError("The regular expression of --identify needs exactly one group: the version.")
    return pattern
