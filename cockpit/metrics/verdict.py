"""What is to be thought of one metric of one version. Pure.

Three-valued: what is not known, or rests on too few requests, is "no data", and never healthy.
"""

from __future__ import annotations

import math

import msgspec

from cockpit.metrics.units import spoken
from cockpit.release.metrics_view import Verdict

_SIGMAS = 3.0
"""How far two error ratios have to lie apart before chance does not explain it: once in 700 comparisons."""


class Reading(msgspec.Struct, frozen=True):
    """A value that can be judged, or None with the reason why there is none.

    `samples` is the number of requests that it rests on, None where it rests on none.
    """

    value: float | None
    samples: float | None = None
    why: str = ""


class Criteria(msgspec.Struct, frozen=True):
    """What a metric is judged by: a `threshold` to stay below, and `factor` times the stable version's value.

    None is no such criterion. `minimum` is the number of requests that a verdict needs, 0 where it needs none.
    """

    unit: str
    threshold: float | None = None
    factor: float | None = None
    minimum: float = 0.0

    @property
    def judges(self) -> bool:
        """Whether there is anything to judge by."""
        return self.threshold is not None or self.factor is not None


def reading_of(number: float | None, unit: str, samples: float | None = None) -> Reading:
    """Return the value if it is one that the metric can have, else None and why not."""
    if number is None:
        return Reading(None, samples, "no series")
    if math.isnan(number):
        return Reading(None, samples, "no requests" if unit in {"ratio", "s"} else "not a number")
    if math.isinf(number):
        return Reading(None, samples, "infinite")
    if number < 0:
        return Reading(None, samples, "below zero, which cannot be")
    if unit == "ratio" and number > 1 + 1e-9:
        return Reading(None, samples, "more than all, which cannot be")
    return Reading(number, samples)


def judge(reading: Reading, criteria: Criteria, stable: Reading | None = None) -> tuple[Verdict | None, str]:
    """Return the verdict with its reason in a few words, None where there is nothing to judge by.

    `stable` is the reading of the stable version, None for that version itself.
    """
    if reading.value is None:
        return Verdict.NO_DATA, reading.why
    if not criteria.judges:
        return None, ""
    if criteria.minimum and (reading.samples is None or reading.samples < criteria.minimum):
        counted = "unknown number of" if reading.samples is None else f"{reading.samples:.0f}"
        return Verdict.NO_DATA, f"{counted} requests, {criteria.minimum:g} needed"
    if criteria.threshold is not None and reading.value >= criteria.threshold:
        return Verdict.UNHEALTHY, f"not below {spoken(criteria.threshold, criteria.unit)}"
    if stable is not None and _worse(reading, stable, criteria):
        return Verdict.UNHEALTHY, f"stable has {spoken(stable.value or 0.0, criteria.unit)}"
    return Verdict.HEALTHY, ""


def _worse(reading: Reading, stable: Reading, criteria: Criteria) -> bool:
    """Say whether the value is clearly worse than the stable version's, where that one is known well enough."""
    if criteria.factor is None or stable.value is None or reading.value is None:
        return False
    if criteria.minimum and (stable.samples is None or stable.samples < criteria.minimum):
        return False
    if reading.value <= criteria.factor * stable.value:
        return False
    return criteria.unit != "ratio" or _beyond_chance(reading.value, reading.samples, stable.value, stable.samples)


def _beyond_chance(ratio: float, samples: float | None, stable: float, stable_samples: float | None) -> bool:
    """Compare two proportions by the pooled z-test, https://en.wikipedia.org/wiki/Two-proportion_Z-test."""
    if not samples or not stable_samples:
        return False
    pooled = (ratio * samples + stable * stable_samples) / (samples + stable_samples)
    deviation = math.sqrt(pooled * (1.0 - pooled) * (1.0 / samples + 1.0 / stable_samples))
    return ratio - stable > _SIGMAS * deviation


def change(value: float | None, stable: float | None) -> float | None:
    """Return the value over the stable version's, None where either is not known or the stable one is zero."""
    return value / stable if value is not None and stable else None
