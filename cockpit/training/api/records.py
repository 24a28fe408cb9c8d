"""What makes an Event or a Lease invalid, in the words of a real API server.

Sources: k8s.io/kubernetes, pkg/apis/core/validation/events.go and pkg/apis/coordination/validation/validation.go.
"""

from __future__ import annotations

import json
import re

from cockpit.training.api.failures import Cause, invalid_value, required
from cockpit.training.api.kinds import EVENT_V1, ApiKind
from cockpit.training.api.label_syntax import BAD_NAME_PART, NAME_PART
from cockpit.training.objects import Json

_LONGEST_TEXT, _LONGEST_MESSAGE = 128, 1024  # bytes
_NOT_ITS_NAMESPACE = "does not match event.namespace"
_UNSET = ("firstTimestamp", "lastTimestamp", "count")
_MAY_CHANGE = frozenset({"metadata", "series", "kind", "apiVersion"})


def event(obj: Json, previous: Json | None, through: ApiKind | None) -> list[Cause]:
    """Return what is wrong with an Event; core/v1 asks less of it, where it has no eventTime even less."""
    strict = through is EVENT_V1
    causes = _modern(obj, strict) if obj.get("eventTime") else _legacy(obj)
    if not strict:
        return causes
    return causes + (_new_event(obj) if previous is None else _changed_event(obj, previous))


def lease(spec: Json) -> list[Cause]:
    """Return what is wrong with the spec of a Lease."""
    causes = []
    if spec.get("leaseDurationSeconds") is not None and spec["leaseDurationSeconds"] <= 0:
        field = "spec.leaseDurationSeconds"
        causes.append(invalid_value(field, str(spec["leaseDurationSeconds"]), "must be greater than 0"))
    if spec.get("leaseTransitions") is not None and spec["leaseTransitions"] < 0:
        message = "must be greater than or equal to 0"
        causes.append(invalid_value("spec.leaseTransitions", str(spec["leaseTransitions"]), message))
    return causes


def _legacy(obj: Json) -> list[Cause]:
    home, about = obj["metadata"].get("namespace", ""), _about(obj)
    fits = about == home if about else home in ("", "default")
    return [] if fits else [_namespace(about)]


def _modern(obj: Json, strict: bool) -> list[Cause]:
    """Return what is wrong with an Event that has an eventTime."""
    causes = []
    if not _about(obj) and obj["metadata"].get("namespace") not in ("default", "kube-system"):
        causes.append(_namespace(""))
    causes += _controller(str(obj.get("reportingComponent") or ""), strict)
    for field in ("reportingInstance", "action", "reason"):
        text = str(obj.get(field) or "")
        causes += [required(field)] if not text else _too_long(field, text, _LONGEST_TEXT)
    return causes + _too_long("message", str(obj.get("message") or ""), _LONGEST_MESSAGE)


def _controller(name: str, strict: bool) -> list[Cause]:
    field = "reportingController" if strict else "reportingComponent"
    if not name:
        return [required(field), invalid_value(field, '""', "name part must be non-empty")]
    prefix, _, part = name.rpartition("/")
    fits = re.fullmatch(NAME_PART, part) and len(part) <= 63 and "/" not in prefix
    return [] if fits else [invalid_value(field, json.dumps(name), BAD_NAME_PART)]


def _new_event(obj: Json) -> list[Cause]:
    """Return what is wrong with a new Event of events.k8s.io beside the rest."""
    causes = []
    series = obj.get("series")
    if isinstance(series, dict) and series.get("count", 0) < 2:
        causes.append(invalid_value("series.count", '""', "should be at least 2"))
    if not obj.get("eventTime"):
        causes.append(required("eventTime"))
    if obj.get("type") not in ("Normal", "Warning"):
        causes.append(invalid_value("type", '""', f"has invalid value: {obj.get('type') or ''}"))
    causes += [invalid_value(field, '""', "needs to be unset") for field in _UNSET if obj.get(field)]
    if any((obj.get("source") or {}).values()):
        causes.append(invalid_value("source", '""', "needs to be unset"))
    return causes


def _changed_event(obj: Json, previous: Json) -> list[Cause]:
    """Return what was changed of an Event although only its series may be."""
    return [
        invalid_value(field, json.dumps(obj.get(field)), "field is immutable")
        for field in sorted({*obj, *previous} - _MAY_CHANGE)
        if obj.get(field) != previous.get(field)
    ]


def _about(obj: Json) -> str:
    return str((obj.get("involvedObject") or {}).get("namespace") or "")


def _namespace(found: str) -> Cause:
    return invalid_value("involvedObject.namespace", json.dumps(found), _NOT_ITS_NAMESPACE)


def _too_long(field: str, text: str, longest: int) -> list[Cause]:
    if len(text.encode()) <= longest:
        return []
    return [invalid_value(field, '""', f"can have at most {longest} characters")]
