"""Values of metrics as short words, at most seven cells wide, by the unit that the catalogue gives them."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

from cockpit.ui.durations import UNKNOWN

_BINARY = ("B", "KiB", "MiB", "GiB", "TiB")
_THOUSANDS = ("", "k", "M", "G", "T")
RATIO = "ratio"


def quantity(value: float | None, unit: str) -> str:
    """Return a value with its unit: 4.2%, 43 ms, 1.2 s, 0.12, 64 MiB; `?` where it is not known."""
    if value is None or not isfinite(value):
        return UNKNOWN
    return _WORDS.get(unit, _plain)(value)


def _ratio(value: float) -> str:
    per_cent = value * 100
    if 0 < per_cent < 0.1:
        return "<0.1%"
    return f"{per_cent:.1f}%" if per_cent < 99.95 else f"{per_cent:.0f}%"


def _seconds(value: float) -> str:
    if value < 0.01:
        return f"{value * 1000:.1f} ms"
    if value < 0.9995:
        return f"{value * 1000:.0f} ms"
    return f"{value:.1f} s" if value < 100 else f"{value:.0f} s"


def _bytes(value: float) -> str:
    return " ".join(_scaled(value, 1024, _BINARY))


def _plain(value: float) -> str:
    return "".join(_scaled(value, 1000, _THOUSANDS))


def _scaled(value: float, base: int, names: tuple[str, ...]) -> tuple[str, str]:
    power = 0
    while abs(value) >= base * 0.9995 and power < len(names) - 1:
        value, power = value / base, power + 1
    if 0 < abs(value) < 0.01:
        return "<0.01", names[power]
    return f"{value:.0f}" if abs(value) >= 9.95 or value == int(value) else f"{value:.2g}", names[power]


_WORDS: dict[str, Callable[[float], str]] = {RATIO: _ratio, "s": _seconds, "bytes": _bytes}


def factor(change: float | None) -> str:
    """Return a value over another one, e.g. that of the stable version: ×1.9; "" where it is not known."""
    if change is None or not isfinite(change):
        return ""
    return "×>99" if change > 99 else f"×{change:.1f}" if change < 9.95 else f"×{change:.0f}"
