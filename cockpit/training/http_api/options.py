"""The options of a write in its query: what a real server refuses is refused here too.

Source: k8s.io/apimachinery, pkg/apis/meta/v1/validation/validation.go.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from cockpit.training.api.failures import Cause, invalid, invalid_value, required
from cockpit.training.api.kinds import ApiKind
from cockpit.training.api.strict import LEVELS
from cockpit.training.http_api.list_options import is_set
from cockpit.training.objects import Json

_NAMES = {"POST": "CreateOptions", "PUT": "UpdateOptions", "PATCH": "PatchOptions", "DELETE": "DeleteOptions"}
_LONGEST_MANAGER = 128
_POLICIES = ("Foreground", "Background", "Orphan")


def check_options(method: str, query: Mapping[str, str], applying: bool) -> None:
    """Refuse options that a server does not know; `applying` is whether the write is a server-side apply.

    Raises:
        ApiError: 422.
    """
    if method not in _NAMES:
        return
    causes = _dry_run(query.get("dryRun", "")) + _manager(query.get("fieldManager", ""), applying)
    causes += _field_validation(query.get("fieldValidation", ""))
    if is_set(query, "force") and not applying:
        message = "Forbidden: may not be specified for non-apply patch"
        causes += [Cause("FieldValueForbidden", "force", message)] if method == "PATCH" else []
    if causes:
        kind = ApiKind("meta.k8s.io", "v1", _NAMES[method], "", "", False)
        raise invalid(kind, "", causes)


def check_delete(asked: Json) -> None:
    """Refuse DeleteOptions, from a body or a query, that a server does not know.

    Raises:
        ApiError: 422.
    """
    causes, policy = [], asked.get("propagationPolicy")
    if policy is not None and asked.get("orphanDependents") is not None:
        why = "orphanDependents and deletionPropagation cannot be both set"
        causes.append(invalid_value("propagationPolicy", json.dumps(policy), why))
    if policy is not None and policy not in _POLICIES:
        supported = ", ".join(json.dumps(one) for one in (*_POLICIES, "nil"))
        message = f"Unsupported value: {json.dumps(policy)}: supported values: {supported}"
        causes.append(Cause("FieldValueNotSupported", "propagationPolicy", message))
    dry_run = asked.get("dryRun") or []
    for value in dry_run if isinstance(dry_run, list) else [dry_run]:
        causes += _dry_run(str(value))
    if causes:
        raise invalid(ApiKind("meta.k8s.io", "v1", "DeleteOptions", "", "", False), "", causes)


def _dry_run(value: str) -> list[Cause]:
    if value in ("", "All"):
        return []
    message = f'Unsupported value: {json.dumps([value])}: supported values: "All"'
    return [Cause("FieldValueNotSupported", "dryRun", message)]


def _field_validation(value: str) -> list[Cause]:
    if value in ("", *LEVELS):
        return []
    supported = ", ".join(json.dumps(level) for level in sorted(("", *LEVELS)))
    message = f"Unsupported value: {json.dumps(value)}: supported values: {supported}"
    return [Cause("FieldValueNotSupported", "fieldValidation", message)]


def _manager(name: str, applying: bool) -> list[Cause]:
    if not name and applying:
        return [required("fieldManager", "is required for apply patch")]
    if len(name.encode()) > _LONGEST_MANAGER:
        return [Cause("FieldValueTooLong", "fieldManager", f"Too long: may not be more than {_LONGEST_MANAGER} bytes")]
    if not name.isprintable():
        return [invalid_value("fieldManager", json.dumps(name), "should only contain printable characters")]
    return []
