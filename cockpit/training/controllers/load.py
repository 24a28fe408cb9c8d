"""The simulated load: how many requests a second each Service gets, who answers them, and what that costs.

A Service's requests are shared equally among its ready endpoints, as kube-proxy shares them. How many there are is
said by the scenario (see `LoadRule`), by the annotation `training.cockpit.dev/requests` on the Service, which goes
before the scenario and may be changed at any time, or by a default. What a request costs is the pod's own affair:
`controllers.behaviour` has `cpu-per-request`, `cpu-idle` and `memory`.

Everything here is a function of time and of what became of the endpoints: asking twice gives the same answer.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from math import isfinite
from zlib import crc32

from cockpit.training.api.kinds import ENDPOINTS, POD, SERVICE
from cockpit.training.api.store import Change, Key
from cockpit.training.clock import SimulatedClock
from cockpit.training.objects import Json, annotations_of, name_of, namespace_of, uid_of

REQUESTS = "training.cockpit.dev/requests"
DEFAULT_REQUESTS = 4.0
"""Requests a second for a Service of which nobody says anything."""
_AFTERLIFE = 60.0  # seconds after its end that a pod is remembered, for whoever follows its log
_REMEMBERED = 3600.0  # seconds of a Service's past that are kept


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


@dataclass(slots=True)
class _Past:
    """What became of one Service: (since, number of ready endpoints, requests by annotation or None)."""

    entries: list[tuple[float, int, float | None]] = field(default_factory=list)
    asked: float | None = None
    ready: int = 0


@dataclass(slots=True)
class Load:
    """Knows at any moment what each Service and each pod gets. `start` is the moment that the scenario calls 0."""

    clock: SimulatedClock
    rules: tuple[LoadRule, ...] = ()
    start: float = 0.0
    loop: float = 0.0
    _pasts: dict[Key, _Past] = field(default_factory=dict)
    _members: dict[str, list[tuple[float, Key, bool]]] = field(default_factory=dict)

    def observe(self, change: Change) -> None:
        """Note what changes the load of pods."""
        key = (namespace_of(change.object), name_of(change.object))
        if change.kind is POD and change.type == "DELETED":
            uid = uid_of(change.object)
            self.clock.call_later(_AFTERLIFE, lambda: self._forget(uid))
        elif change.kind is SERVICE:
            self._past(key).asked = None if change.type == "DELETED" else _asked(change.object)
            self._note(key)
        elif change.kind is ENDPOINTS:
            before = _ready_pods(change.previous)
            after = _ready_pods(change.object) if change.type != "DELETED" else frozenset()
            for uid in after - before:
                self._join(uid, key, joined=True)
            for uid in before - after:
                self._join(uid, key, joined=False)
            self._past(key).ready = len(after)
            self._note(key)

    def of_service(self, key: Key, moment: float) -> float:
        """Return the requests a second that a Service is asked, whoever answers them."""
        entry = _at(self._past(key).entries, moment)
        if entry is not None and entry[2] is not None:
            return entry[2]
        since = moment - self.start
        if self.loop > 0 and since >= 0:
            since %= self.loop
        name = f"{key[0]}/{key[1]}"
        rule = next((rule for rule in self.rules if fnmatchcase(name, rule.match)), None)
        return rule.at(since) if rule else DEFAULT_REQUESTS

    def of_pod(self, uid: str, moment: float) -> float:
        """Return the requests a second that a pod answers."""
        behind: dict[Key, bool] = {}
        for since, key, joined in self._members.get(uid, ()):
            if since <= moment:
                behind[key] = joined
        return sum(self._share(key, moment) for key, joined in behind.items() if joined)

    def _share(self, key: Key, moment: float) -> float:
        entry = _at(self._past(key).entries, moment)
        return self.of_service(key, moment) / entry[1] if entry is not None and entry[1] else 0.0

    def _past(self, key: Key) -> _Past:
        return self._pasts.setdefault(key, _Past())

    def _note(self, key: Key) -> None:
        past, now = self._past(key), self.clock.now
        past.entries.append((now, past.ready, past.asked))
        old = bisect_right(past.entries, now - _REMEMBERED, key=lambda entry: entry[0]) - 1
        if old > 100:
            del past.entries[:old]

    def _forget(self, uid: str) -> None:
        self._members.pop(uid, None)

    def _join(self, uid: str, key: Key, joined: bool) -> None:
        self._members.setdefault(uid, []).append((self.clock.now, key, joined))


def wobble(*about: object) -> float:
    """Return a number from 0 to 1 that looks random and is always the same for the same words."""
    return crc32("/".join(str(word) for word in about).encode()) / 2**32


def _at(entries: list[tuple[float, int, float | None]], moment: float) -> tuple[float, int, float | None] | None:
    index = bisect_right(entries, moment, key=lambda entry: entry[0])
    return entries[index - 1] if index else None


def _ready_pods(endpoints: Json | None) -> frozenset[str]:
    found = (address for subset in (endpoints or {}).get("subsets") or () for address in subset.get("addresses") or ())
    return frozenset(str((address.get("targetRef") or {}).get("uid", "")) for address in found)


def _asked(service: Json) -> float | None:
    try:
        asked = float(annotations_of(service).get(REQUESTS, "nan"))
    except ValueError:
        return None
    return asked if isfinite(asked) and asked >= 0 else None
