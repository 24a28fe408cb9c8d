"""Settings: one typed tree, filled from a file, then from the environment, then from flags.

The file is YAML, `~/.config/cockpit/config.yaml` unless `--config` or `COCKPIT_CONFIG` says otherwise:

    theme: cockpit-light
    read_only: true
    version_keys: [lane]
    production_contexts: [prod-*]
    read_only_contexts: ["*-audit"]
    health_check: probe
    weight_factor: 3
    journal: ~/releases.jsonl
    metrics: {url: "https://prometheus.example"}

What stands under `metrics` is described in `cockpit.metrics.settings`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from cockpit.errors import UsageError
from cockpit.metrics.settings import MetricsSettings

_TRUE, _FALSE = frozenset({"1", "true", "yes"}), frozenset({"0", "false", "no", ""})


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a user may choose once for all sessions."""

    theme: str = "cockpit-dark"
    """Name of a theme, of those that come along or of those in `~/.config/cockpit/themes`."""
    read_only: bool = False
    """Refuse everything that would change a cluster."""
    version_keys: tuple[str, ...] = ()
    """Labels that tell versions apart, beside those that the cockpit knows."""
    production_contexts: tuple[str, ...] = ()
    """Contexts, `*` stands for anything, in which acts forward need the release's name to be typed."""
    read_only_contexts: tuple[str, ...] = ()
    """Contexts, `*` stands for anything, in which nothing may be changed."""
    health_check: str = ""
    """Path that every target pod has to answer before traffic goes there; "probe" is that of its readiness probe."""
    weight_factor: float = 2.0
    """So many times what the busiest pod of a rule carries, a change of weights gives no pod without being blocked."""
    journal: str = ""
    """File that remembers every act; "" is `cockpit/journal.jsonl` in `$XDG_STATE_HOME`, else in `~/.local/state`."""
    metrics: MetricsSettings = MetricsSettings()
    """Which Prometheus is asked, and how."""

    def __post_init__(self) -> None:
        """Refuse a health check that is no path, and a factor that nothing could be measured by.

        Raises:
            ValueError: the check is neither "", nor "probe", nor a path, or the factor is below 1; msgspec says where.
        """
        if self.health_check not in {"", "probe"} and not self.health_check.startswith("/"):
            raise ValueError('health_check has to be "probe", a path that starts with "/", or ""')
        if not 1 <= self.weight_factor < math.inf:
            raise ValueError("weight_factor has to be a number from 1")


def load_settings(path: str | None, environ: Mapping[str, str]) -> Settings:
    """Return the settings of file and environment.

    Raises:
        UsageError: a file that was asked for is not there, or a value cannot be used.
    """
    asked_for = path or environ.get("COCKPIT_CONFIG")
    file = Path(asked_for) if asked_for else _default_path(environ)
    values = _read(file) if asked_for or file.is_file() else {}
    values |= _from_environment(environ)
    if (prometheus := environ.get("COCKPIT_PROMETHEUS")) is not None and isinstance(values.get("metrics", {}), dict):
        values["metrics"] = {**values.get("metrics", {}), "url": prometheus}
    try:
        return msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        raise UsageError(f"A setting in {file} or the environment cannot be used: {error}.") from error


def asking_prometheus(settings: Settings, url: str) -> Settings:
    """Return the settings with another address of Prometheus; all else under `metrics` stays.

    Raises:
        UsageError: it is no address.
    """
    try:
        return msgspec.structs.replace(settings, metrics=msgspec.structs.replace(settings.metrics, url=url))
    except ValueError as error:
        raise UsageError(f"--prometheus cannot be used: {error}.") from error


def journal_path(settings: Settings, environ: Mapping[str, str]) -> Path:
    """Return the file that remembers every act.

    Raises:
        UsageError: its path names a home that is not known.
    """
    # XDG Base Directory Specification 0.8: a relative path is to be ignored.
    base = environ.get("XDG_STATE_HOME", "")
    state = base if Path(base).is_absolute() else "~/.local/state"
    path = Path(settings.journal or f"{state}/cockpit/journal.jsonl")
    try:
        return path.expanduser().absolute()
    except RuntimeError as error:
        raise UsageError(f"The journal {path} is in a home that is not known. Set COCKPIT_JOURNAL.") from error


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
    if journal := environ.get("COCKPIT_JOURNAL"):
        values["journal"] = journal
    if (check := environ.get("COCKPIT_HEALTH_CHECK")) is not None:
        values["health_check"] = check
    if factor := environ.get("COCKPIT_WEIGHT_FACTOR"):
        values["weight_factor"] = _number("COCKPIT_WEIGHT_FACTOR", factor)
    for name in ("version_keys", "production_contexts", "read_only_contexts"):
        if listed := environ.get(f"COCKPIT_{name.upper()}"):
            values[name] = [entry.strip() for entry in listed.split(",") if entry.strip()]
    if (read_only := environ.get("COCKPIT_READ_ONLY")) is not None:
        values["read_only"] = _truth("COCKPIT_READ_ONLY", read_only)
    return values


def _number(name: str, written: str) -> float:
    try:
        return float(written)
    except ValueError as error:
        raise UsageError(f"{name} has to be a number, not {written!r}.") from error


def _truth(name: str, written: str) -> bool:
    if written.lower() in _TRUE:
        return True
    if written.lower() in _FALSE:
        return False
    raise UsageError(f"{name} has to be true or false, not {written!r}.")
