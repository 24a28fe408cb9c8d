"""Structural schemas of custom resources: fields that nobody declared are pruned, and defaults are filled in.

Source: k8s.io/apiextensions-apiserver, pkg/apiserver/schema (pruning, defaulting), and
https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from cockpit.training.objects import Json

_ALWAYS = ("apiVersion", "kind", "metadata")
_PRESERVE, _EMBEDDED = "x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"


def complete(schema: Json, obj: Json) -> None:
    """Prune an object and fill in its defaults, in place."""
    _prune(schema, obj, root=True)
    _default(schema, obj)


def unknown_fields(schema: Json, obj: Json) -> list[str]:
    """Return the paths of the fields of an object that its schema does not declare."""
    return list(_unknown(schema, obj, "", root=True))


def inner(schema: Json, key: str) -> Json | None:
    """Return the schema of a field of an object, None where it is not declared."""
    found = (schema.get("properties") or {}).get(key)
    if found is None:
        found = schema.get("additionalProperties")
    if found is True:
        return {_PRESERVE: True}
    return found if isinstance(found, dict) else None


def _declared(schema: Json, key: str, root: bool) -> bool:
    kept = root or schema.get(_EMBEDDED)
    return inner(schema, key) is not None or bool(kept and key in _ALWAYS)


def _prune(schema: Json, value: object, root: bool = False) -> None:
    if isinstance(value, list):
        for entry in value:
            _prune(schema.get("items") or {}, entry)
    if not isinstance(value, dict):
        return
    for key in list(value):
        if root and key in _ALWAYS:
            continue
        below = inner(schema, key)
        if below is not None:
            _prune(below, value[key])
        elif not schema.get(_PRESERVE) and not _declared(schema, key, root):
            del value[key]


def _unknown(schema: Json, value: object, path: str, root: bool = False) -> Iterator[str]:
    if isinstance(value, list):
        for at, entry in enumerate(value):
            yield from _unknown(schema.get("items") or {}, entry, f"{path}[{at}]")
    if not isinstance(value, dict):
        return
    for key, entry in value.items():
        where, below = f"{path}.{key}" if path else key, inner(schema, key)
        if root and key in _ALWAYS:
            continue
        if below is not None:
            yield from _unknown(below, entry, where)
        elif not schema.get(_PRESERVE) and not _declared(schema, key, root):
            yield where


def _default(schema: Json, value: object) -> None:
    if isinstance(value, list):
        for entry in value:
            _default(schema.get("items") or {}, entry)
    if not isinstance(value, dict):
        return
    for key, below in (schema.get("properties") or {}).items():
        if key in value and value[key] is None and not below.get("nullable"):
            del value[key]  # a null that may not be one counts as absent
        if key not in value and "default" in below:
            value[key] = msgspec.json.decode(msgspec.json.encode(below["default"]))
            _prune(below, value[key])
    for key, entry in value.items():
        below = inner(schema, key)
        if below is not None:
            _default(below, entry)
