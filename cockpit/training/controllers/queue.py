"""A queue of keys on the clock: a key waits at most once, and is worked off after a controller's own small latency."""

from __future__ import annotations

from collections.abc import Callable

from cockpit.training.api.failures import ApiError
from cockpit.training.api.store import Key
from cockpit.training.chance import Chance
from cockpit.training.clock import Clock, Timer

_RETRY = 1.0  # seconds after a write was refused


class WorkQueue:
    """Keys to reconcile. `latency` is the range, in simulated seconds, between a change and its reconciliation."""

    def __init__(
        self, clock: Clock, chance: Chance, reconcile: Callable[[Key], None], latency: tuple[float, float]
    ) -> None:
        self._clock = clock
        self._chance = chance
        self._reconcile = reconcile
        self._latency = latency
        self._waiting: dict[Key, Timer] = {}

    def add(self, key: Key) -> None:
        """Reconcile `key` soon."""
        if key not in self._waiting or self._waiting[key].due > self._clock.now + self._latency[1]:
            self.add_after(key, self._chance.between(*self._latency))

    def add_after(self, key: Key, delay: float) -> None:
        """Reconcile `key` after `delay` seconds; an earlier turn that is already waiting counts."""
        waiting = self._waiting.get(key)
        if waiting is not None:
            if waiting.due <= self._clock.now + delay:
                return
            waiting.cancel()
        self._waiting[key] = self._clock.call_later(delay, lambda: self._work(key))

    def _work(self, key: Key) -> None:
        del self._waiting[key]
        try:
            self._reconcile(key)
        except ApiError:
            # Refused, e.g. because the namespace is being deleted: controllers try again later.
            self.add_after(key, _RETRY)
