"""What makes a custom resource invalid by its schema, in the words of a real API server.

Sources: k8s.io/kube-openapi, pkg/validation/validate and pkg/validation/errors/schema.go;
k8s.io/apiextensions-apiserver, pkg/apiserver/validation/validation.go and pkg/apiserver/schema/listtype/validation.go.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from cockpit.training.api.failures import Cause, invalid_value, required
from cockpit.training.api.structural import inner
from cockpit.training.objects import Json

_INT_OR_STRING = "x-kubernetes-int-or-string"
_BLOCKING = ("FieldValueNotSupported", "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany",
             "FieldValueTypeInvalid")  # fmt: skip
_UNCHECKED = (
    "some validation rules were not checked because the object was invalid; correct the existing errors to complete "
    "validation"
)


def schema_causes(schema: Json, obj: Json, with_rules: bool) -> list[Cause]:
    """Return what is wrong with an object by its schema; `with_rules` is whether that has rules in CEL too."""
    found = [cause for key in obj if key != "metadata" for cause in _field(schema, key, obj[key], key)]
    found += [required(key) for key in schema.get("required") or () if key not in obj]
    found += list(_lists(schema, obj, ""))
    if with_rules and any(cause.reason in _BLOCKING for cause in found):
        found.append(invalid_value("<nil>", "null", _UNCHECKED))
    return found


def _field(schema: Json, key: str, value: object, path: str) -> list[Cause]:
    below = inner(schema, key)
    return [] if below is None else list(_checked(below, value, path))


def _checked(schema: Json, value: object, path: str) -> Iterator[Cause]:
    if value is None and schema.get("nullable"):
        return
    wrong = _type(schema, value, path)
    if wrong:
        yield from wrong
        return
    if "enum" in schema and value not in schema["enum"]:
        supported = ", ".join(_text(one) for one in schema["enum"])
        message = f"Unsupported value: {_text(value)}: supported values: {supported}"
        yield Cause("FieldValueNotSupported", path, message)
    if isinstance(value, str):
        yield from _string(schema, value, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _bounds(schema, value, path)
    elif isinstance(value, list):
        yield from _array(schema, value, path)
    elif isinstance(value, dict):
        yield from _object(schema, value, path)
    yield from _combined(schema, value, path)


def _type(schema: Json, value: object, path: str) -> list[Cause]:
    wanted, found = schema.get("type"), _type_of(value)
    if schema.get(_INT_OR_STRING):
        wanted = "" if found in ("integer", "string") else "integer,string"
    if not wanted or wanted == found or (wanted == "number" and found == "integer"):
        return []
    shape = str(schema.get("format", ""))
    if wanted == "integer" and isinstance(value, float) and value.is_integer():
        return []
    if wanted == "integer" and isinstance(value, float) and shape:
        again = f"Checked value must be of type integer with format {shape} in {path}"
        return [_mistyped(path, shape, "float64"), invalid_value("<nil>", '""', again)]
    return [_mistyped(path, str(wanted), found)]


def _mistyped(path: str, wanted: str, found: str) -> Cause:
    message = f'Invalid value: "{found}": {path} in body must be of type {wanted}: "{found}"'
    return Cause("FieldValueTypeInvalid", path, message)


def _type_of(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    names: tuple[tuple[type, str], ...] = (
        (str, "string"), (int, "integer"), (float, "number"), (list, "array"), (dict, "object"),
    )  # fmt: skip
    return next((name for type_, name in names if isinstance(value, type_)), "null")


def _string(schema: Json, value: str, path: str) -> Iterator[Cause]:
    if "maxLength" in schema and len(value) > schema["maxLength"]:
        message = f"Too long: may not be more than {schema['maxLength']} bytes"
        yield Cause("FieldValueTooLong", path, message)
    if "minLength" in schema and len(value) < schema["minLength"]:
        yield _broken(path, value, f"should be at least {schema['minLength']} chars long")
    if "pattern" in schema and not _matches(str(schema["pattern"]), value):
        yield _broken(path, value, f"should match '{schema['pattern']}'")


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except re.error:  # Go's expressions know what Python's do not; what cannot be read is not held against anybody
        return True


def _bounds(schema: Json, value: float, path: str) -> Iterator[Cause]:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and (value < low or (schema.get("exclusiveMinimum") and value == low)):
        than = "" if schema.get("exclusiveMinimum") else " or equal to"
        yield _broken(path, value, f"should be greater than{than} {low}")
    if high is not None and (value > high or (schema.get("exclusiveMaximum") and value == high)):
        than = "" if schema.get("exclusiveMaximum") else " or equal to"
        yield _broken(path, value, f"should be less than{than} {high}")
    if schema.get("multipleOf") and value % schema["multipleOf"]:
        yield _broken(path, value, f"should be a multiple of {schema['multipleOf']}")


def _array(schema: Json, value: list[object], path: str) -> Iterator[Cause]:
    if "maxItems" in schema and len(value) > schema["maxItems"]:
        yield _too_many(path, len(value), schema["maxItems"], "items")
    if "minItems" in schema and len(value) < schema["minItems"]:
        yield _broken(path, len(value), f"should have at least {schema['minItems']} items")
    for at, entry in enumerate(value):
        yield from _checked(schema.get("items") or {}, entry, f"{path}[{at}]")


def _object(schema: Json, value: Json, path: str) -> Iterator[Cause]:
    if "maxProperties" in schema and len(value) > schema["maxProperties"]:
        yield _too_many(path, len(value), schema["maxProperties"], "properties")
    if "minProperties" in schema and len(value) < schema["minProperties"]:
        yield _broken(path, len(value), f"should have at least {schema['minProperties']} properties")
    for key in schema.get("required") or ():
        if key not in value:
            yield required(f"{path}.{key}")
    for key, entry in value.items():
        yield from _field(schema, key, entry, f"{path}.{key}")


def _combined(schema: Json, value: object, path: str) -> Iterator[Cause]:
    """Hold a value against allOf, anyOf, oneOf and not."""
    for one in schema.get("allOf") or ():
        yield from _checked(one, value, path)
    if schema.get("anyOf") and not any(_holds(one, value, path) for one in schema["anyOf"]):
        yield _broken(path, value, "must validate at least one schema (anyOf)")
    if schema.get("oneOf"):
        count = sum(_holds(one, value, path) for one in schema["oneOf"])
        if count != 1:
            found = "Found none valid" if not count else f"Found {count} valid alternatives"
            yield _broken(path, value, f"must validate one and only one schema (oneOf). {found}", '"" ')
    if schema.get("not") and _holds(schema["not"], value, path):
        yield _broken(path, value, "must not validate the schema (not)")


def _holds(schema: Json, value: object, path: str) -> bool:
    return next(_checked(schema, value, path), None) is None


def _lists(schema: Json, value: object, path: str) -> Iterator[Cause]:
    """Look for entries of a list that should differ, by their keys or as a whole."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _lists(inner(schema, key) or {}, entry, f"{path}.{key}" if path else key)
    if not isinstance(value, list):
        return
    kind, seen = schema.get("x-kubernetes-list-type"), []
    for at, entry in enumerate(value):
        own = _identity(schema, entry) if kind == "map" else entry
        if kind in ("map", "set") and own in seen:
            yield Cause("FieldValueDuplicate", f"{path}[{at}]", f"Duplicate value: {_text(own)}")
        seen.append(own)
        yield from _lists(schema.get("items") or {}, entry, f"{path}[{at}]")


def _identity(schema: Json, entry: object) -> object:
    keys = schema.get("x-kubernetes-list-map-keys") or ()
    return {key: entry[key] for key in keys if key in entry} if isinstance(entry, dict) else entry


def _broken(path: str, value: object, message: str, subject: str = "") -> Cause:
    return invalid_value(path, _text(value), f"{subject or f'{path} in body '}{message}")


def _too_many(path: str, found: int, most: int, what: str) -> Cause:
    return Cause("FieldValueTooMany", path, f"Too many: {found}: must have at most {most} {what}")


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
