"""What is wrong with references to other objects: owners by name and uid, and selectors by labels.

Source: k8s.io/apimachinery, pkg/api/validation/objectmeta.go and pkg/apis/meta/v1/validation/validation.go.
"""

from __future__ import annotations

import json

from cockpit.training.api.failures import Cause, invalid_value, required
from cockpit.training.objects import Json

_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")


def owners(references: list[Json]) -> list[Cause]:
    """Return what is wrong with metadata.ownerReferences."""
    field = "metadata.ownerReferences"
    causes = []
    for reference in references:
        if not str(reference.get("apiVersion") or ""):
            causes.append(invalid_value(f"{field}.apiVersion", '""', "version must not be empty"))
        causes += [
            invalid_value(f"{field}.{part}", '""', "must not be empty")
            for part in ("kind", "name", "uid")
            if not reference.get(part)
        ]
    return causes


def expressions(selector: Json, field: str) -> list[Cause]:
    """Return what is wrong with the matchExpressions of a metav1.LabelSelector at `field`."""
    return [
        cause
        for index, entry in enumerate(selector.get("matchExpressions") or ())
        for cause in _expression(entry, f"{field}.matchExpressions[{index}]")
    ]


def endpoint_slice(obj: Json) -> list[Cause]:
    """Return what is wrong with an EndpointSlice (k8s.io/kubernetes, pkg/apis/discovery/validation)."""
    causes = [] if obj.get("addressType") else [required("addressType")]
    for index, endpoint in enumerate(obj.get("endpoints") or ()):
        if not endpoint.get("addresses"):
            causes.append(required(f"endpoints[{index}].addresses", "must contain at least 1 address"))
    return causes


def _expression(entry: Json, field: str) -> list[Cause]:
    operator, values = entry.get("operator", ""), entry.get("values")
    causes = []
    if operator not in _OPERATORS:
        causes.append(invalid_value(f"{field}.operator", json.dumps(operator), "not a valid selector operator"))
    elif operator in ("In", "NotIn") and not values:
        causes.append(required(f"{field}.values", "must be specified when `operator` is 'In' or 'NotIn'"))
    elif operator in ("Exists", "DoesNotExist") and values:
        message = "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
        causes.append(Cause("FieldValueForbidden", f"{field}.values", message))
    if not entry.get("key"):
        causes.append(invalid_value(f"{field}.key", '""', "name part must be non-empty"))
    return causes
