"""What every controller works with."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.training.api.registry import Registry
from cockpit.training.api.store import Store
from cockpit.training.chance import Chance
from cockpit.training.clock import SimulatedClock
from cockpit.training.controllers.recorder import Recorder


@dataclass(frozen=True, slots=True)
class Plane:
    """The control plane: time, chance, objects, the way to write them, and the recorder of events."""

    clock: SimulatedClock
    chance: Chance
    registry: Registry
    recorder: Recorder

    @property
    def store(self) -> Store:
        """The store behind the registry."""
        return self.registry.store
