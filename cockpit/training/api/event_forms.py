"""The two forms of an Event: as core/v1 keeps it, and as events.k8s.io/v1 names its fields.

Source: k8s.io/kubernetes, pkg/apis/events/v1/conversion.go.
"""

from __future__ import annotations

from cockpit.training.api.autoscaler_forms import newer, older
from cockpit.training.api.kinds import AUTOSCALER_V1, EVENT, EVENT_V1, ApiKind
from cockpit.training.api.patches import Patch
from cockpit.training.objects import Json

_NEW_NAMES = {
    "involvedObject": "regarding",
    "message": "note",
    "source": "deprecatedSource",
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
    "reportingComponent": "reportingController",
}
_OLD_NAMES = {new: old for old, new in _NEW_NAMES.items()}


def kept_form(served: ApiKind, obj: Json) -> Json:
    """Return an object that came in the form of `served` as it is kept."""
    if served.custom is not None and served.custom.kept is not None:
        return {**obj, "apiVersion": served.custom.kept.api_version}
    if served is AUTOSCALER_V1:
        return newer(obj)
    return _renamed(obj, _OLD_NAMES, EVENT) if served is EVENT_V1 else obj


def served_form(served: ApiKind, obj: Json) -> Json:
    """Return a kept object in the form of `served`."""
    if served.custom is not None and served.custom.kept is not None:
        return {**obj, "apiVersion": served.api_version}
    if served is AUTOSCALER_V1:
        return older(obj)
    return _renamed(obj, _NEW_NAMES, EVENT_V1) if served is EVENT_V1 else obj


def on_kept_form(served: ApiKind, patch: Patch) -> Patch:
    """Return what applies to a kept object a patch that was made for the form of `served`."""
    if served not in (EVENT_V1, AUTOSCALER_V1) and served.custom is None:
        return patch
    return lambda obj: kept_form(served, patch(served_form(served, obj)))


def _renamed(event: Json, names: dict[str, str], kind: ApiKind) -> Json:
    renamed = {names.get(field, field): value for field, value in event.items()}
    return {**renamed, "kind": kind.kind, "apiVersion": kind.api_version}
