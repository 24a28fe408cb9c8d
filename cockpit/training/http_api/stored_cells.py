"""The cells of what is stored for others to read (k8s.io/kubernetes, pkg/printers/internalversion/printers.go)."""

from __future__ import annotations

from cockpit.training.api.scale import selector_text
from cockpit.training.http_api.ages import age
from cockpit.training.objects import Json, labels_of

_NONE = "<none>"


def secret(obj: Json, now: float) -> list[object]:
    """Type, Data, Age."""
    return [obj.get("type", ""), len(obj.get("data") or {}), _created(obj, now)]


def service_account(obj: Json, now: float) -> list[object]:
    """Secrets, Age."""
    return [len(obj.get("secrets") or ()), _created(obj, now)]


def pod_template(obj: Json, now: float) -> list[object]:
    """Containers, Images, Pod Labels."""
    template = obj.get("template") or {}
    containers = (template.get("spec") or {}).get("containers") or ()
    labels = labels_of({"metadata": template.get("metadata") or {}})
    named = ",".join(f"{key}={value}" for key, value in sorted(labels.items())) or _NONE
    return [",".join(c["name"] for c in containers), ",".join(c.get("image", "") for c in containers), named]


def ingress_class(obj: Json, now: float) -> list[object]:
    """Controller, Parameters, Age."""
    spec = obj.get("spec") or {}
    about = spec.get("parameters") or {}
    group = f".{about['apiGroup']}" if about.get("apiGroup") else ""
    named = f"{about.get('kind', '')}{group}/{about.get('name', '')}" if about else _NONE
    return [spec.get("controller", ""), named, _created(obj, now)]


def network_policy(obj: Json, now: float) -> list[object]:
    """Pod-Selector, Age."""
    return [selector_text(obj["spec"].get("podSelector") or {}) or _NONE, _created(obj, now)]


def _created(obj: Json, now: float) -> str:
    return age(obj["metadata"].get("creationTimestamp"), now)
