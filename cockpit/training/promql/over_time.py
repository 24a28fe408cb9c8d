"""Functions of all samples of a range: *_over_time, changes, resets, and lines through them.

Source: Prometheus, docs/querying/functions.md and promql/functions.go.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeAlias

from cockpit.training.promql.aggregation import greatest, least
from cockpit.training.promql.numbers import divided, mean, precise_sum, quantile, variance
from cockpit.training.promql.values import NAN, Values
from cockpit.training.promql.windows import Windows

OfWindow: TypeAlias = Callable[[Sequence[float]], float]

OF_VALUES: dict[str, OfWindow] = {
    "avg_over_time": mean,
    "min_over_time": least,
    "max_over_time": greatest,
    "sum_over_time": precise_sum,
    "count_over_time": lambda values: float(len(values)),
    "last_over_time": lambda values: values[-1],
    "present_over_time": lambda values: 1.0,
    "stdvar_over_time": variance,
    "stddev_over_time": lambda values: math.sqrt(variance(values)),
    "changes": lambda values: float(sum(_differ(before, after) for before, after in pairwise(values))),
    "resets": lambda values: float(sum(after < before for before, after in pairwise(values))),
}
KEEPS_NAME = frozenset({"last_over_time"})


def of_values(function: OfWindow, windows: Windows) -> Values:
    """Return what a function makes of the values of each range."""
    values = windows.values
    return [function(values[first:last]) if first < last else None for first, last in windows.bounds]


def quantile_over_time(windows: Windows, shares: list[float]) -> Values:
    """Return the quantile of each range."""
    pairs = zip(windows.bounds, shares, strict=True)
    values = windows.values
    return [quantile(share, values[first:last]) if first < last else None for (first, last), share in pairs]


def deriv(windows: Windows) -> Values:
    """Return the slope of the line through the samples of each range, a second."""
    found: Values = []
    for first, last in windows.bounds:
        origin = windows.times[first] if first < last else 0
        found.append(_line(windows, first, last, origin)[0] if last - first >= 2 else None)
    return found


def predict_linear(windows: Windows, ahead: list[float], moments: Sequence[int]) -> Values:
    """Return where the line through each range will be in `ahead` seconds from its moment."""
    found: Values = []
    for (first, last), seconds, moment in zip(windows.bounds, ahead, moments, strict=True):
        if last - first < 2:
            found.append(None)
            continue
        slope, level = _line(windows, first, last, moment)
        found.append(slope * seconds + level)
    return found


def _line(windows: Windows, first: int, last: int, origin: int) -> tuple[float, float]:
    """Return slope (a second) and the value at `origin` of the line of least squares."""
    values = windows.values[first:last]
    if all(value == values[0] for value in values):
        return (NAN, NAN) if math.isinf(values[0]) else (0.0, values[0])
    seconds = [(time - origin) / 1000 for time in windows.times[first:last]]
    count = float(last - first)
    sum_x, sum_y = precise_sum(seconds), precise_sum(values)
    sum_xy = precise_sum(x * y for x, y in zip(seconds, values, strict=True))
    covariance = sum_xy - sum_x * sum_y / count
    slope = divided(covariance, precise_sum(x * x for x in seconds) - sum_x * sum_x / count)
    return slope, sum_y / count - slope * sum_x / count


def _differ(before: float, after: float) -> bool:
    return after != before and not (math.isnan(before) and math.isnan(after))
