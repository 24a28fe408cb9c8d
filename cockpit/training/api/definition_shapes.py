"""The shape of a CustomResourceDefinition: what a typed server could not decode is refused before anything reads it.

Source of the fields: k8s.io/apiextensions-apiserver, pkg/apis/apiextensions/v1/types.go and types_jsonschema.go.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from cockpit.training.api.failures import ApiError, bad_request
from cockpit.training.objects import Json

_Types: TypeAlias = Mapping[str, type | tuple[type, ...]]
_MOST_LEVELS = 60
_NAMES: _Types = {
    "plural": str, "kind": str, "singular": str, "listKind": str, "shortNames": list, "categories": list,
}  # fmt: skip
_SPEC: _Types = {"group": str, "scope": str, "names": dict, "versions": list, "conversion": dict}
_VERSION: _Types = {
    "name": str, "served": bool, "storage": bool, "schema": dict, "subresources": dict,
    "additionalPrinterColumns": list,
}  # fmt: skip
_COLUMN: _Types = {"name": str, "type": str, "format": str, "description": str, "jsonPath": str, "priority": int}
_COLUMN_NEEDS = ("name", "type", "jsonPath")
_SCALE: _Types = {"specReplicasPath": str, "statusReplicasPath": str, "labelSelectorPath": str}
_NUMBER = (int, float)
_SCHEMA: _Types = {
    "type": str, "format": str, "pattern": str, "description": str, "properties": dict, "items": dict,
    "additionalProperties": (bool, dict), "required": list, "enum": list, "allOf": list, "anyOf": list, "oneOf": list,
    "not": dict, "minimum": _NUMBER, "maximum": _NUMBER, "multipleOf": _NUMBER, "exclusiveMinimum": bool,
    "exclusiveMaximum": bool, "minLength": int, "maxLength": int, "minItems": int, "maxItems": int,
    "minProperties": int, "maxProperties": int, "nullable": bool, "x-kubernetes-list-type": str,
    "x-kubernetes-list-map-keys": list, "x-kubernetes-preserve-unknown-fields": bool,
    "x-kubernetes-int-or-string": bool, "x-kubernetes-embedded-resource": bool, "x-kubernetes-map-type": str,
}  # fmt: skip
_TEXTS = ("required", "shortNames", "categories", "x-kubernetes-list-map-keys")


def check_definition(definition: Json) -> None:
    """Refuse a definition of the wrong shape.

    Raises:
        ApiError: 400, naming the field.
    """
    spec = definition.get("spec", {})
    _fields(spec, _SPEC, "spec")
    _fields(spec.get("names", {}), _NAMES, "spec.names")
    for at, version in enumerate(spec.get("versions", [])):
        path = f"spec.versions[{at}]"
        _fields(version, _VERSION, path)
        _version(version, path)


def _version(version: Json, path: str) -> None:
    for column in version.get("additionalPrinterColumns", []):
        _fields(column, _COLUMN, f"{path}.additionalPrinterColumns", _COLUMN_NEEDS)
    subresources = version.get("subresources", {})
    if "scale" in subresources:
        _fields(subresources["scale"], _SCALE, f"{path}.subresources.scale", ("specReplicasPath", "statusReplicasPath"))
    holder = version.get("schema", {})
    if "openAPIV3Schema" in holder:
        _schema(holder["openAPIV3Schema"], f"{path}.schema.openAPIV3Schema", 0)


def _schema(schema: object, path: str, level: int) -> None:
    if level > _MOST_LEVELS:
        raise _refused(path, "something less deep", schema)
    _fields(schema, _SCHEMA, path)
    if isinstance(schema, dict):
        for name, below in _below(schema):
            _schema(below, f"{path}.{name}", level + 1)


def _below(schema: Json) -> Iterator[tuple[str, object]]:
    for name, below in schema.get("properties", {}).items():
        yield f"properties[{name}]", below
    for name in ("items", "not", "additionalProperties"):
        if name in schema and not isinstance(schema[name], bool):
            yield name, schema[name]
    for name in ("allOf", "anyOf", "oneOf"):
        for below in schema.get(name, []):
            yield name, below


def _fields(value: object, types: _Types, path: str, needed: tuple[str, ...] = ()) -> None:
    if not isinstance(value, dict):
        raise _refused(path, "an object", value)
    for name in needed:
        if name not in value:
            raise _refused(f"{path}.{name}", "there", None)
    for name, found in value.items():
        wanted = types.get(name)
        if wanted is None:
            continue
        fits = isinstance(found, wanted) and (
            not isinstance(found, bool) or wanted is bool or isinstance(wanted, tuple)
        )
        if not fits or (name in _TEXTS and not all(isinstance(entry, str) for entry in found)):
            raise _refused(f"{path}.{name}", "of its own type", found)


def _refused(path: str, wanted: str, found: object) -> ApiError:
    head = 'CustomResourceDefinition in version "v1" cannot be handled as a CustomResourceDefinition'
    shown = json.dumps(found)[:80]
    return bad_request(f"{head}: {path} must be {wanted}, not {shown}")
