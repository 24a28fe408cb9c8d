"""Patches of custom resources: no strategic merge, and an apply that goes by what their schema says of lists."""

from __future__ import annotations

from cockpit.training.api.custom import Custom
from cockpit.training.api.failures import ApiError
from cockpit.training.api.patches import APPLY_PATCH, STRATEGIC_PATCH, Patch
from cockpit.training.api.structural import inner
from cockpit.training.objects import Json, clone

_REFUSED = (
    "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
    "application/merge-patch+json, application/apply-patch+yaml"
)


def custom_patch(custom: Custom, content_type: str, body: object, patch: Patch) -> Patch:
    """Return the patch as a custom resource takes it; an apply goes by the schema.

    Raises:
        ApiError: 415, a strategic merge.
    """
    if content_type == STRATEGIC_PATCH:
        raise ApiError(415, "UnsupportedMediaType", _REFUSED)
    if content_type == APPLY_PATCH and isinstance(body, dict):
        return lambda obj: _without_dropped(_merged(custom.schema, clone(obj), body), obj, patch(obj))
    return patch


def _merged(schema: Json, target: Json, applied: Json) -> Json:
    """Merge what is applied into an object: maps by their keys, lists of type map by those, other lists whole."""
    for key, value in applied.items():
        below = inner(schema, key) or {}
        old = target.get(key)
        if isinstance(value, dict) and isinstance(old, dict) and below.get("x-kubernetes-map-type") != "atomic":
            target[key] = _merged(below, old, value)
        elif isinstance(value, list) and isinstance(old, list):
            target[key] = _merged_list(below, old, value)
        else:
            target[key] = value
    return target


def _without_dropped(merged: Json, before: Json, after: Json) -> Json:
    """Take out the fields that an apply by names takes out, for the manager named them earlier, and now does not."""
    for key in [key for key in before if key not in after]:
        merged.pop(key, None)
    for key, value in merged.items():
        if all(isinstance(one, dict) for one in (value, before.get(key), after.get(key))):
            _without_dropped(value, before[key], after[key])
    return merged


def _merged_list(schema: Json, old: list[object], new: list[object]) -> list[object]:
    kind, keys = schema.get("x-kubernetes-list-type"), schema.get("x-kubernetes-list-map-keys") or []
    if kind == "set":
        return [*old, *(entry for entry in new if entry not in old)]
    if kind != "map":
        return new
    merged = list(old)
    for entry in new:
        same = [at for at, one in enumerate(merged) if _same(one, entry, keys)]
        if same and isinstance(entry, dict):
            merged[same[0]] = _merged(schema.get("items") or {}, dict(merged[same[0]]), entry)  # type: ignore[call-overload]  # _same holds of dicts only
        else:
            merged.append(entry)
    return merged


def _same(one: object, other: object, keys: list[str]) -> bool:
    return isinstance(one, dict) and isinstance(other, dict) and all(one.get(key) == other.get(key) for key in keys)
