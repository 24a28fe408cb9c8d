"""Values of a query: rows of numbers, one for each moment of the grid it is evaluated on, and what labels become."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple, TypeAlias

from cockpit.training.promql.failures import ExecutionFailure
from cockpit.training.promql.matchers import METRIC_NAME
from cockpit.training.promql.sample import Labels

Values: TypeAlias = list[float | None]
"""One entry a moment; None where the vector of that moment does not have the element."""
NAN = float("nan")
INFINITY = float("inf")
SAME_LABELS = "vector cannot contain metrics with the same labelset"


class Row(NamedTuple):
    """One element of a vector over all moments."""

    labels: Labels
    values: Values


def only(labels: Labels, names: Collection[str]) -> Labels:
    """Return the labels of these names."""
    return tuple(pair for pair in labels if pair[0] in names)


def without(labels: Labels, names: Collection[str]) -> Labels:
    """Return the labels of other names."""
    return tuple(pair for pair in labels if pair[0] not in names)


def unnamed(labels: Labels) -> Labels:
    """Return the labels without the metric's name, which an operation takes away."""
    return tuple(pair for pair in labels if pair[0] != METRIC_NAME)


def changed(labels: Labels, new: dict[str, str]) -> Labels:
    """Return the labels with some set; an empty value takes one away."""
    return tuple(sorted((name, value) for name, value in {**dict(labels), **new}.items() if value))


def value_of(labels: Labels, name: str) -> str:
    """Return a label's value, "" where there is none."""
    return next((value for label, value in labels if label == name), "")


def written(labels: Labels) -> str:
    """Return labels as Prometheus writes them into messages."""
    return "{" + ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in labels) + "}"


def merged(rows: Iterable[Row]) -> list[Row]:
    """Return the rows with those of equal labels made one.

    Raises:
        ExecutionFailure: two of them have a value at one moment.
    """
    found: dict[Labels, Row] = {}
    for row in rows:
        known = found.setdefault(row.labels, row)
        if known is not row:
            found[row.labels] = Row(row.labels, [_one(*pair) for pair in zip(known.values, row.values, strict=True)])
    return list(found.values())


def _one(first: float | None, second: float | None) -> float | None:
    if first is not None and second is not None:
        raise ExecutionFailure(SAME_LABELS)
    return second if first is None else first


def mapped(rows: Iterable[Row], function: Callable[[float], float | None]) -> list[Row]:
    """Return what a function makes of every value; the metric's name goes."""
    return merged(
        Row(unnamed(labels), [None if value is None else function(value) for value in values])
        for labels, values in rows
    )
