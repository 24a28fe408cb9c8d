"""A gap between meant and seen shares is told once it has lasted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from cockpit.live.drifts import DriftRule, Drifts
from cockpit.release.metrics_view import ObservedSplit, ReleaseMetrics
from cockpit.release.view import Drift, ReleaseView, Role, RouteView
from tests.ui.factory import release, version

replace = msgspec.structs.replace
BEGAN = datetime(2026, 11, 21, 10, tzinfo=UTC)
RULE = DriftRule(share=0.1, lasting=timedelta(seconds=60))


def web(v2: float) -> ReleaseView:
    """Return a release whose route gives v2 this share, while half of the requests go there."""
    versions = (version("v1", Role.STABLE, "web", "r"), version("v2", Role.CANARY, "web", "r", network=1))
    made = release("web", versions, configured={"v1": 1 - v2, "v2": v2}, configured_by="Ingress/web")
    return replace(made, splits=replace(made.splits, observed={"v1": 0.5, "v2": 0.5}))


def drift_at(drifts: Drifts, seconds: float, of: ReleaseView, seen: Mapping[str, float] | None = None) -> Drift | None:
    split = ObservedSplit(shares=seen or {"v1": 0.5, "v2": 0.5}, window="1m", samples=7200.0, source="istio")
    metrics = ReleaseMetrics(until=BEGAN + timedelta(seconds=seconds), step=15.0, by_version={}, observed=split)
    return drifts.told(replace(of, splits=replace(of.splits, observed=split.shares)), metrics).splits.drift


def test_a_gap_counts_as_drift_only_after_it_has_lasted() -> None:
    drifts = Drifts(RULE)
    found = [drift_at(drifts, seconds, web(0.05)) for seconds in (0, 30, 59, 60, 90)]
    assert [drift is not None for drift in found] == [False, False, False, True, True]


def test_a_gap_that_closes_in_between_begins_anew() -> None:
    drifts = Drifts(RULE)
    drift_at(drifts, 0, web(0.05))
    assert drift_at(drifts, 50, web(0.05), {"v1": 0.95, "v2": 0.05}) is None
    assert drift_at(drifts, 100, web(0.05)) is None
    assert drift_at(drifts, 160, web(0.05)) is not None


def test_new_shares_begin_anew_and_are_given_time_to_be_taken_up() -> None:
    drifts = Drifts(replace_lasting(30))
    drift_at(drifts, 0, web(0.5))
    assert drift_at(drifts, 100, web(0.05)) is None
    soon = drift_at(drifts, 140, web(0.05))
    assert soon is not None
    assert "not taken up yet" in soon.cause
    later = drift_at(drifts, 300, web(0.05))
    assert later is not None
    assert "not taken up yet" not in later.cause


def test_new_shares_of_one_of_several_rules_begin_anew_too() -> None:
    def by_rules(v2: float) -> ReleaseView:
        rules = [
            RouteView("VirtualService", "web", "web/", match, True, (), shares)
            for match, shares in (("header canary: true", {"v2": 1.0}), (None, {"v1": 1 - v2, "v2": v2}))
        ]
        made = web(v2)
        return replace(made, routes=tuple(rules), splits=replace(made.splits, configured=None))

    drifts = Drifts(RULE)
    drift_at(drifts, 0, by_rules(0.7))
    assert drift_at(drifts, 60, by_rules(0.7)) is not None
    assert drift_at(drifts, 90, by_rules(0.9)) is None


def replace_lasting(seconds: float) -> DriftRule:
    return DriftRule(share=0.1, lasting=timedelta(seconds=seconds))


def test_releases_that_are_gone_are_forgotten() -> None:
    drifts = Drifts(RULE)
    drift_at(drifts, 0, web(0.05))
    drifts.keep_only([])
    assert drift_at(drifts, 70, web(0.05)) is None
