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

_NAMES = {"POST": "CreateOptions", "PUT": "UpdateOptions", "PATCH": "PatchOptions", "DELETE": "DeleteOptions"}
_LONGEST_MANAGER = 128


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
