"""Calls of functions of ranges, and what all calls ask of the evaluator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from cockpit.training.promql import over_time
from cockpit.training.promql.matchers import METRIC_NAME
from cockpit.training.promql.notes import Notes
from cockpit.training.promql.rates import Extrapolation, of_rate
from cockpit.training.promql.sample import Labels
from cockpit.training.promql.selecting import Frame
from cockpit.training.promql.tree import Call, Node, RangeSelector, Selector
from cockpit.training.promql.values import Row, Values, merged, unnamed, value_of
from cockpit.training.promql.windows import Windows

_COUNTERS = frozenset({"rate", "increase"})


class Evaluator(Protocol):
    """What evaluates arguments (`evaluation.Evaluation`)."""

    @property
    def frame(self) -> Frame:
        """Where the series are."""

    @property
    def grid(self) -> Sequence[int]:
        """The moments, in milliseconds."""

    @property
    def notes(self) -> Notes:
        """Where warnings go."""

    @property
    def extrapolation(self) -> Extrapolation:
        """How rates go on to the edges of their range."""

    def scalar(self, node: Node) -> list[float]:
        """Return a number a moment."""

    def vector(self, node: Node) -> list[Row]:
        """Return the elements of a vector."""

    def ranges(self, node: Node) -> list[Windows]:
        """Return the windows of a range vector."""


def range_call(evaluator: Evaluator, node: Call) -> list[Row] | None:
    """Evaluate a function of a range, None where it is not known."""
    arguments = node.arguments
    if node.name == "absent_over_time":
        return _absent_over_time(evaluator, arguments[0])
    if node.name == "quantile_over_time":
        shares = evaluator.scalar(arguments[0])
        evaluator.notes.check_shares(shares)
        return _rows(evaluator.ranges(arguments[1]), partial(over_time.quantile_over_time, shares=shares))
    if node.name == "predict_linear":
        ahead = evaluator.scalar(arguments[1])
        predict = partial(over_time.predict_linear, ahead=ahead, moments=evaluator.grid)
        return _rows(evaluator.ranges(arguments[0]), predict)
    function = _functions(evaluator.extrapolation).get(node.name)
    if function is None:
        return None
    windows = evaluator.ranges(arguments[0])
    if node.name in _COUNTERS:
        for one in windows:
            evaluator.notes.check_counter(value_of(one.labels, METRIC_NAME))
    return _rows(windows, function, node.name in over_time.KEEPS_NAME)


def _functions(extrapolation: Extrapolation) -> dict[str, Callable[[Windows], Values]]:
    found: dict[str, Callable[[Windows], Values]] = {
        name: partial(over_time.of_values, function) for name, function in over_time.OF_VALUES.items()
    }
    return found | of_rate(extrapolation) | {"deriv": over_time.deriv}


def _rows(windows: list[Windows], function: Callable[[Windows], Values], keeps_name: bool = False) -> list[Row]:
    rows = (Row(one.labels if keeps_name else unnamed(one.labels), function(one)) for one in windows)
    return merged(row for row in rows if any(value is not None for value in row.values))


def _absent_over_time(evaluator: Evaluator, node: Node) -> list[Row]:
    windows = evaluator.ranges(node)
    moments = range(len(evaluator.grid))
    return absence(node, [any(one.bounds[index][0] < one.bounds[index][1] for one in windows) for index in moments])


def absence(node: Node, present: list[bool]) -> list[Row]:
    """Return one element, with the labels that a selector asks for, at the moments at which nothing is present."""
    selector = node.selector if isinstance(node, RangeSelector) else node
    labels = _asked_labels(selector) if isinstance(selector, Selector) else ()
    values: Values = [None if there else 1.0 for there in present]
    return [Row(labels, values)]


def _asked_labels(selector: Selector) -> Labels:
    """Return the labels that matchers of equality ask for; one that another matcher names as well is left out."""
    found: dict[str, str] = {}
    for matcher in selector.matchers:
        if matcher.name != METRIC_NAME:
            found[matcher.name] = "" if matcher.name in found or matcher.operator != "=" else matcher.value
    return tuple(sorted((name, value) for name, value in found.items() if value))
