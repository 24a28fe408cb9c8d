"""Bodies of requests, JSON or YAML, as plain JSON; what is too deep, too much, or no JSON at all is refused.

Source: sigs.k8s.io/yaml (YAML becomes JSON before it is decoded) and go.yaml.in/yaml (the bound on aliases).
"""

from __future__ import annotations

import math
from typing import Any

import msgspec
import yaml

from cockpit.training.api.failures import ApiError, bad_request
from cockpit.training.api.go_json import summary, syntax_error

_DEEPEST = 150  # levels; a real server takes more, but no object of the API has a tenth of them
_MOST_ALIASED = 100_000  # nodes that a document may grow to by its aliases
_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times faster, where PyYAML has it
_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class _Loader(_SAFE):  # type: ignore[misc]  # which of the two loaders it is, the installation decides
    """Reads a time as the text that it is."""

    yaml_implicit_resolvers = {  # noqa: RUF012  # PyYAML's own form
        first: [(tag, pattern) for tag, pattern in found if tag != _TIMESTAMP]
        for first, found in _SAFE.yaml_implicit_resolvers.items()
    }


def json_body(body: bytes, kind: str, patching: bool) -> object:
    """Decode a JSON body; `kind` is what it should be of.

    Raises:
        ApiError: 400.
    """
    try:
        return _bounded(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        why = syntax_error(body) or str(error)
        if patching:
            raise bad_request(f"error decoding patch: {why}") from error
        why = f"couldn't get version/kind; json parse error: {why} ({summary(body)})"
        raise bad_request(f"the object provided is unrecognized (must be of type {kind}): {why}") from error


def yaml_body(body: bytes) -> object:
    """Decode a YAML body.

    Raises:
        ApiError: 400.
    """
    try:
        _check_aliases(body)
        return _as_json(_bounded(yaml.load(body, _Loader)))  # noqa: S506  # a safe loader
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _unconvertible(str(error)) from error


def _bounded(value: object) -> object:
    """Return a value that is not too deep."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise bad_request("exceeded max depth")
        lists = [entry for entry in level if isinstance(entry, list)]
        dicts = [entry for entry in level if isinstance(entry, dict)]
        level = [inner for entry in lists for inner in entry] + [inner for entry in dicts for inner in entry.values()]
    return value


def _check_aliases(body: bytes) -> None:
    """Refuse a document that its aliases would make grow out of bounds."""
    sizes: dict[str, int] = {}
    opened: list[tuple[str | None, int]] = []
    total = aliased = 0
    for event in yaml.parse(body, _Loader):
        if isinstance(event, yaml.AliasEvent):
            grown = sizes.get(event.anchor or "", 0)
            total, aliased = total + grown, aliased + grown
        elif isinstance(event, yaml.CollectionStartEvent):
            opened.append((event.anchor, total))
            total += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = opened.pop()
            sizes |= {anchor: total - before} if anchor else {}
        elif isinstance(event, yaml.ScalarEvent):
            total += 1
            sizes |= {event.anchor: 1} if event.anchor else {}
        if aliased > _MOST_ALIASED:
            raise _unconvertible("yaml: document contains excessive aliasing")


def _as_json(value: object) -> object:
    """Return what YAML holds as JSON holds it: keys are texts."""
    if isinstance(value, dict):
        return {_key(key): _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_json(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise _unconvertible(f"json: unsupported value: {value}")
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise _unconvertible(f"yaml: cannot decode {type(value).__name__} into JSON")


def _key(key: object) -> str:
    if isinstance(key, bool) or key is None:
        return {True: "true", False: "false", None: "null"}[key]
    return str(key)


def _unconvertible(why: str) -> ApiError:
    return bad_request(f"error converting YAML to JSON: {why}")
