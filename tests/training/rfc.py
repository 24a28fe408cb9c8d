"""JSON patch and merge patch as their RFCs put them, in the plainest words: what the server's own are held against."""

from __future__ import annotations

import json
import re
from typing import Any

from cockpit.training.objects import clone


class NotApplicable(Exception):  # noqa: N818 - an outcome that tests compare
    """An operation names a place that there is not, or tests what is not so."""


def merged(target: Any, patch: Any) -> Any:  # noqa: ANN401  # any JSON
    """RFC 7396, section 2, line by line."""
    if not isinstance(patch, dict):
        return patch
    if not isinstance(target, dict):
        target = {}
    for name, value in patch.items():
        if value is None:
            if name in target:
                del target[name]
        else:
            target[name] = merged(target.get(name), value)
    return target


def patched(document: Any, operations: list[Any]) -> Any:  # noqa: ANN401
    """RFC 6902, section 4: all operations, or none."""
    found = {"": clone(document)}
    for operation in operations:
        _applied(found, operation)
    return found[""]


def _applied(found: dict[str, Any], operation: Any) -> None:  # noqa: ANN401
    path, op = _steps(operation["path"]), operation["op"]
    if op == "add":
        _add(found, path, clone(operation["value"]))
    elif op == "remove":
        _remove(found, path)
    elif op == "replace":
        _remove(found, path)
        _add(found, path, clone(operation["value"]))
    elif op == "move":
        _add(found, path, _remove(found, _steps(operation["from"])))
    elif op == "copy":
        _add(found, path, clone(_read(found, _steps(operation["from"]))))
    elif same(_read(found, path)) != same(operation["value"]):
        raise NotApplicable


def same(value: Any) -> str:  # noqa: ANN401
    """Return what two values have in common only where they are equal as JSON: true is not 1."""
    return json.dumps(value, sort_keys=True)


def _steps(pointer: str) -> list[str]:
    """RFC 6901: the root stands under the empty key here."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")]


def _index(items: list[Any], step: str, most: int) -> int:
    if not re.fullmatch("0|[1-9][0-9]*", step) or int(step) > most:
        raise NotApplicable
    return int(step)


def _read(container: Any, steps: list[str]) -> Any:  # noqa: ANN401
    for step in steps:
        if isinstance(container, list):
            container = container[_index(container, step, len(container) - 1)]
        elif isinstance(container, dict) and step in container:
            container = container[step]
        else:
            raise NotApplicable
    return container


def _add(found: dict[str, Any], steps: list[str], value: Any) -> None:  # noqa: ANN401
    container, last = _read(found, steps[:-1]), steps[-1]
    if isinstance(container, list):
        at = len(container) if last == "-" else _index(container, last, len(container))
        container.insert(at, value)
    elif isinstance(container, dict):
        container[last] = value
    else:
        raise NotApplicable


def _remove(found: dict[str, Any], steps: list[str]) -> Any:  # noqa: ANN401
    container, last = _read(found, steps[:-1]), steps[-1]
    value = _read(found, steps)
    if isinstance(container, list):
        del container[int(last)]
    else:
        del container[last]
    return value
