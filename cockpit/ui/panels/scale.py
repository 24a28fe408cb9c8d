"""Scales with round figures: where an axis ends, and how often it is labelled."""

from __future__ import annotations

from math import floor, isfinite, log10

_ROUND = ((1.0, 5), (2.0, 4), (2.5, 5), (5.0, 5), (10.0, 5))
"""Ends of a scale within a power of ten, each with the number of round steps that lead to it."""
_BINARY_STEP = 1024.0


def round_scale(highest: float, unit: str) -> tuple[float, int]:
    """Return the end of a scale from 0 that holds `highest`, and into how many round steps it is divided.

    Bytes are rounded in the binary unit that they are shown in. Nothing, and what is no number, gets a scale to 1.
    """
    if not isfinite(highest) or highest <= 0:
        return 1.0, 5
    shown_in = 1.0
    while unit == "bytes" and highest / shown_in >= _BINARY_STEP:
        shown_in *= _BINARY_STEP
    power = 10.0 ** floor(log10(highest / shown_in))
    for end, steps in _ROUND:
        if end * power * shown_in >= highest * (1 - 1e-9):
            return end * power * shown_in, steps
    return 10.0 * power * shown_in, 5
