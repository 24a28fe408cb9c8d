"""Looks into parsed PromQL."""

from __future__ import annotations

import promql_parser
from promql_parser import Expr, VectorSelector


def nodes_of(tree: Expr) -> list[Expr]:
    """Return every node, from the top down."""
    found: list[Expr] = []

    def visit(node: Expr) -> bool:
        found.append(node)
        return True

    promql_parser.walk(tree, visit)
    return found


def selectors_of(tree: Expr) -> list[VectorSelector]:
    """Return the selectors of a query."""
    return [node for node in nodes_of(tree) if isinstance(node, VectorSelector)]


def matchers_of(tree: Expr) -> list[tuple[str, str]]:
    """Return label and value of every matcher."""
    return [(matcher.name, matcher.value) for selector in selectors_of(tree) for matcher in selector.matchers.matchers]


def shape_of(tree: Expr) -> list[object]:
    """Return the kinds of the nodes, and of selectors the labels and operators of their matchers, without values."""
    return [
        (
            type(node).__name__,
            node.name,
            sorted((matcher.name, str(matcher.op)) for matcher in node.matchers.matchers),
        )
        if isinstance(node, VectorSelector)
        else type(node).__name__
        for node in nodes_of(tree)
    ]
