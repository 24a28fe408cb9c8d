"""The shapes of well-known fields: what a typed server would refuse to decode is refused here too.

Only fields that this server's own code reads are named; everything else is kept as it came.
"""

from __future__ import annotations

from cockpit.training.api.failures import bad_request
from cockpit.training.api.kinds import ApiKind
from cockpit.training.objects import Json

_MAPS = frozenset({
    "metadata", "spec", "template", "selector", "labels", "annotations", "matchLabels", "strategy", "rollingUpdate",
    "updateStrategy", "readinessProbe", "livenessProbe", "startupProbe", "httpGet", "nodeSelector", "loadBalancer",
    "scaleTargetRef",
})  # fmt: skip
_LISTS_OF_MAPS = frozenset({
    "containers", "initContainers", "env", "ownerReferences", "matchExpressions", "conditions", "containerStatuses",
    "endpoints", "rules", "ingress", "metrics", "ports",
})  # fmt: skip
_TEXTS = frozenset({
    "name", "namespace", "generateName", "image", "uid", "resourceVersion", "kind", "clusterIP", "nodeName",
})  # fmt: skip
_NUMBERS = frozenset({
    "replicas", "minReadySeconds", "progressDeadlineSeconds", "revisionHistoryLimit", "terminationGracePeriodSeconds",
    "containerPort", "nodePort", "port", "initialDelaySeconds", "periodSeconds", "partition", "revision",
    "deletionGracePeriodSeconds", "minReplicas", "maxReplicas",
})  # fmt: skip
_FREE = frozenset({"labels", "annotations", "matchLabels", "nodeSelector", "data", "binaryData"})
_MAPS_OF_TEXT = _FREE - {"data"}


def check_shape(kind: ApiKind, obj: Json) -> None:
    """Refuse an object whose well-known fields have the wrong type.

    Raises:
        ApiError: 400, naming the field.
    """
    for field in ("metadata", "spec", "status"):
        if field in obj:
            _check(kind, field, field, obj[field])


def _check(kind: ApiKind, path: str, name: str, value: object) -> None:
    expected = _expected(path, name, value)
    if value is not None and expected:
        version = f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}'
        found = {dict: "object", list: "array", str: "string", bool: "bool"}.get(type(value), "number")
        raise bad_request(f"{version}: json: cannot unmarshal {found} into Go struct field {path} of type {expected}")
    if isinstance(value, dict) and name not in _FREE:
        for key, entry in value.items():
            _check(kind, f"{path}.{key}", key, entry)
    elif isinstance(value, list) and name in _LISTS_OF_MAPS:
        for entry in value:
            _check(kind, path, "", entry)


def _expected(path: str, name: str, value: object) -> str:
    """Return the type that a field should have, "" where it fits or is not known."""
    if (name in _MAPS or path == "status") and not isinstance(value, dict):
        return "map"
    if (
        name in _MAPS_OF_TEXT
        and isinstance(value, dict)
        and not all(isinstance(entry, str) for entry in value.values())
    ):
        return "map[string]string"
    if name in _LISTS_OF_MAPS:
        fits = isinstance(value, list) and all(isinstance(entry, dict) for entry in value)
        return "" if fits else "slice"
    if name in _TEXTS and not isinstance(value, str):
        return "string"
    number = isinstance(value, int) and not isinstance(value, bool)
    probe_port = name == "port" and isinstance(value, str) and "ports" not in path
    return "int32" if name in _NUMBERS and not number and not probe_port else ""
