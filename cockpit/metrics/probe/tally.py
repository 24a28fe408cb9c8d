"""What a probe has seen so far: answers and failures by version, latencies, failures around the moments of writes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from cockpit.metrics.probe.identify import UNKNOWN

AFTER_WRITE_SECONDS = 3.0
"""How long after a write failures are counted as those of the write."""

MOST_VERSIONS = 24
OTHERS = "others"
"""Stands for the versions beyond the first MOST_VERSIONS: an application may say another one each time."""

_WRITES_KEPT = 16
_STEPS_A_FACTOR = 100


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: `status` None where no application answered, and then `problem` says why in a few words."""

    status: int | None
    version: str = UNKNOWN
    problem: str = ""

    @property
    def failed(self) -> bool:
        """Whether it counts as a failure: no answer, or a status of 400 and more; a redirect is an answer."""
        return self.status is None or self.status >= 400


@dataclass(frozen=True, slots=True)
class Seen:
    """One request with what came back; times in seconds by the clock of the probe."""

    number: int
    sent_at: float
    ended_at: float
    reply: Reply

    @property
    def latency(self) -> float:
        """Seconds from sending to the end of the answer, or to giving up."""
        return self.ended_at - self.sent_at


@dataclass(frozen=True, slots=True)
class Summary:
    """What was seen in all. Latencies are seconds over whatever answered, None where nothing did.

    `versions` counts the answers by the version that they named. `not_sent` are requests that were due while too many
    others waited, or while the probe itself was held up. `after_write` are failures of requests that were under way
    within three seconds after a write went out; `write` names the last one, "" where there was none.
    """

    asked: int = 0
    waiting: int = 0
    answered: int = 0
    failed: int = 0
    not_sent: int = 0
    after_write: int = 0
    write: str = ""
    versions: Mapping[str, int] = field(default_factory=dict)
    p50: float | None = None
    p99: float | None = None
    problem: str = ""
    """Why the last failed request failed."""


class Latencies:
    """Durations by size, a hundred steps to each factor of e: a percentile is right within one per cent.

    It needs the same small room for a minute and for a week.
    """

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()

    def add(self, seconds: float) -> None:
        """Count one duration; less than a tenth of a millisecond counts as that."""
        self._counts[round(math.log(max(seconds, 1e-4)) * _STEPS_A_FACTOR)] += 1

    def percentile(self, share: float) -> float | None:
        """Return the duration, in seconds, that `share` of all do not exceed (nearest rank), None where there is none.

        https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method
        """
        rank = math.ceil(share * self._counts.total())
        passed = 0
        for step in sorted(self._counts):
            passed += self._counts[step]
            if passed >= rank:
                return math.exp(step / _STEPS_A_FACTOR)
        return None


class Tally:
    """Counts; belongs to whoever runs the probe."""

    def __init__(self) -> None:
        self.asked = 0
        self.not_sent = 0
        self._ended = 0
        self._answered = 0
        self._failed = 0
        self._after_write = 0
        self._problem = ""
        self._versions: Counter[str] = Counter()
        self._latencies = Latencies()
        self._writes: list[float] = []
        self._write = ""

    def add(self, seen: Seen) -> None:
        """Count what came back for one request."""
        self._ended += 1
        if seen.reply.status is not None:
            self._answered += 1
            self._latencies.add(seen.latency)
            self._count_version(seen.reply.version)
        if seen.reply.failed:
            self._failed += 1
            self._after_write += self._was_under_way_after_a_write(seen)
            self._problem = seen.reply.problem or f"status {seen.reply.status}"

    def mark(self, at: float, what: str) -> None:
        """Note that a write went out `at` this moment; `what` names it in a word."""
        self._writes = [*self._writes[1 - _WRITES_KEPT :], at]
        self._write = what

    def summary(self) -> Summary:
        """Return what was seen so far."""
        return Summary(
            asked=self.asked,
            waiting=self.asked - self._ended,
            answered=self._answered,
            failed=self._failed,
            not_sent=self.not_sent,
            after_write=self._after_write,
            write=self._write,
            versions=dict(self._versions.most_common()),
            p50=self._latencies.percentile(0.5),
            p99=self._latencies.percentile(0.99),
            problem=self._problem,
        )

    def _count_version(self, version: str) -> None:
        known = version in self._versions or len(self._versions) < MOST_VERSIONS or version == UNKNOWN
        self._versions[version if known else OTHERS] += 1

    def _was_under_way_after_a_write(self, seen: Seen) -> bool:
        return any(seen.sent_at <= at + AFTER_WRITE_SECONDS and seen.ended_at >= at for at in self._writes)
