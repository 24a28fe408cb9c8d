"""Sparklines: a series in one row of cells, the newest point at the right end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from math import isfinite

from cockpit.ui.ink import Ink, Line, Span

_BARS = "▁▂▃▄▅▆▇█"
_GAP = " "


def in_cells(points: Sequence[float | None], width: int) -> tuple[float | None, ...]:
    """Return one value a cell: the largest of the known points that fall into it, None where none is known.

    The largest, because a peak that is averaged away is a peak that nobody sees. Fewer points than cells stand at the
    right end.
    """
    if width <= 0 or not points:
        return (None,) * max(0, width)
    if len(points) < width:
        return (*(None,) * (width - len(points)), *map(_known, points))
    edges = [len(points) * cell // width for cell in range(width + 1)]
    return tuple(_largest(points[start:end]) for start, end in pairwise(edges))


def _known(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _largest(points: Sequence[float | None]) -> float | None:
    return max((point for point in map(_known, points) if point is not None), default=None)


def scale_of(series: Iterable[Sequence[float | None]], least: float = 0.0) -> float:
    """Return the largest known value of all series, `least` at the least: what the highest bar stands for."""
    return max([least, *(point for points in series for point in map(_known, points) if point is not None)])


def sparkline(points: Sequence[float | None], width: int, top: float, ink: Ink, threshold: float | None = None) -> Line:
    """Return a bar a cell, from nothing to `top`; a gap is an empty cell, bars from the threshold on differ."""
    cells = [_cell(value, top, threshold, ink) for value in in_cells(points, width)]
    return tuple(
        Span("".join(text for text, _ in group), colour) for colour, group in groupby(cells, lambda cell: cell[1])
    )


def _cell(value: float | None, top: float, threshold: float | None, ink: Ink) -> tuple[str, Ink]:
    if value is None:
        return _GAP, ink
    level = 0 if top <= 0 else round(max(0.0, min(1.0, value / top)) * (len(_BARS) - 1))
    return _BARS[level], Ink.ERROR if threshold is not None and value >= threshold else ink
