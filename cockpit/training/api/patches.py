"""The three patch forms over plain JSON: JSON patch (RFC 6902), merge patch (RFC 7396), strategic merge."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, cast

from cockpit.training.api.failures import bad_request, rejected_patch, unsupported_media_type
from cockpit.training.api.strategic import strategic_merge
from cockpit.training.objects import Json, clone

Patch: TypeAlias = Callable[[Json], Json]

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"


def patch_of(content_type: str, body: object) -> Patch:
    """Return what applies a patch to an object without changing the object given.

    Raises:
        ApiError: 415 for an unknown form, 400 for a body of the wrong shape.
    """
    if content_type == JSON_PATCH:
        if not isinstance(body, list):
            raise bad_request("json: cannot unmarshal object into Go value of type jsonpatch.Patch")
        return lambda obj: json_patch(obj, body)
    if not isinstance(body, dict):
        raise bad_request("the patch must be a JSON object")
    if content_type in (MERGE_PATCH, APPLY_PATCH):
        return lambda obj: cast(Json, merge_patch(obj, body))
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
    """Return `target` with a JSON patch applied.

    Raises:
        ApiError: 422 without causes where a test fails or a path is missing, 400 for a malformed operation.
    """
    import jsonpatch  # imported late: starting the cluster must not wait for it
    import jsonpointer

    try:
        return cast(Json, jsonpatch.apply_patch(target, operations))
    except (jsonpatch.JsonPatchConflict, jsonpatch.JsonPatchTestFailed, jsonpointer.JsonPointerException) as error:
        raise rejected_patch() from error
    except (jsonpatch.JsonPatchException, TypeError, KeyError) as error:
        raise bad_request(f"error decoding patch: {error}") from error
