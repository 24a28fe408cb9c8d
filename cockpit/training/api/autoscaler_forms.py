"""The two forms of a HorizontalPodAutoscaler: as autoscaling/v2 keeps it, and as autoscaling/v1 shows it.

What the older form has no field for stands in annotations there, so that nothing is lost on the way back.
Source: k8s.io/kubernetes, pkg/apis/autoscaling/v1/conversion.go.
"""

from __future__ import annotations

import json
from typing import TypeVar

from cockpit.training.api.kinds import AUTOSCALER, AUTOSCALER_V1
from cockpit.training.objects import Json

T = TypeVar("T", list[Json], Json)
_PREFIX = "autoscaling.alpha.kubernetes.io/"
_METRICS, _BEHAVIOR, _CONDITIONS = f"{_PREFIX}metrics", f"{_PREFIX}behavior", f"{_PREFIX}conditions"
_TARGET, _CURRENT = "targetCPUUtilizationPercentage", "currentCPUUtilizationPercentage"


def older(obj: Json) -> Json:
    """Return a kept autoscaler in the form of autoscaling/v1."""
    spec, notes = dict(obj.get("spec") or {}), dict((obj.get("metadata") or {}).get("annotations") or {})
    metrics = spec.pop("metrics", None) or []
    target = next((one for one in metrics if _percent(one) is not None), None)
    if target is not None:
        spec[_TARGET] = _percent(target)
    status = dict(obj.get("status") or {})
    kept = ((_METRICS, [one for one in metrics if one is not target]), (_BEHAVIOR, spec.pop("behavior", None)))
    for name, value in (*kept, (_CONDITIONS, status.pop("conditions", None))):
        if value:
            notes[name] = json.dumps(value, separators=(",", ":"))
    if (used := _used(status.pop("currentMetrics", None))) is not None:
        status[_CURRENT] = used
    return _written(obj, AUTOSCALER_V1.api_version, spec, notes, status)


def newer(obj: Json) -> Json:
    """Return an autoscaler that came in the form of autoscaling/v1 as it is kept."""
    spec = obj.get("spec")
    metadata = obj.get("metadata")
    if not isinstance(spec, dict) or not isinstance(metadata, dict):
        return {**obj, "apiVersion": AUTOSCALER.api_version}
    spec, notes, status = dict(spec), dict(metadata.get("annotations") or {}), dict(obj.get("status") or {})
    metrics = _read(notes.pop(_METRICS, None), list)
    if target := spec.pop(_TARGET, None):
        cpu = {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": target}}
        metrics = [{"type": "Resource", "resource": cpu}, *metrics]
    if metrics:
        spec["metrics"] = metrics
    if behavior := _read(notes.pop(_BEHAVIOR, None), dict):
        spec["behavior"] = behavior
    if conditions := _read(notes.pop(_CONDITIONS, None), list):
        status["conditions"] = conditions
    status.pop(_CURRENT, None)
    return _written(obj, AUTOSCALER.api_version, spec, notes, status)


def _percent(metric: Json) -> int | None:
    resource = metric.get("resource") or {}
    found = (resource.get("target") or {}).get("averageUtilization")
    return found if resource.get("name") == "cpu" and isinstance(found, int) else None


def _used(metrics: object) -> int | None:
    """Return the CPU that was measured, in percent; a status holds whatever was written into it."""
    for one in metrics if isinstance(metrics, list) else ():
        resource = one.get("resource") if isinstance(one, dict) else None
        current = resource.get("current") if isinstance(resource, dict) and resource.get("name") == "cpu" else None
        found = current.get("averageUtilization") if isinstance(current, dict) else None
        if isinstance(found, int):
            return found
    return None


def _read(text: object, wanted: type[T]) -> T:
    """Return what an annotation holds, nothing where it cannot be read."""
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    return found if isinstance(found, wanted) else wanted()


def _written(obj: Json, api_version: str, spec: Json, notes: Json, status: Json) -> Json:
    metadata = {key: value for key, value in (obj.get("metadata") or {}).items() if key != "annotations"}
    changed: Json = {**obj, "apiVersion": api_version, "spec": spec}
    changed["metadata"] = metadata | ({"annotations": notes} if notes else {})
    return changed | ({"status": status} if "status" in obj else {})
