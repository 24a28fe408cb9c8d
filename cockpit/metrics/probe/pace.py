"""When a probe may send: never faster than asked, and nothing is made up for. Pure; the time is an argument."""

from __future__ import annotations

from dataclasses import dataclass, replace

MOST_IN_FLIGHT = 25
"""Requests that may wait for their answers at one time: the default rate times the default timeout."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What to do at one moment: send or not, requests that were due and are not sent, seconds until the next turn."""

    send: bool
    not_sent: int
    wait: float


@dataclass(frozen=True, slots=True)
class Pace:
    """A request is due every `interval` seconds, the next one at `due`, by a clock that never jumps."""

    interval: float
    due: float

    def turn(self, now: float, may_send: bool) -> tuple[Pace, Turn]:
        """Return what to do `now`, and the pace from then on; `may_send` is false while too many wait for answers.

        A turn that comes late is counted from when it came: two requests are never closer than an interval, so the
        rate is at most the one that was asked for. What a stall swallowed is told as not sent.
        """
        if now < self.due:
            return self, Turn(send=False, not_sent=0, wait=self.due - now)
        missed = int((now - self.due) / self.interval)
        after = replace(self, due=now + self.interval)
        return after, Turn(may_send, missed + (not may_send), self.interval)


def pace_of(rate: float, now: float) -> Pace:
    """Return the pace of `rate` requests a second, the first of them due `now`."""
    return Pace(1 / rate, now)


def changed(pace: Pace, rate: float, now: float) -> Pace:
    """Return the pace with another rate from `now` on: the next request keeps the new distance to the last one."""
    last = pace.due - pace.interval
    return Pace(1 / rate, max(now, last + 1 / rate))
