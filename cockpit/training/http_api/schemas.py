"""The field tables of the built-in kinds (cockpit/training/schemas), as OpenAPI schemas.

A table begins with `= TYPE | ABOUT`; then a line a field, `NAME TYPE | ABOUT`, with `!` after the name where the field
is required. A type is string, bool, int32, int64, time, intstr (a number or a text), map (of texts), quantities, any,
another table, or one of these after `[]`.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from cockpit.training.objects import Json

META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_DIRECTORY = Path(__file__).parent.parent / "schemas"
_SHARED = frozenset({"ObjectMeta", "OwnerReference", "ManagedFieldsEntry", "LabelSelector", "LabelSelectorRequirement"})
_MACHINERY = META.removesuffix("ObjectMeta")
_SIMPLE: dict[str, Json] = {
    "string": {"type": "string"},
    "bool": {"type": "boolean"},
    "int32": {"type": "integer", "format": "int32"},
    "int64": {"type": "integer", "format": "int64"},
    "time": {"type": "string", "format": "date-time"},
    "intstr": {"type": "string", "format": "int-or-string", "x-kubernetes-int-or-string": True},
    "map": {"type": "object", "additionalProperties": {"type": "string"}},
    "quantities": {"type": "object", "additionalProperties": {"type": "string"}},
    "any": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
}


def schemas_of(name: str, package: str) -> Json:
    """Return the schema of a table and of all that it refers to, by their full names; nothing where there is none."""
    found: Json = {}
    wanted = [name] if name in _tables() else []
    while wanted:
        one = wanted.pop()
        if _full(one, package) in found:
            continue
        about, fields = _tables()[one]
        properties = {field: _schema(type_, package) | {"description": text} for field, _, type_, text in fields}
        schema: Json = {"description": about, "type": "object", "properties": properties}
        if required := [field for field, needed, _, _ in fields if needed]:
            schema["required"] = required
        found[_full(one, package)] = schema
        wanted += [type_.removeprefix("[]") for _, _, type_, _ in fields if type_.removeprefix("[]") in _tables()]
    return found


@cache
def fingerprint() -> bytes:
    """Return what changes when a table does."""
    return sha256(_text().encode()).digest()


def _schema(type_: str, package: str) -> Json:
    if type_.startswith("[]"):
        return {"type": "array", "items": _schema(type_.removeprefix("[]"), package)}
    if type_ in _SIMPLE:
        return dict(_SIMPLE[type_])
    return {"allOf": [{"$ref": f"#/components/schemas/{_full(type_, package)}"}]}


def _full(name: str, package: str) -> str:
    return (_MACHINERY if name in _SHARED else package) + name.partition("@")[0]


@cache
def _text() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(_DIRECTORY.glob("*.txt")))


@cache
def _tables() -> dict[str, tuple[str, list[tuple[str, bool, str, str]]]]:
    """Return what each table is about, and its fields: name, whether required, type, what it is about."""
    tables: dict[str, tuple[str, list[tuple[str, bool, str, str]]]] = {}
    fields: list[tuple[str, bool, str, str]] = []
    for line in _text().splitlines():
        head, _, about = line.partition(" | ")
        first, second = head.split()
        if first == "=":
            fields = []
            tables[second] = (about, fields)
        else:
            fields.append((first.removesuffix("!"), first.endswith("!"), second, about))
    return tables
