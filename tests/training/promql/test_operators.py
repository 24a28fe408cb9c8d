"""Operators, aggregations and functions: what comes out, and what is refused in Prometheus' words."""

from __future__ import annotations

import math

import pytest

from cockpit.training.promql.failures import BadData, ExecutionFailure
from tests.training.promql.loaded import answer, is_nan, load, over, value, values

SHOP = load(
    **{
        'r{pod="a",code="200"}': [90.0],
        'r{pod="a",code="500"}': [10.0],
        'r{pod="b",code="200"}': [50.0],
        'owner{pod="a",rs="v1"}': [1.0],
        'owner{pod="b",rs="v2"}': [1.0],
        'g{x="1"}': [3.0],
        'g{x="2"}': [math.nan],
        'g{x="3"}': [-1.0],
        'h_bucket{le="0.1"}': [5.0],
        'h_bucket{le="0.5"}': [9.0],
        'h_bucket{le="+Inf"}': [10.0],
    }
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sum(r)", {"": 150.0}),
        ("sum by (pod) (r)", {'{pod="a"}': 100.0, '{pod="b"}': 50.0}),
        ("sum without (code) (r)", {'{pod="a"}': 100.0, '{pod="b"}': 50.0}),
        ("sum by (missing) (r)", {"": 150.0}),
        ("count by (code) (r)", {'{code="200"}': 2.0, '{code="500"}': 1.0}),
        ("avg(r)", {"": 50.0}),
        ("group(r)", {"": 1.0}),
        ("stdvar(r)", {"": 3200.0 / 3}),
        ("min(g)", {"": -1.0}),
        ("max(g)", {"": 3.0}),
        ("topk(1, r)", {'r{code="200", pod="a"}': 90.0}),
        ("topk by (pod) (1, r)", {'r{code="200", pod="a"}': 90.0, 'r{code="200", pod="b"}': 50.0}),
        ("bottomk(1, r)", {'r{code="500", pod="a"}': 10.0}),
        ("topk(2, g)", {'g{x="1"}': 3.0, 'g{x="3"}': -1.0}),
        ("topk(0, g)", {}),
        ("quantile(0.5, r)", {"": 50.0}),
        ("quantile(0.75, r)", {"": 70.0}),
        ("quantile(2, r)", {"": math.inf}),
        ('count_values("n", sum by (pod) (r) > bool 60)', {'{n="1"}': 1.0, '{n="0"}': 1.0}),
        ("r > 40", {'r{code="200", pod="a"}': 90.0, 'r{code="200", pod="b"}': 50.0}),
        ("40 < r", {'r{code="200", pod="a"}': 90.0, 'r{code="200", pod="b"}': 50.0}),
        ("sum(r) > bool 40", {"": 1.0}),
        ("1 > bool 2", {"": 0.0}),
        ("2 ^ 3 ^ 2", {"": 512.0}),
        ("-2 ^ 2", {"": -4.0}),
        ("7 % -4", {"": 3.0}),
        ("-7 % 4", {"": -3.0}),
        ("1 / 0", {"": math.inf}),
        ("-1 / 0", {"": -math.inf}),
        ('r{code="500"} / ignoring (code) r{code="200"}', {'{pod="a"}': 10 / 90}),
        ('r{code="500"} / on (pod) r{code="200"}', {'{pod="a"}': 10 / 90}),
        (
            "r * on (pod) group_left (rs) owner",
            {
                '{code="200", pod="a", rs="v1"}': 90.0,
                '{code="500", pod="a", rs="v1"}': 10.0,
                '{code="200", pod="b", rs="v2"}': 50.0,
            },
        ),
        ("owner * on (pod) group_right () sum by (pod) (r)", {'{pod="a"}': 100.0, '{pod="b"}': 50.0}),
        ("r and on (pod) owner{rs='v2'}", {'r{code="200", pod="b"}': 50.0}),
        ("r unless on (pod) owner{rs='v1'}", {'r{code="200", pod="b"}': 50.0}),
        ("owner{rs='v1'} or on (pod) owner", {'owner{pod="a", rs="v1"}': 1.0, 'owner{pod="b", rs="v2"}': 1.0}),
        ("nothing or vector(0)", {"": 0.0}),
        ("sum(nothing)", {}),
        ("absent(nothing{a='b',c=~'d'})", {'{a="b"}': 1.0}),
        ("absent(r)", {}),
        ("absent_over_time(nothing{a='b'}[5m])", {'{a="b"}': 1.0}),
        ("clamp(g{x='1'}, 0, 2)", {'{x="1"}': 2.0}),
        ("clamp(g{x='1'}, 2, 0)", {}),
        ("clamp_min(g{x='3'}, 0)", {'{x="3"}': 0.0}),
        ("round(vector(2.5))", {"": 3.0}),
        ("round(vector(-2.5))", {"": -2.0}),
        ("round(vector(7.123), 0.1)", {"": 7.1}),
        ("sgn(g{x='3'})", {'{x="3"}': -1.0}),
        ("ln(vector(0))", {"": -math.inf}),
        ("sqrt(vector(9))", {"": 3.0}),
        ("day_of_week(vector(0))", {"": 4.0}),
        ("days_in_month(vector(951782400))", {"": 29.0}),
        ("year(vector(-1))", {"": 1969.0}),
        ("scalar(owner{pod='a'}) + 1", {"": 2.0}),
        ("vector(time())", {"": 0.0}),
        ('label_join(owner{pod="a"}, "j", "-", "rs", "pod", "missing")', {'owner{j="v1-a-", pod="a", rs="v1"}': 1.0}),
        ('label_replace(owner{pod="a"}, "n", "${1}x$$", "rs", "v(.)")', {'owner{n="1x$", pod="a", rs="v1"}': 1.0}),
        ('label_replace(owner{pod="a"}, "n", "$1", "rs", "w(.)")', {'owner{pod="a", rs="v1"}': 1.0}),
        ("histogram_quantile(0.5, h_bucket)", {"": 0.1}),
        ("histogram_quantile(0.9, h_bucket)", {"": 0.5}),
        ("histogram_quantile(0.99, h_bucket)", {"": 0.5}),
        ("histogram_quantile(-1, h_bucket)", {"": -math.inf}),
    ],
)
def test_a_query_gives_these_elements(query: str, expected: dict[str, float]) -> None:
    assert values(SHOP, query) == pytest.approx(expected)


@pytest.mark.parametrize(
    "query",
    [
        "0 / 0",
        "sum(g)",
        "scalar(r)",
        "quantile(NaN, r)",
        "ln(vector(-1))",
        "7 % 0",
        "stddev(g{x='2'})",
        "histogram_quantile(0.5, h_bucket{le!='+Inf'})",
        "histogram_quantile(0.5, h_bucket * 0)",
        "year(vector(NaN))",
    ],
)
def test_what_is_no_number_is_nan(query: str) -> None:
    assert is_nan(value(SHOP, query))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (
            "owner * on (pod) r",
            'found duplicate series for the match group {pod="a"} on the right hand-side of the operation: '
            '[{__name__="r", code="500", pod="a"}, {__name__="r", code="200", pod="a"}];'
            "many-to-many matching not allowed: matching labels must be unique on one side",
        ),
        ("r * on (pod) owner", "multiple matches for labels: many-to-one matching must be explicit"),
        ("r * on (pod) group_right () owner", "on the left hand-side of the operation"),
        (
            "sum by (pod, code) (r) * ignoring (code) group_left (code) sum by (pod) (r)",
            "multiple matches for labels: grouping labels must ensure unique matches",
        ),
        ('label_replace(r, "pod", "x", "code", "200")', "vector cannot contain metrics with the same labelset"),
        ("topk(NaN, r)", "overflows int64"),
        ('count_values("", r)', "invalid label name"),
        ('label_replace(r, "n", "$1", "pod", "(a")', "invalid regular expression in label_replace()"),
        (
            "histogram_count(r)",
            'the function "histogram_count" is not supported by the Prometheus of the embedded cluster',
        ),
        ("mad_over_time(r[5m])", 'the function "mad_over_time" is not supported'),
        ("limitk(1, r)", "the aggregation operator limitk is not supported"),
        ("r + fill(0) r", 'the modifier "fill" is not supported'),
    ],
)
def test_what_cannot_be_done_is_an_error_that_names_it(query: str, words: str) -> None:
    with pytest.raises(ExecutionFailure) as refused:
        answer(SHOP, query)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "query",
    [
        *("", " ", "sum(", "rate(r)", "r[5m] + 1", "foo bar", "r{", "{}", '{a=""}', "r offset 1m offset 1m", "1 == 2"),
        *('r{a=~"("}', 'r{a=~"(?=x)"}', 'r{a=~"(x)\\\\1"}', 'r{a="1" or b="2"}', "unknown(r)", "r @ -1", "sum(1)"),
        *("r[0s]", "1 and 2", 'topk("x", r)', "r[5m:0s]", 'r{__name__="x"}', "time()[5m:1m]", "r @ 1e300"),
    ],
)
def test_a_query_that_cannot_be_read_is_bad_data(query: str) -> None:
    with pytest.raises(BadData) as refused:
        answer(SHOP, query)
    assert str(refused.value).startswith('invalid parameter "query": ')


def test_buckets_that_fall_are_mended_before_a_quantile_is_taken() -> None:
    broken = {"0.1": 5.0, "0.5": 4.0, "1": 8.0, "+Inf": 8.0}
    engine = load(**{f'h_bucket{{le="{bound}"}}': [count] for bound, count in broken.items()})
    # Below 0.5 there are at least the five that are below 0.1.
    assert value(engine, "histogram_quantile(0.75, h_bucket)") == pytest.approx(0.5 + 0.5 / 3)


def test_a_bucket_without_a_bound_is_left_out_and_noted() -> None:
    engine = load(**{'h{le="1"}': [1.0], 'h{le="+Inf"}': [2.0], 'h{le="x"}': [9.0]})
    found = answer(engine, "histogram_quantile(1, h)")
    assert [series.points[0][1] for series in found.series] == [1.0]
    assert found.warnings == (
        'PromQL warning: bucket label "le" is missing or has a malformed value of "x" for metric name "h"',
    )


def test_an_instant_query_keeps_the_order_of_sort_and_topk() -> None:
    for query, expected in (("sort(r)", [10, 50, 90]), ("sort_desc(r)", [90, 50, 10]), ("topk(3, r)", [90, 50, 10])):
        assert [series.points[0][1] for series in answer(SHOP, query).series] == expected


def test_a_scalar_a_string_and_a_range_have_their_own_kinds() -> None:
    kinds = {query: answer(SHOP, query).kind for query in ("1", "time()", '"x"', "r", "r[5m]", "r[5m:1m]", "1 + 1")}
    assert kinds == {
        **dict.fromkeys(("1", "time()", "1 + 1"), "scalar"),
        '"x"': "string",
        "r": "vector",
        **dict.fromkeys(("r[5m]", "r[5m:1m]"), "matrix"),
    }


def test_partners_may_change_from_moment_to_moment() -> None:
    right: dict[str, list[float | None]] = {'right{of="a"}': [10.0, None], 'right{of="b"}': [None, 20.0]}
    engine = load(left=[1.0, 1.0], **right)
    assert over(engine, "left * on () right", 0, 10, 10) == {"": [(0.0, 10.0), (10.0, 20.0)]}


def test_a_range_query_needs_a_number_at_each_moment() -> None:
    for query, kind in (("r[5m]", "range vector"), ('"x"', "string")):
        with pytest.raises(BadData) as refused:
            over(SHOP, query, 0, 10, 5)
        assert f'invalid expression type "{kind}" for range query' in str(refused.value)
