"""The two forms of a HorizontalPodAutoscaler."""

from __future__ import annotations

from typing import Any

import pytest

from cockpit.training.api.autoscaler_forms import newer, older
from tests.training.api_client import Api, talk
from tests.training.steps import SPACE

OLDER = f"/apis/autoscaling/v1/namespaces/{SPACE}/horizontalpodautoscalers"
NEWER = f"/apis/autoscaling/v2/namespaces/{SPACE}/horizontalpodautoscalers"
CPU = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 60}}}
PODS = {
    "type": "Pods",
    "pods": {"metric": {"name": "requests"}, "target": {"type": "AverageValue", "averageValue": "9"}},
}
REFERENCE = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}


def autoscaler(**spec: object) -> dict[str, Any]:
    metadata = {"name": "web", "annotations": {"mine": "kept"}}
    spec = {"scaleTargetRef": REFERENCE, "maxReplicas": 5, **spec}
    return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": metadata, "spec": spec}


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"metrics": [CPU]},
        {"metrics": [CPU, PODS]},
        {"metrics": [PODS], "behavior": {"scaleDown": {"stabilizationWindowSeconds": 1}}},
    ],
)
def test_nothing_is_lost_on_the_way_to_the_older_form_and_back(spec: dict[str, Any]) -> None:
    kept = autoscaler(**spec)
    assert newer(older(kept)) == kept


def test_the_older_form_has_one_number_for_the_cpu() -> None:
    shown = older(autoscaler(metrics=[CPU]))
    assert shown["apiVersion"] == "autoscaling/v1"
    assert shown["spec"]["targetCPUUtilizationPercentage"] == 60
    assert shown["metadata"]["annotations"] == {"mine": "kept"}


def test_what_is_created_in_the_older_form_is_read_in_both() -> None:
    async def story(api: Api) -> None:
        spec = {"scaleTargetRef": REFERENCE, "maxReplicas": 5, "targetCPUUtilizationPercentage": 60}
        body = {"metadata": {"name": "web"}, "spec": spec}
        status, made = await api.ask("POST", OLDER, body)
        assert (status, made["apiVersion"]) == (201, "autoscaling/v1")
        assert (await api.get(f"{NEWER}/web"))["spec"]["metrics"] == [CPU]
        patch = {"spec": {"targetCPUUtilizationPercentage": 70}}
        changed = (await api.ask("PATCH", f"{OLDER}/web", patch, "application/merge-patch+json"))[1]
        assert changed["spec"]["targetCPUUtilizationPercentage"] == 70

    talk(story)


def test_an_annotation_that_cannot_be_read_says_nothing() -> None:
    odd = {"autoscaling.alpha.kubernetes.io/metrics": "{", "autoscaling.alpha.kubernetes.io/behavior": "[]"}
    sent = {"metadata": {"name": "web", "annotations": odd}, "spec": {"maxReplicas": 5}}
    assert newer(sent)["spec"] == {"maxReplicas": 5}


def test_what_was_measured_is_shown_and_an_odd_status_says_nothing() -> None:
    cpu = {"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 44}}}
    for metrics, expected in (([1, {"resource": 2}, PODS, cpu], 44), (None, None), ("x", None)):
        shown = older({**autoscaler(), "status": {"currentMetrics": metrics}})
        assert shown["status"].get("currentCPUUtilizationPercentage") == expected
