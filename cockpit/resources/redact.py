"""An object as YAML for reading: without noise, and without values that may be secrets."""

from __future__ import annotations

import msgspec
import yaml

MASK = "••••••"

# kubectl keeps the whole applied manifest here, environment included.
_MANIFEST_ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration"


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
    if key == _MANIFEST_ANNOTATION:
        return MASK
    if key == "env" and isinstance(entry, list):
        return [_masked_variable(variable) for variable in entry]
    return _redacted(entry)


def _masked_variable(variable: object) -> object:
    if isinstance(variable, dict) and "value" in variable:
        return {**variable, "value": MASK}
    return variable
