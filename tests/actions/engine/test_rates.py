"""Requests a second, as metrics tell them."""

from __future__ import annotations

from cockpit.actions.rates import known_rates
from cockpit.release.metrics_view import REQUESTS, MetricView, ReleaseMetrics, Verdict, observed_rates
from tests.actions.engine.subjects import NOW


def requests(value: float | None) -> dict[str, MetricView]:
    return {REQUESTS: MetricView(value=value, unit="1/s", window="1m", verdict=Verdict.NO_DATA, source="istio")}


def test_what_is_not_known_is_left_out_and_never_0() -> None:
    told = {"v1": requests(95.0), "v2": requests(None), "v3": {}}
    assert observed_rates(ReleaseMetrics(until=NOW, step=15, by_version=told)) == {"v1": 95.0}


def test_rates_are_of_use_where_everybody_with_a_share_has_one() -> None:
    assert known_rates({"v1": 95.0}, {"v1": 1.0, "v2": 0.0}) == {"v1": 95.0, "v2": 0.0}
    assert known_rates({"v1": 95.0}, {"v1": 0.95, "v2": 0.05}) == {}
    assert known_rates({"v1": 95.0}, {"v1": 0.95, "v2": None}) == {}
    assert known_rates({"v1": 0.0, "v2": 0.0}, {"v1": 0.95, "v2": 0.05}) == {}
