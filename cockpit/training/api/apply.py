"""Server-side apply: what a manager says is so, and what it said before and says no more goes away.

Sources: https://kubernetes.io/docs/reference/using-api/server-side-apply/ and KEP-555; the sets of fields are those of
`api.managed_fields`.
"""

from __future__ import annotations

import json

from cockpit.training.api.failures import bad_request
from cockpit.training.api.managed_fields import Fields, fields_of
from cockpit.training.api.strategic import strategic_merge
from cockpit.training.objects import Json, clone


def applied(current: Json, body: Json, manager: str = "", subresource: str = "") -> Json:
    """Return an object after an apply; the object given is left alone.

    Fields go that an earlier apply of the same manager named, this one does not, and nobody else owns.

    Raises:
        ApiError: 400, the body brings managedFields of its own.
    """
    metadata = body.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise bad_request("the metadata of the object is no object")
    if metadata.get("managedFields"):
        raise bad_request("metadata.managedFields must be nil")
    merged = strategic_merge(clone(current), body)
    _keep_atomic(merged, body)
    _remove(merged, _left_out(current, body, manager, subresource))
    return merged


def _keep_atomic(merged: Json, body: Json) -> None:
    """The selector of a Service is owned as one, and so replaced as one."""
    spec = body.get("spec")
    if isinstance(spec, dict) and isinstance(spec.get("selector"), dict):
        merged["spec"]["selector"] = spec["selector"]


def _left_out(current: Json, body: Json, manager: str, subresource: str) -> Fields:
    left: Fields = {}
    others: list[Fields] = []
    for entry in (current.get("metadata") or {}).get("managedFields") or ():
        own = (entry["manager"], entry["operation"], entry.get("subresource", "")) == (manager, "Apply", subresource)
        if own:
            left = entry["fieldsV1"]
        else:
            others.append(entry["fieldsV1"])
    for fields in (fields_of(body, subresource == "status"), *others):
        left = _difference(left, fields)
    return left


def _difference(own: Fields, others: Fields) -> Fields:
    """Return the fields that are in the first and not in the second, a bare one being that alone, not its parts."""
    left: Fields = {}
    for key, inner in own.items():
        if key not in others:
            left[key] = inner
        elif rest := _difference(inner, others[key] or {".": {}}):
            left[key] = rest
    return left


def _remove(value: object, fields: Fields) -> None:
    """Take fields out of a value, in place."""
    for key, inner in fields.items():
        sort, _, rest = key.partition(":")
        if sort == "f" and isinstance(value, dict) and rest in value:
            _remove_field(value, rest, inner)
        elif sort in ("k", "v") and isinstance(value, list):
            _remove_entry(value, sort, json.loads(rest), inner)


def _remove_field(value: Json, name: str, inner: Fields) -> None:
    if not inner:
        del value[name]
        return
    _remove(value[name], inner)
    if "." in inner and not value[name]:
        del value[name]


def _remove_entry(entries: list[object], sort: str, keys: object, inner: Fields) -> None:
    for entry in list(entries):
        if sort == "v" and entry == keys:
            entries.remove(entry)
        elif sort == "k" and isinstance(entry, dict) and isinstance(keys, dict) and _is_named(entry, keys):
            if "." in inner:
                entries.remove(entry)
            else:
                _remove(entry, inner)


def _is_named(entry: Json, keys: Json) -> bool:
    return all(entry.get(key) == value for key, value in keys.items())
