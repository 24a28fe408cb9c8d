"""The whole text of the selected row, below a list whose rows end at the edge of the screen."""

from __future__ import annotations

from rich.cells import cell_len

from cockpit.live.picture import EventView
from cockpit.ui.ink import BLANK, Ink, Line, Span, span
from cockpit.ui.text import fold

_BEFORE = 40
"""Characters shown before a match of the search in a text too long to be shown whole."""


def rest_rows(screen_rows: int) -> int:
    """Return how many rows of the screen a row's whole text may take."""
    return max(3, min(10, screen_rows // 4))


def text_lines(text: str, wanted: str, width: int, rows: int) -> tuple[Line, ...]:
    """Return `text` in exactly `rows` lines: from its start, or from near a match of `wanted` that is further on."""
    place = text.casefold().find(wanted.casefold()) if wanted else -1
    near = place < 0 or cell_len(text[:place]) < (width - 3) * (rows - 1)
    shown = text.strip() if near else f"…{text[max(0, place - _BEFORE) :]}"
    return _filled([span(line) for line in fold(shown, width - 3, rows)], rows)


def event_lines(event: EventView, width: int, rows: int) -> tuple[Line, ...]:
    """Return the whole of an event in exactly `rows` lines."""
    ink = Ink.TEXT if event.type == "Normal" else Ink.WARNING
    title = span(f"{event.reason} {event.object}", ink, bold=True)
    return _filled([title, *(span(line) for line in fold(event.message, width - 3, rows - 1))], rows)


def _filled(spans: list[Span], rows: int) -> tuple[Line, ...]:
    lines: list[Line] = [(Span("  "), part) for part in spans]
    return (*lines, *[BLANK] * (rows - len(lines)))
