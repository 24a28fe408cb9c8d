"""Operators between two vectors: which elements belong together, and the errors where that is not clear.

Source of the rules and of the messages: Prometheus, docs/querying/operators.md and promql/engine.go (VectorBinop).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from cockpit.training.promql.arithmetic import ARITHMETIC, elementwise
from cockpit.training.promql.budget import Budget
from cockpit.training.promql.failures import ExecutionFailure
from cockpit.training.promql.matchers import METRIC_NAME
from cockpit.training.promql.sample import Labels
from cockpit.training.promql.tree import Binary, Matching
from cockpit.training.promql.values import Row, Values, changed, only, unnamed, value_of, without, written

_MANY_TO_ONE = "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
_NOT_UNIQUE = "multiple matches for labels: grouping labels must ensure unique matches"


def signature(labels: Labels, matching: Matching) -> Labels:
    """Return the labels by which elements find each other."""
    if matching.on:
        return only(labels, matching.labels)
    return without(labels, (*matching.labels, METRIC_NAME))


def vectors(node: Binary, left: list[Row], right: list[Row], budget: Budget) -> list[Row]:
    """Return an arithmetic operation or a comparison between two vectors.

    Raises:
        ExecutionFailure: an element has several partners where it may have one.
    """
    swapped = node.matching.cardinality == "one-to-many"
    many, one = (right, left) if swapped else (left, right)
    partners = _partners(node.matching, many, one, "left" if swapped else "right")
    found = _Matches(node.matching, len(many[0].values) if many else 0)
    apply = elementwise(node.operator, node.as_bool)
    for row in many:
        key = signature(row.labels, node.matching)
        for partner in partners.get(key, ()):
            budget.spend(len(row.values))
            pairs = (
                zip(partner.values, row.values, strict=True)
                if swapped
                else zip(row.values, partner.values, strict=True)
            )
            values: Values = [None if a is None or b is None else apply(a, b) for a, b in pairs]
            found.add(key, _labels(node, row.labels, partner.labels), values)
    return [Row(labels, values) for labels, values in found.rows.items()]


def _partners(matching: Matching, many: list[Row], one: list[Row], side: str) -> dict[Labels, list[Row]]:
    """Return the rows of the one side by signature; at no moment may two have one."""
    found: defaultdict[Labels, list[Row]] = defaultdict(list)
    for row in one:
        found[signature(row.labels, matching)].append(row)
    crowded = [rows for rows in found.values() if len(rows) > 1]
    if crowded:
        asked = [any(row.values[index] is not None for row in many) for index in range(len(one[0].values))]
        for rows in crowded:
            _check_unique(rows, matching, side, asked)
    return found


def _check_unique(rows: list[Row], matching: Matching, side: str, asked: list[bool]) -> None:
    for index, counts in enumerate(asked):
        there = [row.labels for row in rows if counts and row.values[index] is not None]
        if len(there) > 1:
            group = written(signature(there[0], matching))
            raise ExecutionFailure(
                f"found duplicate series for the match group {group} on the {side} hand-side of the operation: "
                f"[{written(there[1])}, {written(there[0])}];many-to-many matching not allowed: "
                "matching labels must be unique on one side"
            )


@dataclass(slots=True)
class _Taken:
    """At which moments something was found already."""

    moments: list[bool]

    def take(self, values: Values, why: str) -> None:
        for index, value in enumerate(values):
            if value is not None:
                if self.moments[index]:
                    raise ExecutionFailure(why)
                self.moments[index] = True


class _Matches:
    """Collects what pairs give, and refuses what is there twice."""

    def __init__(self, matching: Matching, moments: int) -> None:
        self.rows: dict[Labels, Values] = {}
        self._strict = matching.cardinality == "one-to-one"
        self._taken: defaultdict[Labels, _Taken] = defaultdict(lambda: _Taken([False] * moments))

    def add(self, key: Labels, labels: Labels, values: Values) -> None:
        self._taken[key if self._strict else labels].take(values, _MANY_TO_ONE if self._strict else _NOT_UNIQUE)
        known = self.rows.get(labels)
        if known is None:
            self.rows[labels] = values
        else:
            self.rows[labels] = [old if new is None else new for old, new in zip(known, values, strict=True)]


def _labels(node: Binary, many: Labels, one: Labels) -> Labels:
    matching = node.matching
    found = unnamed(many) if node.operator in ARITHMETIC or node.as_bool else many
    if matching.cardinality == "one-to-one":
        return only(found, matching.labels) if matching.on else without(found, matching.labels)
    return changed(found, {name: value_of(one, name) for name in matching.include}) if matching.include else found


def sets(node: Binary, left: list[Row], right: list[Row], budget: Budget) -> list[Row]:
    """Return `and`, `or` or `unless` of two vectors."""
    key: Callable[[Row], Labels] = lambda row: signature(row.labels, node.matching)  # noqa: E731  # short, used thrice
    budget.spend(sum(len(row.values) for row in (*left, *right)))
    if node.operator == "or":
        there = _presence(left, key)
        return [*left, *(_kept(row, there.get(key(row)), False) for row in right)]
    there = _presence(right, key)
    return [_kept(row, there.get(key(row)), node.operator == "and") for row in left]


def _presence(rows: list[Row], key: Callable[[Row], Labels]) -> dict[Labels, list[bool]]:
    found: dict[Labels, list[bool]] = {}
    for row in rows:
        here = [value is not None for value in row.values]
        known = found.get(key(row))
        found[key(row)] = here if known is None else [a or b for a, b in zip(known, here, strict=True)]
    return found


def _kept(row: Row, there: list[bool] | None, wanted: bool) -> Row:
    """Return the row at the moments at which the other side is `there`, or is not."""
    if there is None:
        return Row(row.labels, [None] * len(row.values)) if wanted else row
    return Row(row.labels, [value if here == wanted else None for value, here in zip(row.values, there, strict=True)])
