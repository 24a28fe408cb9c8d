"""A Prometheus in memory: it takes packed queries apart, and answers each expression by the first rule that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import promql_parser
from promql_parser import BinaryExpr, Call, Expr, StringLiteral

from cockpit.metrics.answer import Answer, Series
from cockpit.metrics.errors import MetricsError, RefusedQueryError
from cockpit.metrics.packing import MARK

Labelled = tuple[dict[str, str], float]


@dataclass
class Rule:
    """Expressions that hold all of `parts` have these series; `from_step` is where their points begin."""

    parts: tuple[str, ...]
    series: tuple[Labelled, ...]
    until_step: int | None = None


@dataclass
class Scripted:
    """Answers by rules, and counts the queries; `error` is raised by every query while it is set."""

    name: str = "scripted"
    rules: list[Rule] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    error: MetricsError | None = None
    warnings: tuple[str, ...] = ()
    refused: str = ""
    """A query that holds this is refused."""

    def on(self, *parts: str, value: float) -> None:
        """Let an expression with all of `parts` have one value, without labels, at every moment."""
        self.rules.append(Rule(parts, (({}, value),)))

    def on_series(self, *parts: str, series: Sequence[Labelled]) -> None:
        """Let an expression have several series."""
        self.rules.append(Rule(parts, tuple(series)))

    async def query(self, promql: str, at: datetime) -> Answer:
        """Answer for one moment."""
        return self._answer(promql, [at.timestamp()])

    async def query_range(self, promql: str, start: datetime, end: datetime, step: float) -> Answer:
        """Answer for each step."""
        count = round((end - start).total_seconds() / step) + 1
        return self._answer(promql, [start.timestamp() + index * step for index in range(count)])

    def _answer(self, promql: str, moments: Sequence[float]) -> Answer:
        self.queries.append(promql)
        if self.error is not None:
            raise self.error
        if self.refused and self.refused in promql:
            raise RefusedQueryError(f"no {self.refused} here", "bad_data")
        found = []
        for mark, text in expressions_of(promql):
            rule = next((rule for rule in self.rules if all(part in text for part in rule.parts)), None)
            for labels, value in rule.series if rule else ():
                until = len(moments) if rule is None or rule.until_step is None else rule.until_step
                points = tuple((moment, value) for moment in moments[:until])
                found.append(Series({**labels, MARK: mark}, points))
        return Answer(tuple(found), self.warnings)


def expressions_of(promql: str) -> list[tuple[str, str]]:
    """Return mark and text of each expression in a packed query."""
    return [
        (mark.val, str(call.args[0]))
        for call in _alternatives(promql_parser.parse(promql))
        if isinstance(call, Call) and isinstance(mark := call.args[2], StringLiteral)
    ]


def _alternatives(tree: Expr) -> list[Expr]:
    if isinstance(tree, BinaryExpr) and str(tree.op) == "or":
        return [*_alternatives(tree.lhs), *_alternatives(tree.rhs)]
    return [tree]
