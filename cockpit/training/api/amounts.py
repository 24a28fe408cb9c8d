"""What is wrong with numbers: counts, and amounts that are a count or a percentage.

Source: k8s.io/kubernetes, pkg/apis/apps/validation (ValidatePositiveIntOrPercent, IsNotMoreThan100Percent).
"""

from __future__ import annotations

import json
import re

from cockpit.training.api.failures import Cause, invalid_value, required
from cockpit.training.objects import Json

_PERCENT = "[0-9]+%"
_NEGATIVE = "must be greater than or equal to 0"
_BAD_PERCENT = (
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for "
    f"validation is '{_PERCENT}')"
)
_NO_DEADLINE = 2147483647


def counts(spec: Json, *fields: str) -> list[Cause]:
    """Return what is wrong with whole numbers of a spec that may not be negative."""
    return [
        invalid_value(f"spec.{field}", str(spec[field]), _NEGATIVE)
        for field in fields
        if isinstance(spec.get(field), int) and spec[field] < 0
    ]


def amount(field: str, value: object, whole_at_most: bool) -> list[Cause]:
    """Return what is wrong with a count or percentage; with `whole_at_most` more than 100% is wrong too."""
    if isinstance(value, int):
        return [invalid_value(field, str(value), _NEGATIVE)] if value < 0 else []
    if not isinstance(value, str):
        return []
    if not re.fullmatch(_PERCENT, value):
        return [invalid_value(field, json.dumps(value), _BAD_PERCENT)]
    if whole_at_most and len(value) > 3 and int(value[:-1][:9]) > 100:
        return [invalid_value(field, json.dumps(value), "must not be greater than 100%")]
    return []


def deployment_strategy(strategy: Json) -> list[Cause]:
    """Return what is wrong with a Deployment's strategy."""
    field = "spec.strategy.rollingUpdate"
    if strategy.get("type") not in ("Recreate", "RollingUpdate"):
        value = json.dumps(strategy.get("type"))
        supported = "Unsupported value: " + value + ': supported values: "Recreate", "RollingUpdate"'
        return [Cause("FieldValueNotSupported", "spec.strategy.type", supported)]
    if strategy["type"] == "Recreate":
        message = "Forbidden: may not be specified when strategy `type` is 'Recreate'"
        return [Cause("FieldValueForbidden", field, message)] if strategy.get("rollingUpdate") is not None else []
    rolling = strategy.get("rollingUpdate") or {}
    causes = amount(f"{field}.maxUnavailable", rolling.get("maxUnavailable"), whole_at_most=True)
    causes += amount(f"{field}.maxSurge", rolling.get("maxSurge"), whole_at_most=False)
    if not causes and rolling and _is_none(rolling.get("maxSurge")) and _is_none(rolling.get("maxUnavailable")):
        causes.append(invalid_value(f"{field}.maxUnavailable", "0", "may not be 0 when `maxSurge` is 0"))
    return causes


def deployment_times(spec: Json) -> list[Cause]:
    """Return what is wrong with a Deployment's deadline."""
    causes = counts(spec, "progressDeadlineSeconds")
    deadline = spec.get("progressDeadlineSeconds", _NO_DEADLINE)
    if not causes and deadline != _NO_DEADLINE and deadline <= spec.get("minReadySeconds", 0):
        message = "must be greater than minReadySeconds"
        causes.append(invalid_value("spec.progressDeadlineSeconds", str(deadline), message))
    return causes


def daemon_strategy(strategy: Json) -> list[Cause]:
    """Return what is wrong with a DaemonSet's update strategy."""
    field = "spec.updateStrategy.rollingUpdate"
    rolling = strategy.get("rollingUpdate") or {}
    causes = [
        cause for part in ("maxUnavailable", "maxSurge") for cause in amount(f"{field}.{part}", rolling.get(part), True)
    ]
    if causes or not rolling:
        return causes
    surge, unavailable = (not _is_none(rolling.get(part)) for part in ("maxSurge", "maxUnavailable"))
    if surge and unavailable:
        message = "may not be set when maxUnavailable is non-zero"
        return [invalid_value(f"{field}.maxSurge", json.dumps(rolling["maxSurge"]), message)]
    return [] if surge or unavailable else [required(f"{field}.maxUnavailable", "cannot be 0 when maxSurge is 0")]


def budget(spec: Json) -> list[Cause]:
    """Return what is wrong with a PodDisruptionBudget's spec."""
    if "minAvailable" in spec and "maxUnavailable" in spec:
        message = "minAvailable and maxUnavailable cannot be both set"
        return [invalid_value("spec", json.dumps(spec, separators=(",", ":"), sort_keys=True), message)]
    return [
        cause
        for part in ("minAvailable", "maxUnavailable")
        for cause in amount(f"spec.{part}", spec.get(part), whole_at_most=True)
    ]


def _is_none(value: object) -> bool:
    return value in (None, 0) or (isinstance(value, str) and not value.rstrip("%").strip("0"))
