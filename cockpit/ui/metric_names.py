"""Metrics by the names of the catalogue: what they are called on the screen, and in which order they stand."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.release.metrics_view import REQUESTS, ReleaseMetrics
from cockpit.resources.inert import inert

_TITLES = {
    REQUESTS: "requests/s",
    "error_ratio": "errors",
    "latency_p99": "p99",
    "latency_p90": "p90",
    "latency_p50": "p50",
    "cpu": "CPU",
    "memory": "memory",
    "restarts": "restarts",
}


def title(metric: str, metrics: ReleaseMetrics) -> str:
    """Return what a metric is called on the screen: as its catalogue says, else by its own name."""
    return inert(metrics.titles.get(metric, "")) or _TITLES.get(metric) or inert(metric.replace("_", " "))


def in_order(metrics: ReleaseMetrics) -> tuple[str, ...]:
    """Return the metrics that any version has, those that decide first."""
    names = dict.fromkeys(name for by_name in metrics.by_version.values() for name in by_name)
    return (*(name for name in _TITLES if name in names), *_others(names))


def _others(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in names if name not in _TITLES))
