"""Scrapes: every ten seconds while somebody wants them, in slices, whatever the source does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from cockpit.training.clock import SimulatedClock
from cockpit.training.promql.matchers import Selection
from cockpit.training.promql.sample import Sample, labels_of
from cockpit.training.promql.scrape import HISTORY, Scraper
from cockpit.training.promql.series import SeriesStore

NOW = 1000.0


class Cluster:
    """A source of `count` series, and what was scraped of it."""

    def __init__(self, count: int = 1, portion: int = 2000) -> None:
        self.clock = SimulatedClock(NOW)
        self.store = SeriesStore()
        self.count = count
        self.fails = False
        self.scraper = Scraper(self.clock, self.exposed, self.store, portion)

    def exposed(self, moment: float) -> Iterable[Sample]:
        for number in range(self.count):
            if self.fails and number == 2500:
                raise RuntimeError("a defect")
            yield Sample(labels_of("x", number=f"{number:06d}"), moment)

    def times(self) -> list[float]:
        """Return when the first series was scraped."""
        runs = self.store.select(Selection((), lambda points: None), 0, 2**60)
        return [moment / 1000 for moment in runs[0].times] if runs else []

    def series(self) -> int:
        return len(self.store.select(Selection((), lambda points: None), 0, 2**60))


def test_nothing_is_scraped_until_it_is_started_and_after_it_was_stopped() -> None:
    cluster = Cluster()
    cluster.clock.step(60)
    assert cluster.times() == []
    cluster.scraper.start()
    cluster.scraper.start()
    cluster.clock.step(22)
    cluster.scraper.stop()
    cluster.clock.step(60)
    assert cluster.times() == [1060.0, 1070.0, 1080.0]
    assert cluster.clock.next_due is None, "a clock without anything due lets its driver sleep"


def test_it_can_be_started_again() -> None:
    cluster = Cluster()
    cluster.scraper.start()
    cluster.clock.step(10)
    cluster.scraper.stop()
    cluster.scraper.start()
    cluster.clock.step(20)
    assert cluster.times() == [1000.0, 1010.0, 1020.0, 1030.0]


def test_the_past_of_a_scenario_is_scraped_for_a_quarter_of_an_hour() -> None:
    cluster = Cluster()
    start = NOW + 10 * 86400
    cluster.scraper.live_through(start)
    cluster.scraper.start()
    cluster.clock.advance_to(start + 10)
    times = cluster.times()
    assert times[0] == start - HISTORY
    assert len(times) == HISTORY / 10 + 2
    assert times[-1] == start + 10


def test_a_large_scrape_is_taken_in_slices_and_is_of_one_moment() -> None:
    cluster = Cluster(5000)
    cluster.scraper.start()
    cluster.clock.advance_to(NOW)
    assert cluster.series() == 0, "the first slice alone does not count"
    cluster.clock.step(1)
    assert (cluster.series(), cluster.times()) == (5000, [NOW])


def test_a_scrape_that_takes_longer_than_the_interval_leaves_the_next_one_out() -> None:
    cluster = Cluster(80, portion=1)
    cluster.scraper.start()
    cluster.clock.step(19.9)
    assert cluster.times() == [1000.0], "eighty turns take sixteen seconds"
    cluster.clock.step(8.4)
    assert cluster.times() == [1000.0, 1020.0], "larger slices, now that its size is known"
    cluster.clock.step(10)
    assert cluster.times() == [1000.0, 1020.0, 1030.0]


def test_a_source_that_fails_ends_the_scrape_and_the_next_one_is_whole(caplog: pytest.LogCaptureFixture) -> None:
    cluster = Cluster(5000)
    cluster.fails = True
    cluster.scraper.start()
    cluster.clock.step(2)
    assert cluster.series() == 2500
    assert "A slice of a scrape" in caplog.text
    cluster.fails = False
    cluster.clock.step(10)
    assert cluster.series() == 5000


def test_a_source_that_cannot_be_asked_does_not_end_scraping(caplog: pytest.LogCaptureFixture) -> None:
    clock, store = SimulatedClock(NOW), SeriesStore()
    moments: list[float] = []

    def exposed(moment: float) -> Iterator[Sample]:
        moments.append(moment)
        raise RuntimeError("a defect")

    scraper = Scraper(clock, exposed, store)
    scraper.start()
    clock.step(21)
    assert moments == [1000.0, 1010.0, 1020.0]
    assert "A scrape of the cluster" in caplog.text
