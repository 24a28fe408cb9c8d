"""Drift between what is meant and what is seen, and its likely cause."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.release.drift import drift_of
from cockpit.release.view import Drift, ReleaseView, Role, Splits
from tests.ui.factory import release, version

replace = msgspec.structs.replace


def canary(
    configured: Mapping[str, float] | None, observed: Mapping[str, float] | None, stable: str = "rrr", new: str = "rr"
) -> ReleaseView:
    """Return a release of two versions with these splits; by membership three of five pods are stable."""
    versions = (version("v1", Role.STABLE, "web", stable), version("v2", Role.CANARY, "web", new, network=1))
    made = release("web", versions)
    by = "Ingress/web-canary" if configured else ""
    splits = replace(made.splits, configured=configured, configured_by=by, observed=observed)
    return replace(made, splits=splits)


def gap(of: ReleaseView, samples: float = 7200, changed_lately: bool = False) -> Drift:
    found = drift_of(of, samples, least=0.05, changed_lately=changed_lately)
    assert found is not None
    return found


def test_a_version_that_gets_more_than_is_meant_is_named_with_both_shares() -> None:
    found = gap(canary({"v1": 0.95, "v2": 0.05}, {"v1": 0.7, "v2": 0.3}))
    assert (found.version, found.meant, found.seen) == ("v2", 0.05, 0.3)
    assert found.size == pytest.approx(0.25)


def test_shares_that_agree_or_are_not_known_are_no_drift() -> None:
    assert drift_of(canary({"v1": 0.95, "v2": 0.05}, {"v1": 0.94, "v2": 0.06}), 7200, 0.05) is None
    assert drift_of(canary({"v1": 0.95, "v2": 0.05}, None), 7200, 0.05) is None
    assert drift_of(replace(canary(None, {"v1": 1.0}), splits=Splits(observed={"v1": 1.0})), 7200, 0.05) is None


def test_without_a_route_membership_is_what_is_meant() -> None:
    assert gap(canary(None, {"v1": 0.9, "v2": 0.1})).version == "v1"


def test_what_chance_makes_of_a_few_requests_is_no_drift() -> None:
    seen = canary({"v1": 0.5, "v2": 0.5}, {"v1": 0.7, "v2": 0.3})
    assert drift_of(seen, 20, 0.05) is None
    assert drift_of(seen, 2000, 0.05) is not None


def test_a_share_without_ready_pods_is_the_cause() -> None:
    found = gap(canary({"v1": 0.9, "v2": 0.1}, {"v1": 1.0}, new="ss"))
    assert found.cause == "v2 is to get 10% and has no ready endpoint."


def test_a_change_a_moment_ago_is_the_cause() -> None:
    found = gap(canary({"v1": 0.5, "v2": 0.5}, {"v1": 0.95, "v2": 0.05}), changed_lately=True)
    assert "not taken up yet" in found.cause


def test_sticky_sessions_are_the_cause() -> None:
    of = canary({"v1": 0.5, "v2": 0.5}, {"v1": 0.95, "v2": 0.05})
    sticky = tuple(replace(service, session_affinity=True) for service in of.services or ())
    assert gap(replace(of, services=sticky)).cause.startswith("Service/web keeps each client at one pod")


def test_requests_that_follow_membership_go_past_the_route() -> None:
    found = gap(canary({"v1": 0.95, "v2": 0.05}, {"v1": 0.61, "v2": 0.39}))
    assert found.cause.startswith("Requests follow the endpoints, past Ingress/web-canary")


def test_any_other_gap_has_the_possible_causes() -> None:
    assert "Another route" in gap(canary({"v1": 0.6, "v2": 0.4}, {"v1": 0.95, "v2": 0.05})).cause
    assert "keep connections open" in gap(canary(None, {"v1": 0.9, "v2": 0.1})).cause


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1e6), st.floats(0.01, 0.5))
def test_no_drift_is_smaller_than_what_was_asked_for(meant: float, seen: float, samples: float, least: float) -> None:
    of = canary({"v1": 1 - meant, "v2": meant}, {"v1": 1 - seen, "v2": seen})
    found = drift_of(of, samples, least)
    assert found is None or found.size >= least - 1e-9
