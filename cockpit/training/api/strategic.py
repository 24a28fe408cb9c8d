"""Strategic merge patch: lists of objects are merged by a key, with directives that delete and reorder.

The keys are those of the `patchMergeKey` tags in k8s.io/api; a list that is not named here is replaced whole.
Semantics: https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
"""

from __future__ import annotations

from cockpit.training.api.failures import bad_request
from cockpit.training.objects import Json

_MERGE_KEYS = {
    "containers": "name",
    "initContainers": "name",
    "ephemeralContainers": "name",
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "volumeDevices": "devicePath",
    "imagePullSecrets": "name",
    "secrets": "name",
    "hostAliases": "ip",
    "topologySpreadConstraints": "topologyKey",
    "conditions": "type",
    "ownerReferences": "uid",
    "taints": "key",
}
_PRIMITIVE_LISTS = frozenset({"finalizers"})  # merged as sets
_ORDER, _DELETE_VALUES, _RETAIN = "$setElementOrder/", "$deleteFromPrimitiveList/", "$retainKeys"


def strategic_merge(target: Json, patch: Json) -> Json:
    """Merge `patch` into `target`, in place, and return it.

    Raises:
        ApiError: 400, a directive or a list that is merged by a key is not what it should be.
    """
    directive = patch.get("$patch")
    if directive == "replace":
        return {key: value for key, value in patch.items() if key != "$patch"}
    if directive == "delete":
        return {}
    if _RETAIN in patch:
        if not isinstance(patch[_RETAIN], list):
            raise bad_request(f"error decoding patch: {_RETAIN} must be a list")
        for key in [key for key in target if key not in patch[_RETAIN]]:
            del target[key]
    for key, value in patch.items():
        if key.startswith("$"):
            continue
        if value is None:
            target.pop(key, None)
        else:
            target[key] = _merge_value(key, target.get(key), value, patch)
    return _delete_primitives(target, patch)


def _merge_value(key: str, current: object, value: object, patch: Json) -> object:
    if isinstance(value, dict):
        return strategic_merge(current if isinstance(current, dict) else {}, value)
    if not isinstance(value, list):
        return value
    if key in _PRIMITIVE_LISTS:
        kept = current if isinstance(current, list) else []
        return kept + [entry for entry in value if entry not in kept]
    merge_key = _merge_key(key, value)
    if merge_key is None:
        return value
    _check_entries(key, value)
    _check_entries(_ORDER + key, patch.get(_ORDER + key) or [])
    merged = _merge_list(current if isinstance(current, list) else [], value, merge_key)
    return _in_order(merged, patch.get(_ORDER + key), merge_key)


def _check_entries(key: str, entries: object) -> None:
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise bad_request(f"error decoding patch: {key} must be a list of objects")


def _merge_key(key: str, entries: list[object]) -> str | None:
    """Return the key that tells a list's entries apart; `ports` differ between containers and Services."""
    if key != "ports":
        return _MERGE_KEYS.get(key)
    in_container = any(isinstance(entry, dict) and "containerPort" in entry for entry in entries)
    return "containerPort" if in_container else "port"


def _merge_list(current: list[Json], entries: list[Json], merge_key: str) -> list[Json]:
    if any(entry.get("$patch") == "replace" for entry in entries):
        return [entry for entry in entries if "$patch" not in entry]
    merged = list(current)
    for entry in entries:
        at = next((i for i, item in enumerate(merged) if item.get(merge_key) == entry.get(merge_key)), None)
        if entry.get("$patch") == "delete":
            merged = merged if at is None else merged[:at] + merged[at + 1 :]
        elif at is None:
            merged.append(strategic_merge({}, entry))
        else:
            merged[at] = strategic_merge(merged[at], entry)
    return merged


def _in_order(merged: list[Json], order: list[Json] | None, merge_key: str) -> list[Json]:
    if not order:
        return merged
    place = {entry.get(merge_key): index for index, entry in enumerate(order)}
    return sorted(merged, key=lambda entry: place.get(entry.get(merge_key), len(place)))


def _delete_primitives(target: Json, patch: Json) -> Json:
    for key, values in patch.items():
        if not isinstance(values, list):
            continue
        if key.startswith(_DELETE_VALUES) and isinstance(target.get(name := key.removeprefix(_DELETE_VALUES)), list):
            target[name] = [entry for entry in target[name] if entry not in values]
    return target
