"""The scale subresource (autoscaling/v1 Scale) of Deployment, ReplicaSet and StatefulSet."""

from __future__ import annotations

from cockpit.training.api.failures import bad_request, invalid, invalid_value
from cockpit.training.api.jsonpath import first, put
from cockpit.training.api.kinds import ApiKind
from cockpit.training.objects import Json, name_of

_METADATA = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
_PATHS = {"wanted": "specReplicasPath", "current": "statusReplicasPath", "selector": "labelSelectorPath"}
_OPERATORS = {"In": "in", "NotIn": "notin"}


def scale_of(kind: ApiKind, obj: Json) -> Json:
    """Return the Scale of a workload; a spec of no replicas is left empty, as a real server does."""
    if kind.custom is not None:
        return custom_scale(kind.custom.scale or {}, obj)
    replicas = obj["spec"].get("replicas", 1)
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {field: obj["metadata"][field] for field in _METADATA if field in obj["metadata"]},
        "spec": {"replicas": replicas} if replicas else {},
        "status": {
            "replicas": (obj.get("status") or {}).get("replicas", 0),
            "selector": selector_text(obj["spec"].get("selector") or {}),
        },
    }


def apply_scale(kind: ApiKind, obj: Json, scale: Json) -> Json:
    """Return the workload with the replicas of `scale`.

    Raises:
        ApiError: 400 or 422, the number cannot be used.
    """
    spec = scale.get("spec") or {}
    replicas = spec.get("replicas", 0) if isinstance(spec, dict) else None
    if not isinstance(replicas, int) or not isinstance(scale.get("metadata") or {}, dict):
        raise bad_request('Scale in version "v1" cannot be handled as a Scale: spec.replicas must be a whole number')
    if replicas < 0:
        cause = invalid_value("spec.replicas", str(replicas), "must be greater than or equal to 0")
        raise invalid(kind, name_of(obj), [cause])
    asked = {field: (scale.get("metadata") or {}).get(field) for field in ("uid", "resourceVersion")}
    metadata = {**obj["metadata"], **{field: value for field, value in asked.items() if value}}
    if kind.custom is not None and kind.custom.scale is not None:
        return put({**obj, "metadata": metadata}, kind.custom.scale["specReplicasPath"], replicas)
    return {**obj, "metadata": metadata, "spec": {**obj["spec"], "replicas": replicas}}


def custom_scale(paths: Json, obj: Json) -> Json:
    """Return the Scale of a custom resource, by the paths that its definition names."""
    found = {name: first(obj, paths[path]) if paths.get(path) else None for name, path in _PATHS.items()}
    status = {"replicas": found["current"] or 0} | ({"selector": found["selector"]} if found["selector"] else {})
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {field: obj["metadata"][field] for field in _METADATA if field in obj["metadata"]},
        "spec": {"replicas": found["wanted"]} if found["wanted"] else {},
        "status": status,
    }


def selector_text(selector: Json) -> str:
    """Write a metav1.LabelSelector as lists and tables do, e.g. `app=web,tier in (a,b)`."""
    clauses = [f"{key}={value}" for key, value in sorted((selector.get("matchLabels") or {}).items())]
    for entry in selector.get("matchExpressions") or ():
        clauses.append(_expression(entry))
    return ",".join(clauses)


def _expression(entry: Json) -> str:
    if entry["operator"] in _OPERATORS:
        return f"{entry['key']} {_OPERATORS[entry['operator']]} ({','.join(sorted(entry.get('values') or ()))})"
    return str(entry["key"]) if entry["operator"] == "Exists" else f"!{entry['key']}"
