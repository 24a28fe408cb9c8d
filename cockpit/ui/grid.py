"""Columns: declared once with their widths, filled row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cockpit.ui.ink import Ink, Line, Span, fit_line
from cockpit.ui.text import Align, Keep

GAP = Span("  ")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `width` in cells; `keep` says which end of a long value survives."""

    title: str
    width: int
    align: Align = "left"
    keep: Keep = "start"


def row(columns: Sequence[Column], cells: Iterable[Line], lead: Line = ()) -> Line:
    """Return one line with `cells` under `columns`; columns of no width are left out, with their gap."""
    spans: list[Span] = list(lead)
    started = False
    for column, cell in zip(columns, cells, strict=True):
        if column.width <= 0:
            continue
        if started:
            spans.append(GAP)
        spans.extend(fit_line(cell, column.width, column.align, column.keep))
        started = True
    return tuple(spans)


def titles(columns: Sequence[Column], lead: Line = ()) -> Line:
    """Return the line of column titles."""
    return row(columns, ((Span(column.title, Ink.MUTED),) for column in columns), lead)


def widths(wanted: Sequence[int], least: Sequence[int], order: Sequence[int], room: int) -> tuple[int, ...]:
    """Return the widths of columns in `room` cells, gaps of two between them included.

    All columns start with the width they want. Those that come first in `order` (indices) give way first: down to their
    least width, or altogether where that is 0. What still does not fit is cut off at the right.
    """
    sizes = list(wanted)
    for index in order:
        over = _span(sizes) - room
        if over <= 0:
            break
        sizes[index] = max(least[index], sizes[index] - over) if least[index] else 0
    return tuple(sizes)


def _span(sizes: Sequence[int]) -> int:
    shown = [size for size in sizes if size > 0]
    return sum(shown) + len(GAP.text) * max(0, len(shown) - 1)
