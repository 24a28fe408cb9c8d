"""A queue of keys on the clock: a key waits at most once, and is worked off after a controller's own small latency."""

from __future__ import annotations

from collections.abc import Callable

from cockpit.training.api.store import Key
from cockpit.training.chance import Chance
from cockpit.training.clock import SimulatedClock, Timer
from cockpit.training.controllers.attempt import attempt


class WorkQueue:
    """Keys to reconcile. `latency` is the range, in simulated seconds, between a change and its reconciliation.

    A key whose reconciliation fails is tried again, less and less often; what changes meanwhile cannot hurry it.
    """

    def __init__(
        self, clock: SimulatedClock, chance: Chance, reconcile: Callable[[Key], None], latency: tuple[float, float]
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._reconcile = reconcile
        self._latency = latency
        self._waiting: dict[Key, Timer] = {}
        self._faults: dict[Key, int] = {}

    def add(self, key: Key) -> None:
        """Reconcile `key` soon."""
        if key not in self._waiting or self._waiting[key].due > self._clock.now + self._latency[1]:
            self.add_after(key, self._chance.between(*self._latency))

    def add_after(self, key: Key, delay: float) -> None:
        """Reconcile `key` after `delay` seconds; an earlier turn that is already waiting counts."""
        waiting = self._waiting.get(key)
        if waiting is not None:
            if key in self._faults or waiting.due <= self._clock.now + delay:
                return
            waiting.cancel()
        self._waiting[key] = self._clock.call_later(delay, lambda: self._work(key))

    def _work(self, key: Key) -> None:
        del self._waiting[key]
        what = f"Work on {key[0]}/{key[1]}"
        delay, faults = attempt(lambda: self._reconcile(key), what, self._faults.pop(key, 0))
        if faults:
            # What the failed turn itself changed may have queued the key already: the back-off goes before it.
            if key in self._waiting:
                self._waiting.pop(key).cancel()
            self.add_after(key, delay)
            self._faults[key] = faults
        elif delay:
            self.add_after(key, delay)
