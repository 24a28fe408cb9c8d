"""The cells of RBAC objects (k8s.io/kubernetes, pkg/printers/internalversion/printers.go)."""

from __future__ import annotations

from cockpit.training.http_api.ages import age
from cockpit.training.objects import Json

_SUBJECTS = ("User", "Group", "ServiceAccount")


def role(obj: Json, now: float) -> list[object]:
    """Created At."""
    return [obj["metadata"]["creationTimestamp"]]


def binding(obj: Json, now: float) -> list[object]:
    """Role, Age; Users, Groups, ServiceAccounts."""
    reference, subjects = obj["roleRef"], obj.get("subjects") or ()
    named = [", ".join(_subject(entry) for entry in subjects if entry.get("kind") == kind) for kind in _SUBJECTS]
    created = age(obj["metadata"].get("creationTimestamp"), now)
    return [f"{reference.get('kind', '')}/{reference.get('name', '')}", created, *named]


def _subject(entry: Json) -> str:
    home = f"{entry.get('namespace', '')}/" if entry.get("kind") == "ServiceAccount" else ""
    return f"{home}{entry.get('name', '')}"
