"""What makes an object invalid, in the words of a real API server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial

from cockpit.training.api.amounts import budget, counts, daemon_strategy, deployment_strategy, deployment_times
from cockpit.training.api.config_data import config_data
from cockpit.training.api.containers import BAD_LABEL_1123, LABEL_1123, containers
from cockpit.training.api.definition_checks import definition_causes
from cockpit.training.api.failures import Cause, invalid_value, required
from cockpit.training.api.ingresses import ingress, ingress_class
from cockpit.training.api.kinds import (
    AUTOSCALER,
    CONFIG_MAP,
    CUSTOM_RESOURCE_DEFINITION,
    DAEMON_SET,
    DEPLOYMENT,
    DISRUPTION_BUDGET,
    ENDPOINT_SLICE,
    EVENT,
    INGRESS,
    INGRESS_CLASS,
    LEASE,
    NAMESPACE,
    POD,
    RBAC,
    REPLICA_SET,
    SECRET,
    SERVICE,
    STATEFUL_SET,
    ApiKind,
)
from cockpit.training.api.label_syntax import BAD_SUBDOMAIN, SUBDOMAIN, bad_key, bad_value
from cockpit.training.api.rbac_checks import rbac_causes
from cockpit.training.api.records import event, lease
from cockpit.training.api.references import endpoint_slice, expressions, owners
from cockpit.training.api.scaling import autoscaler
from cockpit.training.api.schema_checks import schema_causes
from cockpit.training.api.selectors import all_hold, requirements_of
from cockpit.training.objects import Json

_LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_BAD_1035 = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    f"'{_LABEL_1035}')"
)
_SELECTOR = "spec.selector"
_WORKLOADS = (DEPLOYMENT, REPLICA_SET, STATEFUL_SET, DAEMON_SET)


def validate(kind: ApiKind, obj: Json, previous: Json | None, through: ApiKind | None = None) -> list[Cause]:
    """Return what is wrong with an object; `previous` is what it replaces, None where it is new."""
    causes = _name(kind, obj) + _labels(obj["metadata"].get("labels"), "metadata.labels")
    causes += owners(obj["metadata"].get("ownerReferences") or []) + rbac_causes(kind, obj, previous)
    if kind.custom is not None:
        return causes + schema_causes(kind.custom.schema, obj, kind.custom.with_rules)
    if kind is CUSTOM_RESOURCE_DEFINITION:
        return causes + definition_causes(obj, previous)
    if kind is AUTOSCALER:
        return causes + autoscaler(obj.get("spec") or {})
    if kind in _WORKLOADS:
        causes += _workload(kind, obj["spec"], previous)
    if kind is EVENT:
        causes += event(obj, previous, through)
    check = _CHECKS.get(kind)
    return causes + (check(obj, previous) if check is not None else [])


def _as_json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def _name(kind: ApiKind, obj: Json) -> list[Cause]:
    name = str(obj["metadata"].get("name", ""))
    if not name:
        return [required("metadata.name", "name or generateName is required")]
    pattern, message = SUBDOMAIN, BAD_SUBDOMAIN
    if kind.group == RBAC:  # whatever fits into a path, e.g. system:basic-user (apimachinery, pkg/api/validation/path)
        part = next((part for part in ("/", "%") if part in name), "")
        return [invalid_value("metadata.name", _as_json(name), f"may not contain '{part}'")] if part else []
    if kind is SERVICE:
        pattern, message = _LABEL_1035, _BAD_1035
    elif kind is NAMESPACE:
        pattern, message = LABEL_1123, BAD_LABEL_1123
    if re.fullmatch(pattern, name) and len(name) <= (253 if pattern is SUBDOMAIN else 63):
        return []
    return [invalid_value("metadata.name", _as_json(name), message)]


def _labels(labels: Json | None, field: str) -> list[Cause]:
    return [
        invalid_value(field, _as_json(text), wrong)
        for key, value in (labels or {}).items()
        for text, wrong in ((key, bad_key(key)), (value, bad_value(value)))
        if wrong
    ]


def _workload(kind: ApiKind, spec: Json, previous: Json | None) -> list[Cause]:
    causes: list[Cause] = []
    template = spec.get("template") or {}
    labels = (template.get("metadata") or {}).get("labels")
    selector = spec.get("selector")
    causes += counts(spec, "replicas", "minReadySeconds", "revisionHistoryLimit")
    wrong = expressions(selector, _SELECTOR) if selector else [required(_SELECTOR)]
    causes += wrong
    if not selector or (not wrong and not all_hold(requirements_of(selector), labels or {})):
        message = "`selector` does not match template `labels`"
        causes.append(invalid_value("spec.template.metadata.labels", _as_json(labels), message))
    causes += _labels(labels, "spec.template.labels") + containers(template.get("spec") or {}, "spec.template.spec")
    if previous is not None and previous["spec"].get("selector") != selector:
        causes.append(invalid_value("spec.selector", _as_json(selector), "field is immutable"))
    return causes


def _service(spec: Json, previous: Json | None) -> list[Cause]:
    causes = _labels(spec.get("selector"), "spec.selector")
    if not spec.get("ports") and spec.get("clusterIP") != "None" and spec.get("type") != "ExternalName":
        causes.append(required("spec.ports"))
    for index, port in enumerate(spec.get("ports") or ()):
        causes += _service_port(f"spec.ports[{index}]", port, spec)
    before = (previous or {}).get("spec", {})
    if before.get("clusterIP") and spec.get("clusterIP") not in (None, "", before["clusterIP"]):
        value = _as_json([spec["clusterIP"]])
        causes.append(invalid_value("spec.clusterIPs[0]", value, "may not change once set"))
    return causes


def _service_port(field: str, port: Json, spec: Json) -> list[Cause]:
    number = port.get("port")
    causes = []
    if not isinstance(number, int) or not 0 < number < 65536:
        message = "must be between 1 and 65535, inclusive"
        causes.append(invalid_value(f"{field}.port", _as_json(number or 0), message))
    if len(spec["ports"]) > 1 and not port.get("name"):
        causes.append(required(f"{field}.name"))
    if port.get("nodePort") and spec.get("type") not in ("NodePort", "LoadBalancer"):
        message = "Forbidden: may not be used when `type` is 'ClusterIP'"
        causes.append(Cause("FieldValueForbidden", f"{field}.nodePort", message))
    return causes


def _deployment(spec: Json) -> list[Cause]:
    return deployment_strategy(spec.get("strategy") or {}) + deployment_times(spec)


def _budget(spec: Json) -> list[Cause]:
    return budget(spec) + expressions(spec.get("selector") or {}, _SELECTOR)


_CHECKS: dict[ApiKind, Callable[[Json, Json | None], list[Cause]]] = {
    CONFIG_MAP: partial(config_data, CONFIG_MAP),
    SECRET: partial(config_data, SECRET),
    DEPLOYMENT: lambda obj, _: _deployment(obj["spec"]),
    DAEMON_SET: lambda obj, _: daemon_strategy(obj["spec"].get("updateStrategy") or {}),
    DISRUPTION_BUDGET: lambda obj, _: _budget(obj.get("spec") or {}),
    ENDPOINT_SLICE: lambda obj, _: endpoint_slice(obj),
    POD: lambda obj, _: containers(obj["spec"], "spec"),
    SERVICE: lambda obj, previous: _service(obj["spec"], previous),
    INGRESS: lambda obj, _: ingress(obj["spec"]),
    INGRESS_CLASS: ingress_class,
    LEASE: lambda obj, _: lease(obj.get("spec") or {}),
}
"""What else is asked of an object, and of the one that it replaces."""
