"""Who wrote which field last: metadata.managedFields, for writes that come from outside the cluster.

The set of fields is that of FieldsV1 (sigs.k8s.io/structured-merge-diff): "f:" before a field, "k:" before the keys of
a list's entry, "v:" before a member of a set, "." for the thing itself. Only what a release needs of the schema is
known here: which lists have keys, and which maps are atomic.
"""

from __future__ import annotations

import json
from typing import TypeAlias

from cockpit.training.api.kinds import ApiKind
from cockpit.training.api.writing import WriteOptions
from cockpit.training.objects import Json, timestamp

Fields: TypeAlias = Json

_ATOMIC = frozenset({"selector", "nodeSelector", "labelSelector", "scaleTargetRef", "fieldRef", "resourceFieldRef"})
_MAPS = frozenset({"labels", "annotations", "data", "binaryData", "limits", "requests"})
_SETS = frozenset({"finalizers"})
_KEYS = {
    "containers": ("name",),
    "initContainers": ("name",),
    "env": ("name",),
    "volumes": ("name",),
    "volumeMounts": ("mountPath",),
    "imagePullSecrets": ("name",),
    "hostAliases": ("ip",),
    "conditions": ("type",),
    "ownerReferences": ("uid",),
    "topologySpreadConstraints": ("topologyKey", "whenUnsatisfiable"),
}
_NOBODYS = frozenset({
    "name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "selfLink",
    "managedFields", "deletionTimestamp", "deletionGracePeriodSeconds",
})  # fmt: skip


def noted(kind: ApiKind, before: Json, after: Json, options: WriteOptions, subresource: str, now: float) -> list[Json]:
    """Return managedFields after a write; `before` is {} for a new object. What changed belongs to the writer alone."""
    status = subresource == "status"
    old, new = _owned(before, status), _owned(after, status)
    changed, lost = changes(old, new, "") or {}, changes(new, old, "") or {}
    entry: Json = {
        "manager": options.manager,
        "operation": "Update" if options.applied is None else "Apply",
        "apiVersion": kind.api_version,
        "time": timestamp(now),
        "fieldsType": "FieldsV1",
        "fieldsV1": changed if options.applied is None else fields_of(options.applied, status),
    }
    if subresource:
        entry["subresource"] = subresource
    kept: list[Json] = []
    for other in (before.get("metadata") or {}).get("managedFields") or ():
        left = without(without(other["fieldsV1"], changed), lost)
        if _same_writer(other, entry):
            entry["fieldsV1"] = merged(left, entry["fieldsV1"]) if options.applied is None else entry["fieldsV1"]
        elif left:
            kept.append({**other, "fieldsV1": left})
    return [*kept, entry] if entry["fieldsV1"] else kept


def conflicts(before: Json, after: Json, options: WriteOptions) -> list[tuple[Json, list[str]]]:
    """Return whose fields an apply without force would change: entries of managedFields, and paths (.spec.replicas)."""
    if options.applied is None or options.force:
        return []
    changed = changes(_owned(before, status=False), _owned(after, status=False), "") or {}
    wanted = _common(changed, fields_of(options.applied, status=False))
    others = [
        entry
        for entry in before["metadata"].get("managedFields") or ()
        if (entry["manager"], entry["operation"]) != (options.manager, "Apply")
    ]
    found = [(entry, sorted(_paths(_common(wanted, entry["fieldsV1"])))) for entry in others]
    return [(entry, paths) for entry, paths in found if paths]


def strips_owners(body: Json) -> bool:
    """Tell whether a write asks to forget who owns what: its managedFields are a list with one empty entry."""
    return bool((body.get("metadata") or {}).get("managedFields") == [{}])


def same_owners(obj: Json, fields: list[Json]) -> bool:
    """Tell whether managedFields say the same as those of an object, but for the times."""
    before = obj["metadata"].get("managedFields") or []
    return _timeless(before) == _timeless(fields)


def changes(before: object, after: object, name: str) -> Fields | None:
    """Return the fields of `after` that are not so in `before`, None where there are none."""
    if before == after:
        return None
    old, new = _parts(before, name), _parts(after, name)
    if old is None or new is None:
        return all_of(after, name)
    found = {}
    for key, (inner, value) in new.items():
        differs = changes(old[key][1], value, inner) if key in old else _whole(key, value, inner)
        if differs is not None:
            found[key] = differs
    return found or None


def all_of(value: object, name: str) -> Fields:
    """Return all fields of a value that stands under `name`."""
    parts = _parts(value, name)
    fields = {key: _whole(key, part, inner) for key, (inner, part) in (parts or {}).items()}
    return {".": {}, **fields} if fields and name in _MAPS else fields


def fields_of(obj: Json, status: bool) -> Fields:
    """Return all fields of an object that can have an owner; of its status too where that is written."""
    return all_of(_owned(obj, status), "")


def merged(first: Fields, second: Fields) -> Fields:
    """Return the fields of both."""
    both = {key: merged(inner, second[key]) if key in second else inner for key, inner in first.items()}
    return both | {key: inner for key, inner in second.items() if key not in first}


def _whole(key: str, value: object, name: str) -> Fields:
    fields = all_of(value, name)
    return {".": {}, **fields} if key.startswith("k:") else fields


def _parts(value: object, name: str) -> dict[str, tuple[str, object]] | None:
    """Return what is owned apart in a value: (name, value) by FieldsV1 key; None where it is owned as one."""
    if isinstance(value, dict) and name not in _ATOMIC:
        return {f"f:{key}": (key, inner) for key, inner in value.items()}
    if not isinstance(value, list):
        return None
    if name in _SETS:
        return {f"v:{json.dumps(entry)}": ("", entry) for entry in value}
    keys = _keys_of(name, value)
    if not keys:
        return None
    return {_key(entry, keys): ("", entry) for entry in value}


def _keys_of(name: str, entries: list[object]) -> tuple[str, ...]:
    """Return what tells the entries of a list apart, () where the list is one thing."""
    keys = _KEYS.get(name, ())
    if name == "ports":
        in_container = any(isinstance(entry, dict) and "containerPort" in entry for entry in entries)
        keys = ("containerPort" if in_container else "port", "protocol")
    return keys if all(isinstance(entry, dict) for entry in entries) else ()


def _key(entry: object, keys: tuple[str, ...]) -> str:
    found = {key: entry[key] for key in keys if key in entry} if isinstance(entry, dict) else {}
    return "k:" + json.dumps(found, separators=(",", ":"), sort_keys=True)


def _common(first: Fields, second: Fields) -> Fields:
    """Return the fields that are in both; a field that is owned as one is so with all that is in it."""
    found = {}
    for key, inner in first.items():
        if key in second and key != ".":
            both = _common(inner, second[key]) if inner and second[key] else {}
            if both or not inner or not second[key]:
                found[key] = both
    return found


def _paths(fields: Fields, at: str = "") -> list[str]:
    """Write fields as messages do, e.g. .spec.containers[name="app"].image."""
    found = []
    for key, inner in fields.items():
        sort, _, rest = key.partition(":")
        part = f".{rest}"
        if sort == "k":
            part = "[" + ",".join(f"{name}={json.dumps(value)}" for name, value in json.loads(rest).items()) + "]"
        found += _paths(inner, at + part) if inner else [at + part]
    return found


def without(own: Fields, lost: Fields) -> Fields:
    """Return the fields that are in the first and not in the second."""
    left = {}
    for key, inner in own.items():
        if key not in lost:
            left[key] = inner
        elif inner and lost[key] and (rest := without(inner, lost[key])):
            left[key] = rest
    return left


def _owned(obj: Json, status: bool) -> Json:
    """Cut an object to what can have an owner."""
    metadata = {key: value for key, value in (obj.get("metadata") or {}).items() if key not in _NOBODYS}
    skipped = ("apiVersion", "kind", "metadata", *(() if status else ("status",)))
    rest = {key: value for key, value in obj.items() if key not in skipped}
    return rest | ({"metadata": metadata} if metadata else {})


def _timeless(fields: list[Json]) -> list[Json]:
    return [{key: value for key, value in entry.items() if key != "time"} for entry in fields]


def _same_writer(one: Json, other: Json) -> bool:
    parts = ("manager", "operation", "apiVersion", "subresource")
    return all(one.get(part) == other.get(part) for part in parts)
