"""The simulated load, what it costs (metrics.k8s.io), and HorizontalPodAutoscalers that follow it."""

from __future__ import annotations

import pytest

from cockpit.training.api.failures import ApiError
from cockpit.training.api.kinds import AUTOSCALER, DEPLOYMENT, SERVICE
from cockpit.training.cluster import Cluster
from cockpit.training.controllers.scaling_rules import Memory, normalised
from cockpit.training.objects import Json
from cockpit.training.scenario import parse
from cockpit.training.traffic.demand import LoadRule, Schedule
from tests.training.api_client import Api, talk
from tests.training.steps import NOON, SPACE, deployment, get, merge, messages, pods, quiet_cluster, service

_METRICS = "/apis/metrics.k8s.io/v1beta1"
_CPU = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}


def scaled(requests: float, metrics: list[Json] | None = None, asked: str = "100m", **spec: object) -> Cluster:
    """Return a cluster with four pods of 100m under some load, and an autoscaler from 2 to 10 that aims at 50%."""
    cluster = quiet_cluster()
    load(cluster, requests)
    manifest = deployment()
    container = manifest["spec"]["template"]["spec"]["containers"][0]
    container["resources"] = {"requests": {"cpu": asked} if asked else {}}
    settings = {"training.cockpit.dev/cpu-per-request": "2", "training.cockpit.dev/cpu-idle": "0"}
    manifest["spec"]["template"]["metadata"]["annotations"] = settings
    cluster.registry.create(DEPLOYMENT, SPACE, manifest)
    cluster.registry.create(SERVICE, SPACE, service())
    cluster.clock.step(60)
    about = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    body = {"scaleTargetRef": about, "minReplicas": 2, "maxReplicas": 10, "metrics": metrics or [_CPU], **spec}
    cluster.registry.create(AUTOSCALER, SPACE, {"metadata": {"name": "web"}, "spec": body})
    cluster.clock.step(1)
    return cluster


def load(cluster: Cluster, requests: float) -> None:
    cluster.load.follow(Schedule((LoadRule(f"{SPACE}/*", ((0.0, requests),)),), cluster.load.start))


def size(cluster: Cluster) -> int:
    return int(get(cluster)["spec"]["replicas"])


def said(cluster: Cluster) -> dict[str, tuple[str, str]]:
    conditions = get(cluster, kind=AUTOSCALER)["status"]["conditions"]
    return {entry["type"]: (entry["status"], entry["reason"]) for entry in conditions}


def test_load_goes_in_a_straight_line_between_the_points_of_a_scenario() -> None:
    rule = parse("x", [{"load": [{"match": "shop/*", "requests": [[0, 10], ["1m", 70], ["2m", 0]]}]}]).load[0]
    assert [rule.at(moment) for moment in (-5, 0, 30, 60, 90, 500)] == [10, 10, 40, 70, 35, 0]


def test_ready_endpoints_share_the_requests_of_their_service() -> None:
    cluster = scaled(100)
    found = [cluster.usage.requests_of(pod) for pod in pods(cluster)]
    assert found == [25.0] * 4


def test_a_target_that_uses_what_it_should_stays() -> None:
    cluster = scaled(100)  # 25 requests a second and pod, 2 ms each: 50m of 100m
    cluster.clock.step(600)
    assert size(cluster) == 4
    assert said(cluster) == {
        "AbleToScale": ("True", "ReadyForNewScale"),
        "ScalingActive": ("True", "ValidMetricFound"),
        "ScalingLimited": ("False", "DesiredWithinRange"),
    }
    status = get(cluster, kind=AUTOSCALER)["status"]
    assert 48 <= status["currentMetrics"][0]["resource"]["current"]["averageUtilization"] <= 52
    assert (status["currentReplicas"], status["desiredReplicas"]) == (4, 4)


def test_more_load_scales_up_at_once_and_says_why() -> None:
    cluster = scaled(100)
    load(cluster, 170)
    cluster.clock.step(40)
    assert size(cluster) == 7
    assert messages(cluster, "SuccessfulRescale") == [
        "New size: 7; reason: cpu resource utilization (percentage of request) above target"
    ]
    assert get(cluster, kind=AUTOSCALER)["status"]["lastScaleTime"]


def test_less_load_scales_down_only_after_five_minutes_of_it() -> None:
    cluster = scaled(100)
    load(cluster, 44)
    cluster.clock.step(280)
    assert size(cluster) == 4
    assert said(cluster)["AbleToScale"] == ("True", "ScaleDownStabilized")
    cluster.clock.step(60)
    assert size(cluster) == 2
    assert messages(cluster, "SuccessfulRescale") == ["New size: 2; reason: All metrics below target"]


def test_bounds_hold_and_are_said() -> None:
    cluster = scaled(1000)
    cluster.clock.step(120)
    assert size(cluster) == 10
    assert said(cluster)["ScalingLimited"] == ("True", "TooManyReplicas")
    load(cluster, 0)
    cluster.clock.step(400)
    assert size(cluster) == 2
    assert said(cluster)["ScalingLimited"] == ("True", "TooFewReplicas")


def test_a_pod_metric_scales_on_requests() -> None:
    target = {"type": "AverageValue", "averageValue": "10"}
    cluster = scaled(60, [{"type": "Pods", "pods": {"metric": {"name": "requests_per_second"}, "target": target}}])
    cluster.clock.step(60)
    assert size(cluster) == 6
    assert messages(cluster, "SuccessfulRescale") == [
        "New size: 6; reason: pods metric requests_per_second above target"
    ]


def test_a_pod_that_asks_for_no_cpu_cannot_be_scaled_on_it() -> None:
    cluster = scaled(100, asked="")
    assert said(cluster)["ScalingActive"] == ("False", "FailedGetResourceMetric")
    (message,) = set(messages(cluster, "FailedGetResourceMetric"))
    assert message.startswith("failed to get cpu utilization: missing request for cpu in container app of Pod web-")


def test_an_autoscaler_without_its_target_says_so() -> None:
    cluster = scaled(100, scaleTargetRef={"apiVersion": "apps/v1", "kind": "Deployment", "name": "nobody"})
    assert said(cluster) == {"AbleToScale": ("False", "FailedGetScale")}
    assert messages(cluster, "FailedGetScale") == ['deployments.apps "nobody" not found']


def test_a_target_of_no_replicas_is_left_alone() -> None:
    cluster = scaled(100)
    merge(cluster, DEPLOYMENT, "web", {"spec": {"replicas": 0}})
    cluster.clock.step(60)
    assert size(cluster) == 0
    assert said(cluster)["ScalingActive"] == ("False", "ScalingDisabled")


@pytest.mark.parametrize(
    ("behaviour", "current", "wanted", "expected"),
    [
        (None, 4, 30, 8),  # at most twice as many
        (None, 1, 30, 4),  # or four
        ({"scaleUp": {"policies": [{"type": "Pods", "value": 3, "periodSeconds": 60}]}}, 4, 30, 7),
        ({"scaleUp": {"policies": [{"type": "Percent", "value": 10, "periodSeconds": 60}]}}, 4, 30, 5),
        ({"scaleUp": {"selectPolicy": "Disabled"}}, 4, 30, 4),
        ({"scaleDown": {"stabilizationWindowSeconds": 0}}, 8, 2, 2),
        ({"scaleDown": {"stabilizationWindowSeconds": 0, "selectPolicy": "Disabled"}}, 8, 2, 8),
    ],
)
def test_the_behaviour_says_how_fast_a_target_may_go(
    behaviour: Json | None, current: int, wanted: int, expected: int
) -> None:
    about = {"kind": "Deployment", "name": "x", "apiVersion": "apps/v1"}
    spec = {"minReplicas": 1, "maxReplicas": 30, "scaleTargetRef": about}
    body = {"metadata": {"name": "x"}, "spec": spec | ({"behavior": behaviour} if behaviour is not None else {})}
    made = quiet_cluster().registry.create(AUTOSCALER, SPACE, body)
    assert normalised(made["spec"], Memory(), current, wanted, NOON).replicas == expected


def test_a_policy_counts_what_was_added_within_its_period() -> None:
    up = {"policies": [{"type": "Pods", "value": 3, "periodSeconds": 60}], "selectPolicy": "Max"}
    spec = {"minReplicas": 1, "maxReplicas": 30, "behavior": {"scaleUp": up, "scaleDown": {}}}
    memory = Memory(changes=[(NOON - 30, 2)])
    verdict = normalised(spec, memory, 6, 20, NOON)
    assert verdict.replicas == 7
    assert verdict.limited[1] == "ScaleUpLimit"


def test_metrics_of_pods_and_nodes_are_served() -> None:
    async def story(api: Api) -> tuple[Json, Json, Json, int]:
        api.server.clock.step(30)
        found = await api.get(f"{_METRICS}/namespaces/{SPACE}/pods?labelSelector=app%3Dweb")
        one = await api.get(f"{_METRICS}/namespaces/{SPACE}/pods/{found['items'][0]['metadata']['name']}")
        missing, _ = await api.ask("GET", f"{_METRICS}/nodes/nobody")
        return found, one, await api.get(f"{_METRICS}/nodes"), missing

    found, one, nodes, missing = talk(story)
    assert found["kind"] == "PodMetricsList"
    assert len(found["items"]) == 4
    assert one["kind"] == "PodMetrics"
    (container,) = one["containers"]
    assert container["name"] == "app"
    assert container["usage"]["cpu"].endswith("n")
    assert container["usage"]["memory"].endswith("Ki")
    assert len(nodes["items"]) == 5
    assert missing == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"maxReplicas": 0}, "spec.maxReplicas"),
        ({"maxReplicas": 1, "minReplicas": 3}, "spec.maxReplicas"),
        ({"minReplicas": 0}, "spec.minReplicas"),
        ({"scaleTargetRef": {"name": "web"}}, "spec.scaleTargetRef.kind"),
        ({"metrics": [{"type": "Resource"}]}, "spec.metrics[0].resource"),
        ({"metrics": [{"type": "Pods", "pods": {"target": {"type": "Value"}}}]}, "spec.metrics[0].pods.metric.name"),
        ({"metrics": [{}]}, "spec.metrics[0].type"),
    ],
)
def test_an_autoscaler_that_cannot_be_meant_is_refused(changed: Json, field: str) -> None:
    spec = {"maxReplicas": 3, "scaleTargetRef": {"kind": "Deployment", "name": "web"}, **changed}
    with pytest.raises(ApiError) as caught:
        quiet_cluster().registry.create(AUTOSCALER, SPACE, {"metadata": {"name": "web"}, "spec": spec})
    assert [cause["field"] for cause in (caught.value.details or {})["causes"]] == [field]
