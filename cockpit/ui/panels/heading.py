"""The first line of a panel."""

from __future__ import annotations

from cockpit.ui.ink import Ink, Line, Span, ends, span, width_of
from cockpit.ui.text import cut


def heading(title: str, width: int, note: str = "", ink: Ink = Ink.MUTED) -> Line:
    """Return a panel's title, with a note at the right end that gives way to it."""
    left: Line = (Span(title, Ink.HEADING, bold=True), Span("  "))
    return ends(left, (span(cut(note, width - width_of(left) - 1), ink), Span(" ")), width)
