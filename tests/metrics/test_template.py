"""Placeholders: no name can change what is asked."""

from __future__ import annotations

import re

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.metrics.template import Pattern, PromQl, TemplateError, Value, filled, literal, pattern
from tests.metrics.promql_shape import matchers_of, shape_of

EXPRESSION = 'sum(rate(m{a="${namespace}",b=~"x-${namespace}-(?:y)"}[1m])) / sum(rate(m{c!="${namespace}"}[1m]))'
# Prometheus takes UTF-8 only, so half a surrogate pair cannot be asked for.
NAMES = st.text(st.characters(exclude_categories=["Cs"]))
NASTY = [
    '"',
    "\\",
    '"}) or vector(1) #',
    "\n",
    "a|b",
    ".*",
    "${window}",
    "\x00",
    "`",
    "'",
    "é",
    "\\u0041",
    "${namespace}",
]


@given(st.one_of(NAMES, st.sampled_from(NASTY), st.lists(st.sampled_from(NASTY)).map("".join)))
def test_whatever_the_name_the_query_keeps_its_shape_and_the_name_is_one_value(name: str) -> None:
    promql = filled(EXPRESSION, {"namespace": name})
    tree = promql_parser.parse(promql)
    assert shape_of(tree) == shape_of(promql_parser.parse(filled(EXPRESSION, {"namespace": "plain"})))
    values = dict(matchers_of(tree))
    assert values["a"] == values["c"] == name
    assert re.fullmatch(values["b"], f"x-{name}-y")
    assert values["b"] == f"x-{pattern(name)}-(?:y)"


@given(NAMES, NAMES)
def test_the_expression_of_a_name_matches_that_name_and_no_other(name: str, other: str) -> None:
    assert re.fullmatch(pattern(name), name)
    assert bool(re.fullmatch(pattern(name), other)) == (name == other)


def test_half_a_surrogate_pair_which_prometheus_cannot_take_is_replaced() -> None:
    assert literal("a\ud800b") == "a\ufffdb"


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("up{a=${namespace}}", "between double quotes only"),
        ("up{a='${pods}'}", "between double quotes only"),
        ('up{a="${pods}"}', "with =~ or !~ only"),
        ('up{a="${window}"}', "cannot stand between quotes"),
        ('up{a="${unknown}"}', "not known"),
    ],
)
def test_a_placeholder_where_it_cannot_stand_is_refused(template: str, why: str) -> None:
    values: dict[str, Value] = {"namespace": "shop", "pods": Pattern("a|b"), "window": PromQl("1m")}
    with pytest.raises(TemplateError, match=why):
        filled(template, values)


def test_an_expression_over_pods_is_quoted_once() -> None:
    assert filled('up{pod=~"${pods}"}', {"pods": Pattern(r"a\.b|c")}) == r'up{pod=~"a\\.b|c"}'
