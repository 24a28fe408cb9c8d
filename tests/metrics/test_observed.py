"""Where requests were seen to go."""

from __future__ import annotations

from cockpit.metrics.observed import observed_split
from cockpit.release.view import Role
from tests.metrics.releases import release, version

SHOP = release()


def test_shares_are_those_of_the_rates_and_samples_all_requests_of_the_window() -> None:
    split = observed_split(SHOP, {"v1": 3.0, "v2": 1.0}, "1m", 60.0, "application", router=False)
    assert split is not None
    assert (split.shares, split.samples, split.window, split.source) == (
        {"v1": 0.75, "v2": 0.25},
        240.0,
        "1m",
        "application",
    )


def test_a_version_that_has_pods_and_is_not_counted_makes_all_shares_unknown() -> None:
    assert observed_split(SHOP, {"v1": 3.0, "v2": None}, "1m", 60.0, "application", router=False) is None
    unread = release(version("v1"), version("v2", Role.CANARY, pods=None))
    assert observed_split(unread, {"v1": 3.0}, "1m", 60.0, "application", router=False) is None


def test_a_version_without_pods_gets_nothing() -> None:
    shop = release(version("v1"), version("v2", Role.OLD, pods=()))
    split = observed_split(shop, {"v1": 3.0, "v2": None}, "1m", 60.0, "application", router=False)
    assert split is not None
    assert split.shares == {"v1": 1.0, "v2": 0.0}


def test_a_router_counts_for_all() -> None:
    split = observed_split(SHOP, {"v1": 3.0, "v2": None}, "1m", 60.0, "ingress-nginx", router=True)
    assert split is not None
    assert split.shares == {"v1": 1.0, "v2": 0.0}


def test_without_a_request_there_is_no_split() -> None:
    assert observed_split(SHOP, {"v1": 0.0, "v2": 0.0}, "1m", 60.0, "application", router=True) is None
    assert observed_split(SHOP, {}, "1m", 60.0, "application", router=True) is None
