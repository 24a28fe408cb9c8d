"""Answers to the asks of a release become its metrics. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec

from cockpit.kube.errors import quoted
from cockpit.metrics.answer import Series
from cockpit.metrics.asks import Ask
from cockpit.metrics.catalogue import Catalogue, Metric
from cockpit.metrics.grid import Grid, last_known
from cockpit.metrics.observed import observed_split
from cockpit.metrics.settings import MetricsSettings
from cockpit.metrics.template import placeholders
from cockpit.metrics.units import seconds_of
from cockpit.metrics.verdict import Criteria, Reading, change, judge, reading_of
from cockpit.release.metrics_view import REQUESTS, IpvsEntry, MetricView, ObservedSplit, ReleaseMetrics, Verdict
from cockpit.release.view import ReleaseView, Role

_STABLE = (Role.STABLE, Role.ACTIVE)


class Line(msgspec.Struct, frozen=True):
    """What was answered for one metric of one version; `ask` is None where nothing could be asked."""

    ask: Ask | None
    points: tuple[float | None, ...]
    why: str = ""


Lines = Mapping[tuple[str, str], Line]
"""Lines by version and metric."""


class Judging(msgspec.Struct, frozen=True):
    """What findings are judged by, and the moments that they are of."""

    catalogue: Catalogue
    settings: MetricsSettings
    grid: Grid


def lines_of(asks: Mapping[str, Ask], answered: Mapping[str, Sequence[Series]], judging: Judging) -> Lines:
    """Return the lines of one release; `asks` by their marks."""
    parts: dict[tuple[str, str], list[tuple[Ask, Line]]] = {}
    for mark, ask in asks.items():
        line = _line(ask, answered.get(mark, ()), judging.grid)
        parts.setdefault((ask.version, ask.metric), []).append((ask, line))
    return {key: _joined(found, judging.catalogue.metrics[key[1]]) for key, found in parts.items()}


def _line(ask: Ask, found: Sequence[Series], grid: Grid) -> Line:
    if len(found) > 1:
        return Line(ask, (), "the query gives several values")
    points = grid.placed(found[0].points) if found else ()
    why = (
        "a native histogram, which is no value" if found and found[0].histograms and last_known(points) is None else ""
    )
    return Line(ask, points, why)


def _joined(parts: Sequence[tuple[Ask, Line]], metric: Metric) -> Line:
    """Join what was asked for parts of the pods: a sum is the sum of them, anything else cannot be told from them."""
    if len(parts) == 1:
        return parts[0][1]
    if not metric.sums:
        return Line(parts[0][0], (), "the version has more pods than one query can name")
    columns = zip(*(line.points for _, line in parts if line.points), strict=True)
    sums = tuple(_sum([value for value in column if value is not None]) for column in columns)
    return Line(parts[0][0], sums)


def _sum(values: Sequence[float]) -> float | None:
    return math.fsum(values) if values and all(map(math.isfinite, values)) else None


def metrics_of(
    release: ReleaseView, lines: Lines, judging: Judging, ipvs: tuple[IpvsEntry, ...] | None, ipvs_absent: str
) -> ReleaseMetrics:
    """Return all that is known of a release."""
    readings = {version.name: _readings(version.name, lines, judging) for version in release.versions}
    stable = next((version.name for version in release.versions if version.role in _STABLE), "")
    return ReleaseMetrics(
        until=judging.grid.until,
        step=judging.grid.step,
        by_version={
            version.name: {
                name: _view(
                    name,
                    lines.get((version.name, name)),
                    reading,
                    readings[stable][name] if stable and version.name != stable else None,
                    judging,
                )
                for name, reading in readings[version.name].items()
            }
            for version in release.versions
        },
        observed=_observed(release, lines, readings),
        ipvs=ipvs,
        ipvs_absent=ipvs_absent if ipvs is None else "",
        titles={name: metric.title for name, metric in judging.catalogue.metrics.items() if metric.title},
    )


def _readings(version: str, lines: Lines, judging: Judging) -> Mapping[str, Reading]:
    requests = _now(lines.get((version, REQUESTS)), "1/s")
    found = {}
    for name, metric in judging.catalogue.metrics.items():
        line = lines.get((version, name))
        samples = None
        if metric.traffic and line is not None and line.ask is not None and requests.value is not None:
            samples = requests.value * seconds_of(line.ask.window)
        reading = _now(line, metric.unit, samples)
        stale = reading.value is None and line is not None and _stale(line, judging.grid)
        found[name] = Reading(None, samples, stale) if stale else reading
    return found


def _now(line: Line | None, unit: str, samples: float | None = None) -> Reading:
    if line is None:
        return Reading(None, samples, "no source has series of it")
    if line.why:
        return Reading(None, samples, line.why)
    return reading_of(line.points[-1] if line.points else None, unit, samples)


def _stale(line: Line, grid: Grid) -> str:
    """Word that there were values, and are none any more; "" where that is not so."""
    steps = last_known(line.points)
    return f"no value for {steps * grid.step:.0f} s" if steps else ""


def _view(name: str, line: Line | None, reading: Reading, stable: Reading | None, judging: Judging) -> MetricView:
    metric = judging.catalogue.metrics[name]
    criteria = criteria_of(name, metric, judging.settings)
    verdict, why = judge(reading, criteria, stable)
    ask = line.ask if line else None
    return MetricView(
        value=reading.value,
        unit=metric.unit,
        window=_told_window(ask),
        verdict=verdict,
        source=quoted(ask.source.title or ask.source.name, 40) if ask else "",
        samples=reading.samples,
        why=why,
        threshold=criteria.threshold,
        change=change(reading.value, stable.value) if stable else None,
        points=tuple(_drawn(point, metric.unit) for point in line.points) if line else (),
    )


def _told_window(ask: Ask | None) -> str:
    """Return the window that the query looks back over, "" where it asks for a value of the moment."""
    if ask is None or not placeholders(ask.source.queries[ask.metric].query) & {"window", "range"}:
        return ""
    return ask.window


def _drawn(point: float | None, unit: str) -> float | None:
    return reading_of(point, unit).value


def criteria_of(name: str, metric: Metric, settings: MetricsSettings) -> Criteria:
    """Return what a metric is judged by: the settings' thresholds go before the catalogue's."""
    return Criteria(
        unit=metric.unit,
        threshold=settings.thresholds.get(name, metric.threshold),
        factor=settings.relative_factor if metric.relative and settings.relative_factor else None,
        minimum=settings.minimum_sample if metric.traffic else 0.0,
    )


def _observed(
    release: ReleaseView, lines: Lines, readings: Mapping[str, Mapping[str, Reading]]
) -> ObservedSplit | None:
    rates = {name: found[REQUESTS].value for name, found in readings.items() if REQUESTS in found}
    ask = next((line.ask for (_, metric), line in lines.items() if metric == REQUESTS and line.ask), None)
    if ask is None:
        return None
    source = quoted(ask.source.title or ask.source.name, 40)
    return observed_split(release, rates, ask.window, seconds_of(ask.window), source, ask.source.router)


def without_news(known: ReleaseMetrics | None, judging: Judging, message: str) -> ReleaseMetrics:
    """Return what was known before, as history: no value is current, and no verdict stands. `message` says why."""
    if known is None:
        return ReleaseMetrics(
            until=judging.grid.until, step=judging.grid.step, by_version={}, ipvs_absent=message, message=message
        )
    by_version = {
        version: {name: _past(view, message) for name, view in views.items()}
        for version, views in known.by_version.items()
    }
    return msgspec.structs.replace(
        known, by_version=by_version, observed=None, ipvs=None, ipvs_absent=message, message=message
    )


def _past(view: MetricView, message: str) -> MetricView:
    return msgspec.structs.replace(view, value=None, samples=None, change=None, verdict=Verdict.NO_DATA, why=message)
