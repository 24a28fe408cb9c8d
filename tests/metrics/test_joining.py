"""How versions are found among series."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.metrics.joining import joints_of
from cockpit.metrics.pod_names import pod_patterns
from cockpit.metrics.template import Pattern
from cockpit.release.view import Role, VersionView
from tests.metrics.releases import pod, release, route, service, version

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


def matches(patterns: tuple[Pattern, ...], name: str) -> bool:
    return any(re.fullmatch(each.text, name) for each in patterns)


def test_pods_of_a_replica_set_are_found_by_its_name_and_so_are_those_that_are_gone() -> None:
    patterns = pod_patterns(version("v1", pods=("bbbbb",)))
    assert [each.text for each in patterns] == [f"shop-v1-7c9d8f6b5c-[{ALPHABET}]{{5}}"]
    assert matches(patterns, "shop-v1-7c9d8f6b5c-zzzzz")
    assert not matches(patterns, "shop-v1-7c9d8f6b5c-canary-bbbbb")
    assert not matches(patterns, "shop-v1-7c9d8f6b5c-aeiou")


def test_pods_whose_names_were_cut_are_named_one_by_one() -> None:
    name = "a" * 50
    base = f"{name}-7c9d8f6b5c-"[:58]
    cut = VersionView(
        name="v1",
        role=Role.STABLE,
        workload=f"Deployment/{name}",
        hash="7c9d8f6b5c",
        pods=(pod(f"{base}bbbbb"), pod(f"{base}ccccc")),
    )
    patterns = pod_patterns(cut, remembered=[f"{base}ddddd"])
    assert all(matches(patterns, f"{base}{end}") for end in ("bbbbb", "ccccc", "ddddd"))
    assert not matches(patterns, f"{base}fffff")


def test_the_longest_name_that_is_not_cut_is_found_by_its_replica_set() -> None:
    name = "a" * 46
    assert len(f"{name}-7c9d8f6b5c-") == 58
    assert ALPHABET in pod_patterns(version("v1", workload=f"Deployment/{name}"))[0].text
    assert ALPHABET not in pod_patterns(version("v1", workload=f"Deployment/{name}a"))[0].text


def test_pods_of_another_kind_are_named_one_by_one() -> None:
    patterns = pod_patterns(version("v1", workload="StatefulSet/db", hash_=None, pods=("0", "1")))
    assert [each.text for each in patterns] == ["db-(?:0|1)"]
    assert pod_patterns(version("v1", workload="StatefulSet/db", hash_=None, pods=())) == ()
    assert pod_patterns(version("v1", workload="StatefulSet/db", hash_=None, pods=None)) == ()


def test_many_pods_go_in_batches_that_a_query_can_hold() -> None:
    names = [f"some-daemon-set-{number:05}" for number in range(2000)]
    many = VersionView(name="v1", role=Role.STABLE, workload="DaemonSet/d", pods=tuple(map(pod, names)))
    patterns = pod_patterns(many)
    assert len(patterns) > 1
    assert max(len(each.text) for each in patterns) < 1800
    assert all(matches(patterns, name) for name in names)


@settings(max_examples=40)
@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=6, unique=True), st.text(max_size=20))
def test_an_expression_over_names_matches_them_and_no_others(names: list[str], other: str) -> None:
    some = VersionView(name="v1", role=Role.STABLE, workload="DaemonSet/d", pods=tuple(map(pod, names)))
    patterns = pod_patterns(some)
    assert all(matches(patterns, name) for name in names)
    assert matches(patterns, other) == (other in names)


def test_versions_of_one_deployment_are_told_apart_by_hash_and_pods_but_not_by_workload() -> None:
    shop = release(
        version("v1", workload="Deployment/shop"),
        version("v2", Role.CANARY, workload="Deployment/shop", hash_="6fc9f9b648"),
    )
    assert [joint.ways for joint in joints_of(shop, {})] == [{"hash", "pods"}, {"hash", "pods"}]


def test_versions_of_two_deployments_are_told_apart_by_workload() -> None:
    assert all("workload" in joint.ways for joint in joints_of(release(), {}))


def test_a_version_alone_behind_a_routed_service_is_told_apart_by_it() -> None:
    shop = release(
        services=(service("shop", {"v1": 1.0}), service("shop-canary", {"v1": 0.0, "v2": 1.0})),
        routes=(route(("shop", 90), ("shop-canary", 10)),),
    )
    stable, canary = joints_of(shop, {})
    assert (stable.values["service"], stable.canary) == ("shop", False)
    assert (canary.values["service"], canary.canary) == ("shop-canary", True)
    assert canary.values["ports"] == Pattern("80|8080|http")


@pytest.mark.parametrize("split", [None, {}, {"v1": 0.5, "v2": 0.5}])
def test_a_service_of_no_or_several_versions_tells_nothing_apart(split: dict[str, float] | None) -> None:
    shop = release(services=(service("shop", split),), routes=(route(("shop", None)),))
    assert all("service" not in joint.ways for joint in joints_of(shop, {}))


def test_what_a_match_leads_to_is_a_canary_of_ingress_nginx() -> None:
    shop = release(
        services=(service("a", {"v1": 1.0}), service("b", {"v2": 1.0})),
        routes=(route(("b", None), match="header x: y"), route(("a", None))),
    )
    assert [joint.canary for joint in joints_of(shop, {})] == [False, True]


def test_a_service_without_a_route_is_no_routers() -> None:
    shop = release(services=(service("shop", {"v1": 1.0}),), routes=())
    assert all("service" not in joint.ways for joint in joints_of(shop, {}))
