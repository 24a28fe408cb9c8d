"""Which samples each moment of a query sees: the newest one within the lookback, or those of a range.

Both are open at their beginning, as in Prometheus 3: a sample that is exactly as old as the range is not in it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from cockpit.training.promql.budget import Budget
from cockpit.training.promql.sample import Labels
from cockpit.training.promql.series import Run, is_stale

Bounds: TypeAlias = list[tuple[int, int]]
LOOKBACK = 300_000
"""Milliseconds for which a series keeps its last value, unless it ended."""


@dataclass(frozen=True, slots=True)
class Windows:
    """The samples of one series, and which of them (from, to) each moment sees.

    `ends` are the ends of the ranges, one a moment, and `length` is theirs; all in milliseconds.
    """

    labels: Labels
    times: Sequence[int]
    values: Sequence[float]
    bounds: Bounds
    ends: Sequence[int]
    length: int


@dataclass(slots=True)
class Cutter:
    """Finds the windows of many series; those that share their times share the work."""

    ends: Sequence[int]
    length: int
    budget: Budget
    _known: dict[int, tuple[Sequence[int], Bounds, int]] = field(default_factory=dict)

    def windows(self, run: Run) -> Windows:
        """Return the windows of a series, without its staleness markers."""
        times, values = _without_markers(run.times, run.values)
        _, bounds, cost = self._known.get(id(times)) or self._cut(times)
        self.budget.spend(cost)
        return Windows(run.labels, times, values, bounds, self.ends, self.length)

    def newest(self, run: Run) -> list[int]:
        """Return which sample each moment sees of a series, -1 for none; `length` is the lookback."""
        _, bounds, _ = self._known.get(id(run.times)) or self._cut(run.times)
        self.budget.spend(len(bounds))
        values = run.values
        picks = [last - 1 if first < last else -1 for first, last in bounds]
        return [-1 if pick >= 0 and is_stale(values[pick]) else pick for pick in picks]

    def _cut(self, times: Sequence[int]) -> tuple[Sequence[int], Bounds, int]:
        bounds = [(bisect_right(times, end - self.length), bisect_right(times, end)) for end in self.ends]
        found = (times, bounds, len(bounds) + sum(last - first for first, last in bounds) // 16)
        self._known[id(times)] = found  # which keeps `times` alive, so that no other gets its id
        return found


def _without_markers(times: array[int], values: array[float]) -> tuple[array[int], array[float]]:
    summed = sum(values)  # NaN where any value is: the quickest way to see that there is no marker
    if summed == summed or not any(map(is_stale, values)):
        return times, values
    kept = [index for index, value in enumerate(values) if not is_stale(value)]
    return array("q", [times[index] for index in kept]), array("d", [values[index] for index in kept])
