"""From selectors and subqueries to samples: offset, @ and the lookback."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cockpit.training.promql.budget import Budget
from cockpit.training.promql.matchers import Selection
from cockpit.training.promql.series import Run, Source
from cockpit.training.promql.tree import At, RangeSelector, Selector
from cockpit.training.promql.values import Row, Values
from cockpit.training.promql.windows import Cutter, Windows


@dataclass(frozen=True, slots=True)
class Frame:
    """What stays the same all through a query; times in milliseconds."""

    source: Source
    budget: Budget
    start: int
    end: int
    lookback: int

    def moments(self, grid: Sequence[int], offset: int, at: At) -> Sequence[int]:
        """Return, for each moment of a grid, the one that is looked at."""
        if at is None:
            return [moment - offset for moment in grid] if offset else grid
        fixed = self.start if at == "start" else self.end if at == "end" else at
        return [fixed - offset] * len(grid)

    def newest(self, selector: Selector, grid: Sequence[int]) -> list[Row]:
        """Return the newest sample of each series at each moment."""
        rows = []
        for run, picks in self._picks(selector, grid):
            values: Values = [None if pick < 0 else run.values[pick] for pick in picks]
            rows.append(Row(run.labels, values))
        return rows

    def newest_times(self, selector: Selector, grid: Sequence[int]) -> list[Row]:
        """Return, in seconds, of when the newest samples are."""
        rows = []
        for run, picks in self._picks(selector, grid):
            values: Values = [None if pick < 0 else run.times[pick] / 1000 for pick in picks]
            rows.append(Row(run.labels, values))
        return rows

    def ranges(self, node: RangeSelector, grid: Sequence[int]) -> list[Windows]:
        """Return the samples of each series in the range before each moment."""
        moments = self.moments(grid, node.selector.offset, node.selector.at)
        cutter = Cutter(moments, node.range, self.budget)
        return [cutter.windows(run) for run in self._runs(node.selector, moments, node.range)]

    def _picks(self, selector: Selector, grid: Sequence[int]) -> Iterator[tuple[Run, list[int]]]:
        moments = self.moments(grid, selector.offset, selector.at)
        cutter = Cutter(moments, self.lookback, self.budget)
        for run in self._runs(selector, moments, self.lookback):
            picks = cutter.newest(run)
            if max(picks) >= 0:
                yield run, picks

    def _runs(self, selector: Selector, moments: Sequence[int], length: int) -> list[Run]:
        selection = Selection(selector.matchers, self.budget.spend)
        return self.source.select(selection, min(moments) - length, max(moments))
