"""A counter and a histogram of requests under the same labels, summed over all that have these labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cockpit.training.exposition.counting import Histogram, bound_text, histogram
from cockpit.training.exposition.targets import series
from cockpit.training.promql.sample import Sample


@dataclass(slots=True)
class Sums:
    """`bounds` are those of the histogram's buckets, and say the unit of every latency."""

    counter: str
    duration: str
    bounds: tuple[float, ...]
    _found: dict[tuple[tuple[str, str], ...], Histogram] = field(default_factory=dict)

    def add(self, labels: Mapping[str, str], number: int, median: float, p99: float) -> None:
        """Count some requests under labels; what nobody asked for yet has no series."""
        if number <= 0:
            return
        key, more = tuple(sorted(labels.items())), histogram(number, median, p99, self.bounds)
        found = self._found.get(key)
        if found is not None:
            counts = tuple(one + other for one, other in zip(found.counts, more.counts, strict=True))
            more = Histogram(counts, found.total + more.total)
        self._found[key] = more

    def samples(self, target: Mapping[str, str]) -> Iterator[Sample]:
        """Yield all series, as scraped from a target."""
        for key, found in self._found.items():
            own, number = dict(key), float(found.counts[-1])
            yield Sample(series(self.counter, own, target), number)
            for bound, count in zip((*map(bound_text, self.bounds), "+Inf"), found.counts, strict=True):
                yield Sample(series(f"{self.duration}_bucket", {**own, "le": bound}, target), float(count))
            yield Sample(series(f"{self.duration}_sum", own, target), found.total)
            yield Sample(series(f"{self.duration}_count", own, target), number)
