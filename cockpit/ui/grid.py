"""Columns: declared once with their widths, filled row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cockpit.ui.ink import Ink, Line, Span, fit_line
from cockpit.ui.text import Align, Keep

_GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `width` in cells, and of the `gap` after it; `keep` says which end of a long value survives."""

    title: str
    width: int
    align: Align = "left"
    keep: Keep = "start"
    gap: int = _GAP


def row(columns: Sequence[Column], cells: Iterable[Line], lead: Line = ()) -> Line:
    """Return one line with `cells` under `columns`; columns of no width are left out, with their gap."""
    spans: list[Span] = list(lead)
    gap = 0
    for column, cell in zip(columns, cells, strict=True):
        if column.width <= 0:
            continue
        spans.append(Span(" " * gap))
        spans.extend(fit_line(cell, column.width, column.align, column.keep))
        gap = column.gap
    return tuple(spans)


def titles(columns: Sequence[Column], lead: Line = ()) -> Line:
    """Return the line of column titles."""
    return row(columns, ((Span(column.title, Ink.MUTED),) for column in columns), lead)


GiveWay = tuple[int, int]
"""Index of a column, and how narrow it may become; at 0 it is left out, not narrowed."""


def widths(wanted: Sequence[int], steps: Iterable[GiveWay], room: int) -> tuple[int, ...]:
    """Return the widths of columns in `room` cells, gaps of two between them included.

    All columns start with the width they want, and give way step by step until they fit. What does not fit after the
    last step is cut off at the right.
    """
    sizes = list(wanted)
    for index, least in steps:
        over = _span(sizes) - room
        if over <= 0:
            break
        sizes[index] = min(sizes[index], max(least, sizes[index] - over)) if least else 0
    return tuple(sizes)


def _span(sizes: Sequence[int]) -> int:
    shown = [size for size in sizes if size > 0]
    return sum(shown) + _GAP * max(0, len(shown) - 1)
