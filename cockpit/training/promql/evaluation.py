"""Evaluates a query's tree on a grid of moments: a part for all of them at once, so that labels are handled once."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from cockpit.training.promql.aggregation import aggregate
from cockpit.training.promql.arithmetic import COMPARISONS, SETS, of_scalars, with_scalar
from cockpit.training.promql.calls import scalar_call, vector_call
from cockpit.training.promql.failures import unsupported
from cockpit.training.promql.matching import sets, vectors
from cockpit.training.promql.notes import Notes
from cockpit.training.promql.rates import Extrapolation, extrapolated
from cockpit.training.promql.selecting import Frame
from cockpit.training.promql.series import Run
from cockpit.training.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Negation,
    Node,
    Number,
    RangeSelector,
    Selector,
    Subquery,
    Text,
    kind_of,
)
from cockpit.training.promql.values import Row, Values, mapped, merged, unnamed
from cockpit.training.promql.windows import Cutter, Windows

EVALUATION_INTERVAL = 60_000
"""Milliseconds between the moments of a subquery that names no step (global.evaluation_interval)."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One evaluation: `grid` are its moments in milliseconds."""

    frame: Frame
    grid: Sequence[int]
    notes: Notes
    extrapolation: Extrapolation = extrapolated

    def scalar(self, node: Node) -> list[float]:
        """Return a number a moment.

        Raises:
            QueryError: this one, like all others here, for whatever is wrong within the part.
        """
        self.frame.budget.spend(len(self.grid))
        match node:
            case Number():
                return [node.value] * len(self.grid)
            case Negation():
                return [-value for value in self.scalar(node.expression)]
            case Binary():
                return of_scalars(node.operator, self.scalar(node.left), self.scalar(node.right))
            case Call():
                return scalar_call(self, node)
        raise unsupported(f"a scalar of {type(node).__name__}")

    def vector(self, node: Node) -> list[Row]:
        """Return the elements of a vector."""
        match node:
            case Selector():
                return self.frame.newest(node, self.grid)
            case Negation():
                rows = self.vector(node.expression)
                return mapped(rows, float.__neg__)
            case Aggregation():
                return self._aggregated(node)
            case Binary():
                return self._binary(node)
            case Call():
                return vector_call(self, node)
        raise unsupported(f"a vector of {type(node).__name__}")

    def ranges(self, node: Node) -> list[Windows]:
        """Return the windows of a range vector."""
        if isinstance(node, RangeSelector):
            return self.frame.ranges(node, self.grid)
        if not isinstance(node, Subquery):
            raise unsupported(f"a range of {type(node).__name__}")
        moments = self.frame.moments(self.grid, node.offset, node.at)
        inner = self._on(self._subgrid(node, moments))
        cutter = Cutter(moments, node.range, self.frame.budget)
        rows = inner.vector(node.expression) if inner.grid else []
        return [cutter.windows(_run(row, inner.grid)) for row in rows]

    def _subgrid(self, node: Subquery, moments: Sequence[int]) -> Sequence[int]:
        """Return the moments of a subquery: multiples of its step, whatever the query's own moments are."""
        step = node.step or EVALUATION_INTERVAL
        first = (min(moments) - node.range) // step * step + step
        grid = range(first, max(moments) + 1, step)
        self.frame.budget.spend(max((grid.stop - grid.start) // step, 0))
        return grid

    def _on(self, grid: Sequence[int]) -> Evaluation:
        return Evaluation(self.frame, grid, self.notes, self.extrapolation)

    def _aggregated(self, node: Aggregation) -> list[Row]:
        parameter: list[float] | str | None = None
        if isinstance(node.parameter, Text):
            parameter = node.parameter.value
        elif node.parameter is not None:
            parameter = self.scalar(node.parameter)
            if node.operator == "quantile":
                self.notes.check_shares(parameter)
        return aggregate(node, self.vector(node.expression), parameter, self.frame.budget)

    def _binary(self, node: Binary) -> list[Row]:
        if node.operator in SETS:
            return merged(sets(node, self.vector(node.left), self.vector(node.right), self.frame.budget))
        kinds = (kind_of(node.left), kind_of(node.right))
        if kinds == ("vector", "vector"):
            return merged(vectors(node, self.vector(node.left), self.vector(node.right), self.frame.budget))
        if kinds == ("vector", "scalar"):
            return self._with_scalar(node, self.vector(node.left), self.scalar(node.right), False)
        if kinds == ("scalar", "vector"):
            return self._with_scalar(node, self.vector(node.right), self.scalar(node.left), True)
        raise unsupported(f"{node.operator} between {kinds[0]} and {kinds[1]}")

    def _with_scalar(self, node: Binary, rows: list[Row], scalars: list[float], scalar_first: bool) -> list[Row]:
        apply = with_scalar(node.operator, node.as_bool, scalar_first)
        keeps_name = node.operator in COMPARISONS and not node.as_bool
        found = []
        for labels, values in rows:
            self.frame.budget.spend(len(values))
            new: Values = [None if v is None else apply(v, s) for v, s in zip(values, scalars, strict=True)]
            found.append(Row(labels if keeps_name else unnamed(labels), new))
        return merged(found)


def _run(row: Row, grid: Sequence[int]) -> Run:
    kept = [(moment, value) for moment, value in zip(grid, row.values, strict=True) if value is not None]
    return Run(row.labels, array("q", [moment for moment, _ in kept]), array("d", [value for _, value in kept]))
