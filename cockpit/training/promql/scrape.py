"""Takes the samples of the whole cluster every ten seconds of simulated time, in the past as in the present.

A scrape is of one moment, but a large one is taken a slice at a time, each a turn of the event loop, so that thousands
of pods hold nobody up; it counts when it is complete. Where that takes longer than the interval, the next scrape is
left out, as Prometheus does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice

from cockpit.training.clock import SimulatedClock
from cockpit.training.controllers.attempt import attempt
from cockpit.training.promql.sample import Sample
from cockpit.training.promql.series import SeriesStore

INTERVAL = 10.0
"""Seconds of simulated time between two scrapes. It never changes: a rate over a change of it would dip."""
HISTORY = 900.0
"""Seconds before the start of a scenario from which on there are scrapes: what a sparkline shows."""
_PORTION = 2000  # samples in one turn
_PAUSE = 0.2  # simulated seconds between two slices

Exposed = Callable[[float], Iterable[Sample]]
"""Returns all samples of a moment. It may be a generator: then it is read while the cluster goes on changing."""


class Scraper:
    """Scrapes what `exposed` yields into `store`, between `start` and `stop`; at least `portion` samples a turn."""

    def __init__(self, clock: SimulatedClock, exposed: Exposed, store: SeriesStore, portion: int = _PORTION) -> None:
        self._clock = clock
        self._exposed = exposed
        self._store = store
        self._least = self._portion = portion
        self._size = 0
        self._runs = False
        self._waiting = False
        self._busy = False
        self._not_before = clock.now

    def live_through(self, start: float) -> None:
        """Say when the present begins: what lies more than `HISTORY` before it is not scraped."""
        self._not_before = start - HISTORY

    def start(self) -> None:
        """Scrape from now on."""
        self._runs = True
        if not self._waiting:
            self._wait(max(self._not_before - self._clock.now, 0.0))

    def stop(self) -> None:
        """Scrape no more; what is there stays, and grows old."""
        self._runs = False

    def _wait(self, delay: float) -> None:
        self._waiting = True
        self._clock.call_later(delay, self._due)

    def _due(self) -> None:
        self._waiting = False
        if not self._runs:
            return
        self._wait(INTERVAL)
        if not self._busy:
            attempt(self._begin, "A scrape of the cluster")

    def _begin(self) -> None:
        samples = iter(self._exposed(self._clock.now))
        self._store.begin(self._clock.now)
        self._busy = True
        # However many there are, as the last scrape tells, the slices of one fit into four fifths of an interval.
        self._portion = max(self._least, self._size // round(INTERVAL * 0.8 / _PAUSE))
        self._size = 0
        self._take(samples)

    def _take(self, samples: Iterator[Sample]) -> None:
        """Take a slice. A source that fails ends the scrape: what it did not show has ended."""
        taken: list[Sample] = []
        delay, _ = attempt(lambda: taken.extend(islice(samples, self._portion)), "A slice of a scrape")
        self._store.add(taken)
        self._size += len(taken)
        if len(taken) == self._portion and not delay:
            self._clock.call_later(_PAUSE, partial(self._take, samples))
            return
        self._store.finish()
        self._busy = False
