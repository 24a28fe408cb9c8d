"""Aggregation operators: many elements of a moment become one for each group, or the chosen ones stay.

Source: Prometheus, docs/querying/operators.md and promql/engine.go.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from cockpit.training.promql.budget import Budget
from cockpit.training.promql.failures import ExecutionFailure, unsupported
from cockpit.training.promql.matchers import METRIC_NAME
from cockpit.training.promql.numbers import decimal_text, mean, precise_sum, quantile, variance
from cockpit.training.promql.sample import Labels
from cockpit.training.promql.tree import Aggregation
from cockpit.training.promql.values import NAN, Row, Values, changed, only, without

_LARGEST_COUNT = 2**63


def least(values: Sequence[float]) -> float:
    """Return the smallest value; NaN only where there is nothing else."""
    return min((value for value in values if not math.isnan(value)), default=NAN)


def greatest(values: Sequence[float]) -> float:
    """Return the largest value; NaN only where there is nothing else."""
    return max((value for value in values if not math.isnan(value)), default=NAN)


_PLAIN: dict[str, Callable[[Sequence[float]], float]] = {
    "sum": precise_sum,
    "avg": mean,
    "min": least,
    "max": greatest,
    "count": lambda values: float(len(values)),
    "group": lambda values: 1.0,
    "stdvar": variance,
    "stddev": lambda values: math.sqrt(variance(values)),
}


def aggregate(node: Aggregation, rows: list[Row], parameter: list[float] | str | None, budget: Budget) -> list[Row]:
    """Return the aggregation of some rows; `parameter` is a number a moment, or the label of count_values.

    Raises:
        ExecutionFailure: the parameter cannot be used, or the operator is not known here.
    """
    groups: dict[Labels, list[Row]] = {}
    for row in rows:
        budget.spend(len(row.values))
        groups.setdefault(_group(node, row.labels), []).append(row)
    if node.operator in _PLAIN:
        return [_merged(labels, group, _PLAIN[node.operator]) for labels, group in groups.items()]
    if isinstance(parameter, str) and node.operator == "count_values":
        return [row for labels, group in groups.items() for row in _counted(labels, group, parameter)]
    if isinstance(parameter, list) and node.operator == "quantile":
        return [_quantiles(labels, group, parameter) for labels, group in groups.items()]
    if isinstance(parameter, list) and node.operator in ("topk", "bottomk"):
        sign = 1.0 if node.operator == "topk" else -1.0
        return [row for group in groups.values() for row in _chosen(group, parameter, sign)]
    raise unsupported(f"the aggregation operator {node.operator}")


def _group(node: Aggregation, labels: Labels) -> Labels:
    return without(labels, (*node.labels, METRIC_NAME)) if node.without else only(labels, node.labels)


def _columns(group: list[Row]) -> zip[tuple[float | None, ...]]:
    return zip(*(row.values for row in group), strict=True)


def _merged(labels: Labels, group: list[Row], merge: Callable[[Sequence[float]], float]) -> Row:
    columns = ([value for value in column if value is not None] for column in _columns(group))
    return Row(labels, [merge(there) if there else None for there in columns])


def _quantiles(labels: Labels, group: list[Row], shares: list[float]) -> Row:
    columns = ([value for value in column if value is not None] for column in _columns(group))
    pairs = zip(shares, columns, strict=True)
    return Row(labels, [quantile(share, there) if there else None for share, there in pairs])


def _counted(labels: Labels, group: list[Row], label: str) -> list[Row]:
    if not label:
        raise ExecutionFailure(f'invalid label name "{label}"')
    found: dict[Labels, Values] = {}
    for index, column in enumerate(_columns(group)):
        for value in column:
            if value is not None:
                key = changed(labels, {label: decimal_text(value)})
                values = found.setdefault(key, [None] * len(group[0].values))
                values[index] = (values[index] or 0.0) + 1.0
    return [Row(key, values) for key, values in found.items()]


def _chosen(group: list[Row], parameter: list[float], sign: float) -> list[Row]:
    """Return the k greatest (sign 1) or smallest (-1) of each moment, NaN last; at a single moment in that order."""
    kept: list[Values] = [[None] * len(parameter) for _ in group]
    order: dict[int, None] = {}
    for moment, count in enumerate(_counts(parameter)):
        there = [(index, value) for index, row in enumerate(group) if (value := row.values[moment]) is not None]
        there.sort(key=lambda pair: (math.isnan(pair[1]), 0.0 if math.isnan(pair[1]) else -sign * pair[1]))
        for index, value in there[:count]:
            kept[index][moment] = value
            order[index] = None
    return [Row(group[index].labels, kept[index]) for index in order]


def _counts(parameter: list[float]) -> list[int]:
    found = []
    for value in parameter:
        if math.isnan(value) or abs(value) >= _LARGEST_COUNT:
            raise ExecutionFailure(f"Scalar value {decimal_text(value)} overflows int64")
        found.append(max(int(value), 0))
    return found
