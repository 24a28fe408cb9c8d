"""What the shipped scenarios let be observed: releases that are well, one that is not, and routes as they are set."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from cockpit.training.cluster import Cluster
from cockpit.training.exposition import exposed
from tests.training.exposition.printed import played
from tests.training.exposition.series import series, total

_REQUESTS, _BUCKETS = "http_requests_total", "http_request_duration_seconds_bucket"


def printed(name: str, hash_seed: str) -> str:
    command = [sys.executable, "-m", "tests.training.exposition.printed", name, "70"]
    environ = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environ).stdout  # noqa: S603  # our own


def errors(cluster: Cluster, seconds: float, **labels: str) -> float:
    """Return the share of requests that fail over the next seconds."""
    before = total(cluster, _REQUESTS, status="500", **labels), total(cluster, _REQUESTS, **labels)
    cluster.clock.step(seconds)
    failed = total(cluster, _REQUESTS, status="500", **labels) - before[0]
    return failed / (total(cluster, _REQUESTS, **labels) - before[1])


def below(cluster: Cluster, le: str, **labels: str) -> float:
    """Return the share of requests that took at most `le` seconds."""
    return total(cluster, _BUCKETS, le=le, **labels) / total(cluster, _BUCKETS, le="+Inf", **labels)


@pytest.mark.parametrize("name", ["tour", "istio-weight-and-header"])
def test_any_process_exposes_the_same(name: str) -> None:
    first = printed(name, "0")
    assert len(first.splitlines()) > 100
    assert first == printed(name, "12345")


def test_the_tour_has_a_canary_that_fails_and_one_that_is_well() -> None:
    cluster = played("tour", 10)
    assert errors(cluster, 120, service="gateway-canary") == pytest.approx(0.04, rel=0.15)
    assert errors(cluster, 120, service="gateway") < 0.005
    assert errors(cluster, 120, service="checkout") < 0.005
    assert below(cluster, "0.1", service="gateway") > 0.99 > below(cluster, "0.1", service="gateway-canary")
    assert below(cluster, "0.1", service="checkout") > 0.98


def test_the_tour_has_connections_and_the_other_scenarios_have_none() -> None:
    assert series(played("tour", 5), "node_ipvs_backend_weight")
    assert not series(played("ingress-weight", 5), "node_ipvs_backend_weight")


def split(cluster: Cluster, seconds: float, name: str, label: str, *values: str) -> float:
    """Return the share of the last of some values of a label in what counters grow by over the next seconds."""
    before = [total(cluster, name, **{label: value}) for value in values]
    cluster.clock.step(seconds)
    grown = [total(cluster, name, **{label: value}) - old for value, old in zip(values, before, strict=True)]
    return grown[-1] / sum(grown)


@pytest.mark.parametrize(
    ("scenario", "name", "label", "values", "before", "after"),
    [
        (
            "istio-weight-and-header",
            "istio_requests_total",
            "destination_workload",
            ("reviews-v1", "reviews-v2"),
            0.02 + 0.98 * 0.05,
            0.02 + 0.98 * 0.5,
        ),
        ("gateway-weight", _REQUESTS, "service", ("shop", "shop-new"), 0.03 + 0.97 * 0.1, 0.03 + 0.97 * 0.5),
    ],
)
def test_weights_are_seen_as_the_script_moves_them_beside_those_whom_a_header_leads(
    scenario: str, name: str, label: str, values: tuple[str, ...], before: float, after: float
) -> None:
    cluster = played(scenario, 5)
    assert split(cluster, 50, name, label, *values) == pytest.approx(before, rel=0.06)
    cluster.clock.step(20)
    assert split(cluster, 50, name, label, *values) == pytest.approx(after, rel=0.03)


def test_a_scrape_every_few_seconds_finds_each_series_once_while_pods_come_and_go() -> None:
    cluster = played("tour", 0)
    for _ in range(30):
        cluster.clock.step(3)
        found = [sample.labels for sample in exposed(cluster, cluster.clock.now)]
        assert len(found) == len(set(found))
