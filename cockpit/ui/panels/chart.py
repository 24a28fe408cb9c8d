"""One metric over time with its axes: every version as dots of its own shape, and the values under a cursor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cockpit.release.metrics_view import MetricView, ReleaseMetrics
from cockpit.release.view import ReleaseView
from cockpit.ui.durations import duration
from cockpit.ui.ink import BLANK, Ink, Line, Span, fit_line, span, width_of
from cockpit.ui.marks import Mark, Places, mark_of, named
from cockpit.ui.panels.metrics import OLD, verdict_words
from cockpit.ui.panels.scale import round_scale
from cockpit.ui.panels.sparkline import in_cells, scale_of
from cockpit.ui.quantities import quantity
from cockpit.ui.text import wrap

_AXIS = 9
"""Cells for the values at the left, the line of the axis included."""
_LEAST_ROWS, _LEAST_WIDTH = 3, 20


@dataclass(frozen=True, slots=True)
class Plot:
    """What a chart shows: `series` by version, on the scale from 0 to `top` in `steps`, `seconds` back from `until`.

    `cursor` is how many cells it stands left of the newest points, which are `old` seconds old; 0 is of now.
    """

    release: ReleaseView
    name: str
    series: Mapping[str, MetricView]
    places: Places
    until: datetime
    seconds: float
    top: float
    steps: int
    threshold: float | None
    moments: tuple[datetime, ...]
    cursor: int
    old: float = 0.0

    @property
    def unit(self) -> str:
        """Unit of the metric."""
        return next((metric.unit for metric in self.series.values()), "")


def plot_of(
    release: ReleaseView,
    metrics: ReleaseMetrics,
    name: str,
    places: Places,
    moments: Sequence[datetime] = (),
    cursor: int = 0,
    now: datetime | None = None,
) -> Plot:
    """Return the plot of one metric; its scale holds every version, and the threshold where that is near.

    `now` tells how old the newest points are, None that they are of now.
    """
    versions = [version.name for version in release.versions]
    found = {version: metrics.by_version.get(version, {}).get(name) for version in versions}
    series = {version: metric for version, metric in found.items() if metric is not None}
    threshold = next((metric.threshold for metric in series.values() if metric.threshold is not None), None)
    highest = scale_of(metric.points for metric in series.values())
    near = threshold if threshold is not None and (highest == 0 or threshold <= 4 * highest) else 0.0
    count = max((len(metric.points) for metric in series.values()), default=0)
    unit = next((metric.unit for metric in series.values()), "")
    top, steps = round_scale(max(highest, near), unit)
    seconds = max(0, count - 1) * metrics.step
    age = now - metrics.until if now is not None else timedelta()
    return Plot(
        release,
        name,
        series,
        places,
        metrics.until,
        seconds,
        top,
        steps,
        threshold,
        tuple(moments),
        cursor,
        age.total_seconds() if age > OLD else 0.0,
    )


def chart_lines(plot: Plot, width: int, rows: int) -> tuple[Line, ...]:
    """Return the chart in `rows` lines: the grid, the time axis, and a line a version with its value at the cursor."""
    legend = _legend(plot, width)
    height = rows - len(legend) - 3
    cells = width - _AXIS - 1
    if height < _LEAST_ROWS or cells < _LEAST_WIDTH or not plot.series:
        return legend
    grid = _Grid(plot, cells, height)
    body = [_body_line(grid, row) for row in range(height)]
    return (*body, _time_line(grid), _time_labels(grid), BLANK, *legend)


class _Grid:
    """Where everything stands: rows from the top, columns from the left."""

    def __init__(self, plot: Plot, cells: int, height: int) -> None:
        self.plot = plot
        self.cells = cells
        self.height = height
        self.cursor = cells - 1 - min(plot.cursor, cells - 1)
        bound = plot.threshold
        self.threshold = self.row_of(bound) if bound is not None and bound <= plot.top else None
        self.labels = {
            self.row_of(plot.top * step / plot.steps): plot.top * step / plot.steps for step in self._steps()
        }
        self.moments = frozenset(self._column_of(moment) for moment in plot.moments)
        self.marks: dict[tuple[int, int], Mark] = {}
        for version, metric in plot.series.items():
            for column, value in enumerate(in_cells(_stretched(metric.points, cells), cells)):
                if value is not None:
                    self.marks[self.row_of(value), column] = mark_of(version, plot.places)

    def row_of(self, value: float) -> int:
        """Return the row of a value."""
        share = max(0.0, min(1.0, value / self.plot.top))
        return self.height - 1 - round(share * (self.height - 1))

    def _steps(self) -> Iterable[int]:
        """Return the steps that get a label: all of them where there are rows between them, else the two ends."""
        return range(self.plot.steps + 1) if self.height > 2 * self.plot.steps else (0, self.plot.steps)

    def _column_of(self, moment: datetime) -> int:
        ago = (self.plot.until - moment).total_seconds()
        return round((1 - ago / self.plot.seconds) * (self.cells - 1)) if self.plot.seconds else -1


def _stretched(points: Sequence[float | None], cells: int) -> Sequence[float | None]:
    """Return the points spread over all cells: each cell has the point that is nearest in time."""
    if not points or len(points) >= cells:
        return points
    return [points[round(cell * (len(points) - 1) / max(1, cells - 1))] for cell in range(cells)]


def _body_line(grid: _Grid, row: int) -> Line:
    value = grid.labels.get(row)
    label = quantity(value, grid.plot.unit) if value is not None else ""
    return (
        *fit_line((span(label, Ink.MUTED),), _AXIS - 2, "right"),
        Span(" ┤" if label else " │", Ink.MUTED),
        *(_at(grid, row, column) for column in range(grid.cells)),
    )


def _at(grid: _Grid, row: int, column: int) -> Span:
    mark = grid.marks.get((row, column))
    if mark is not None:
        return Span(mark.shape, mark.ink, bold=column == grid.cursor)
    if column == grid.cursor:
        return Span("│", Ink.TEXT)
    if row == grid.threshold:
        return Span("─", Ink.ERROR)
    if column in grid.moments:
        return Span("┊", Ink.ACCENT)
    return Span(" ")


def _time_line(grid: _Grid) -> Line:
    marks = {column: Span("▲", Ink.ACCENT, bold=True) for column in grid.moments if 0 <= column < grid.cells}
    cells = (marks.get(column, Span("─", Ink.MUTED)) for column in range(grid.cells))
    return (Span(" " * (_AXIS - 1) + "└", Ink.MUTED), *cells)


def _time_labels(grid: _Grid) -> Line:
    seconds = grid.plot.seconds
    ago = seconds * (grid.cells - 1 - grid.cursor) / max(1, grid.cells - 1)
    at = grid.plot.until - timedelta(seconds=ago)
    old = grid.plot.old
    start, end = f"−{duration(seconds + old)}", f"{duration(old)} ago" if old else "now"
    middle = f"{at:%H:%M:%S} UTC" + (f", {duration(ago + old)} ago" if ago else "")
    gap = grid.cells - len(start) - len(end) - len(middle)
    place = max(1, min(gap - 1, grid.cursor - len(start) - len(middle) // 2))
    return (
        Span(" " * _AXIS),
        Span(start, Ink.MUTED),
        Span(" " * place),
        Span(middle, Ink.ACCENT, bold=True),
        Span(" " * max(1, gap - place)),
        Span(end, Ink.WARNING if old else Ink.MUTED),
    )


def _legend(plot: Plot, width: int) -> tuple[Line, ...]:
    """Return a line a version: its value at the cursor, the latest one, the verdict and why."""
    names = max((width_of(named(version.name, plot.places)) for version in plot.release.versions), default=8)
    lines: list[Line] = []
    for version in plot.release.versions:
        metric = plot.series.get(version.name)
        name = fit_line(named(version.name, plot.places, bold=True), min(24, names) + 2)
        if metric is None:
            lines.append((*name, Span("? not known for this version", Ink.UNKNOWN)))
            continue
        lines += _legend_lines(plot, metric, name, width)
    return tuple(lines)


def _legend_lines(plot: Plot, metric: MetricView, name: Line, width: int) -> list[Line]:
    cells = max(_LEAST_WIDTH, width - _AXIS - 1)
    points = in_cells(_stretched(metric.points, cells), cells)
    at_cursor = points[len(points) - 1 - min(plot.cursor, len(points) - 1)] if points else None
    said = (
        *name,
        Span("at cursor ", Ink.MUTED),
        *fit_line((span(quantity(at_cursor, metric.unit), bold=True),), 9),
        Span("now ", Ink.MUTED),
        *fit_line((span(quantity(metric.value, metric.unit), bold=True),), 9),
        *fit_line(verdict_words(metric), 9),
        span(", ".join(filter(None, (metric.source, metric.window))), Ink.MUTED),
    )
    why = wrap(metric.why, max(10, width - width_of(name)), 1)
    return [said, *((Span(" " * width_of(name)), span(text, Ink.MUTED)) for text in why)]
