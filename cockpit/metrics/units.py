"""Values with their units, in the few characters that a reason has; and durations as PromQL writes them."""

from __future__ import annotations

import re

_DURATION = re.compile(r"([0-9]+)([smh])")
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def spoken(value: float, unit: str) -> str:
    """Return a value as a person says it: "1%", "250 ms", "1.5 s"."""
    if unit == "ratio":
        return f"{value * 100:.3g}%"
    if unit == "s" and value < 1:
        return f"{value * 1000:.3g} ms"
    return f"{value:.3g} {unit}".strip()


def seconds_of(duration: str) -> float:
    """Return the seconds of a duration as "90s" or "2m"."""
    found = _DURATION.fullmatch(duration)
    if found is None:
        raise ValueError(f"{duration!r} is no duration")
    return float(found[1]) * _SECONDS[found[2]]


def duration_of(seconds: float) -> str:
    """Return whole seconds as PromQL writes them, in minutes where they are whole."""
    whole = max(round(seconds), 1)
    return f"{whole // 60}m" if whole % 60 == 0 else f"{whole}s"
