"""What routers count: the observed split, and the traps in their labels."""

from __future__ import annotations

import pytest

from cockpit.training.api.kinds import DEPLOYMENT
from cockpit.training.cluster import Cluster
from tests.training.exposition.series import labels_of, series, total
from tests.training.steps import change
from tests.training.traffic.clusters import http_route, ingresses, pair, virtual_service

NGINX, ISTIO = "nginx_ingress_controller_requests", "istio_requests_total"


def share(cluster: Cluster, name: str, seconds: float, part: dict[str, str], **whole: str) -> float:
    """Return the share that some series have in the increase of others."""
    before = total(cluster, name, **whole, **part), total(cluster, name, **whole)
    cluster.clock.step(seconds)
    return (total(cluster, name, **whole, **part) - before[0]) / (total(cluster, name, **whole) - before[1])


def test_a_canary_of_5_percent_is_seen_as_about_5_percent() -> None:
    cluster = pair()
    ingresses(cluster, "5")
    canary = {"canary": "shop-new-80"}
    shares = [share(cluster, NGINX, 60, canary) for _ in range(20)]
    assert all(0.047 < found < 0.053 for found in shares)
    assert len({round(found, 4) for found in shares}) > 5


def test_requests_of_a_canary_carry_the_names_of_the_stable_side() -> None:
    cluster = pair()
    ingresses(cluster, "5")
    cluster.clock.step(30)
    found = {labels.get("canary", ""): labels for labels in labels_of(cluster, NGINX, status="200")}
    assert set(found) == {"", "shop-new-80"}
    for labels in found.values():
        assert (labels["ingress"], labels["exported_service"], labels["exported_namespace"]) == ("web", "old", "shop")
        assert (labels["namespace"], labels["service"]) == ("ingress-nginx", "ingress-nginx-controller-metrics")
        assert (labels["host"], labels["path"], labels["method"]) == ("shop.example", "/", "GET")
        assert labels["controller_class"] == "k8s.io/ingress-nginx"


def test_the_controller_counts_what_applications_answer_and_what_it_answers_itself() -> None:
    cluster = pair(error_ratio="0.1")
    ingresses(cluster, "50")
    failed = {"status": "500"}
    assert share(cluster, NGINX, 60, failed, canary="shop-new-80") == pytest.approx(0.1, rel=0.1)
    assert series(cluster, NGINX, status="500", canary="") == {}
    change(cluster, DEPLOYMENT, "old", {"spec": {"replicas": 0}})
    cluster.clock.step(20)
    assert share(cluster, NGINX, 30, {"status": "503"}) == pytest.approx(1.0)


def test_durations_of_the_controller_are_in_seconds_and_count_every_request() -> None:
    cluster = pair(latency="300", latency_p99="900")
    ingresses(cluster, "50")
    cluster.clock.step(60)
    name = "nginx_ingress_controller_request_duration_seconds"
    for canary, half in (("", "0.025"), ("shop-new-80", "0.5")):
        number = total(cluster, f"{name}_count", canary=canary)
        assert (
            number == total(cluster, NGINX, canary=canary) == total(cluster, f"{name}_bucket", canary=canary, le="+Inf")
        )
        assert total(cluster, f"{name}_bucket", canary=canary, le=half) > number / 2
    assert total(cluster, f"{name}_sum", canary="shop-new-80") > 0.3 * total(cluster, NGINX, canary="shop-new-80")


def test_a_cluster_without_an_ingress_has_no_controller_to_scrape() -> None:
    names = {labels["job"] for labels in labels_of(pair(), "up")}
    assert names == {"old", "new", "kube-state-metrics"}


def test_istio_counts_each_request_at_both_ends() -> None:
    cluster = pair()
    virtual_service(cluster, 80, 20)
    cluster.clock.step(60)
    for reporter in ("source", "destination"):
        before = total(cluster, ISTIO, reporter=reporter)
        cluster.clock.step(60)
        assert (total(cluster, ISTIO, reporter=reporter) - before) / 60 == pytest.approx(100, rel=0.02)
        part = {"destination_workload": "new"}
        assert share(cluster, ISTIO, 60, part, reporter=reporter) == pytest.approx(0.2, rel=0.05)


def test_a_series_of_istio_names_both_ends() -> None:
    cluster = pair(new=1)
    virtual_service(cluster, 80, 20)
    cluster.clock.step(20)
    (found,) = labels_of(cluster, ISTIO, reporter="destination", destination_workload="new")
    expected = {
        "destination_app": "new",
        "destination_canonical_service": "new",
        "destination_service": "new.shop.svc.cluster.local",
        "destination_service_name": "new",
        "destination_service_namespace": "shop",
        "destination_version": "latest",
        "destination_workload_namespace": "shop",
        "namespace": "shop",
        "request_protocol": "http",
        "response_code": "200",
        "response_flags": "-",
        "source_workload": "clients",
    }
    assert expected.items() <= found.items()
    assert found["pod"].startswith("new-")


def test_what_reaches_nobody_is_known_at_the_source_alone() -> None:
    cluster = pair()
    virtual_service(cluster, 50, 50)
    change(cluster, DEPLOYMENT, "new", {"spec": {"replicas": 0}})
    cluster.clock.step(30)
    (found,) = labels_of(cluster, ISTIO, response_code="503")
    assert (found["reporter"], found["response_flags"], found["destination_workload"]) == ("source", "UH", "unknown")
    assert found["destination_service_name"] == "new"
    assert share(cluster, ISTIO, 30, {"response_code": "503"}, reporter="source") == pytest.approx(0.5, rel=0.05)


def test_durations_of_istio_are_in_milliseconds() -> None:
    cluster = pair(latency="40", latency_p99="200")
    virtual_service(cluster, 50, 50)
    cluster.clock.step(60)
    name, about = "istio_request_duration_milliseconds", {"reporter": "destination", "destination_workload": "new"}
    number = total(cluster, f"{name}_count", **about)
    assert number == total(cluster, ISTIO, **about) == total(cluster, f"{name}_bucket", le="+Inf", **about)
    assert total(cluster, f"{name}_sum", **about) / number == pytest.approx(50, rel=0.1)
    assert total(cluster, f"{name}_bucket", le="250", **about) / number == pytest.approx(0.993, abs=0.01)


def test_a_gateway_is_seen_through_the_applications_behind_it() -> None:
    cluster = pair()
    http_route(cluster, 9, 1)
    assert share(cluster, "http_requests_total", 60, {"service": "new"}) == pytest.approx(0.1, rel=0.06)
