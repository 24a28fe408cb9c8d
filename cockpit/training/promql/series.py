"""Series in memory: what scrapes took, for an hour at most and within a bound of memory.

Samples lie in blocks of scrapes that share their times, so that a sample costs eight bytes; whole blocks are dropped
when they are too old or too many. A series that a scrape does not show any more ends with a staleness marker, the NaN
that Prometheus writes (model/value/value.go), and has no value from then on.
Queries read in threads of their own while the event loop's thread writes: columns only grow, blocks are replaced as a
whole, and a scrape counts when its time is written, after all its values.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from cockpit.training.promql.matchers import METRIC_NAME, Selection
from cockpit.training.promql.sample import Labels, Sample

RETENTION = 3600.0
"""Seconds of simulated time that are kept."""
MOST_SAMPLES = 7_000_000
"""Samples that are kept, eight bytes each: 30,000 series for 18 minutes at one scrape in five seconds."""
_BLOCK = 60  # scrapes
_STALE_BITS = 0x7FF0000000000002
_STALE, _ABSENT = (struct.unpack("<d", struct.pack("<Q", _STALE_BITS + more))[0] for more in (0, 0x1000))


def is_stale(value: float) -> bool:
    """Tell whether a value is the staleness marker."""
    return value != value and struct.pack("<d", value) == struct.pack("<Q", _STALE_BITS)  # a NaN


def _is_absent(value: float) -> bool:
    return value != value and struct.pack("<d", value) == struct.pack("<Q", _STALE_BITS + 0x1000)


class Run(NamedTuple):
    """Samples of one series: times in milliseconds, in order, and a value for each; staleness markers among them."""

    labels: Labels
    times: array[int]
    values: array[float]


class Source(Protocol):
    """Where a query finds its series."""

    def select(self, selection: Selection, after: int, until: int) -> list[Run]:
        """Return the series that match, in the order in which they came, with samples from `after` (not) to `until`."""


class _Column:
    """The values of one series in a block, from the scrape `start` on."""

    __slots__ = ("holes", "start", "values")

    def __init__(self, start: int) -> None:
        self.start = start
        self.values = array("d")
        self.holes = False

    @property
    def end(self) -> int:
        return self.start + len(self.values)

    def put(self, index: int, value: float) -> None:
        """Set the value of a scrape; one that has a value keeps it."""
        missing = index - self.end
        if missing > 0:
            self.values.extend([_ABSENT] * missing)
            self.holes = True
        if missing >= 0:
            self.values.append(value)


class _Block:
    """Consecutive scrapes."""

    def __init__(self) -> None:
        self.times = array("q")
        self.columns: dict[str, dict[Labels, _Column]] = {}
        self.samples = 0

    def column(self, labels: Labels) -> _Column:
        named = self.columns.setdefault(_metric_name(labels), {})
        found = named.get(labels)
        if found is None:
            found = named[labels] = _Column(len(self.times))
        return found


@dataclass(slots=True)
class _Writing:
    """A scrape that is being written: its time, and where each series went, in the order in which they came."""

    time: int
    placed: list[tuple[Labels, _Column]]


class SeriesStore:
    """Keeps series. `retention` is in seconds, `most` in samples."""

    def __init__(self, retention: float = RETENTION, most: int = MOST_SAMPLES) -> None:
        self._retention = round(retention * 1000)
        self._most = most
        self._blocks: tuple[_Block, ...] = (_Block(),)
        self._last: list[tuple[Labels, _Column]] = []
        self._writing = _Writing(0, [])

    @property
    def samples(self) -> int:
        """How many samples are kept."""
        return sum(block.samples for block in self._blocks)

    def begin(self, moment: float) -> None:
        """Begin a scrape at `moment`, in seconds; it counts from `finish` on."""
        newest = self._blocks[-1]
        if len(newest.times) >= _BLOCK or newest.samples > self._most // 16:
            self._drop(round(moment * 1000))
            self._blocks = (*self._blocks, _Block())
        self._writing = _Writing(round(moment * 1000), [])

    def add(self, samples: Iterable[Sample]) -> None:
        """Write samples of the scrape that was begun; of two for one series the first counts."""
        block, placed, last = self._blocks[-1], self._writing.placed, self._last
        index = len(block.times)
        known = len(last) if index else 0
        for position, (labels, value) in enumerate(samples, len(placed)):
            # A scrape mostly shows what the last one showed, in the same order: then nothing is looked up.
            if position < known and last[position][0] == labels:
                entry = last[position]
                column = entry[1]
                if column.start + len(column.values) == index:
                    column.values.append(value)
                    placed.append(entry)
                    continue
            else:
                column = block.column(labels)
            column.put(index, value)
            placed.append((labels, column))

    def finish(self, ends: bool = True) -> None:
        """End the scrape; series that it did not show end as well, unless `ends` is False."""
        block = self._blocks[-1]
        index = len(block.times)
        if ends:
            self._end_missing(block, index)
        block.samples += len(self._writing.placed)
        block.times.append(self._writing.time)
        self._last = self._writing.placed

    def _end_missing(self, block: _Block, index: int) -> None:
        if self._last == self._writing.placed:
            return
        for labels, column in self._last:
            if not index or column.end <= index:
                (column if index else block.column(labels)).put(index, _STALE)

    def _drop(self, now: int) -> None:
        blocks = self._blocks
        while len(blocks) > 1 and (
            blocks[0].times[-1] < now - self._retention or sum(one.samples for one in blocks) > self._most * 15 // 16
        ):
            blocks = blocks[1:]
        self._blocks = blocks

    def select(self, selection: Selection, after: int, until: int) -> list[Run]:
        """Return the series that match, in the order in which they came, with samples from `after` (not) to `until`."""
        pieces = [(block, len(block.times)) for block in self._blocks]
        pieces = [(one, size) for one, size in pieces if size and one.times[size - 1] > after and one.times[0] <= until]
        times = array("q")
        for block, size in pieces:
            times.extend(block.times[:size])
        found: dict[Labels, None] = {}
        for block, _ in pieces:
            found.update((labels, None) for labels in _matching(block, selection, found))
        first, last = bisect_right(times, after), bisect_right(times, until)
        shared = times[first:last]
        runs = (_run(labels, pieces, times, (first, last), shared) for labels in found)
        return [run for run in runs if len(run.times)]


def _matching(block: _Block, selection: Selection, known: dict[Labels, None]) -> Iterator[Labels]:
    name = selection.metric_name
    groups = list(block.columns.values()) if name is None else [block.columns.get(name, {})]
    for group in groups:
        for labels in list(group):
            if labels not in known and selection.takes(labels):
                yield labels


def _run(
    labels: Labels, pieces: list[tuple[_Block, int]], times: array[int], bounds: tuple[int, int], shared: array[int]
) -> Run:
    """Put the pieces of one series together. Series without holes share one array of times."""
    name = _metric_name(labels)
    values, holes = array("d"), False
    for block, size in pieces:
        column = block.columns.get(name, {}).get(labels)
        if column is None or column.start >= size:
            values.extend([_ABSENT] * size)
            holes = True
            continue
        holes = holes or column.holes or column.start > 0 or column.end < size
        values.extend([_ABSENT] * column.start)
        values.extend(column.values[: size - column.start])
        values.extend([_ABSENT] * (size - column.end))
    values = values[bounds[0] : bounds[1]]
    if not holes:
        return Run(labels, shared, values)
    kept = [index for index, value in enumerate(values) if not _is_absent(value)]
    return Run(labels, array("q", [shared[index] for index in kept]), array("d", [values[index] for index in kept]))


def _metric_name(labels: Labels) -> str:
    if labels and labels[0][0] == METRIC_NAME:  # sorted: only names that begin with a capital go before it
        return labels[0][1]
    return next((value for name, value in labels if name == METRIC_NAME), "")
