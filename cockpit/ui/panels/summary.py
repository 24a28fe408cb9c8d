"""Why the open release stands as it does: reason with its remedy, and what else is worth knowing."""

from __future__ import annotations

from cockpit.release.view import ReleaseView
from cockpit.ui.absence import Absence
from cockpit.ui.ink import STATE_INKS, Ink, Line, Span, span
from cockpit.ui.panels.states import STATE_SHAPES
from cockpit.ui.text import wrap

_INDENT = 3


def summary_lines(release: ReleaseView, absence: Absence | None, width: int, rows: int) -> tuple[Line, ...]:
    """Return at most `rows` lines. `absence` says why the release is not in the picture, None while it is."""
    lines: list[Line] = []
    if absence:
        shape, ink = ("✖", Ink.ERROR) if absence.known else ("?", Ink.WARNING)
        lines += _paragraph(absence.sentence, shape, ink, width, rows)
    elif release.reason:
        shape = STATE_SHAPES[release.state]
        lines += _paragraph(release.reason, shape, STATE_INKS[release.state], width, rows)
    for note in release.notes:
        lines += _paragraph(note, "·", Ink.MUTED, width, rows - len(lines))
    return tuple(lines[:rows])


def _paragraph(text: str, shape: str, ink: Ink, width: int, rows: int) -> list[Line]:
    wrapped = wrap(text, width - _INDENT - 1, rows)
    words = Ink.MUTED if ink is Ink.MUTED else Ink.TEXT
    return [
        (Span(f" {shape} " if index == 0 else " " * _INDENT, ink, bold=True), span(line, words))
        for index, line in enumerate(wrapped)
    ]
