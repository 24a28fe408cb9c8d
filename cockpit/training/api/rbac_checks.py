"""What is filled in to RBAC objects, and what makes one invalid.

Sources: k8s.io/kubernetes, pkg/apis/rbac/v1/defaults.go and pkg/apis/rbac/validation/validation.go.
"""

from __future__ import annotations

import json

from cockpit.training.api.failures import Cause, invalid_value, required
from cockpit.training.api.kinds import CLUSTER_ROLE, CLUSTER_ROLE_BINDING, RBAC, ROLE, ROLE_BINDING, ApiKind
from cockpit.training.objects import Json

_BINDINGS = (ROLE_BINDING, CLUSTER_ROLE_BINDING)
_SUBJECTS = ("ServiceAccount", "User", "Group")
_ROLE_KINDS = {ROLE_BINDING: ("Role", "ClusterRole"), CLUSTER_ROLE_BINDING: ("ClusterRole",)}


def complete_rbac(kind: ApiKind, obj: Json) -> None:
    """Fill in what an RBAC object leaves out, in place."""
    if kind not in _BINDINGS:
        obj.setdefault("rules", None)
        return
    role = obj.setdefault("roleRef", {})
    if isinstance(role, dict):
        role["apiGroup"] = role.get("apiGroup") or RBAC
    for subject in _entries(obj, "subjects"):
        if subject.get("kind") in ("User", "Group"):
            subject["apiGroup"] = subject.get("apiGroup") or RBAC


def rbac_causes(kind: ApiKind, obj: Json, previous: Json | None) -> list[Cause]:
    """Return what is wrong with an RBAC object; nothing where it is another kind."""
    if kind in (ROLE, CLUSTER_ROLE):
        return [cause for at, rule in enumerate(_entries(obj, "rules")) for cause in _rule(kind, rule, f"rules[{at}]")]
    return _binding(kind, obj, previous) if kind in _BINDINGS else []


def _rule(kind: ApiKind, rule: Json, field: str) -> list[Cause]:
    causes = [] if rule.get("verbs") else [required(f"{field}.verbs", "verbs must contain at least one value")]
    if rule.get("nonResourceURLs"):
        if kind is ROLE:
            message = "namespaced rules cannot apply to non-resource URLs"
            causes.append(invalid_value(f"{field}.nonResourceURLs", json.dumps(rule["nonResourceURLs"]), message))
        if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
            message = "rules cannot apply to both regular resources and non-resource URLs"
            causes.append(invalid_value(f"{field}.nonResourceURLs", json.dumps(rule["nonResourceURLs"]), message))
        return causes
    if not rule.get("apiGroups"):
        causes.append(required(f"{field}.apiGroups", "resource rules must supply at least one api group"))
    if not rule.get("resources"):
        causes.append(required(f"{field}.resources", "resource rules must supply at least one resource"))
    return causes


def _binding(kind: ApiKind, obj: Json, previous: Json | None) -> list[Cause]:
    role, causes = obj["roleRef"], []
    if role.get("kind") not in _ROLE_KINDS[kind]:
        supported = ", ".join(f'"{name}"' for name in sorted(_ROLE_KINDS[kind]))
        message = f"Unsupported value: {json.dumps(role.get('kind', ''))}: supported values: {supported}"
        causes.append(Cause("FieldValueNotSupported", "roleRef.kind", message))
    if not role.get("name"):
        causes.append(required("roleRef.name"))
    if previous is not None and previous["roleRef"] != role:
        causes.append(invalid_value("roleRef", json.dumps(role, separators=(",", ":")), "cannot change roleRef"))
    for at, subject in enumerate(_entries(obj, "subjects")):
        causes += _subject(kind, subject, f"subjects[{at}]")
    return causes


def _subject(kind: ApiKind, subject: Json, field: str) -> list[Cause]:
    causes = [] if subject.get("name") else [required(f"{field}.name")]
    if subject.get("kind") not in _SUBJECTS:
        supported = ", ".join(f'"{name}"' for name in sorted(_SUBJECTS))
        message = f"Unsupported value: {json.dumps(subject.get('kind', ''))}: supported values: {supported}"
        causes.append(Cause("FieldValueNotSupported", f"{field}.kind", message))
    if subject.get("kind") == "ServiceAccount" and not subject.get("namespace") and kind is CLUSTER_ROLE_BINDING:
        causes.append(required(f"{field}.namespace"))
    return causes


def _entries(obj: Json, field: str) -> list[Json]:
    return [entry for entry in obj.get(field) or () if isinstance(entry, dict)]
