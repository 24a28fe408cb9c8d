"""A Service without a route: the share of a version is that of its ready pods."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.resources.meta import ObjectMeta
from cockpit.resources.services import ClientIpConfig, Service, ServiceSpec, SessionAffinityConfig
from cockpit.routing.selector import achieved, endpoint_rule, replicas_for


def service(spec: ServiceSpec = ServiceSpec()) -> Service:  # noqa: B008 - frozen
    return Service(ObjectMeta(name="web"), spec)


def test_shares_are_those_of_the_ready_pods_and_the_smallest_step_is_one_of_them() -> None:
    rule = endpoint_rule(service(), {"v1": 3, "v2": 1})
    assert [(entry.subset, entry.weight, entry.share) for entry in rule.backends] == [("v1", 3, 0.75), ("v2", 1, 0.25)]
    assert (rule.writable, rule.parts) == (False, 4)
    assert "the smallest step is 1/4" in rule.why_not


def test_without_a_ready_pod_the_shares_are_not_known() -> None:
    rule = endpoint_rule(service(), {"v1": 0, "v2": 0})
    assert [entry.share for entry in rule.backends] == [None, None]
    assert rule.problem == "No endpoint is ready: requests are refused."


def test_sticky_clients_and_headless_services_are_told() -> None:
    sticky = ServiceSpec(
        session_affinity="ClientIP", session_affinity_config=SessionAffinityConfig(ClientIpConfig(timeout_seconds=60))
    )
    assert "for 60 s" in endpoint_rule(service(sticky), {"v1": 1}).problem
    assert "headless" in endpoint_rule(service(ServiceSpec(cluster_ip="None")), {"v1": 1}).problem


@pytest.mark.parametrize(
    ("share", "total", "replicas"),
    [
        (0.05, 4, {"v1": 4, "v2": 0}),
        (0.25, 4, {"v1": 3, "v2": 1}),
        (0.5, 3, {"v1": 2, "v2": 1}),
        (1.0, 5, {"v1": 0, "v2": 5}),
    ],
)
def test_a_share_needs_whole_pods(share: float, total: int, replicas: dict[str, int]) -> None:
    assert replicas_for({"v1": 1 - share, "v2": share}, total) == replicas


@given(st.lists(st.integers(0, 100), min_size=1, max_size=4).filter(any), st.integers(1, 50))
def test_pods_come_as_near_to_the_shares_as_one_of_them(parts: list[int], total: int) -> None:
    shares = {f"v{number}": part / sum(parts) for number, part in enumerate(parts)}
    replicas = replicas_for(shares, total)
    assert sum(replicas.values()) == total
    read = achieved(replicas)
    assert all(abs(read[version] - share) <= 1 / total for version, share in shares.items())
    assert achieved(dict.fromkeys(shares, 0)) == {}
