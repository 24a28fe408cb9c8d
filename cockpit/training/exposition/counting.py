"""From exact numbers of requests to what counters show: whole, a little uneven, never falling. Pure functions."""

from __future__ import annotations

from functools import lru_cache
from math import erf, exp, floor, log, pi, sin, sqrt
from typing import NamedTuple

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the classic buckets that Prometheus' own client libraries take by default, in seconds."""
_Z99 = 2.3263478740408408  # the 99th percentile of the standard normal distribution
_WAVES = ((1.5, 0.35), (2.5, 0.11))  # requests, and radians a request; the products sum to less than 1


class Histogram(NamedTuple):
    """What a classic histogram shows: a count for each bound and for +Inf, each with those below; and the sum."""

    counts: tuple[int, ...]
    total: float


def shown(exact: float, phase: float) -> int:
    """Return what a counter of requests shows: a few more or less than `exact`, as clients do not come by the clock.

    The deviation is at most 8, 0 at 0, and so slow that what is shown never falls. `phase`, from 0 to 1, tells
    counters apart.
    """
    turn = 2 * pi * phase
    return floor(exact + sum(size * (sin(pace * exact + turn) - sin(turn)) for size, pace in _WAVES))


def share_of(number: int, share: float) -> int:
    """Return a constant share of a number of requests, whole; neither it nor the rest falls while the number grows."""
    return floor(number * share)


def histogram(number: int, median: float, p99: float, bounds: tuple[float, ...]) -> Histogram:
    """Return the histogram of so many requests whose latencies are log-normal; units are those of the bounds.

    A bucket has its share to the nearest request: the first few do not count as the slowest ones.
    """
    shares, mean = _distribution(median, p99, bounds)
    return Histogram((*(floor(number * share + 0.5) for share in shares), number), number * mean)


@lru_cache(maxsize=256)
def _distribution(median: float, p99: float, bounds: tuple[float, ...]) -> tuple[tuple[float, ...], float]:
    sigma = log(p99 / median) / _Z99
    if sigma <= 0:
        return tuple(float(bound >= median) for bound in bounds), median
    shares = (0.5 * (1 + erf(log(bound / median) / (sigma * sqrt(2)))) for bound in bounds)
    return tuple(shares), median * exp(sigma * sigma / 2)


def bound_text(bound: float) -> str:
    """Return the value of the label `le` for a bound, as Go writes a float."""
    return f"{bound:g}"
