"""Rates by the rule of Prometheus 3, against figures that were reckoned by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.training.promql.rates import extrapolated
from tests.training.promql import older
from tests.training.promql.loaded import answer, load, value, values


def test_a_counter_that_fills_the_range_is_extrapolated_to_both_edges() -> None:
    engine = load(c_total=[100.0 + 10 * index for index in range(20)])
    assert value(engine, "rate(c_total[1m])", 100) == pytest.approx(1.0)
    assert value(engine, "increase(c_total[1m])", 100) == pytest.approx(60.0), "six intervals, five sampled"
    assert value(engine, "increase(c_total[1m])", 105) == pytest.approx(60.0)


def test_a_counter_is_not_extrapolated_below_zero() -> None:
    engine = load(c_total=[None, None, None, 1.0, 11.0, 21.0])
    # Begun a second before its first sample, by its slope; 21 s are reckoned, and nothing lies after the last one.
    assert value(engine, "increase(c_total[1m])", 50) == pytest.approx(20.0 * 21 / 20)


def test_a_counter_that_begins_late_is_extrapolated_by_half_an_interval_at_most() -> None:
    engine = load(c_total=[None, None, None, 8.0, 18.0, 28.0])
    # To its zero it is 8 s, which Prometheus 2 would have taken; half an interval is 5 s.
    assert value(engine, "increase(c_total[1m])", 50) == pytest.approx(20.0 * 25 / 20)
    assert older.extrapolated(30.0, 0.0, 20.0, 10.0, 8.0) == 28.0
    assert extrapolated(30.0, 0.0, 20.0, 10.0, 8.0) == 25.0


def test_a_reset_counts_from_zero() -> None:
    engine = load(c_total=[90.0, 100.0, 110.0, 5.0, 15.0, 25.0, 35.0])
    assert value(engine, "increase(c_total[50s])", 60) == pytest.approx((5 + 30) * 50 / 40)
    assert value(engine, "irate(c_total[50s])", 30) == pytest.approx(0.5)
    assert value(engine, "resets(c_total[2m])", 60) == 1.0
    assert value(engine, "delta(c_total[50s])", 60) == pytest.approx(-75.0 * 50 / 40)
    assert value(engine, "idelta(c_total[50s])", 30) == -105.0


def test_one_sample_gives_no_rate() -> None:
    engine = load(c_total=[1.0])
    for function in ("rate", "increase", "irate", "delta", "idelta", "deriv"):
        assert values(engine, f"{function}(c_total[1m])", 5) == {}


def test_a_metric_that_is_not_named_like_a_counter_is_noted() -> None:
    engine = load(gauge=[1.0, 2.0], c_total=[1.0, 2.0])
    (info,) = answer(engine, "rate(gauge[1m])", 10).infos
    assert info.endswith('name does not end in _total/_sum/_count/_bucket: "gauge"')
    assert answer(engine, "rate(c_total[1m])", 10).infos == ()


@given(
    steps=st.lists(st.integers(0, 1000), min_size=2, max_size=30),
    seconds=st.integers(11, 400),
    late=st.integers(0, 9),
)
def test_an_increase_is_never_less_than_what_was_sampled(steps: list[int], seconds: int, late: int) -> None:
    counts = [float(sum(steps[: index + 1])) for index in range(len(steps))]
    engine = load(c_total=list(counts))
    end = (len(steps) - 1) * 10 + late
    sampled = [count for index, count in enumerate(counts) if end - seconds < index * 10 <= end]
    found = values(engine, f"increase(c_total[{seconds}s])", end)
    assert bool(found) == (len(sampled) >= 2)
    if found:
        assert found[""] >= sampled[-1] - sampled[0] - 1e-6
        assert found[""] <= (sampled[-1] - sampled[0]) * seconds / ((len(sampled) - 1) * 10) + 1e-6
