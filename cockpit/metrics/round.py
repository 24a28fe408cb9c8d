"""One refresh: questions one after the other, timed, within a budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from cockpit.metrics.answer import Answer
from cockpit.metrics.connection import Prometheus
from cockpit.metrics.errors import RefusedQueryError
from cockpit.metrics.grid import Grid
from cockpit.metrics.packing import Packed, packed


class Round:
    """Asks one query at a time. What is refused is noted and left out; any other failure ends the round."""

    def __init__(self, prometheus: Prometheus, now: datetime, monotonic: Callable[[], float]) -> None:
        self.now = now
        self.began = monotonic()
        self.slowest = 0.0
        """Seconds that the slowest answer took."""
        self.asked = 0
        """Queries so far."""
        self.warnings: list[str] = []
        self.refusals: list[str] = []
        self._prometheus = prometheus
        self._monotonic = monotonic

    async def ask_now(self, expressions: Mapping[str, str]) -> list[Answer]:
        """Return the answers to expressions, by their marks, for this moment.

        Raises:
            MetricsError: there is no answer.
        """
        return await self.ask_packed(packed(expressions))

    async def ask_packed(self, queries: Sequence[Packed]) -> list[Answer]:
        """Return the answers to packed queries for this moment.

        Raises:
            MetricsError: there is no answer.
        """
        return [await self._timed(query.promql, None) for query in queries]

    async def ask_over(self, expressions: Mapping[str, str], grid: Grid) -> list[Answer]:
        """Return the answers to expressions, by their marks, over time.

        Raises:
            MetricsError: there is no answer.
        """
        return [await self._timed(query.promql, grid) for query in packed(expressions)]

    async def _timed(self, promql: str, grid: Grid | None) -> Answer:
        began = self._monotonic()
        self.asked += 1
        try:
            if grid is None:
                answer = await self._prometheus.query(promql, self.now)
            else:
                answer = await self._prometheus.query_range(promql, grid.start, grid.until, grid.step)
        except RefusedQueryError as error:
            self.refusals.append(str(error))
            return Answer()
        self.slowest = max(self.slowest, self._monotonic() - began)
        self.warnings += answer.warnings
        return answer
