"""Paragraphs of a page: a shape, words that are wrapped, and headings between them."""

from __future__ import annotations

from cockpit.ui.ink import BLANK, Ink, Line, Span, span
from cockpit.ui.text import cut, wrap

_MOST_ROWS = 6
_NOTE = 40


def section(title: str, note: str = "") -> list[Line]:
    """Return an empty line and a heading."""
    said = (Span("  "), span(cut(note, _NOTE), Ink.MUTED)) if note else ()
    return [BLANK, (Span(title, Ink.HEADING, bold=True), *said)]


def paragraph(
    text: str, width: int, shape: str = "", ink: Ink = Ink.TEXT, indent: int = 0, words: Ink = Ink.TEXT
) -> list[Line]:
    """Return `text` wrapped behind `shape`, which stands in `ink` before the first line; the rest is aligned to it."""
    lead = f"{' ' * indent}{shape} " if shape else " " * indent
    lines = wrap(text, max(10, width - len(lead)), _MOST_ROWS)
    return [
        (Span(lead if index == 0 else " " * len(lead), ink, bold=bool(shape)), span(line, words))
        for index, line in enumerate(lines)
    ]
