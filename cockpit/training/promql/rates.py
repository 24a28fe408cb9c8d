"""How fast a series changes: rate, increase, delta and their instant forms.

Source: Prometheus 3, promql/functions.go (extrapolatedRate, instantValue).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate, pairwise
from typing import TypeAlias

from cockpit.training.promql.values import Values
from cockpit.training.promql.windows import Windows

Extrapolation: TypeAlias = Callable[[float, float, float, float, float | None], float]
"""Returns for how many seconds a change is reckoned, from: the seconds between the range's start and the first sample,
between the last one and the end, between first and last, between two samples on average, and from where a counter was
at zero to its first sample (None: not a counter)."""
_NEAR = 1.1  # of the average distance of samples: the series is thought to go on to the edge of the range


def extrapolated(to_start: float, to_end: float, sampled: float, average: float, to_zero: float | None) -> float:
    """Go on to the edges where samples are near them, else half a distance; a counter not below zero."""
    if to_start >= average * _NEAR:
        to_start = average / 2
    if to_zero is not None:
        to_start = min(to_start, to_zero)
    if to_end >= average * _NEAR:
        to_end = average / 2
    return sampled + to_start + to_end


def change(windows: Windows, counter: bool, per_second: bool, extrapolation: Extrapolation) -> Values:
    """Return the change over each range: of a counter with its resets made good, a second or in all."""
    times, values = windows.times, windows.values
    lost = _resets(values) if counter else None
    scale = windows.length / 1000 if per_second else 1.0
    found: Values = []
    for (first, last), end in zip(windows.bounds, windows.ends, strict=True):
        if last - first < 2:
            found.append(None)
            continue
        final = last - 1
        difference = values[final] - values[first] + (lost[final] - lost[first] if lost else 0.0)
        sampled = (times[final] - times[first]) / 1000
        to_zero = None
        if counter and difference > 0 and values[first] >= 0:
            to_zero = sampled * (values[first] / difference)
        to_start = (times[first] - (end - windows.length)) / 1000
        seconds = extrapolation(to_start, (end - times[final]) / 1000, sampled, sampled / (final - first), to_zero)
        found.append(difference * (seconds / sampled / scale))
    return found


def _resets(values: Sequence[float]) -> list[float] | None:
    """Return, for each sample, what the counter lost by resets up to it; None where it never did."""
    listed = list(values)
    if sorted(listed) == listed:  # far quicker than to look at each pair, and mostly so
        return None
    return [0.0, *accumulate(before if after < before else 0.0 for before, after in pairwise(listed))]


def last_change(windows: Windows, per_second: bool) -> Values:
    """Return the change between the last two samples of each range; a second, then a counter's, or as it is."""
    times, values = windows.times, windows.values
    found: Values = []
    for first, last in windows.bounds:
        if last - first < 2:
            found.append(None)
            continue
        before, after = values[last - 2], values[last - 1]
        difference = after if per_second and after < before else after - before
        found.append(difference / ((times[last - 1] - times[last - 2]) / 1000) if per_second else difference)
    return found


def of_rate(extrapolation: Extrapolation) -> dict[str, Callable[[Windows], Values]]:
    """Return the functions of this module by their names in PromQL."""
    return {
        "rate": partial(change, counter=True, per_second=True, extrapolation=extrapolation),
        "increase": partial(change, counter=True, per_second=False, extrapolation=extrapolation),
        "delta": partial(change, counter=False, per_second=False, extrapolation=extrapolation),
        "irate": partial(last_change, per_second=True),
        "idelta": partial(last_change, per_second=False),
    }
