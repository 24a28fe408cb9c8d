"""How many replicas the metrics of a HorizontalPodAutoscaler ask for.

Source: k8s.io/kubernetes, pkg/controller/podautoscaler/replica_calculator.go. Metrics of type Resource (cpu and memory)
and Pods are known; the Pods metric is the requests a second that a pod answers, by any name that speaks of requests.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from cockpit.training.controllers.pods import is_ready, phase_of
from cockpit.training.controllers.quantity import millis, written
from cockpit.training.controllers.usage import Usage
from cockpit.training.objects import Json, is_deleting, name_of

TOLERANCE = 0.1


class UnknownMetricError(Exception):
    """A metric cannot be computed; `reason` is that of the condition."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one metric asks for: `name` as events word it, `current` its entry of status.currentMetrics."""

    replicas: int
    name: str
    current: Json


@dataclass(frozen=True, slots=True)
class _Grouped:
    """Values by pod, in thousandths; the pods without a value yet, and those that are not ready."""

    values: dict[str, float]
    missing: list[str]
    unready: list[str]


def proposal(metric: Json, replicas: int, pods: list[Json], usage: Usage) -> Proposal:
    """Return what a metric asks for.

    Raises:
        UnknownMetricError: it cannot be computed.
    """
    if metric.get("type") == "Resource":
        return _resource(metric["resource"], replicas, pods, usage)
    if metric.get("type") == "Pods":
        return _per_pod(metric["pods"], replicas, pods, usage)
    raise UnknownMetricError("InvalidMetricSourceType", f'unknown metric source type "{metric.get("type")}"')


def _resource(source: Json, replicas: int, pods: list[Json], usage: Usage) -> Proposal:
    name, target = str(source.get("name", "")), source.get("target") or {}
    grouped = _grouped(pods, lambda pod: _used(pod, name, usage))
    if not grouped.values:
        what = f"unable to get metrics for resource {name}: no metrics returned from resource metrics API"
        raise UnknownMetricError("FailedGetResourceMetric", f"failed to get {name} utilization: {what}")
    average = sum(grouped.values.values()) / len(grouped.values)
    if target.get("type") == "AverageValue" or "averageUtilization" not in target:
        wanted = millis(target.get("averageValue")) or 1.0
        current: Json = {"averageValue": written(average)}
        count = _count(grouped, dict.fromkeys(_names(grouped), wanted), 1.0, replicas)
        named = f"{name} resource"
    else:
        requests = {name_of(pod): _requested(pod, name) for pod in pods}
        wanted = float(target["averageUtilization"]) / 100
        utilisation = sum(grouped.values.values()) / sum(requests[pod] for pod in grouped.values)
        current = {"averageUtilization": int(utilisation * 100), "averageValue": written(average)}
        count = _count(grouped, requests, wanted, replicas)
        named = f"{name} resource utilization (percentage of request)"
    return Proposal(count, named, {"type": "Resource", "resource": {"name": name, "current": current}})


def _per_pod(source: Json, replicas: int, pods: list[Json], usage: Usage) -> Proposal:
    about = source.get("metric") or {}
    name, wanted = str(about.get("name", "")), millis((source.get("target") or {}).get("averageValue")) or 1.0
    grouped = _grouped(pods, lambda pod: _asked(pod, name, usage))
    if not grouped.values:
        what = f"unable to get metric {name}: no metrics returned from custom metrics API"
        raise UnknownMetricError("FailedGetPodsMetric", what)
    average = sum(grouped.values.values()) / len(grouped.values)
    count = _count(grouped, dict.fromkeys(_names(grouped), wanted), 1.0, replicas)
    current = {"metric": {"name": name}, "current": {"averageValue": written(average)}}
    return Proposal(count, f"pods metric {name}", {"type": "Pods", "pods": current})


def _grouped(pods: list[Json], value_of: Callable[[Json], float | None]) -> _Grouped:
    values: dict[str, float] = {}
    missing: list[str] = []
    unready: list[str] = []
    for pod in pods:
        if is_deleting(pod) or phase_of(pod) == "Failed":
            continue
        value = value_of(pod)
        if phase_of(pod) == "Pending" or (value is not None and not is_ready(pod)):
            unready.append(name_of(pod))
        elif value is None:
            missing.append(name_of(pod))
        else:
            values[name_of(pod)] = value
    return _Grouped(values, missing, unready)


def _count(grouped: _Grouped, whole: dict[str, float], target: float, replicas: int) -> int:
    """Return the replicas that bring the usage to `target` of `whole`, both in the same unit."""
    values = dict(grouped.values)
    ratio = _ratio(values, whole, target)
    if not grouped.missing and not (grouped.unready and ratio > 1):
        return replicas if abs(1 - ratio) <= TOLERANCE else math.ceil(_rounded(ratio * len(values)))
    for pod in grouped.missing:  # on the way down they are taken to use all that they asked for, up: nothing
        values[pod] = whole[pod] * max(1.0, target) if ratio < 1 else 0.0
    if ratio > 1:
        values |= dict.fromkeys(grouped.unready, 0.0)
    again = _ratio(values, whole, target)
    if abs(1 - again) <= TOLERANCE or (ratio < 1 < again) or (again < 1 < ratio):
        return replicas
    count = math.ceil(_rounded(again * len(values)))
    wrong_way = (again < 1 and count > replicas) or (again > 1 and count < replicas)
    return replicas if wrong_way else count


def _ratio(values: dict[str, float], whole: dict[str, float], target: float) -> float:
    return sum(values.values()) / sum(whole[pod] for pod in values) / target


def _rounded(number: float) -> float:
    return round(number, 9)  # what is whole but for the last bit is whole


def _names(grouped: _Grouped) -> list[str]:
    return [*grouped.values, *grouped.missing, *grouped.unready]


def _used(pod: Json, resource: str, usage: Usage) -> float | None:
    found = usage.of_pod(pod)
    if found is None:
        return None
    return sum(used.cpu if resource == "cpu" else used.memory * 2**20 * 1000 for used in found.values())


def _asked(pod: Json, metric: str, usage: Usage) -> float | None:
    rate = usage.requests_of(pod) if "request" in metric else None
    return None if rate is None else rate * 1000


def _requested(pod: Json, resource: str) -> float:
    total = 0.0
    for container in pod["spec"]["containers"]:
        asked = millis(((container.get("resources") or {}).get("requests") or {}).get(resource))
        if asked is None:
            why = f"missing request for {resource} in container {container['name']} of Pod {name_of(pod)}"
            raise UnknownMetricError("FailedGetResourceMetric", f"failed to get {resource} utilization: {why}")
        total += asked
    return total
