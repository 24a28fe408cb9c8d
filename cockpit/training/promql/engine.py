"""Answers queries: at one moment, or at every step of a range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cockpit.training.promql.budget import Budget
from cockpit.training.promql.evaluation import Evaluation
from cockpit.training.promql.failures import bad_parameter
from cockpit.training.promql.notes import Notes
from cockpit.training.promql.rates import Extrapolation, extrapolated
from cockpit.training.promql.sample import Labels
from cockpit.training.promql.selecting import Frame
from cockpit.training.promql.series import Source
from cockpit.training.promql.syntax import parse
from cockpit.training.promql.tree import Aggregation, Call, Kind, Node, Text, kind_of
from cockpit.training.promql.values import Row
from cockpit.training.promql.windows import LOOKBACK

_ORDERING = frozenset({"topk", "bottomk", "sort", "sort_desc"})


@dataclass(frozen=True, slots=True)
class Series:
    """One series of an answer: points are milliseconds and values."""

    labels: Labels
    points: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave. A scalar is one series without labels; a string is `text`."""

    kind: Kind
    series: tuple[Series, ...]
    text: str = ""
    warnings: tuple[str, ...] = ()
    infos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Engine:
    """Evaluates queries on the series of `source`; `lookback` is in milliseconds."""

    source: Source
    lookback: int = LOOKBACK
    extrapolation: Extrapolation = field(default=extrapolated)

    def at(self, query: str, moment: int, budget: Budget) -> Answer:
        """Answer a query at one moment, in milliseconds.

        Raises:
            QueryError: it cannot be read or evaluated, or costs too much.
        """
        node = parse(query)
        evaluation, notes = self._evaluation(range(moment, moment + 1), moment, budget)
        kind = kind_of(node)
        text = ""
        series: tuple[Series, ...] = ()
        if isinstance(node, Text):
            text = node.value
        elif kind == "matrix":
            series = _of_ranges(evaluation, node)
        else:
            series = _series(_rows(evaluation, node, kind), evaluation.grid, _has_order(node))
        return Answer(kind, series, text, notes.warnings, notes.infos)

    def over(self, query: str, start: int, end: int, step: int, budget: Budget) -> Answer:
        """Answer a query at every `step` from `start` to `end`, in milliseconds.

        Raises:
            QueryError: as for `at`, and for a query that gives no number at a moment.
        """
        node = parse(query)
        kind = kind_of(node)
        if kind not in ("scalar", "vector"):
            shown = {"matrix": "range vector"}.get(kind, kind)
            why = f'invalid expression type "{shown}" for range query, must be Scalar or instant Vector'
            raise bad_parameter("query", why)
        evaluation, notes = self._evaluation(range(start, end + 1, step), end, budget)
        series = _series(_rows(evaluation, node, kind), evaluation.grid, False)
        return Answer("matrix", series, "", notes.warnings, notes.infos)

    def _evaluation(self, grid: range, end: int, budget: Budget) -> tuple[Evaluation, Notes]:
        notes = Notes()
        frame = Frame(self.source, budget, grid[0], end, self.lookback)
        return Evaluation(frame, grid, notes, self.extrapolation), notes


def _rows(evaluation: Evaluation, node: Node, kind: Kind) -> list[Row]:
    return [Row((), [*evaluation.scalar(node)])] if kind == "scalar" else evaluation.vector(node)


def _series(rows: list[Row], grid: Sequence[int], ordered: bool) -> tuple[Series, ...]:
    if not ordered:
        rows = sorted(rows, key=lambda row: row.labels)
    found = []
    for labels, values in rows:
        points = tuple((moment, value) for moment, value in zip(grid, values, strict=True) if value is not None)
        if points:
            found.append(Series(labels, points))
    return tuple(found)


def _of_ranges(evaluation: Evaluation, node: Node) -> tuple[Series, ...]:
    found = []
    for windows in evaluation.ranges(node):
        first, last = windows.bounds[0]
        points = tuple(zip(windows.times[first:last], windows.values[first:last], strict=True))
        if points:
            found.append(Series(windows.labels, points))
    return tuple(sorted(found, key=lambda series: series.labels))


def _has_order(node: Node) -> bool:
    return (isinstance(node, Call) and node.name in _ORDERING) or (
        isinstance(node, Aggregation) and node.operator in _ORDERING
    )
