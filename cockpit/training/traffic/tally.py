"""How many requests one pod has answered, from every pool that it was ever in."""

from __future__ import annotations

from dataclasses import dataclass, field

from cockpit.training.traffic.entrances import System
from cockpit.training.traffic.pool import Pool

_MOST = 1000  # moves of a pod that are remembered


@dataclass(slots=True)
class Tally:
    """One pod's count. It begins anew with each start of its container, at `started`, as its own counters do."""

    started: float = 0.0
    _done: dict[System, float] = field(default_factory=dict)
    _since: dict[int, tuple[Pool, float]] = field(default_factory=dict)
    _past: list[tuple[float, Pool, bool]] = field(default_factory=list)

    def join(self, pool: Pool, now: float) -> None:
        """Note that the pod came into a pool, which is settled."""
        self._since[id(pool)] = (pool, pool.each)
        self._note(now, pool, joined=True)

    def leave(self, pool: Pool, now: float) -> None:
        """Note that the pod left a pool, which is settled."""
        _, since = self._since.pop(id(pool), (pool, pool.each))
        self._done[pool.system] = self._done.get(pool.system, 0.0) + pool.each - since
        self._note(now, pool, joined=False)

    def _note(self, now: float, pool: Pool, joined: bool) -> None:
        self._past.append((now, pool, joined))
        if len(self._past) > _MOST:  # a pod that moves that often moves in all of its pools: only its far past is lost
            del self._past[: _MOST // 2]

    def begin(self, started: float) -> None:
        """Count from zero, where the container began at another moment than the one that is known."""
        if started != self.started:
            self.started = started
            self._done = {}
            self._since = {key: (pool, pool.each) for key, (pool, _) in self._since.items()}

    def count(self, system: System | None = None) -> float:
        """Return the requests up to the last settlement of its pools, of one system or of all."""
        done = sum(number for by, number in self._done.items() if system in (None, by))
        held = [(pool, since) for pool, since in self._since.values() if system in (None, pool.system)]
        return done + sum(pool.each - since for pool, since in held)

    def rate(self, moment: float) -> float:
        """Return the requests a second that the pod gets at a moment."""
        if not self._past or self._past[-1][0] <= moment:
            return sum(pool.rate_each(moment) for pool, _ in self._since.values())
        behind: dict[int, tuple[Pool, bool]] = {}
        for since, pool, joined in self._past:
            if since <= moment:
                behind[id(pool)] = (pool, joined)
        return sum(pool.rate_each(moment) for pool, joined in behind.values() if joined)

    def pools(self) -> list[Pool]:
        """Return the pools that the pod is in."""
        return [pool for pool, _ in self._since.values()]
