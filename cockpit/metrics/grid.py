"""Points at even distances: what a range query answers, with a gap where there is no value. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec


class Grid(msgspec.Struct, frozen=True):
    """`count` moments, `step` seconds apart, the last one at `until`."""

    until: datetime
    step: float
    count: int

    @property
    def start(self) -> datetime:
        """The first moment."""
        return self.until - timedelta(seconds=self.step * (self.count - 1))

    def placed(self, points: Iterable[tuple[float, float]]) -> tuple[float | None, ...]:
        """Return a value for each moment, None where there is none; points beside a moment count for the nearest.

        VictoriaMetrics moves the moments of a range query to multiples of its step.
        """
        values: list[float | None] = [None] * self.count
        start = self.start.timestamp()
        for at, value in points:
            exact = (at - start) / self.step
            if abs(exact) < 1e9 and 0 <= (index := round(exact)) < self.count:
                values[index] = value
        return tuple(values)


def grid(now: datetime, minutes: float, most: int = 60) -> Grid:
    """Return the grid of a sparkline over the last `minutes`: whole seconds, as the library rounds to them."""
    step = max(round(minutes * 60 / most), 1)
    until = datetime.fromtimestamp(int(now.timestamp()), UTC)
    return Grid(until, float(step), int(minutes * 60 // step) + 1)


def last_known(values: Sequence[float | None]) -> int | None:
    """Return how many steps ago there was a value, None where there never was."""
    for steps, value in enumerate(reversed(values)):
        if value is not None:
            return steps
    return None
