"""The parts of a query, typed. Times are whole milliseconds, as everywhere in this package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from cockpit.training.promql.matchers import Matcher

At: TypeAlias = int | Literal["start", "end"] | None
"""The @ modifier: a moment, the beginning or the end of the query's range, or absent."""
Kind = Literal["scalar", "vector", "matrix", "string"]
Cardinality = Literal["one-to-one", "many-to-one", "one-to-many", "many-to-many"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number literal."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A string literal."""

    value: str


@dataclass(frozen=True, slots=True)
class Selector:
    """An instant vector: the newest sample of each series that matches."""

    matchers: tuple[Matcher, ...]
    offset: int
    at: At


@dataclass(frozen=True, slots=True)
class RangeSelector:
    """A range vector: the samples of the last `range` before each moment, its beginning left out."""

    selector: Selector
    range: int


@dataclass(frozen=True, slots=True)
class Subquery:
    """A range vector made of an expression that is evaluated every `step` (None: the evaluation interval)."""

    expression: Node
    range: int
    step: int | None
    offset: int
    at: At


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function; `returns` is what kind of value it makes."""

    name: str
    arguments: tuple[Node, ...]
    returns: Kind


@dataclass(frozen=True, slots=True)
class Aggregation:
    """An aggregation by the labels, or `without` them."""

    operator: str
    expression: Node
    parameter: Node | None
    labels: tuple[str, ...]
    without: bool


@dataclass(frozen=True, slots=True)
class Matching:
    """How the elements of two vectors find each other: `on` the labels or ignoring them; `include` of group_left."""

    cardinality: Cardinality = "one-to-one"
    on: bool = False
    labels: tuple[str, ...] = ()
    include: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Binary:
    """A binary operation; `as_bool` makes 0 and 1 of a comparison."""

    operator: str
    left: Node
    right: Node
    as_bool: bool
    matching: Matching


@dataclass(frozen=True, slots=True)
class Negation:
    """A unary minus."""

    expression: Node


Node: TypeAlias = Number | Text | Selector | RangeSelector | Subquery | Call | Aggregation | Binary | Negation


def kind_of(node: Node) -> Kind:
    """Return what kind of value a part makes."""
    match node:
        case Number():
            return "scalar"
        case Text():
            return "string"
        case RangeSelector() | Subquery():
            return "matrix"
        case Call():
            return node.returns
        case Negation():
            return kind_of(node.expression)
        case Binary():
            both = (kind_of(node.left), kind_of(node.right))
            return "scalar" if both == ("scalar", "scalar") else "vector"
    return "vector"
