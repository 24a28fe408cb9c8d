"""A clock that stands still until a test steps it, and a way to wait for what the event loop still has to do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cockpit.kube.clock import Clock

_PATIENCE_SECONDS = 10.0


class SteppedClock:
    """Stands in for waiting and the time; jitter is always at its upper end."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.began = datetime.now(UTC)
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def clock(self) -> Clock:
        """Return what the code under test takes."""
        return Clock(lambda: self.seconds, self.wall, self._sleep, lambda _, most: most)

    def wall(self) -> datetime:
        """Return the time of day that goes with the seconds passed."""
        return self.began + timedelta(seconds=self.seconds)

    def waits(self) -> list[float]:
        """Return how many seconds from now the sleepers wake, the first first."""
        return sorted(at - self.seconds for at, sleeper in self._sleepers if not sleeper.done())

    async def advance(self, seconds: float) -> None:
        """Let time pass, waking sleepers one after the other as their time comes."""
        end = self.seconds + seconds
        while due := [entry for entry in self._sleepers if entry[0] <= end and not entry[1].done()]:
            at, sleeper = min(due, key=lambda entry: entry[0])
            self.seconds = max(self.seconds, at)
            sleeper.set_result(None)
            await settle()
        self.seconds = end
        self._sleepers = [entry for entry in self._sleepers if not entry[1].done()]

    async def _sleep(self, seconds: float) -> None:
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.seconds + seconds, sleeper))
        await sleeper


async def settle() -> None:
    """Let what is ready run."""
    for _ in range(20):
        await asyncio.sleep(0)


async def until(holds: Callable[[], object], what: str = "") -> None:
    """Wait until `holds`; loopback answers take real time, though little."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, f"this never came true: {what or holds}"
        await asyncio.sleep(0.001)


async def step_until(time_: SteppedClock, holds: Callable[[], object], what: str = "") -> None:
    """Let stepped time pass at fifty times its pace until `holds`."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, f"this never came true: {what or holds}"
        await time_.advance(0.05)
        await asyncio.sleep(0.001)
