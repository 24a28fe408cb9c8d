"""Settings: one typed tree, filled from a file, then from the environment, then from flags.

The file is YAML, `~/.config/cockpit/config.yaml` unless `--config` or `COCKPIT_CONFIG` says otherwise:

    theme: cockpit-light
    read_only: true
    version_keys: [lane]
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from cockpit.errors import UsageError

_TRUE, _FALSE = frozenset({"1", "true", "yes"}), frozenset({"0", "false", "no", ""})


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a user may choose once for all sessions."""

    theme: str = "cockpit-dark"
    """Name of a theme, of those that come along or of those in `~/.config/cockpit/themes`."""
    read_only: bool = False
    """Refuse everything that would change a cluster."""
    version_keys: tuple[str, ...] = ()
    """Labels that tell versions apart, beside those that the cockpit knows."""


def load_settings(path: str | None, environ: Mapping[str, str]) -> Settings:
    """Return the settings of file and environment.

    Raises:
        UsageError: a file that was asked for is not there, or a value cannot be used.
    """
    asked_for = path or environ.get("COCKPIT_CONFIG")
    file = Path(asked_for) if asked_for else _default_path(environ)
    values = _read(file) if asked_for or file.is_file() else {}
    values |= _from_environment(environ)
    try:
        return msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        raise UsageError(f"A setting in {file} or the environment cannot be used: {error}.") from error


def _default_path(environ: Mapping[str, str]) -> Path:
    base = environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "cockpit" / "config.yaml"


def _read(file: Path) -> dict[str, Any]:  # values are checked against Settings as a whole
    try:
        values = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"The settings {file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The settings {file} are not UTF-8 text; mend the file, or leave it out.") from error
    except yaml.YAMLError as error:
        raise UsageError(f"The settings {file} are not valid YAML; mend the file, or leave it out.") from error
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise UsageError(f"The settings {file} have to be a mapping of names to values.")
    return values


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:  # as above
    values: dict[str, Any] = {}
    if theme := environ.get("COCKPIT_THEME"):
        values["theme"] = theme
    if keys := environ.get("COCKPIT_VERSION_KEYS"):
        values["version_keys"] = [key.strip() for key in keys.split(",") if key.strip()]
    if (read_only := environ.get("COCKPIT_READ_ONLY")) is not None:
        values["read_only"] = _truth("COCKPIT_READ_ONLY", read_only)
    return values


def _truth(name: str, written: str) -> bool:
    if written.lower() in _TRUE:
        return True
    if written.lower() in _FALSE:
        return False
    raise UsageError(f"{name} has to be true or false, not {written!r}.")
