"""The counts of all pods."""

from __future__ import annotations

from collections.abc import Callable

from cockpit.training.api.store import Key
from cockpit.training.clock import SimulatedClock
from cockpit.training.traffic.entrances import System
from cockpit.training.traffic.pool import Pool
from cockpit.training.traffic.tally import Tally


class Tallies:
    """Follows pods from pool to pool. `started` tells when the container of a pod, by its uid, began."""

    def __init__(self, clock: SimulatedClock, started: Callable[[str], float | None]) -> None:
        self._clock = clock
        self._started = started
        self._tallies: dict[str, Tally] = {}

    def moved(self, pool: Pool, came: list[str], left: list[str]) -> None:
        """Take note of pods that came into a pool and left it."""
        now = self._clock.now
        for uid in left:
            if (tally := self._tallies.get(uid)) is not None:
                tally.leave(pool, now)
        for uid in came:
            tally = self._tallies.setdefault(uid, Tally())
            self._begin(tally, uid)
            tally.join(pool, now)

    def rate(self, uid: str, moment: float) -> float:
        """Return the requests a second that a pod gets at a moment of the last hour."""
        tally = self._tallies.get(uid)
        return tally.rate(moment) if tally is not None else 0.0

    def count(self, uid: str, through: System | None) -> float:
        """Return the requests since the start of a pod's container, up to the last settlement."""
        tally = self._tallies.get(uid)
        if tally is None:
            return 0.0
        self._begin(tally, uid)
        return tally.count(through)

    def services(self, uid: str) -> list[Key]:
        """Return the Services whose requests a pod gets, in order."""
        tally = self._tallies.get(uid)
        return sorted({pool.backend.key for pool in tally.pools()}) if tally is not None else []

    def forget(self, uid: str) -> None:
        """Forget a pod that is long gone."""
        self._tallies.pop(uid, None)

    def _begin(self, tally: Tally, uid: str) -> None:
        started = self._started(uid)
        if started is not None and started != tally.started:
            for pool in tally.pools():
                pool.settle(self._clock.now)
            tally.begin(started)
