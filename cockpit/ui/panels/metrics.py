"""METRICS: the versions beside each other, each metric on one scale, with what is to be thought of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cockpit.release.metrics_view import REQUESTS, MetricsSourceView, MetricsState, MetricView, ReleaseMetrics, Verdict
from cockpit.release.view import ReleaseView
from cockpit.ui.content import Content, plain_rows
from cockpit.ui.durations import age, duration
from cockpit.ui.ink import BLANK, Ink, Line, Span, fit_line, span, width_of
from cockpit.ui.marks import Places, mark_of, named
from cockpit.ui.metric_names import in_order, title
from cockpit.ui.panels.heading import heading
from cockpit.ui.panels.sparkline import scale_of, sparkline
from cockpit.ui.quantities import RATIO, factor, quantity
from cockpit.ui.text import wrap

OLD = timedelta(seconds=30)
"""From here on the heading says how old the figures are."""
_VALUE_WIDTH = 8
_VERDICT_WIDTH = 7
_GAP = 2
_LEAST_COLUMN = 21
_MOST_COLUMNS = 5
_MOST_SPARK = 40

_NO_SERIES = "Prometheus has no series about these versions."
STATE_WORDS = {
    MetricsState.OFF: "no Prometheus was found; name one with --prometheus URL",
    MetricsState.CONNECTING: "looking for metrics",
    MetricsState.CONNECTED: "nothing is known yet",
    MetricsState.SLOW: "Prometheus is slow",
    MetricsState.PARTIAL: "Prometheus answers in part",
    MetricsState.UNAUTHORISED: "Prometheus does not let you in",
    MetricsState.GONE: "Prometheus does not answer",
}


@dataclass(frozen=True, slots=True)
class _Grid:
    """`spark` cells of each column are its sparkline."""

    name: int
    spark: int
    columns: int


def metrics_panel(
    release: ReleaseView,
    metrics: ReleaseMetrics | None,
    source: MetricsSourceView,
    places: Places,
    now: datetime,
    width: int,
    moments: Sequence[datetime] = (),
) -> Content:
    """Return a row a version for each few metrics, with a time axis under the first; `moments` are those of acts."""
    note, ink = _note(metrics, source, now)
    head = heading("METRICS", width, note, ink)
    names = in_order(metrics) if metrics is not None else ()
    if metrics is None or not names:
        said = source.message or (metrics.message or _NO_SERIES if metrics is not None else "")
        lines = tuple((span(text, Ink.MUTED),) for text in wrap(said, width, 2))
        return Content((head,), lines, plain_rows(lines))
    grid = _grid(release, places, width, len(names))
    blocks = [names[start : start + grid.columns] for start in range(0, len(names), grid.columns)]
    body: list[Line] = [(Span("▲ ", Ink.WARNING), span(metrics.message, Ink.WARNING))] if metrics.message else []
    for index, block in enumerate(blocks):
        body += [BLANK, _titles(metrics, block, grid)] if index else []
        body += _rows(release, metrics, block, places, grid)
        body += [_axis(metrics, block, moments, grid)] if index == 0 else []
    return Content((head, _titles(metrics, blocks[0], grid)), tuple(body), plain_rows(body))


def _note(metrics: ReleaseMetrics | None, source: MetricsSourceView, now: datetime) -> tuple[str, Ink]:
    well = source.state in {MetricsState.CONNECTED, MetricsState.CONNECTING}
    ink = Ink.MUTED if well or source.state is MetricsState.OFF else Ink.WARNING
    if metrics is None:
        off = source.state is MetricsState.OFF and source.message
        return "metrics are off" if off else STATE_WORDS[source.state], ink
    parts = [] if well else [f"▲ {STATE_WORDS[source.state]}"]
    if now - metrics.until > OLD:
        ink = Ink.WARNING
        parts.append(f"{age(metrics.until, now)} old")
    return " · ".join((*parts, *_sources(metrics), source.name)), ink


def _sources(metrics: ReleaseMetrics) -> tuple[str, ...]:
    """Return what was asked about requests, e.g. "ingress-nginx 1m": of the others the chart tells."""
    found = [by_name[REQUESTS] for by_name in metrics.by_version.values() if REQUESTS in by_name]
    return tuple(dict.fromkeys(f"{metric.source} {metric.window}" for metric in found if metric.source))


def _grid(release: ReleaseView, places: Places, width: int, count: int) -> _Grid:
    widest = max((width_of(named(version.name, places)) for version in release.versions), default=6)
    name = min(max(8, widest), 20 if width > 100 else 12)
    room = width - name
    columns = max(
        1, min(_MOST_COLUMNS, count or 1, room // (_LEAST_COLUMN + 10 if width > 100 else _LEAST_COLUMN + _GAP))
    )
    spark = room // columns - _GAP - _VALUE_WIDTH - _VERDICT_WIDTH
    return _Grid(name, max(3, min(_MOST_SPARK, spark)), columns)


def _titles(metrics: ReleaseMetrics, names: Sequence[str], grid: _Grid) -> Line:
    cells = (
        Span(" " * grid.name),
        *(part for name in names for part in _column((span(title(name, metrics), Ink.MUTED),), grid)),
    )
    return tuple(cells)


def _column(cell: Line, grid: _Grid) -> Line:
    return (Span(" " * _GAP), *fit_line(cell, grid.spark + _VALUE_WIDTH + _VERDICT_WIDTH))


def _rows(
    release: ReleaseView, metrics: ReleaseMetrics, names: Sequence[str], places: Places, grid: _Grid
) -> Iterator[Line]:
    tops = {name: _top(metrics, name) for name in names}
    for version in release.versions:
        cells: list[Span] = [*fit_line(named(version.name, places), grid.name)]
        found = metrics.by_version.get(version.name, {})
        for name in names:
            cell = _cell(found.get(name), mark_of(version.name, places).ink, tops[name], grid)
            cells += _column(cell, grid)
        yield tuple(cells)


def _top(metrics: ReleaseMetrics, name: str) -> float:
    """Return what the highest bar of a metric stands for, in all versions alike.

    A ratio is drawn against its threshold at least: one error in a thousand must not look like a wall.
    """
    of_all = [by_name[name] for by_name in metrics.by_version.values() if name in by_name]
    least = max((metric.threshold or 0.0 for metric in of_all if metric.unit == RATIO), default=0.0)
    return scale_of((metric.points for metric in of_all), least)


def _cell(metric: MetricView | None, ink: Ink, top: float, grid: _Grid) -> Line:
    if metric is None:
        return fit_line((Span("? ", Ink.UNKNOWN), Span("not asked", Ink.MUTED)), grid.spark + _VALUE_WIDTH)
    value = quantity(metric.value, metric.unit)
    return (
        *fit_line(sparkline(metric.points, grid.spark, top, ink, metric.threshold), grid.spark),
        *fit_line((span(value, bold=metric.value is not None),), _VALUE_WIDTH, "right"),
        *verdict_words(metric),
    )


def verdict_words(metric: MetricView) -> Line:
    """Return what is to be thought of a value in a few cells: ✖ with the bound, ? without data, else the change."""
    if metric.verdict is Verdict.UNHEALTHY:
        broken = metric.threshold is not None and metric.value is not None and metric.value >= metric.threshold
        sign = "≥" if metric.value == metric.threshold else ">"
        said = quantity(metric.threshold, metric.unit).replace(".0", "")
        bound = f"{sign}{said}" if broken else factor(metric.change)
        return (Span(" ✖ ", Ink.ERROR, bold=True), span(bound.replace(" ", ""), Ink.ERROR))
    if metric.verdict is Verdict.NO_DATA:
        return (Span(" ? few" if metric.value is not None else " ? none", Ink.UNKNOWN),)
    mark = Span(" ✔ ", Ink.STEADY) if metric.verdict is Verdict.HEALTHY else Span("   ")
    return (mark, span(factor(metric.change), Ink.MUTED))


def _axis(metrics: ReleaseMetrics, names: Sequence[str], moments: Sequence[datetime], grid: _Grid) -> Line:
    """Return the time axis under each sparkline, with a mark where something was done."""
    count = max((len(metric.points) for found in metrics.by_version.values() for metric in found.values()), default=0)
    seconds = max(0, count - 1) * metrics.step
    if seconds <= 0:
        return BLANK
    cells = axis_cells(seconds, metrics.until, moments, grid.spark)
    line: list[Span] = [Span(" " * grid.name)]
    for _ in names:
        line += _column(cells, grid)
    return tuple(line)


def axis_cells(seconds: float, until: datetime, moments: Sequence[datetime], width: int) -> Line:
    """Return `width` cells from `seconds` ago until now; ▲ stands where something was done."""
    label = f"−{duration(seconds)}"
    row = list(f"{label}{'┄' * (width - len(label))}"[:width])
    for moment in moments:
        ago = (until - moment).total_seconds()
        if 0 <= ago <= seconds:
            row[min(width - 1, int((1 - ago / seconds) * (width - 1) + 0.5))] = "▲"
    return tuple(Span(cell, Ink.ACCENT if cell == "▲" else Ink.MUTED, bold=cell == "▲") for cell in row)
