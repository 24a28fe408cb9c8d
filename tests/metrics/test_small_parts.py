"""Grid, units, packing, memory and standing: the small parts that a reader is made of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.metrics.errors import BusyPrometheusError, RefusedQueryError
from cockpit.metrics.grid import Grid, grid, last_known
from cockpit.metrics.memory import Memory
from cockpit.metrics.packing import LONGEST_NAMES, LONGEST_QUERY, chunked, packed
from cockpit.metrics.standing import Standing
from cockpit.metrics.units import duration_of, seconds_of, spoken
from cockpit.release.metrics_view import MetricsState
from cockpit.release.view import Role
from tests.metrics.releases import release, version
from tests.metrics.scripted import expressions_of

NOW = datetime(2026, 11, 28, 12, 0, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "step", "count"), [(15, 15.0, 61), (60, 60.0, 61), (1, 1.0, 61), (1440, 1440.0, 61), (2.5, 2.0, 76)]
)
def test_a_grid_has_some_sixty_moments_of_whole_seconds(minutes: float, step: float, count: int) -> None:
    found = grid(NOW, minutes)
    assert (found.step, found.count) == (step, count)
    assert found.until == NOW.replace(microsecond=0)
    assert found.start == found.until - timedelta(seconds=step * (count - 1))


def test_points_stand_at_their_moments_and_the_rest_are_gaps() -> None:
    four = Grid(datetime.fromtimestamp(100, UTC), 10.0, 4)
    points = [(70.0, 1.0), (90.4, 3.0), (60.0, 9.0), (110.0, 9.0), (float("inf"), 9.0)]
    assert four.placed(points) == (1.0, None, 3.0, None)
    assert last_known(four.placed(points)) == 1
    assert last_known((None, None)) is None


@given(st.integers(1, 100_000))
def test_a_duration_is_read_as_it_is_written(seconds: int) -> None:
    assert seconds_of(duration_of(seconds)) == seconds


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.01, "ratio", "1%"), (0.25, "s", "250 ms"), (1.5, "s", "1.5 s"), (3, "cores", "3 cores"), (2, "", "2")],
)
def test_a_value_is_said_with_its_unit(value: float, unit: str, text: str) -> None:
    assert spoken(value, unit) == text


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=12))
def test_packed_queries_hold_every_expression_once_in_order_and_within_the_bound(lengths: list[int]) -> None:
    expressions = {str(number): f'sum(up{{a="{"x" * length}"}})' for number, length in enumerate(lengths)}
    queries = packed(expressions)
    assert [mark for query in queries for mark, _ in expressions_of(query.promql)] == list(expressions)
    assert [mark for query in queries for mark in query.marks] == list(expressions)
    assert all(len(quote_plus(query.promql)) <= LONGEST_QUERY for query in queries)


@given(st.lists(st.text("abc.-", min_size=1, max_size=63)))
def test_chunks_hold_every_name_once_and_are_not_too_long(names: list[str]) -> None:
    chunks = list(chunked(names))
    assert [name for chunk in chunks for name in chunk] == names
    assert all(len(quote_plus("|".join(chunk))) <= LONGEST_NAMES for chunk in chunks)


def test_pods_that_are_gone_are_remembered_as_long_as_a_sparkline_shows_them() -> None:
    memory = Memory(timedelta(minutes=15))
    with_two, with_one = (release(version("v1", pods=pods)) for pods in (("bbbbb", "ccccc"), ("bbbbb",)))
    memory.gone_pods(with_two, NOW)
    assert len(memory.gone_pods(with_one, NOW + timedelta(minutes=15))["v1"]) == 2
    assert len(memory.gone_pods(with_one, NOW + timedelta(minutes=16))["v1"]) == 1


def test_a_pod_whose_name_another_version_has_now_is_no_longer_the_olds() -> None:
    memory = Memory(timedelta(minutes=15))
    old = version("v1", workload="StatefulSet/web", hash_=None, pods=("0", "1"))
    memory.gone_pods(release(old), NOW)
    moved = release(
        version("v1", workload="StatefulSet/web", hash_=None, pods=("0",)),
        version("v2", Role.NEW, workload="StatefulSet/web", hash_=None, pods=("1",)),
    )
    assert memory.gone_pods(moved, NOW) == {"v1": ("web-0",), "v2": ("web-1",)}


def test_a_way_that_was_silent_is_left_alone_until_all_are_silent() -> None:
    memory = Memory(timedelta(minutes=15))
    key = ("shop", "shop")
    memory.note_silence(key, [("cpu", "a")])
    memory.note_silence(key, [("cpu", "b"), ("memory", "a")])
    assert memory.silent(key) == {("cpu", "a"), ("cpu", "b"), ("memory", "a")}
    memory.note_silence(key, [("cpu", "a")])
    assert memory.silent(key) == {("memory", "a")}
    assert memory.silent(("shop", "other")) == set()


def test_a_late_answer_is_slow_and_a_refused_query_partial() -> None:
    standing = Standing("somewhere", 10.0)

    def state() -> MetricsState:
        return standing.view.state

    assert state() is MetricsState.CONNECTING
    standing.answered(NOW, 2.5, ())
    assert (state(), standing.view.message) == (MetricsState.SLOW, "It answers in 2.5 s.")
    standing.answered(NOW, 0.1, ())
    assert (state(), standing.view.message) == (MetricsState.CONNECTED, "")
    standing.failed(0.0, RefusedQueryError("no such thing"))
    assert state() is MetricsState.PARTIAL
    standing.failed(0.0, BusyPrometheusError("later"))
    assert state() is MetricsState.GONE
    assert standing.view.answered_at == NOW
