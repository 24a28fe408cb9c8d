"""The simple JSONPaths of printer columns and of the scale subresource, e.g. `.status.conditions[0].status`.

Source: https://kubernetes.io/docs/reference/kubectl/jsonpath/ (fields, indexes, `*`, and a filter by equality).
"""

from __future__ import annotations

import re
from functools import lru_cache

from cockpit.training.objects import Json

_STEP = re.compile(
    r"""\.(?P<name>[\w/-]+(?:\\\.[\w/-]+)*)|\[['"](?P<quoted>[^'"]+)['"]\]|\[(?P<index>-?\d+)\]|(?P<all>\[\*\]|\.\*)"""
    r"""|\[\?\(@\.(?P<field>[\w.-]+)\s*==\s*['"]?(?P<value>[^'")]*)['"]?\)\]"""
)


@lru_cache(maxsize=512)
def _steps(path: str) -> tuple[re.Match[str], ...]:
    return tuple(_STEP.finditer(path))


def first(obj: Json, path: str) -> object:
    """Return the first thing that a path finds, None where it finds nothing."""
    found: list[object] = [obj]
    for step in _steps(path):
        found = [result for value in found for result in _stepped(step, value)]
    return found[0] if found else None


def _stepped(step: re.Match[str], value: object) -> list[object]:
    name = step["name"] or step["quoted"]
    if name is not None:
        plain = name.replace("\\.", ".")
        return [value[plain]] if isinstance(value, dict) and plain in value else []
    if step["all"]:
        return list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, list) else []
    if not isinstance(value, list):
        return []
    if step["index"]:
        at = int(step["index"])
        return [value[at]] if -len(value) <= at < len(value) else []
    return [entry for entry in value if isinstance(entry, dict) and _equals(entry, step["field"], step["value"])]


def _equals(entry: Json, field: str, wanted: str) -> bool:
    return str(first(entry, f".{field}")) == wanted


def put(obj: Json, path: str, value: object) -> Json:
    """Return an object with a value at a path of plain names."""
    name, *rest = [step["name"] for step in _steps(path) if step["name"]]
    below = obj.get(name)
    changed = put(below if isinstance(below, dict) else {}, "." + ".".join(rest), value) if rest else value
    return {**obj, name: changed}
