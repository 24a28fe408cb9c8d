"""What metrics tell of a release in a few cells of the fleet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from cockpit.release.metrics_view import (
    MetricsSourceView,
    MetricsState,
    MetricView,
    ReleaseMetrics,
    Verdict,
    observed_rates,
)
from cockpit.release.view import ReleaseView
from cockpit.ui.durations import age
from cockpit.ui.ink import Ink, Line, Span, span
from cockpit.ui.metric_names import in_order, title
from cockpit.ui.panels.metrics import STATE_WORDS
from cockpit.ui.panels.states import METRICS_SHAPES
from cockpit.ui.quantities import quantity

FleetMetrics = Mapping[tuple[str, str], ReleaseMetrics]
NONE: FleetMetrics = {}
WIDTH = 15
_OLD = timedelta(seconds=60)
"""From here on figures say nothing of now; a fleet that is too large for one refresh is read in turns."""
_QUIET = {MetricsState.OFF, MetricsState.CONNECTING, MetricsState.CONNECTED}


def metrics_cell(release: ReleaseView, metrics: ReleaseMetrics | None, now: datetime) -> Line:
    """Return the requests a second of all versions, and what is to be thought of them.

    ✖ with the metric that is wrong with one of them; ✔ only for versions whose errors are known: where another one has
    pods, it is said of how many.
    """
    if metrics is None:
        return (Span("?", Ink.MUTED),)
    if now - metrics.until > _OLD:
        return (Span(f"? {age(metrics.until, now)} old", Ink.UNKNOWN),)
    return (*_rate(metrics), *_verdict(release, metrics))


def metrics_trouble(source: MetricsSourceView) -> Line:
    """Return what is amiss with the source of metrics in a few words, nothing where it is well or off."""
    if source.state in _QUIET:
        return ()
    shape, ink = METRICS_SHAPES[source.state]
    return (Span(f"{shape} {STATE_WORDS[source.state]} ", ink),)


def _rate(metrics: ReleaseMetrics) -> Line:
    found = observed_rates(metrics)
    return (Span(f"{quantity(sum(found.values()), '1/s')}/s "),) if found else ()


def _verdict(release: ReleaseView, metrics: ReleaseMetrics) -> Line:
    for name in in_order(metrics):
        if any(metric.verdict is Verdict.UNHEALTHY for metric in _named(metrics, name)):
            return (Span("✖ ", Ink.ERROR, bold=True), span(title(name), Ink.ERROR))
    wanted = [version.name for version in release.versions if version.pods is None or version.pods]
    judged = sum(_is_healthy(metrics.by_version.get(name, {})) for name in wanted)
    if not judged:
        return (Span("? no data", Ink.UNKNOWN),)
    rest = (Span(f" {judged} of {len(wanted)}", Ink.UNKNOWN),) if judged < len(wanted) else ()
    return (Span("✔", Ink.STEADY), *rest)


def _is_healthy(by_name: Mapping[str, MetricView]) -> bool:
    errors = by_name.get("error_ratio")
    return errors is not None and errors.verdict is Verdict.HEALTHY


def _named(metrics: ReleaseMetrics, name: str) -> Iterator[MetricView]:
    yield from (by_name[name] for by_name in metrics.by_version.values() if name in by_name)
