"""The store of series: bounded, and right about holes, ends and blocks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cockpit.training.promql.matchers import Matcher, Selection
from cockpit.training.promql.sample import Sample, labels_of
from cockpit.training.promql.series import SeriesStore, is_stale

X = labels_of("x")
_FREE = Selection((), lambda points: None)


def scrape(store: SeriesStore, moment: float, samples: dict[str, float]) -> None:
    store.begin(moment)
    store.add(Sample(labels_of(name), value) for name, value in samples.items())
    store.finish()


def taken(store: SeriesStore, name: str, after: int = -1, until: int = 10**12) -> list[tuple[int, float | None]]:
    """Return times in milliseconds and values, None for a staleness marker."""
    selection = Selection((Matcher("__name__", "=", name),), lambda points: None)
    runs = store.select(selection, after, until)
    return [
        (moment, None if is_stale(value) else value)
        for run in runs
        for moment, value in zip(run.times, run.values, strict=True)
    ]


def test_samples_come_back_by_their_time() -> None:
    store = SeriesStore()
    for index in range(200):
        scrape(store, index * 5.0, {"x": float(index)})
    assert taken(store, "x", 9_999, 25_000) == [(10_000, 2.0), (15_000, 3.0), (20_000, 4.0), (25_000, 5.0)]
    assert taken(store, "x", 10_000, 15_000) == [(15_000, 3.0)], "open at its beginning, closed at its end"
    assert len(taken(store, "x")) == 200


def test_what_is_too_old_is_dropped() -> None:
    store = SeriesStore(retention=600)
    for index in range(1000):
        scrape(store, index * 5.0, {"x": 1.0})
    first = taken(store, "x")[0][0]
    assert 4_995_000 - first >= 600_000
    assert 4_995_000 - first < 600_000 + 2 * 60 * 5_000


def test_memory_is_bounded_in_samples() -> None:
    store = SeriesStore(most=3200)
    for index in range(500):
        scrape(store, index * 5.0, {f"x{number}": 1.0 for number in range(100)})
    assert store.samples <= 3200 + 3200 // 16
    assert taken(store, "x7")[-1] == (2_495_000, 1.0)


def test_of_two_samples_for_one_series_the_first_counts() -> None:
    store = SeriesStore()
    store.begin(1.0)
    store.add([Sample(X, 1.0), Sample(X, 2.0)])
    store.finish()
    assert taken(store, "x") == [(1000, 1.0)]


def test_a_scrape_counts_when_it_is_complete() -> None:
    store = SeriesStore()
    scrape(store, 0.0, {"x": 0.0})
    store.begin(5.0)
    store.add([Sample(X, 1.0)])
    assert taken(store, "x") == [(0, 0.0)]
    store.finish()
    assert taken(store, "x") == [(0, 0.0), (5000, 1.0)]


def test_series_of_equal_labels_in_another_order_of_scrape_are_one() -> None:
    store = SeriesStore()
    scrape(store, 0.0, {"x": 0.0, "y": 0.0})
    scrape(store, 5.0, {"y": 1.0, "x": 1.0})
    assert [len(run.times) for run in store.select(_FREE, -1, 10_000)] == [2, 2]


@given(
    shown=st.lists(st.sets(st.sampled_from("xyz")), min_size=1, max_size=150),
    ends=st.booleans(),
)
def test_every_series_has_what_was_scraped_and_a_marker_where_it_ends(shown: list[set[str]], ends: bool) -> None:
    store = SeriesStore()
    expected: dict[str, list[tuple[int, float | None]]] = {name: [] for name in "xyz"}
    before: set[str] = set()
    for index, names in enumerate(shown):
        store.begin(index * 5.0)
        store.add(Sample(labels_of(name), float(index)) for name in sorted(names))
        store.finish(ends)
        for name in "xyz":
            if name in names:
                expected[name].append((index * 5000, float(index)))
            elif name in before and ends:
                expected[name].append((index * 5000, None))
        before = names
    assert {name: taken(store, name) for name in "xyz"} == expected
