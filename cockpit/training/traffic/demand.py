"""How many requests clients send: a rate at any moment, and its exact integral.

A demand has the name of a Service or of a route. Its rate is what an annotation says, else the first rule of the
scenario that matches its name, else a default. All of them are constant or go in straight lines, so that the number of
requests between two moments is known in closed form.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from math import inf, isfinite

from cockpit.training.objects import Json, annotations_of

REQUESTS = "training.cockpit.dev/requests"
DEFAULT_REQUESTS = 4.0
"""Requests a second for a Service of which nobody says anything."""
_REMEMBERED = 3600.0  # seconds of the past for which a rate can be asked


@dataclass(frozen=True, slots=True)
class LoadRule:
    """Requests a second for Services whose NAMESPACE/NAME matches a shell pattern.

    `points` are (seconds since the scenario's start, requests a second), in order: between two the number goes in a
    straight line, before the first and after the last it stands.
    """

    match: str
    points: tuple[tuple[float, float], ...]

    def at(self, moment: float) -> float:
        """Return the requests a second at a moment, in seconds since the scenario's start."""
        index = bisect_right(self.points, moment, key=lambda point: point[0])
        if index in (0, len(self.points)):
            return self.points[max(index - 1, 0)][1]
        (before, low), (after, high) = self.points[index - 1], self.points[index]
        return low + (high - low) * (moment - before) / (after - before)

    def until(self, moment: float) -> float:
        """Return the number of requests from the first point to a moment; before that point it is negative."""
        total, (since, rate) = 0.0, self.points[0]
        if moment <= since:
            return rate * (moment - since)
        for at, number in self.points[1:]:
            if moment <= at:
                break
            total, since, rate = total + (rate + number) / 2 * (at - since), at, number
        return total + (rate + self.at(moment)) / 2 * (moment - since)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the scenario says of load. `start` is the moment that it calls 0; with a `loop` it begins again after it."""

    rules: tuple[LoadRule, ...] = ()
    start: float = 0.0
    loop: float = 0.0

    def rule_of(self, names: tuple[str, ...]) -> LoadRule:
        """Return the first rule that matches one of some names (NAMESPACE/NAME), or the default."""
        found = (rule for rule in self.rules if any(fnmatchcase(name, rule.match) for name in names))
        return next(found, _USUAL)

    def rate(self, rule: LoadRule, moment: float) -> float:
        """Return a rule's requests a second at a moment."""
        since = moment - self.start
        return rule.at(since % self.loop if self.loop > 0 and since >= 0 else since)

    def between(self, rule: LoadRule, since: float, until: float) -> float:
        """Return the number of a rule's requests between two moments."""
        return max(self._total(rule, until - self.start) - self._total(rule, since - self.start), 0.0)

    def _total(self, rule: LoadRule, since: float) -> float:
        if self.loop <= 0 or since < 0:
            return rule.until(since) - rule.until(0.0)
        turns, rest = divmod(since, self.loop)
        zero = rule.until(0.0)
        return turns * (rule.until(self.loop) - zero) + rule.until(rest) - zero


@dataclass(slots=True)
class Demand:
    """The requests that clients send under one name; `asked` by an annotation goes before the schedule."""

    names: tuple[str, ...]
    schedule: Schedule
    asked: float | None = None
    _total: float = 0.0
    _since: float = inf
    _past: list[tuple[float, float | None]] = field(default_factory=list)
    _rule: LoadRule | None = None

    def ask(self, asked: float | None, now: float) -> None:
        """Let an annotation say the rate from now on, or no longer."""
        if asked == self.asked and self._past:
            return
        self._settle(now)
        self.asked = asked
        self._past.append((now, asked))
        old = bisect_right(self._past, now - _REMEMBERED, key=lambda entry: entry[0]) - 1
        if old > 100:
            del self._past[:old]

    def follow(self, schedule: Schedule, now: float) -> None:
        """Follow another schedule from now on."""
        self._settle(now)
        self.schedule, self._rule = schedule, None

    def rate(self, moment: float) -> float:
        """Return the requests a second at a moment of the last hour."""
        index = bisect_right(self._past, moment, key=lambda entry: entry[0])
        asked = self._past[index - 1][1] if index else None
        return self.schedule.rate(self._ruled(), moment) if asked is None else asked

    def total(self, now: float) -> float:
        """Return the number of requests since the demand is there; it never falls. `now` never goes back."""
        if now <= self._since:
            return self._total
        if self.asked is not None:
            return self._total + self.asked * (now - self._since)
        return self._total + self.schedule.between(self._ruled(), self._since, now)

    def _settle(self, now: float) -> None:
        self._total, self._since = self.total(now), now

    def _ruled(self) -> LoadRule:
        if self._rule is None:
            self._rule = self.schedule.rule_of(self.names)
        return self._rule


def asked_of(obj: Json) -> float | None:
    """Return the requests a second that an annotation of a Service or a route asks for; None where none can be read."""
    try:
        asked = float(annotations_of(obj).get(REQUESTS, "nan"))
    except ValueError:
        return None
    return asked if isfinite(asked) and asked >= 0 else None


_USUAL = LoadRule("*", ((0.0, DEFAULT_REQUESTS),))
