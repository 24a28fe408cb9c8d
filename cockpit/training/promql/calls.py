"""Calls of functions: which there are, and how their arguments are evaluated.

A function that Prometheus has and this evaluator has not is an error that names it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from cockpit.training.promql import functions
from cockpit.training.promql.failures import unsupported
from cockpit.training.promql.histograms import BUCKET, histogram_quantile, upper_bound
from cockpit.training.promql.matchers import METRIC_NAME
from cockpit.training.promql.range_calls import Evaluator, absence, range_call
from cockpit.training.promql.tree import Call, Selector, Text
from cockpit.training.promql.values import NAN, Row, Values, mapped, merged, unnamed, value_of

Function = Callable[[Evaluator, Call], list[Row]]


def scalar_call(evaluator: Evaluator, node: Call) -> list[float]:
    """Evaluate a function that returns a scalar."""
    match node.name:
        case "time":
            return _seconds(evaluator)
        case "pi":
            return [math.pi] * len(evaluator.grid)
        case "scalar":
            rows = evaluator.vector(node.arguments[0])
            return [_single([row.values[index] for row in rows]) for index in range(len(evaluator.grid))]
    raise _unknown(node)


def vector_functions() -> dict[str, Function]:
    """Return the functions that return a vector and read none of a range, by name."""
    found: dict[str, Function] = dict.fromkeys(functions.OF_NUMBER, _of_number)
    found |= dict.fromkeys(functions.OF_DATE, _of_date)
    found |= dict.fromkeys(("clamp", "clamp_min", "clamp_max"), _limited)
    return found | {
        "vector": lambda evaluator, node: [Row((), [*evaluator.scalar(node.arguments[0])])],
        "absent": _absent,
        "timestamp": _timestamp,
        "round": _round,
        "sort": lambda evaluator, node: _sorted(evaluator.vector(node.arguments[0]), 1.0),
        "sort_desc": lambda evaluator, node: _sorted(evaluator.vector(node.arguments[0]), -1.0),
        "label_replace": _label_replace,
        "label_join": lambda evaluator, node: functions.label_join(*_labelled(evaluator, node)),
        "histogram_quantile": _histogram_quantile,
    }


def _unknown(node: Call) -> Exception:
    return unsupported(f'the function "{node.name}"')


def _seconds(evaluator: Evaluator) -> list[float]:
    return [moment / 1000 for moment in evaluator.grid]


def _single(values: list[float | None]) -> float:
    there = [value for value in values if value is not None]
    return there[0] if len(there) == 1 else NAN


def _of_number(evaluator: Evaluator, node: Call) -> list[Row]:
    return mapped(evaluator.vector(node.arguments[0]), functions.OF_NUMBER[node.name])


def _of_date(evaluator: Evaluator, node: Call) -> list[Row]:
    rows = evaluator.vector(node.arguments[0]) if node.arguments else [Row((), [*_seconds(evaluator)])]
    return mapped(rows, functions.calendar(node.name))


def _limited(evaluator: Evaluator, node: Call) -> list[Row]:
    rows = evaluator.vector(node.arguments[0])
    first = evaluator.scalar(node.arguments[1])
    low = [-math.inf] * len(first) if node.name == "clamp_max" else first
    high = evaluator.scalar(node.arguments[2]) if node.name == "clamp" else first
    high = [math.inf] * len(first) if node.name == "clamp_min" else high
    found = []
    for labels, values in rows:
        limits = zip(values, low, high, strict=True)
        new: Values = [
            None if v is None or least > most else functions.clamped(v, least, most) for v, least, most in limits
        ]
        found.append(Row(unnamed(labels), new))
    return merged(found)


def _absent(evaluator: Evaluator, node: Call) -> list[Row]:
    rows = evaluator.vector(node.arguments[0])
    present = [any(row.values[index] is not None for row in rows) for index in range(len(evaluator.grid))]
    return absence(node.arguments[0], present)


def _timestamp(evaluator: Evaluator, node: Call) -> list[Row]:
    argument = node.arguments[0]
    if isinstance(argument, Selector):
        rows = evaluator.frame.newest_times(argument, evaluator.grid)
        return merged(Row(unnamed(labels), values) for labels, values in rows)
    moments = _seconds(evaluator)
    rows = evaluator.vector(argument)
    return merged(
        Row(unnamed(labels), [None if v is None else moment for v, moment in zip(values, moments, strict=True)])
        for labels, values in rows
    )


def _round(evaluator: Evaluator, node: Call) -> list[Row]:
    rows = evaluator.vector(node.arguments[0])
    to = evaluator.scalar(node.arguments[1]) if len(node.arguments) > 1 else [1.0] * len(evaluator.grid)
    return merged(
        Row(
            unnamed(labels), [None if v is None else functions.rounded(v, by) for v, by in zip(values, to, strict=True)]
        )
        for labels, values in rows
    )


def _sorted(rows: list[Row], sign: float) -> list[Row]:
    """Sort by the value of the first moment, NaN last: only an instant query has an order."""

    def rank(row: Row) -> tuple[bool, float]:
        value = row.values[0]
        missing = value is None or math.isnan(value)
        return missing, 0.0 if value is None or missing else sign * value

    return sorted(rows, key=rank)


def _labelled(evaluator: Evaluator, node: Call) -> tuple[list[Row], list[str]]:
    texts = [argument.value for argument in node.arguments[1:] if isinstance(argument, Text)]
    return evaluator.vector(node.arguments[0]), texts


def _label_replace(evaluator: Evaluator, node: Call) -> list[Row]:
    rows, texts = _labelled(evaluator, node)
    return functions.label_replace(rows, texts, evaluator.frame.budget)


def _histogram_quantile(evaluator: Evaluator, node: Call) -> list[Row]:
    shares = evaluator.scalar(node.arguments[0])
    evaluator.notes.check_shares(shares)
    rows = evaluator.vector(node.arguments[1])
    for row in rows:
        bound = value_of(row.labels, BUCKET)
        if upper_bound(bound) is None:
            evaluator.notes.check_bucket(bound, value_of(row.labels, METRIC_NAME))
    return histogram_quantile(shares, rows, evaluator.frame.budget)


_VECTOR_FUNCTIONS = vector_functions()


def vector_call(evaluator: Evaluator, node: Call) -> list[Row]:
    """Evaluate a function that returns a vector."""
    if node.name in _VECTOR_FUNCTIONS:
        return _VECTOR_FUNCTIONS[node.name](evaluator, node)
    found = range_call(evaluator, node)
    if found is None:
        raise _unknown(node)
    return found
