"""One refresh: questions one after the other, timed, within a budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from cockpit.metrics.answer import Answer
from cockpit.metrics.connection import Prometheus
from cockpit.metrics.errors import RefusedQueryError
from cockpit.metrics.grid import Grid
from cockpit.metrics.packing import Packed, packed

MOST_QUERIES = 20
"""Queries of one round; only searching for an expression that is refused comes near it."""

_REFUSAL_STANDS_SECONDS = 300.0


class Refusals:
    """Expressions that Prometheus refused a while ago, with its words: they are not asked again at once."""

    def __init__(self) -> None:
        self._refused: dict[str, tuple[float, str]] = {}

    def add(self, expression: str, why: str, monotonic: float) -> None:
        """Note a refusal."""
        self._refused[expression] = (monotonic, why)

    def standing(self, monotonic: float) -> Mapping[str, str]:
        """Return what is not to be asked now, and why."""
        self._refused = {
            text: entry for text, entry in self._refused.items() if monotonic - entry[0] < _REFUSAL_STANDS_SECONDS
        }
        return {text: why for text, (_, why) in self._refused.items()}


class Round:
    """Asks one query at a time. An expression that is refused is found, noted and left out; other failures end it."""

    def __init__(
        self, prometheus: Prometheus, now: datetime, monotonic: Callable[[], float], refusals: Refusals
    ) -> None:
        self.now = now
        self.began = monotonic()
        self.slowest = 0.0
        """Seconds that the slowest answer took."""
        self.asked = 0
        """Queries so far."""
        self.warnings: list[str] = []
        self.refusals: list[str] = []
        """Why something could not be asked, each reason once."""
        self._prometheus = prometheus
        self._monotonic = monotonic
        self._known = refusals

    async def ask(self, expressions: Mapping[str, str], grid: Grid | None = None) -> list[Answer]:
        """Return the answers to expressions, by their marks: for this moment, or over time.

        Raises:
            MetricsError: there is no answer.
        """
        return await self.ask_packed(packed(self.open(expressions)), expressions, grid)

    async def ask_packed(
        self, queries: Sequence[Packed], expressions: Mapping[str, str], grid: Grid | None = None
    ) -> list[Answer]:
        """Return the answers to queries in which `expressions` are packed.

        Raises:
            MetricsError: there is no answer.
        """
        answers: list[Answer] = []
        for query in queries:
            answers += await self._asked({mark: expressions[mark] for mark in query.marks}, query.promql, grid)
        return answers

    def open(self, expressions: Mapping[str, str]) -> Mapping[str, str]:
        """Return the expressions that were not refused a while ago."""
        refused = self._known.standing(self.began)
        for expression in expressions.values():
            if expression in refused:
                self._note(refused[expression])
        return {mark: expression for mark, expression in expressions.items() if expression not in refused}

    async def _asked(self, expressions: Mapping[str, str], promql: str, grid: Grid | None) -> list[Answer]:
        """Ask a query; where it is refused ask its halves, until the one that is at fault is found."""
        try:
            return [await self._timed(promql, grid)]
        except RefusedQueryError as error:
            marks = list(expressions)
            if len(marks) == 1 or self.asked + 2 > MOST_QUERIES:
                self._note(str(error))
                if len(marks) == 1:
                    self._known.add(expressions[marks[0]], str(error), self.began)
                return []
        answers: list[Answer] = []
        for half in (marks[: len(marks) // 2], marks[len(marks) // 2 :]):
            answers += await self.ask_packed(packed({mark: expressions[mark] for mark in half}), expressions, grid)
        return answers

    def _note(self, why: str) -> None:
        if why not in self.refusals:
            self.refusals.append(why)

    async def _timed(self, promql: str, grid: Grid | None) -> Answer:
        began = self._monotonic()
        self.asked += 1
        if grid is None:
            answer = await self._prometheus.query(promql, self.now)
        else:
            answer = await self._prometheus.query_range(promql, grid.start, grid.until, grid.step)
        self.slowest = max(self.slowest, self._monotonic() - began)
        self.warnings += answer.warnings
        return answer
