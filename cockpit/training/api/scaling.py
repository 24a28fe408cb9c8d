"""What is wrong with a HorizontalPodAutoscaler (k8s.io/kubernetes, pkg/apis/autoscaling/validation)."""

from __future__ import annotations

from cockpit.training.api.failures import Cause, invalid_value, required
from cockpit.training.objects import Json

_SOURCES = {"Resource": "resource", "Pods": "pods"}


def autoscaler(spec: Json) -> list[Cause]:
    """Return what is wrong with an autoscaler's spec."""
    minimum, maximum = spec.get("minReplicas", 1), spec.get("maxReplicas") or 0
    causes = []
    if minimum < 1:
        causes.append(invalid_value("spec.minReplicas", str(minimum), "must be greater than or equal to 1"))
    if maximum < 1:
        causes.append(invalid_value("spec.maxReplicas", str(maximum), "must be greater than 0"))
    elif maximum < minimum:
        message = "must be greater than or equal to `minReplicas`"
        causes.append(invalid_value("spec.maxReplicas", str(maximum), message))
    target = spec.get("scaleTargetRef") or {}
    causes += [required(f"spec.scaleTargetRef.{field}") for field in ("kind", "name") if not target.get(field)]
    for index, metric in enumerate(spec.get("metrics") or ()):
        causes += _metric(f"spec.metrics[{index}]", metric)
    return causes


def _metric(field: str, metric: Json) -> list[Cause]:
    kind = metric.get("type")
    if not kind:
        return [required(f"{field}.type", "must specify a metric source type")]
    source = _SOURCES.get(str(kind))
    if source is None:
        return []  # of a kind that is not known here: its controller says so
    found = metric.get(source)
    if not isinstance(found, dict):
        message = "must populate information for the given metric source"
        return [required(f"{field}.{source}", message)]
    target = found.get("target")
    causes = [] if isinstance(target, dict) and target else [required(f"{field}.{source}.target")]
    about = found.get("metric") if source == "pods" else found
    named = isinstance(about, dict) and isinstance(about.get("name"), str) and about["name"]
    return causes + ([] if named else [required(f"{field}.{source}.{'metric.' * (source == 'pods')}name")])
