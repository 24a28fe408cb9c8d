"""The shapes of well-known fields: what a typed server would refuse to decode is refused here too.

Only fields that this server's own code reads are named; everything else is kept as it came.
"""

from __future__ import annotations

import re

from cockpit.training.api.config_data import check_bytes
from cockpit.training.api.definition_shapes import check_definition
from cockpit.training.api.failures import ApiError, bad_request
from cockpit.training.api.kinds import (
    CONFIG_MAP,
    CONTROLLER_REVISION,
    CUSTOM_RESOURCE_DEFINITION,
    ENDPOINT_SLICE,
    ENDPOINTS,
    EVENT,
    POD_TEMPLATE,
    SECRET,
    ApiKind,
)
from cockpit.training.objects import Json

_MAPS = frozenset({
    "metadata", "spec", "template", "selector", "labels", "annotations", "matchLabels", "strategy", "rollingUpdate",
    "updateStrategy", "readinessProbe", "livenessProbe", "startupProbe", "httpGet", "nodeSelector", "loadBalancer",
    "scaleTargetRef", "involvedObject", "source", "data", "binaryData", "securityContext", "targetRef", "resource",
    "target", "series", "related", "resources", "limits", "requests", "behavior", "scaleUp", "scaleDown", "lifecycle",
})  # fmt: skip
_LISTS_OF_MAPS = frozenset({
    "containers", "initContainers", "env", "ownerReferences", "matchExpressions", "conditions", "containerStatuses",
    "endpoints", "rules", "ingress", "metrics", "ports",
    "subsets", "notReadyAddresses", "policies", "currentMetrics",
})  # fmt: skip
_LISTS_OF_TEXT = frozenset({"finalizers", "values", "externalIPs"})
_COUNTS_OR_TEXTS = frozenset({"maxSurge", "maxUnavailable", "minAvailable", "targetPort"})
_LARGE_NUMBERS = frozenset(
    {"terminationGracePeriodSeconds", "deletionGracePeriodSeconds", "revision", "observedGeneration"}
)
_DOCUMENTS = frozenset({"metadata", "spec", "status"})
_TOP_LEVEL: dict[ApiKind, frozenset[str]] = {
    EVENT: frozenset({
        "involvedObject", "source", "type", "reason", "message", "count", "firstTimestamp", "lastTimestamp",
        "eventTime", "reportingComponent", "reportingInstance", "action", "series", "related",
    }),
    ENDPOINTS: frozenset({"subsets"}),
    ENDPOINT_SLICE: frozenset({"endpoints", "ports", "addressType"}),
    CONTROLLER_REVISION: frozenset({"revision"}),
    CONFIG_MAP: frozenset({"data", "binaryData"}),
    SECRET: frozenset({"data", "stringData", "type"}),
    POD_TEMPLATE: frozenset({"template"}),
}  # fmt: skip
_TEXTS = frozenset({
    "name", "namespace", "generateName", "image", "uid", "resourceVersion", "kind", "clusterIP", "nodeName", "operator",
    "key", "type", "reason", "message", "phase", "component", "addressType", "firstTimestamp", "lastTimestamp",
    "eventTime", "reportingComponent", "host", "ip", "hostname", "ingressClassName", "externalName", "protocol",
    "lastTransitionTime", "lastUpdateTime", "creationTimestamp", "apiVersion", "podIP", "fieldPath", "holderIdentity",
    "reportingInstance", "action", "acquireTime", "renewTime", "lastObservedTime",
})  # fmt: skip
_NUMBERS = frozenset({
    "replicas", "minReadySeconds", "progressDeadlineSeconds", "revisionHistoryLimit", "terminationGracePeriodSeconds",
    "containerPort", "nodePort", "port", "initialDelaySeconds", "periodSeconds", "partition", "revision",
    "deletionGracePeriodSeconds", "minReplicas", "maxReplicas", "count", "restartCount", "readyReplicas",
    "availableReplicas", "updatedReplicas", "unavailableReplicas", "terminatingReplicas", "observedGeneration",
    "currentReplicas", "disruptionsAllowed", "collisionCount", "exitCode",
    "leaseDurationSeconds", "leaseTransitions",
})  # fmt: skip
_MICRO_TIMES = frozenset({"acquireTime", "renewTime", "eventTime", "lastObservedTime"})
_MICRO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)")
_MICRO_LAYOUT = "2006-01-02T15:04:05.000000Z07:00"
_FREE = frozenset({"labels", "annotations", "matchLabels", "nodeSelector", "data", "binaryData"})
_MAPS_OF_TEXT = _FREE - {"data"}


_JSON_TYPES: dict[type, str] = {dict: "object", list: "array", str: "string", bool: "bool"}


def check_shape(kind: ApiKind, obj: Json) -> None:
    """Refuse an object whose well-known fields have the wrong type.

    Raises:
        ApiError: 400, naming the field.
    """
    if kind.custom is not None or kind is CUSTOM_RESOURCE_DEFINITION:  # what they hold, schemas say
        if "metadata" in obj:
            _check(kind, "metadata", "metadata", obj["metadata"])
        if kind is CUSTOM_RESOURCE_DEFINITION:
            check_definition(obj)
        return
    for field in _DOCUMENTS | _TOP_LEVEL.get(kind, frozenset()):
        if field in obj:
            _check(kind, field, field, obj[field])
    if kind is SECRET:
        check_bytes(obj)


def _check(kind: ApiKind, path: str, name: str, value: object) -> None:
    expected = _expected(path, name, value)
    if value is not None and expected:
        found = _JSON_TYPES.get(type(value), f"number {value}")
        raise _refused(kind, f"json: cannot unmarshal {found} into Go struct field {path} of type {expected}")
    if name in _MICRO_TIMES and isinstance(value, str) and not _MICRO_TIME.fullmatch(value):
        # Go wants exactly six digits of the second (apimachinery, pkg/apis/meta/v1/micro_time.go).
        raise _refused(kind, f'parsing time "{value}" as "{_MICRO_LAYOUT}": cannot parse it')
    if isinstance(value, dict) and name not in _FREE:
        for key, entry in value.items():
            _check(kind, f"{path}.{key}", key, entry)
    elif isinstance(value, list) and _lists_maps(path, name):
        for entry in value:
            _check(kind, path, "", entry)


def _lists_maps(path: str, name: str) -> bool:
    of_endpoints = name == "addresses" and path == "subsets.addresses"  # those of a slice are texts
    return name in _LISTS_OF_MAPS or of_endpoints


def _refused(kind: ApiKind, why: str) -> ApiError:
    return bad_request(f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: {why}')


def _expected(path: str, name: str, value: object) -> str:
    """Return the type that a field should have, "" where it fits or is not known."""
    if path == "endpoints.conditions":  # of an EndpointSlice; all other conditions are lists
        return "" if isinstance(value, dict) else "map"
    if (name in _MAPS or path == "status") and not isinstance(value, dict):
        return "map"
    if (
        name in _MAPS_OF_TEXT
        and isinstance(value, dict)
        and not all(isinstance(entry, str) for entry in value.values())
    ):
        return "map[string]string"
    if _lists_maps(path, name):
        fits = isinstance(value, list) and all(isinstance(entry, dict) for entry in value)
        return "" if fits else "slice"
    if name in _LISTS_OF_TEXT or path == "endpoints.addresses":
        fits = isinstance(value, list) and all(isinstance(entry, str) for entry in value)
        return "" if fits else "[]string"
    if name in _TEXTS and not isinstance(value, str):
        return "string"
    return _expected_number(path, name, value)


def _expected_number(path: str, name: str, value: object) -> str:
    if name in _COUNTS_OR_TEXTS:
        return "" if isinstance(value, str) or _fits(value, 31) else "intstr.IntOrString"
    if path.endswith("service.port"):  # of an Ingress: a name or a number in an object
        return ""
    if name not in _NUMBERS or (name == "port" and isinstance(value, str) and "ports" not in path):
        return ""
    if name in _LARGE_NUMBERS:
        return "" if _fits(value, 63) else "int64"
    return "" if _fits(value, 31) else "int32"


def _fits(value: object, bits: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**bits) <= value < 2**bits
