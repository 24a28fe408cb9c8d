"""Lines of spans: what every panel draws, before any colour is chosen.

An ink says what a span means. Which colour that is, only the theme knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from rich.cells import cell_len

from cockpit.release.view import State
from cockpit.resources.inert import inert
from cockpit.ui.text import Align, Keep, cut, shortened


class Ink(StrEnum):
    """Meaning of a span."""

    TEXT = "text"
    MUTED = "muted"
    HEADING = "heading"
    ACCENT = "accent"
    WARNING = "warning"
    ERROR = "error"
    BADGE = "badge"
    """Reversed: a word that must be seen without any colour."""
    STEADY = "state-steady"
    PROGRESSING = "state-progressing"
    PAUSED = "state-paused"
    DEGRADED = "state-degraded"
    STUCK = "state-stuck"
    OUTAGE = "state-outage"
    UNKNOWN = "state-unknown"
    VERSION_1 = "version-1"
    VERSION_2 = "version-2"
    VERSION_3 = "version-3"
    VERSION_4 = "version-4"
    VERSION_5 = "version-5"
    VERSION_6 = "version-6"


VERSION_INKS = (Ink.VERSION_1, Ink.VERSION_2, Ink.VERSION_3, Ink.VERSION_4, Ink.VERSION_5, Ink.VERSION_6)
STATE_INKS = {state: Ink(f"state-{state.value}") for state in State}


class Span(NamedTuple):
    """A run of inert text in one ink."""

    text: str
    ink: Ink = Ink.TEXT
    bold: bool = False


Line = tuple[Span, ...]

BLANK: Line = ()


def span(text: str, ink: Ink = Ink.TEXT, bold: bool = False) -> Span:
    """Return the start of `text`, made inert, as a span: no more than any one line can show."""
    return Span(inert(shortened(text)), ink, bold)


def plain(line: Line) -> str:
    """Return the text of `line` without its inks."""
    return "".join(part.text for part in line)


def width_of(line: Iterable[Span]) -> int:
    """Return the width of `line` in cells."""
    return sum(cell_len(part.text) for part in line)


def fit_line(line: Line, width: int, align: Align = "left", keep: Keep = "start") -> Line:
    """Return `line` in exactly `width` cells: cut with an ellipsis, or padded with spaces."""
    missing = width - width_of(line)
    if missing < 0:
        return _cut_line(line, width, keep)
    if missing == 0:
        return line
    padding = Span(" " * missing)
    return (padding, *line) if align == "right" else (*line, padding)


def _cut_line(line: Line, width: int, keep: Keep) -> Line:
    kept: list[Span] = []
    room = width
    for part in reversed(line) if keep == "end" else line:
        size = cell_len(part.text)
        if size >= room:
            # An ellipsis must show even where this span alone would fill the room exactly.
            text = cut(part.text + " " if keep == "start" else " " + part.text, room, keep)
            kept.append(part._replace(text=text))
            room -= cell_len(text)
            break
        kept.append(part)
        room -= size
    if room > 0:
        kept.append(Span(" " * room))
    return tuple(reversed(kept)) if keep == "end" else tuple(kept)


def ends(left: Line, right: Line, width: int) -> Line:
    """Return `left` and `right` at the two ends of `width` cells; the left one gives way."""
    room = width - width_of(right)
    if room <= 0:
        return fit_line(right, width)
    return fit_line(left, room) + right
