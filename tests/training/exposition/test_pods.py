"""The series of pods: applications, kube-state-metrics and cAdvisor."""

from __future__ import annotations

import pytest

from cockpit.training.api.kinds import DEPLOYMENT, POD, SERVICE
from cockpit.training.cluster import Cluster
from cockpit.training.exposition import exposed
from cockpit.training.objects import Json, name_of
from cockpit.training.traffic.demand import REQUESTS
from tests.training.exposition.series import labels_of, series, total
from tests.training.steps import SPACE, change, deployment, merge, pods, quiet_cluster, service, set_image

APPLICATION = "http_requests_total"


def cluster_with(replicas: int = 2, requests: str = "100", **behaviour: str) -> Cluster:
    cluster = quiet_cluster()
    made = deployment(replicas=replicas)
    told = {f"training.cockpit.dev/{key.replace('_', '-')}": value for key, value in behaviour.items()}
    made["spec"]["template"]["metadata"]["annotations"] = told
    cluster.registry.create(DEPLOYMENT, SPACE, made)
    behind = service(ports=[{"name": "http", "port": 80}])
    behind["metadata"]["annotations"] = {REQUESTS: requests}
    cluster.registry.create(SERVICE, SPACE, behind)
    cluster.clock.step(30)
    return cluster


def rate(cluster: Cluster, name: str, seconds: float, **labels: str) -> float:
    """Return the increase a second of some counters over the next seconds."""
    before = total(cluster, name, **labels)
    cluster.clock.step(seconds)
    return (total(cluster, name, **labels) - before) / seconds


def pod(cluster: Cluster) -> Json:
    return pods(cluster)[0]


def test_each_series_comes_once_and_no_label_is_empty() -> None:
    cluster = cluster_with()
    found = [sample.labels for sample in exposed(cluster, cluster.clock.now)]
    assert len(found) == len(set(found)) > 50
    assert all(value and labels == tuple(sorted(labels)) for labels in found for _, value in labels)


def test_the_same_seed_and_inputs_give_the_same_samples_and_asking_twice_the_same_answer() -> None:
    one, other = cluster_with(error_ratio="0.1"), cluster_with(error_ratio="0.1")
    first = list(exposed(one, one.clock.now))
    assert first == list(exposed(one, one.clock.now)) == list(exposed(other, other.clock.now))


def test_a_series_of_an_application_has_the_labels_that_the_operator_gives() -> None:
    cluster = cluster_with(replicas=1)
    (found,) = labels_of(cluster, APPLICATION, method="GET", status="200")
    address = f"{pod(cluster)['status']['podIP']}:80"
    assert found == {
        "namespace": SPACE,
        "pod": name_of(pod(cluster)),
        "container": "app",
        "service": "web",
        "endpoint": "http",
        "job": "web",
        "instance": address,
        "method": "GET",
        "status": "200",
    }


def test_a_pod_that_no_service_has_is_scraped_by_itself() -> None:
    cluster = cluster_with(replicas=1)
    cluster.registry.delete(SERVICE, SPACE, "web")
    cluster.clock.step(5)
    (found,) = labels_of(cluster, APPLICATION, method="GET", status="200")
    assert ("service" in found, found["job"], found["endpoint"]) == (False, f"{SPACE}/pods", "80")


def test_errors_are_the_share_that_the_behaviour_says() -> None:
    cluster = cluster_with(error_ratio="0.04")
    failed = rate(cluster, APPLICATION, 60, status="500")
    assert failed / 100 == pytest.approx(0.04, rel=0.1)
    assert total(cluster_with(health="failing"), APPLICATION, status="200") == 0
    assert total(cluster_with(error_ratio="nan"), APPLICATION, status="500") == 0


def test_latencies_are_those_that_the_behaviour_says() -> None:
    cluster = cluster_with(latency="50", latency_p99="250")
    at = {le: total(cluster, "http_request_duration_seconds_bucket", le=le) for le in ("0.05", "0.25", "+Inf")}
    assert at["0.05"] / at["+Inf"] == pytest.approx(0.5, abs=0.01)
    assert at["0.25"] / at["+Inf"] == pytest.approx(0.99, abs=0.01)
    assert at["+Inf"] == total(cluster, APPLICATION) == total(cluster, "http_request_duration_seconds_count")


def test_a_rate_is_near_the_load_and_the_pods_share_it() -> None:
    cluster = cluster_with(replicas=4)
    before = series(cluster, "http_request_duration_seconds_count")
    cluster.clock.step(60)
    each = [value - before[labels] for labels, value in series(cluster, "http_request_duration_seconds_count").items()]
    assert sum(each) / 60 == pytest.approx(100, rel=0.02)
    assert all(number / 60 == pytest.approx(25, rel=0.02) for number in each)


def test_a_new_pod_counts_from_zero_and_a_pod_that_is_gone_has_no_series() -> None:
    cluster = cluster_with(replicas=1, stop_after="1")
    old = name_of(pod(cluster))
    assert total(cluster, APPLICATION) > 1000
    cluster.registry.delete(POD, SPACE, old)
    cluster.clock.step(2.5)
    assert total(cluster, APPLICATION) < 300
    assert series(cluster, APPLICATION, pod=old) == {}


def test_an_application_that_does_not_run_is_down_and_has_no_series() -> None:
    cluster = cluster_with(replicas=1, fail="crash-loop")
    cluster.clock.step(30)
    name = name_of(pod(cluster))
    assert list(series(cluster, "up", pod=name).values()) == [0.0]
    assert series(cluster, APPLICATION) == {}
    assert total(cluster, "kube_pod_container_status_restarts_total", pod=name) >= 2


def test_an_application_that_runs_is_up_before_it_is_ready() -> None:
    cluster = cluster_with(replicas=1, fail="never-ready")
    assert list(series(cluster, "up", job="web").values()) == [1.0]
    assert total(cluster, APPLICATION) == 0
    assert len(series(cluster, APPLICATION)) == 4
    assert series(cluster, "kube_pod_status_ready", condition="true").popitem()[1] == 0.0


def test_owners_lead_from_pods_to_deployments() -> None:
    cluster = cluster_with(replicas=1)
    (owned,) = labels_of(cluster, "kube_pod_owner")
    (above,) = labels_of(cluster, "kube_replicaset_owner")
    assert (owned["owner_kind"], owned["owner_is_controller"]) == ("ReplicaSet", "true")
    assert (above["replicaset"], above["owner_kind"], above["owner_name"]) == (owned["owner_name"], "Deployment", "web")
    assert owned["pod"] == name_of(pod(cluster))
    assert owned["job"] == "kube-state-metrics"


def test_a_pod_s_information_joins_addresses_to_names() -> None:
    cluster = cluster_with(replicas=1)
    (found,) = labels_of(cluster, "kube_pod_info")
    assert found["pod_ip"] == pod(cluster)["status"]["podIP"]
    assert found["node"] == pod(cluster)["spec"]["nodeName"]
    assert (found["created_by_kind"], found["pod"]) == ("ReplicaSet", name_of(pod(cluster)))


def test_numbers_of_a_deployment_follow_its_rollout() -> None:
    cluster = cluster_with(replicas=4)
    set_image(cluster, "app:2")
    cluster.clock.step(1)
    assert total(cluster, "kube_deployment_status_replicas_updated") < 4
    cluster.clock.step(60)
    names = ("replicas", "replicas_ready", "replicas_available", "replicas_updated", "replicas_unavailable")
    assert [total(cluster, f"kube_deployment_status_{name}") for name in names] == [4, 4, 4, 4, 0]


def test_cpu_seconds_are_what_requests_cost_and_the_row_of_the_pod_doubles_the_sum() -> None:
    cluster = cluster_with(replicas=1, cpu_per_request="3", cpu_idle="10")
    name = "container_cpu_usage_seconds_total"
    assert rate(cluster, name, 20, container="app") == pytest.approx((10 + 100 * 3) / 1000, rel=0.01)
    assert total(cluster, name) == 2 * total(cluster, name, container="app") > 0
    (whole,) = labels_of(cluster, name, container="")
    assert ("image" in whole, whole["metrics_path"]) == (False, "/metrics/cadvisor")


def test_a_container_uses_no_more_cpu_than_its_limit() -> None:
    cluster = cluster_with(replicas=1, cpu_per_request="50")
    limits = {"resources": {"limits": {"cpu": "500m"}}}
    body = {"spec": {"template": {"spec": {"containers": [{"name": "app", **limits}]}}}}
    change(cluster, DEPLOYMENT, "web", body)
    cluster.clock.step(40)
    assert rate(cluster, "container_cpu_usage_seconds_total", 20, container="app") == pytest.approx(0.5, rel=0.01)


def test_memory_is_in_bytes_and_the_same_as_kubectl_top_says() -> None:
    cluster = cluster_with(replicas=1, memory="64")
    (used,) = (cluster.usage.of_pod(pod(cluster)) or {}).values()
    found = total(cluster, "container_memory_working_set_bytes", container="app")
    assert found == pytest.approx(used.memory * 1024 * 1024, rel=0.001)


def test_a_change_of_load_is_seen_at_once() -> None:
    cluster = cluster_with()
    merge(cluster, SERVICE, "web", {"metadata": {"annotations": {REQUESTS: "300"}}})
    assert rate(cluster, APPLICATION, 20) == pytest.approx(300, rel=0.02)
