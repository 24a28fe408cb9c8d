"""Laws of the evaluator that hold for any query or any values."""

from __future__ import annotations

import math
from statistics import pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.training.promql.budget import Budget
from cockpit.training.promql.engine import Engine
from cockpit.training.promql.failures import ExecutionFailure
from cockpit.training.promql.numbers import decimal_text, json_text, precise_sum, quantile, variance
from cockpit.training.promql.sample import Labels
from tests.training.promql import generated, recorded
from tests.training.promql.agreement import Told, difference
from tests.training.promql.loaded import load, value, values

_SHOP = Engine(recorded.stored(recorded.scrapes()))
_FIRST, _LAST, _STEP = ((recorded.START + second) * 1000 for second in (607, 2807, 1100))
_STEP -= recorded.START * 1000
_NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20)


def at_each_step(query: str) -> dict[Labels, dict[int, float]]:
    found: dict[Labels, dict[int, float]] = {}
    for moment in range(_FIRST, _LAST + 1, _STEP):
        for series in _SHOP.at(query, moment, Budget()).series:
            found.setdefault(series.labels, {}).update([series.points[0]])
    return found


@pytest.mark.parametrize(
    "query", [one for one in generated.queries(150, seed=2) if "start()" not in one and "end()" not in one]
)
def test_a_range_query_gives_at_each_step_what_an_instant_query_gives(query: str) -> None:
    try:
        found = _SHOP.over(query, _FIRST, _LAST, _STEP, Budget())
    except ExecutionFailure:
        with pytest.raises(ExecutionFailure):
            at_each_step(query)
        return
    ranged = Told({series.labels: dict(series.points) for series in found.series})
    assert difference(ranged, Told(at_each_step(query))) == ""


@given(numbers=_NUMBERS)
def test_the_parts_of_a_sum_are_the_whole(numbers: list[float]) -> None:
    engine = load(**{f'x{{part="{index % 3}",n="{index}"}}': [one] for index, one in enumerate(numbers)})
    parts = values(engine, "sum by (part) (x)")
    assert sum(parts.values()) == pytest.approx(value(engine, "sum(x)"), abs=1e-6)
    assert value(engine, "avg(x) * count(x)") == pytest.approx(value(engine, "sum(x)"), abs=1e-6)
    # A quantile between two equal numbers is a weighted sum of them, which may be off by the last bit.
    quantile = pytest.approx(value(engine, "quantile(0.3, x)"), rel=1e-12)
    least, most = value(engine, "min(x)"), value(engine, "max(x)")
    assert least <= value(engine, "quantile(0.3, x)") <= most or least == quantile or most == quantile
    assert values(engine, "topk(1, x) == on () group_left () max(x)") != {}


@given(numbers=_NUMBERS, limit=st.floats(-1e6, 1e6))
def test_what_is_taken_and_what_is_left_are_the_whole(numbers: list[float], limit: float) -> None:
    engine = load(**{f'x{{n="{index}"}}': [one] for index, one in enumerate(numbers)})
    taken, left = f"(x > {limit})", f"(x unless (x > {limit}))"
    assert values(engine, f"{taken} or {left}") == values(engine, "x")
    assert values(engine, f"{taken} and {left}") == {}
    assert len(values(engine, taken)) == value(engine, f"sum(x > bool {limit})")


@given(numbers=_NUMBERS, share=st.floats(0, 1))
def test_sums_and_quantiles_are_those_of_mathematics(numbers: list[float], share: float) -> None:
    assert precise_sum(numbers) == pytest.approx(math.fsum(numbers), rel=1e-12, abs=1e-9)
    assert variance(numbers) == pytest.approx(pvariance(numbers), rel=1e-6, abs=1e-6)
    assert min(numbers) - 1e-9 <= quantile(share, numbers) <= max(numbers) + 1e-9


@given(number=st.floats())
def test_a_number_that_is_written_is_read_as_itself(number: float) -> None:
    for text in (decimal_text(number), json_text(number)):
        read = float(text)
        assert (math.isnan(read) and math.isnan(number)) or read == number
    assert "e" not in decimal_text(number).lower().replace("inf", "")
