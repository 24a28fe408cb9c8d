"""Metrics of the mock's canary: the new version fails more and more, and is slower."""

from __future__ import annotations

from collections.abc import Callable
from math import sin

from cockpit.release.metrics_view import (
    MetricsSourceView,
    MetricsState,
    MetricView,
    ObservedSplit,
    ReleaseMetrics,
    Verdict,
)
from tests.ui.fakes import NOW

CONNECTED = MetricsSourceView(MetricsState.CONNECTED, "monitoring/prometheus", answered_at=NOW)
_POINTS = 61


def series(of: Callable[[float], float], since: int = 0) -> tuple[float | None, ...]:
    """Return points of `of`, which is given 0 to 1; before the index `since` nothing is known."""
    return tuple(None if index < since else of(index / (_POINTS - 1)) for index in range(_POINTS))


def metric(
    points: tuple[float | None, ...],
    unit: str,
    verdict: Verdict | None = None,
    threshold: float | None = None,
    change: float | None = None,
    samples: float | None = 3600.0,
    value: float | None = None,
) -> MetricView:
    """Return a metric whose latest value is the last of its points, unless `value` says another."""
    latest = points[-1] if value is None else value
    return MetricView(latest, unit, "1m", verdict, "ingress-nginx", samples, "", threshold, change, points)


def canary_metrics() -> ReleaseMetrics:
    """Return fifteen minutes, in the last four of which the canary runs."""
    bad = Verdict.UNHEALTHY
    stable = {
        "requests_per_second": metric(series(lambda at: 118 + 6 * sin(at * 20)), "1/s"),
        "error_ratio": metric(
            series(lambda at: 0.001 + 0.0004 * sin(at * 31)), "ratio", Verdict.HEALTHY, threshold=0.01
        ),
        "latency_p99": metric(series(lambda at: 0.043 + 0.003 * sin(at * 17)), "s", Verdict.HEALTHY, threshold=1.0),
        "cpu": metric(series(lambda at: 0.31 + 0.02 * sin(at * 9)), "cores"),
        "memory": metric(series(lambda at: 64.0 * 2**20), "bytes"),
    }
    canary = {
        "requests_per_second": metric(series(lambda at: 77 * at, 44), "1/s", change=0.66),
        "error_ratio": metric(
            series(lambda at: 0.042 * (at - 0.7) / 0.3, 44), "ratio", bad, threshold=0.01, change=42.0
        ),
        "latency_p99": metric(series(lambda at: 0.21 * at, 44), "s", bad, threshold=1.0, change=4.9),
        "cpu": metric(series(lambda at: 0.4, 44), "cores", change=1.3),
        "memory": metric(series(lambda at: 71.0 * 2**20, 44), "bytes", change=1.1),
    }
    split = ObservedSplit(shares={"v1": 0.61, "v2": 0.39}, window="1m", samples=7200.0, source="ingress-nginx")
    return ReleaseMetrics(until=NOW, step=15.0, by_version={"v1": stable, "v2": canary}, observed=split)
