"""What clients want of every Service and every route that asks for requests itself."""

from __future__ import annotations

from cockpit.training.api.store import Key
from cockpit.training.clock import SimulatedClock
from cockpit.training.traffic.demand import Demand, Schedule


class Demands:
    """Keeps demands: once there, a demand counts on, whether somebody leads its clients anywhere or not."""

    def __init__(self, clock: SimulatedClock) -> None:
        self._clock = clock
        self.schedule = Schedule()
        self._demands: dict[tuple[str, Key], Demand] = {}

    def follow(self, schedule: Schedule) -> None:
        """Follow another schedule from now on."""
        self.schedule = schedule
        for demand in self._demands.values():
            demand.follow(schedule, self._clock.now)

    def of_service(self, key: Key) -> Demand:
        """Return what clients want of a Service."""
        return self._of("", key)

    def of_route(self, system: str, key: Key, asked: float | None) -> Demand:
        """Return what clients want of a route that asks for so many requests a second."""
        demand = self._of(system, key)
        demand.ask(asked, self._clock.now)
        return demand

    def _of(self, system: str, key: Key) -> Demand:
        found = self._demands.get((system, key))
        if found is None:
            found = self._demands[system, key] = Demand((f"{key[0]}/{key[1]}",), self.schedule)
            found.ask(None, self._clock.now)
        return found
