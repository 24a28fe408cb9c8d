"""A counter and a histogram of requests for each row of labels, summed over all that belongs to the row.

Labels are made when a row is first asked for, not with each scrape.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field

from cockpit.training.exposition.counting import bound_text, histogram
from cockpit.training.exposition.targets import series
from cockpit.training.promql.sample import Labels, Sample


@dataclass(slots=True, eq=False)
class _Row:
    """The series of a row: the counter, the buckets, sum and count."""

    labels: tuple[Labels, ...]
    counts: list[int]
    total: float = 0.0


@dataclass(slots=True)
class Rows:
    """`bounds` are those of the histogram's buckets, and say the unit of every latency."""

    counter: str
    duration: str
    bounds: tuple[float, ...]
    _known: dict[Hashable, _Row] = field(default_factory=dict)
    _used: dict[Hashable, _Row] = field(default_factory=dict)
    _made: dict[Labels, _Row] = field(default_factory=dict)  # by the labels of the counter

    def add(
        self, key: Hashable, labels: Callable[[], Mapping[str, str]], number: int, median: float, p99: float
    ) -> None:
        """Count some requests for a row; one that nobody asked for yet has no series.

        `key` always means the same `labels`; several keys may mean the same ones.
        """
        if number <= 0:
            return
        row = self._used.get(key) or self._row(key, labels)
        more = histogram(number, median, p99, self.bounds)
        row.counts = [one + other for one, other in zip(row.counts, more.counts, strict=True)]
        row.total += more.total

    def samples(self) -> list[Sample]:
        """Return all series, and begin anew; rows that nothing was added to are forgotten."""
        self._made = {row.labels[0]: row for row in self._used.values()}
        self._known, self._used = self._used, {}
        found: list[Sample] = []
        for row in self._made.values():
            number = float(row.counts[-1])
            found += map(Sample, row.labels, (number, *map(float, row.counts), row.total, number))
            row.counts, row.total = [0] * len(row.counts), 0.0
        return found

    def _row(self, key: Hashable, labels: Callable[[], Mapping[str, str]]) -> _Row:
        row = self._known.get(key)
        if row is None:
            made = self._labels(labels())
            row = self._made.setdefault(made[0], _Row(made, [0] * (len(self.bounds) + 1)))
        self._used[key] = row
        return row

    def _labels(self, own: Mapping[str, str]) -> tuple[Labels, ...]:
        les = (*map(bound_text, self.bounds), "+Inf")
        buckets = (series(f"{self.duration}_bucket", {"le": le}, own) for le in les)
        ends = (series(f"{self.duration}_{end}", {}, own) for end in ("sum", "count"))
        return (series(self.counter, {}, own), *buckets, *ends)
