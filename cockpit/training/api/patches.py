"""The three patch forms over plain JSON: JSON patch (RFC 6902), merge patch (RFC 7396), strategic merge."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, cast

import msgspec

from cockpit.resources.nulls import without_nulls
from cockpit.training.api.apply import applied
from cockpit.training.api.failures import bad_request, rejected_patch, too_large, unsupported_media_type
from cockpit.training.api.strategic import strategic_merge
from cockpit.training.objects import Json, clone

Patch: TypeAlias = Callable[[Json], Json]

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"
_MOST_OPERATIONS = 10_000  # apiserver, pkg/endpoints/handlers/patch.go


def patch_of(content_type: str, body: object, manager: str = "", subresource: str = "") -> Patch:
    """Return what applies a patch to an object without changing the object given; an apply asks who applies to what.

    Raises:
        ApiError: 415 for an unknown form, 400 for a body of the wrong shape.
    """
    if content_type == JSON_PATCH:
        if not isinstance(body, list):
            raise bad_request("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
        return lambda obj: _typed(json_patch(obj, body), body)
    if not isinstance(body, dict):
        raise bad_request("the patch must be a JSON object")
    if content_type == MERGE_PATCH:
        return lambda obj: cast(Json, merge_patch(obj, body))
    if content_type == APPLY_PATCH:
        return lambda obj: applied(obj, body, manager, subresource)
    if content_type == STRATEGIC_PATCH:
        return lambda obj: strategic_merge(clone(obj), body)
    raise unsupported_media_type()


def merge_patch(target: object, patch: object) -> object:
    """Return `target` with a merge patch applied: null removes, objects merge, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def json_patch(target: Json, operations: list[Json]) -> Json:
    """Return `target` with a JSON patch applied, as the API server does it (gopkg.in/evanphx/json-patch.v4).

    A test against null passes where the last key of its path is absent, for that library takes a missing key for null.

    Raises:
        ApiError: 422 without causes where a test fails or a path is missing, 400 for a malformed operation, 413 for
            too many of them.
    """
    import jsonpatch  # imported late: starting the cluster must not wait for it
    import jsonpointer

    _check_operations(operations)
    patched = clone(target)
    try:
        for operation in msgspec.json.decode(msgspec.json.encode(operations)):
            if not _finds_nothing(patched, operation):
                patched = jsonpatch.apply_patch(patched, [operation], in_place=True)
    except (jsonpatch.JsonPatchConflict, jsonpatch.JsonPatchTestFailed, jsonpointer.JsonPointerException) as error:
        raise rejected_patch() from error
    except (jsonpatch.JsonPatchException, TypeError, KeyError) as error:
        raise bad_request(f"error decoding patch: {error}") from error
    if not isinstance(patched, dict):
        raise bad_request("the patch leads to something that is no object")
    return patched


def _typed(patched: Json, operations: list[Json]) -> Json:
    """Take out the nulls that a patch may have put in: a typed server decodes them to nothing."""
    if any(
        b"null" in msgspec.json.encode(one.get("value")) for one in operations if one.get("op") in ("add", "replace")
    ):
        return cast(Json, without_nulls(patched))
    return patched


def _check_operations(operations: list[Json]) -> None:
    if len(operations) > _MOST_OPERATIONS:
        raise too_large(f"The allowed maximum operations in a JSON patch is {_MOST_OPERATIONS}, got {len(operations)}")
    for operation in operations:
        if not isinstance(operation, dict):
            raise bad_request("error decoding patch: an operation is no object")
        if operation.get("op") == "test" and "value" not in operation:
            raise bad_request("error decoding patch: a test has no value")


def _finds_nothing(target: Json, operation: Json) -> bool:
    """Tell whether this is a test that its place in an existing object is empty, and it is."""
    import jsonpointer

    if operation.get("op") != "test" or operation["value"] is not None or not isinstance(operation.get("path"), str):
        return False
    container, key = jsonpointer.JsonPointer(operation["path"]).to_last(target)
    return isinstance(container, dict) and key is not None and key not in container
