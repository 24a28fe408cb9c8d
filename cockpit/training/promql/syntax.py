"""From the text of a query to its tree, by the grammar of promql-parser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import promql_parser as grammar

from cockpit.training.promql.failures import BadData, bad_parameter, unsupported
from cockpit.training.promql.matchers import METRIC_NAME, Matcher
from cockpit.training.promql.regex import compile_regex
from cockpit.training.promql.text import prepared
from cockpit.training.promql.tree import (
    Aggregation,
    At,
    Binary,
    Call,
    Cardinality,
    Kind,
    Matching,
    Negation,
    Node,
    Number,
    RangeSelector,
    Selector,
    Subquery,
    Text,
)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS: Final[dict[str, Kind]] = {"Scalar": "scalar", "Vector": "vector", "Matrix": "matrix", "String": "string"}
_CARDINALITIES: Final[dict[str, Cardinality]] = {
    "OneToOne": "one-to-one",
    "ManyToOne": "many-to-one",
    "OneToMany": "one-to-many",
    "ManyToMany": "many-to-many",
}


def parse(query: str) -> Node:
    """Return the tree of a query.

    Raises:
        BadData: it does not parse, its types do not fit, or it is too large.
        ExecutionFailure: it uses what only this evaluator does not know.
    """
    text = prepared(query)
    if not text.strip():
        raise bad_parameter("query", "parse error: no expression found in input")
    try:
        return _node(grammar.parse(text))
    except (ValueError, OverflowError, BadData) as error:
        raise bad_parameter("query", f"parse error: {error}") from error
    except BaseException as error:  # a panic of the parser's native code is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise bad_parameter("query", "parse error: the parser cannot cope with this query") from error


def _node(parsed: grammar.Expr) -> Node:
    match parsed:
        case grammar.NumberLiteral():
            return Number(parsed.val)
        case grammar.StringLiteral():
            return Text(parsed.val)
        case grammar.ParenExpr():
            return _node(parsed.expr)
        case grammar.UnaryExpr():
            return Negation(_node(parsed.expr))
        case grammar.VectorSelector():
            return _selector(parsed)
        case grammar.MatrixSelector() | grammar.SubqueryExpr():
            return _ranged(parsed)
        case grammar.Call():
            function = parsed.func
            returns = _KINDS[_member(function.return_type)]
            return Call(function.name, tuple(_node(argument) for argument in parsed.args), returns)
        case grammar.AggregateExpr():
            return _aggregation(parsed)
        case grammar.BinaryExpr():
            return _binary(parsed)
    raise unsupported(type(parsed).__name__)


def _ranged(parsed: grammar.MatrixSelector | grammar.SubqueryExpr) -> RangeSelector | Subquery:
    length = _milliseconds(parsed.range)
    if isinstance(parsed, grammar.MatrixSelector):
        return RangeSelector(_selector(parsed.vector_selector), length)
    step = None if parsed.step is None else _milliseconds(parsed.step)
    return Subquery(_node(parsed.expr), length, step, _milliseconds(parsed.offset), _at(parsed.at))


def _aggregation(parsed: grammar.AggregateExpr) -> Aggregation:
    modifier = parsed.modifier
    labels = () if modifier is None else tuple(modifier.labels)
    without = modifier is not None and _member(modifier.type) == "Without"
    parameter = None if parsed.param is None else _node(parsed.param)
    return Aggregation(str(parsed.op), _node(parsed.expr), parameter, labels, without)


def _binary(parsed: grammar.BinaryExpr) -> Binary:
    modifier = parsed.modifier
    matching, as_bool = Matching(), False
    if modifier is not None:
        fill = modifier.fill_values
        if fill is not None and (fill.lhs is not None or fill.rhs is not None):
            raise unsupported('the modifier "fill"')
        on = modifier.matching is not None and _member(modifier.matching.type) == "Include"
        labels = () if modifier.matching is None else tuple(modifier.matching.labels)
        include = tuple(modifier.group_labels or ())
        matching = Matching(_CARDINALITIES[_member(modifier.card)], on, labels, include)
        as_bool = modifier.return_bool
    return Binary(str(parsed.op), _node(parsed.lhs), _node(parsed.rhs), as_bool, matching)


def _selector(parsed: grammar.VectorSelector) -> Selector:
    if parsed.matchers.or_matchers:
        raise BadData('unexpected "or" in label matching, expected "," or "}"')
    matchers = [_matcher(one) for one in parsed.matchers.matchers]
    if parsed.name is not None and all((one.name, one.operator) != (METRIC_NAME, "=") for one in matchers):
        matchers.insert(0, Matcher(METRIC_NAME, "=", parsed.name))
    return Selector(tuple(matchers), _milliseconds(parsed.offset), _at(parsed.at))


def _matcher(parsed: grammar.Matcher) -> Matcher:
    match _member(parsed.op):
        case "Equal":
            return Matcher(parsed.name, "=", parsed.value)
        case "NotEqual":
            return Matcher(parsed.name, "!=", parsed.value)
        case "Re":
            return Matcher(parsed.name, "=~", parsed.value, compile_regex(parsed.value))
        case "NotRe":
            return Matcher(parsed.name, "!~", parsed.value, compile_regex(parsed.value))
    raise unsupported(f"the operator {parsed.op}")


def _at(parsed: grammar.AtModifier | None) -> At:
    if parsed is None:
        return None
    match _member(parsed.type):
        case "Start":
            return "start"
        case "End":
            return "end"
    if parsed.at is None:
        raise bad_parameter("query", "timestamp out of bounds for @ modifier")
    return _milliseconds(parsed.at - _EPOCH)


def _milliseconds(duration: timedelta | None) -> int:
    return 0 if duration is None else round(duration / timedelta(milliseconds=1))


def _member(value: object) -> str:
    """Return the name of a member of one of the parser's enumerations, which are none of Python's."""
    return str(value).rpartition(".")[2]
