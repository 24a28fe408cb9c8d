"""Floating point as Go has it: what Python raises for is NaN or infinite here; and sums that lose little."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

_NAN = float("nan")
_INFINITY = float("inf")


def divided(left: float, right: float) -> float:
    """Return left / right."""
    if right:
        return left / right
    if not left or left != left:  # NaN
        return _NAN
    return math.copysign(_INFINITY, left) * math.copysign(1.0, right)


def remainder(left: float, right: float) -> float:
    """Return what is left of a division, with the sign of the dividend."""
    try:
        return math.fmod(left, right)
    except ValueError:
        return _NAN


def power(left: float, right: float) -> float:
    """Return left to the power of right."""
    try:
        return math.pow(left, right)
    except OverflowError:
        return -_INFINITY if left < 0 and math.fmod(right, 2) else _INFINITY
    except ValueError:
        if left:
            return _NAN
        odd = right == math.floor(right) and math.fmod(right, 2) != 0
        return math.copysign(_INFINITY, left) if odd else _INFINITY


def total(function: Callable[[float], float], beyond: float = _INFINITY) -> Callable[[float], float]:
    """Return a function of `math` that answers NaN outside its domain and `beyond` where it overflows."""

    def answer(value: float) -> float:
        try:
            return function(value)
        except ValueError:
            return _NAN
        except OverflowError:
            return beyond

    return answer


def precise_sum(values: Iterable[float]) -> float:
    """Return a sum by Kahan's way as Neumaier improved it."""
    found = lost = 0.0
    for value in values:
        found, lost = _added(value, found, lost)
    return found + lost


def _added(value: float, found: float, lost: float) -> tuple[float, float]:
    """Return a sum with one value more, and what has been lost in all by rounding."""
    more = found + value
    if math.isinf(more):
        return more, 0.0
    return more, lost + ((found - more) + value if abs(found) >= abs(value) else (value - more) + found)


def mean(values: Sequence[float]) -> float:
    """Return the arithmetic mean, also where the sum is too large for a float."""
    summed = precise_sum(values)
    if math.isinf(summed) and not any(map(math.isinf, values)):
        return precise_sum(value / len(values) for value in values)
    return summed / len(values)


def variance(values: Sequence[float]) -> float:
    """Return the variance of a whole population, by Welford's way."""
    middle = middle_lost = squares = squares_lost = 0.0
    for count, value in enumerate(values, 1):
        distance = value - (middle + middle_lost)
        middle, middle_lost = _added(distance / count, middle, middle_lost)
        squares, squares_lost = _added(distance * (value - (middle + middle_lost)), squares, squares_lost)
    return (squares + squares_lost) / len(values)


def quantile(share: float, values: Sequence[float]) -> float:
    """Return the quantile between the two nearest values; NaN counts as the smallest."""
    if not values or math.isnan(share):
        return _NAN
    if not 0 <= share <= 1:
        return _INFINITY if share > 1 else -_INFINITY
    ordered = sorted(values, key=lambda value: (value == value, value))  # NaN
    rank = share * (len(ordered) - 1)
    lower = max(0, math.floor(rank))
    upper = min(len(ordered) - 1, lower + 1)
    weight = rank - math.floor(rank)
    return ordered[lower] * (1 - weight) + ordered[upper] * weight


def decimal_text(value: float) -> str:
    """Return a float without an exponent, as short as it can be read back (Go's format 'f')."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
    return format(Decimal(repr(value)), "f").removesuffix(".0")


def json_text(value: float) -> str:
    """Return a float as the HTTP API writes it (Prometheus, util/jsonutil)."""
    if math.isfinite(value) and value and not 1e-6 <= abs(value) < 1e21:
        return repr(value).replace(".0e", "e")
    return decimal_text(value)
