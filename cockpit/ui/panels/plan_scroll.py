"""What of a plan's page is not on the screen: how many lines, and which warnings."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.ui.ink import Ink, Line, Span


def more_lines(count: int, top: int, seen: int) -> tuple[Line, ...]:
    """Return a line that says how much of `count` lines is below the `seen` ones from `top`; none where all fit."""
    if count <= seen:
        return ()
    below = count - top - seen
    above = count - seen
    text = f"↓ {_lines(below, 'more ')}" if below > 0 else f"↑ {_lines(above, '')} above"
    return ((Span(f"  {text}", Ink.ACCENT),),)


def unseen_words(warnings: Sequence[int], top: int, seen: int) -> str:
    """Return a sentence on the warnings, given by their rows, that are not among the `seen` rows from `top`."""
    below = sum(row >= top + seen for row in warnings)
    above = sum(row < top for row in warnings)
    parts = [_warnings(below, "below")] if below else []
    parts += [_warnings(above, "above")] if above else []
    return f"{' and '.join(parts)}." if parts else ""


def _lines(count: int, more: str) -> str:
    return f"{count} {more}line{'' if count == 1 else 's'}"


def _warnings(count: int, where: str) -> str:
    return f"{count} warning{'' if count == 1 else 's'} {where}"
