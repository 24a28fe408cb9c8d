"""How far a controller has come that releases step by step, and what its own tool is told."""

from __future__ import annotations

from datetime import datetime

import msgspec

from cockpit.resources.json_values import Path


class Command(msgspec.Struct, frozen=True):
    """One line for a shell, and what it does in a few words."""

    what: str
    line: str


class Progress(msgspec.Struct, frozen=True):
    """One Rollout or Canary as it stands.

    `target` is the workload that it releases, KIND/NAME. `phase` and `message` are its controller's own words. `step`
    counts from 1, of `steps`; None where there are none. `weight` is the share of the new version in percent, as the
    controller has set it. `waits` says what it waits for, "" for nothing: since `paused_since`, for `pause_seconds`
    (None: until somebody promotes it). `analysis` says how it is judged, "" where it is not.
    """

    kind: str
    name: str
    system: str
    target: str
    phase: str
    message: str = ""
    step: int | None = None
    steps: int = 0
    weight: float | None = None
    waits: str = ""
    paused_since: datetime | None = None
    pause_seconds: float | None = None
    analysis: str = ""
    services: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()

    @property
    def owner(self) -> str:
        """KIND/NAME."""
        return f"{self.kind}/{self.name}"


class Claim(msgspec.Struct, frozen=True):
    """Rules whose weights a controller writes: those of one object, or those that stand at `places` in it."""

    kind: str
    name: str
    owner: str
    reason: str
    command: str
    places: tuple[Path, ...] | None = None
