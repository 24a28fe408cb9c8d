"""Slices joined into endpoints, with the documented meaning of conditions that are absent."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from cockpit.release.endpoints import PodVersions, endpoints_of, owner_prefix, ready_backends, split_of
from cockpit.release.view import UNKNOWN_VERSION, EndpointView
from cockpit.resources.services import EndpointSlice

VERSIONS = PodVersions(by_pod={}, by_owner_name={"web-aaaaa": "v1", "web-bbbbb": "v2"})
HTTP = {"name": "http", "port": 8080}


def endpoint(address: str, pod: str = "web-aaaaa-11111", **conditions: bool | None) -> dict[str, Any]:
    return {"addresses": [address], "conditions": conditions, "targetRef": {"kind": "Pod", "name": pod}}


def joined(*slices: dict[str, Any]) -> tuple[EndpointView, ...]:
    return endpoints_of([msgspec.convert(entry, EndpointSlice) for entry in slices], VERSIONS)


def test_absent_conditions_mean_ready_serving_and_not_terminating() -> None:
    (view,) = joined({"endpoints": [endpoint("10.0.0.1")], "ports": [HTTP]})
    assert (view.ready, view.serving, view.terminating) == (True, True, False)


def test_slices_are_joined_and_an_endpoint_in_two_of_them_is_listed_once_as_the_better() -> None:
    moving = endpoint("10.0.0.1", ready=False)
    views = joined(
        {"endpoints": [moving], "ports": [HTTP]},
        {"endpoints": [endpoint("10.0.0.1"), endpoint("10.0.0.2", "web-bbbbb-22222")], "ports": [HTTP]},
    )
    assert [(view.address, view.version, view.ready) for view in views] == [
        ("10.0.0.1", "v1", True),
        ("10.0.0.2", "v2", True),
    ]


def test_every_address_and_port_is_an_entry_and_a_pod_counts_once() -> None:
    views = joined(
        {"endpoints": [endpoint("10.0.0.1")], "ports": [HTTP, {"name": "metrics", "port": 9090}]},
        {"addressType": "IPv6", "endpoints": [endpoint("fd00::1")], "ports": [HTTP]},
        {"endpoints": [endpoint("10.0.0.2", "web-bbbbb-22222")], "ports": [HTTP]},
    )
    assert len(views) == 4
    assert split_of(views) == {"v1": 0.5, "v2": 0.5}
    assert ready_backends(views) == 2


def test_with_none_ready_the_split_is_that_of_endpoints_that_serve_while_they_terminate() -> None:
    leaving = endpoint("10.0.0.1", ready=False, serving=True, terminating=True)
    broken = endpoint("10.0.0.2", "web-bbbbb-22222", ready=False, serving=False)
    views = joined({"endpoints": [leaving, broken], "ports": [HTTP]})
    assert split_of(views) == {"v1": 1.0}
    assert ready_backends(views) == 0


def test_no_endpoint_that_serves_is_no_split_rather_than_zero() -> None:
    assert split_of(joined({"endpoints": [endpoint("10.0.0.1", ready=False, serving=False)], "ports": [HTTP]})) is None
    assert split_of(()) is None


def test_endpoints_without_a_pod_count_under_the_unknown_version() -> None:
    views = joined({"endpoints": [{"addresses": ["192.0.2.7"]}], "ports": []})
    assert views[0].port is None
    assert split_of(views) == {UNKNOWN_VERSION: 1.0}


@pytest.mark.parametrize(("owner", "pod"), [("web-aaaaa", "web-aaaaa-12345"), ("w" * 60, "w" * 58 + "12345")])
def test_a_pod_that_was_not_read_is_known_by_its_owners_name_even_where_that_is_cut(owner: str, pod: str) -> None:
    versions = PodVersions(by_pod={}, by_owner_name={owner_prefix(owner): "v1"})
    assert versions.version_of(pod) == "v1"
    assert versions.version_of("other-pod-12345") == UNKNOWN_VERSION
