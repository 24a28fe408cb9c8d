"""An object as YAML for reading: without noise, and without values that may be secrets."""

from __future__ import annotations

import re

import msgspec
import yaml

MASK = "••••••"

_MANIFESTS = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        "kapp.k14s.io/original",
        "objectset.rio.cattle.io/applied",
        "banzaicloud.com/last-applied",
    }
)
"""Annotations in which kubectl, kapp, Rancher and Banzai's operators keep the whole applied manifest, environment
included; some pack it, so that only the name tells."""

_MANIFEST_KEYS = frozenset({"env", "spec"})
_YAML_MANIFEST = re.compile(r"^\s*(?:- )?(?:env|spec):", re.MULTILINE)


def redacted_yaml(body: bytes) -> str:
    """Return the JSON object in `body` as YAML; values of environment variables are masked, managedFields left out.

    Raises:
        msgspec.DecodeError: `body` is not JSON.
    """
    value = _redacted(msgspec.json.decode(body))
    # yaml.safe_dump escapes control characters, so nothing in the object can reach the terminal as an escape sequence.
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=1_000_000)


def _redacted(value: object) -> object:
    if isinstance(value, dict):
        return {key: _redacted_entry(key, entry) for key, entry in value.items() if key != "managedFields"}
    if isinstance(value, list):
        return [_redacted(entry) for entry in value]
    return value


def _redacted_entry(key: str, entry: object) -> object:
    if key in _MANIFESTS:
        return MASK
    if key == "annotations" and isinstance(entry, dict):
        return {name: MASK if name in _MANIFESTS or _holds_manifest(value) else value for name, value in entry.items()}
    if key == "env" and isinstance(entry, list):
        return [_masked_variable(variable) for variable in entry]
    return _redacted(entry)


def _holds_manifest(value: object) -> bool:
    """Say whether the text of an annotation is a manifest, or a part of one that may have an environment."""
    if not isinstance(value, str):
        return False
    if not value.lstrip().startswith(("{", "[")):
        return _YAML_MANIFEST.search(value) is not None
    try:
        return _has_manifest_key(msgspec.json.decode(value))
    except (msgspec.DecodeError, RecursionError):
        # Half a manifest, or one nested too deeply to be read, is masked like a whole one.
        return any(f'"{key}"' in value for key in _MANIFEST_KEYS)


def _has_manifest_key(value: object) -> bool:
    if isinstance(value, dict):
        return not _MANIFEST_KEYS.isdisjoint(value) or any(_has_manifest_key(entry) for entry in value.values())
    return isinstance(value, list) and any(_has_manifest_key(entry) for entry in value)


def _masked_variable(variable: object) -> object:
    if isinstance(variable, dict) and "value" in variable:
        return {**variable, "value": MASK}
    return variable
