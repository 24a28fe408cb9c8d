"""What the screen knows of a probe of an open release: a trail of answers and writes, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.metrics.probe.order import LEAST_RATE, MOST_RATE
from cockpit.metrics.probe.tally import Seen, Summary
from cockpit.metrics.probe.versions import Known

TRAIL = 500
"""Answers and writes that are kept for drawing: more than the widest terminal shows."""

_RATES = (1.0, 2.0, 5.0, 10.0, 20.0, MOST_RATE)


@dataclass(frozen=True, slots=True)
class Write:
    """A plan's write went out; `act` names it."""

    act: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A probe at one moment; `through_api` says that the API server asks, past weights and routes."""

    target: str
    through_api: bool
    rate: float
    running: bool
    trail: tuple[Seen | Write, ...]
    summary: Summary
    known: Known


def other_rate(rate: float, up: bool) -> float:
    """Return the next rate above or below, within the bounds of a probe."""
    if up:
        return next((step for step in _RATES if step > rate), MOST_RATE)
    return next((step for step in reversed(_RATES) if step < rate), max(LEAST_RATE, min(rate, _RATES[0])))
