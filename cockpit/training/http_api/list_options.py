"""The options of lists and watches in the query: what goes together, and what can be read at all.

Sources: k8s.io/apimachinery, pkg/apis/meta/internalversion/validation/validation.go and pkg/runtime/conversion.go;
https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from cockpit.training.api.failures import ApiError, Cause, bad_request, invalid, invalid_value
from cockpit.training.api.kinds import ApiKind

EXACT, NOT_OLDER = "Exact", "NotOlderThan"
_LIST_OPTIONS = ApiKind("meta.k8s.io", "v1", "ListOptions", "", "", False)
_LONGEST = 18  # digits of a version that are read
_MATCH = "resourceVersionMatch"
_WITH_CONTINUE = "resourceVersionMatch is forbidden when continue is provided"


def is_set(query: Mapping[str, str], name: str) -> bool:
    """Tell whether a flag of the query holds: it is there, and neither "false" nor "0"."""
    return name in query and query[name].lower() not in ("false", "0")


def whole(query: Mapping[str, str], name: str) -> int:
    """Return a whole number of the query, 0 where it is not given.

    Raises:
        ApiError: 400.
    """
    try:
        return int(query.get(name) or 0)
    except ValueError as error:
        raise bad_request(f'strconv.ParseInt: parsing "{query[name]}": invalid syntax') from error


def revision(query: Mapping[str, str]) -> int:
    """Return the resourceVersion of the query, 0 where none is given.

    Raises:
        ApiError: 400.
    """
    text = query.get("resourceVersion", "")
    if text and not (text.isascii() and text.isdigit()):
        why = f'strconv.ParseUint: parsing "{text}": invalid syntax'
        cause = invalid_value("resourceVersion", json.dumps(text), why)
        raise bad_request(f"{cause.field}: {cause.message}")
    return int(text[:_LONGEST] or 0)


def check_list_options(query: Mapping[str, str]) -> None:
    """Refuse options of a list that do not go together.

    Raises:
        ApiError: 422; 400 where a page names a version of its own.
    """
    match, causes = query.get(_MATCH, ""), []
    if match:
        if not query.get("resourceVersion"):
            causes.append(_forbidden(_MATCH, "resourceVersionMatch is forbidden unless resourceVersion is provided"))
        if query.get("continue"):
            causes.append(_forbidden(_MATCH, _WITH_CONTINUE))
        if match not in (EXACT, NOT_OLDER):
            causes.append(_unsupported(match, EXACT, NOT_OLDER, ""))
        if match == EXACT and query.get("resourceVersion") == "0":
            why = 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'
            causes.append(_forbidden(_MATCH, why))
    if "sendInitialEvents" in query:
        causes.append(_forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
    _refuse(causes)
    if query.get("continue") and query.get("resourceVersion") not in (None, "", "0"):
        raise bad_request("specifying resource version is not allowed when using continue")


def check_watch_options(query: Mapping[str, str]) -> None:
    """Refuse options of a watch that do not go together.

    Raises:
        ApiError: 422.
    """
    match, causes = query.get(_MATCH, ""), []
    initial = "sendInitialEvents" in query
    if initial and match != NOT_OLDER:
        why = f"sendInitialEvents requires setting resourceVersionMatch to {NOT_OLDER}"
        causes.append(_forbidden(_MATCH, why))
    if match:
        if not initial:
            why = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
            causes.append(_forbidden(_MATCH, why))
        if match != NOT_OLDER:
            causes.append(_unsupported(match, NOT_OLDER))
        if query.get("continue"):
            causes.append(_forbidden(_MATCH, _WITH_CONTINUE))
    _refuse(causes)


def too_large(asked: int, current: int) -> ApiError:
    """504: a list of a state that is not reached yet (apiserver, pkg/storage/errors.go)."""
    cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
    details = {"causes": [cause], "retryAfterSeconds": 1}
    message = f"Timeout: Too large resource version: {asked}, current: {current}"
    return ApiError(504, "Timeout", message, details)


def _forbidden(field: str, why: str) -> Cause:
    return Cause("FieldValueForbidden", field, f"Forbidden: {why}")


def _unsupported(value: str, *supported: str) -> Cause:
    listed = ", ".join(json.dumps(one) for one in supported)
    return Cause(
        "FieldValueNotSupported", _MATCH, f"Unsupported value: {json.dumps(value)}: supported values: {listed}"
    )


def _refuse(causes: list[Cause]) -> None:
    if causes:
        raise invalid(_LIST_OPTIONS, "", causes)
