"""Which samples a query sees: lookback, staleness, edges, offset and @."""

from __future__ import annotations

import pytest

from tests.training.promql.loaded import answer, load, over, value, values

_UP: dict[str, list[float | None]] = {'up{pod="a"}': [1.0, 1.0, 1.0], 'up{pod="b"}': [1.0, None, None]}
ENDED = load(**_UP)
COUNTED = load(c_total=[float(10 * index) for index in range(100)])


def test_the_newest_sample_counts_for_five_minutes() -> None:
    engine = load(x=[1.0, 2.0])
    assert values(engine, "x", 9.999) == {"x": 1.0}
    assert values(engine, "x", 10) == {"x": 2.0}
    assert values(engine, "x", 309.999) == {"x": 2.0}
    assert values(engine, "x", 310) == {}, "the lookback is open at its beginning, as in Prometheus 3"
    assert values(engine, "x", -0.001) == {}


def test_a_series_that_a_scrape_does_not_show_has_ended() -> None:
    assert values(ENDED, "up", 9) == {'up{pod="a"}': 1.0, 'up{pod="b"}': 1.0}
    assert values(ENDED, "up", 10) == {'up{pod="a"}': 1.0}
    assert values(ENDED, "count_over_time(up[1m])", 20) == {'{pod="a"}': 3.0, '{pod="b"}': 1.0}


def test_a_series_can_come_back() -> None:
    engine = load(x=[1.0, None, 3.0], y=[1.0, 1.0, 1.0])
    assert [values(engine, "x", moment) for moment in (0, 10, 20)] == [{"x": 1.0}, {}, {"x": 3.0}]
    assert value(engine, "sum_over_time(x[1m])", 20) == 4.0


def test_a_range_is_open_at_its_beginning_and_closed_at_its_end() -> None:
    assert value(COUNTED, "count_over_time(c_total[20s])", 100) == 2.0
    assert value(COUNTED, "count_over_time(c_total[20s])", 99.999) == 2.0
    assert value(COUNTED, "count_over_time(c_total[20001ms])", 100) == 3.0
    (series,) = answer(COUNTED, "c_total[20s]", 100).series
    assert series.points == ((90_000, 90.0), (100_000, 100.0))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("c_total offset 1m", 440.0),
        ("c_total offset -1m", 560.0),
        ("c_total @ 300", 300.0),
        ("c_total @ 300 offset 100s", 200.0),
        ("c_total @ start()", 500.0),
        ("c_total @ end()", 500.0),
        ("sum_over_time(c_total[20s] offset 10s)", 970.0),
        ("max_over_time(c_total[1m:20s])", 500.0),
        ("max_over_time(c_total[1m:20s] offset 1m)", 440.0),
        ("count_over_time(c_total[2m:])", 2.0),
        ("max_over_time(rate(c_total[1m])[5m:1m])", 1.0),
        ("timestamp(c_total)", 500.0),
        ("timestamp(c_total offset 5s)", 490.0),
        ("timestamp(-c_total)", 505.0),
    ],
)
def test_offset_and_at_move_what_is_looked_at(query: str, expected: float) -> None:
    moment = 505 if query == "timestamp(-c_total)" else 500
    assert value(COUNTED, query, moment) == pytest.approx(expected)


def test_start_and_end_are_those_of_the_whole_query() -> None:
    found = over(COUNTED, "c_total @ end() - c_total @ start()", 100, 235, 50)
    assert found == {"": [(100.0, 130.0), (150.0, 130.0), (200.0, 130.0)]}


def test_the_moments_of_a_subquery_are_multiples_of_its_step() -> None:
    (series,) = answer(COUNTED, "c_total[1m:25s]", 510).series
    assert [moment for moment, _ in series.points] == [475_000, 500_000]


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ('x{a="1"}', {"1"}),
        ('x{a!="1"}', {"", "2", "10"}),
        ('x{a=~"1"}', {"1"}),
        ('x{a=~"1.*"}', {"1", "10"}),
        ('x{a!~"1.*"}', {"", "2"}),
        ('x{a=""}', {""}),
        ('x{a=~".+"}', {"1", "2", "10"}),
        ('x{a=~"1|2",a!="2"}', {"1"}),
        ('{__name__=~"x|y",a="2"}', {"2"}),
        ("x{a=~`\\d\\d`}", {"10"}),
    ],
)
def test_matchers_are_anchored_and_an_absent_label_is_empty(selector: str, expected: set[str]) -> None:
    engine = load(**{"x": [0.0], 'x{a="1"}': [0.0], 'x{a="2"}': [0.0], 'x{a="10"}': [0.0], "z": [0.0]})
    assert {dict(series.labels).get("a", "") for series in answer(engine, selector).series} == expected
