"""What metrics tell of a release in a few cells of the fleet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cockpit.release.metrics_view import MetricView, ReleaseMetrics, Verdict, observed_rates
from cockpit.ui.ink import Ink, Line, Span, span
from cockpit.ui.metric_names import in_order, title
from cockpit.ui.quantities import quantity

FleetMetrics = Mapping[tuple[str, str], ReleaseMetrics]
NONE: FleetMetrics = {}
WIDTH = 15


def metrics_cell(metrics: ReleaseMetrics | None) -> Line:
    """Return the requests a second of all versions, and what is wrong with one of them: ✖ and the metric."""
    if metrics is None:
        return (Span("?", Ink.MUTED),)
    return (*_rate(metrics), *_verdict(metrics))


def _rate(metrics: ReleaseMetrics) -> Line:
    found = observed_rates(metrics)
    return (Span(f"{quantity(sum(found.values()), '1/s')}/s "),) if found else ()


def _verdict(metrics: ReleaseMetrics) -> Line:
    for name in in_order(metrics):
        if any(metric.verdict is Verdict.UNHEALTHY for metric in _named(metrics, name)):
            return (Span("✖ ", Ink.ERROR, bold=True), span(title(name), Ink.ERROR))
    judged = [metric for metric in _named(metrics, "error_ratio") if metric.verdict is Verdict.HEALTHY]
    return (Span("✔", Ink.STEADY),) if judged else (Span("? no data", Ink.UNKNOWN),)


def _named(metrics: ReleaseMetrics, name: str) -> Iterator[MetricView]:
    yield from (by_name[name] for by_name in metrics.by_version.values() if name in by_name)
