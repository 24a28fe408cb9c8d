"""Drift between what is meant and what is seen, and its likely cause."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.release.drift import drift_of
from cockpit.release.view import Drift, ReleaseView, Role, RouteView, Splits
from cockpit.routing.progress import Progress
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


def ruled(
    observed: Mapping[str, float], *rules: RouteView, endpoints: Mapping[str, float] | None = None
) -> ReleaseView:
    """Return a canary whose rules differ, so that no split of the whole is configured."""
    made = replace(canary(None, observed), routes=rules)
    return replace(made, splits=replace(made.splits, endpoints=endpoints)) if endpoints else made


def rule(
    shares: Mapping[str, float] | None, match: str | None = None, pending: str = "", sticky: str = ""
) -> RouteView:
    route = RouteView("VirtualService", "web", "web/", match, True, (), shares)
    return replace(route, pending=pending, sticky=sticky)


BY_HEADER = rule({"v2": 1.0}, match="header canary: true")


def test_what_some_mix_of_the_rules_makes_is_no_drift_whatever_the_endpoints_are() -> None:
    weighted = rule({"v1": 0.9, "v2": 0.1})
    for seen in ({"v1": 0.9, "v2": 0.1}, {"v1": 0.6, "v2": 0.4}):
        assert drift_of(ruled(seen, BY_HEADER, weighted, endpoints={"v1": 1.0}), 7200, 0.05) is None


def test_what_no_mix_of_the_rules_makes_is_drift_from_the_nearest_of_them() -> None:
    found = gap(ruled({"v1": 1.0}, BY_HEADER, rule({"v1": 0.7, "v2": 0.3})))
    assert (found.version, found.meant, found.seen) == ("v1", 0.7, 1.0)


def test_a_rule_that_leads_nobody_knows_where_may_make_any_shares() -> None:
    assert drift_of(ruled({"v1": 1.0}, rule(None), rule({"v1": 0.5, "v2": 0.5})), 7200, 0.05) is None


def test_a_router_that_has_not_taken_the_weights_up_is_the_cause() -> None:
    late = rule({"v1": 0.5, "v2": 0.5}, pending="Gateway/public has not taken up the last change yet.")
    assert gap(ruled({"v1": 1.0}, late)).cause == (
        "The weights are not taken up yet: Gateway/public has not taken up the last change yet."
    )


def test_a_route_that_keeps_clients_where_they_are_is_the_cause() -> None:
    sticky = rule({"v1": 0.5, "v2": 0.5}, sticky="cookies keep clients on their side")
    assert gap(ruled({"v1": 1.0}, sticky)).cause == "VirtualService/web: cookies keep clients on their side."


def stepped(weight: float, seen: Mapping[str, float]) -> ReleaseView:
    """Return a canary that a Rollout without a route has come so far with, in percent, by two of five pods."""
    at = Progress("Rollout", "web", "Argo Rollouts", "Rollout/web", "Paused", weight=weight)
    return replace(canary(None, seen), progress=(at,))


def test_a_step_finer_than_one_pod_is_drift_of_too_few_pods() -> None:
    found = gap(stepped(25, {"v1": 0.6, "v2": 0.4}))
    assert (found.version, found.meant, found.seen) == ("v2", 0.25, 0.4)
    assert found.cause == "Too few pods for the step: without a route each of 5 ready pods gets 1/5 (20%)."


def test_a_step_that_more_pods_would_reach_has_another_cause() -> None:
    assert "Too few pods" not in gap(stepped(90, {"v1": 0.6, "v2": 0.4})).cause


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
