"""Simulated time: one ordered list of what is due, stepped by tests or driven by the wall clock."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import logging
from collections.abc import Callable
from itertools import count

from cockpit.fault import fault_name

_LOG = logging.getLogger(__name__)
_SLICE = 10  # timers run between two looks at the wall clock
_TURN = 0.02  # seconds of work before the event loop gets its turn, so that a fast cluster still answers


class Timer:
    """Something due at `due`, in seconds since the epoch of simulated time."""

    __slots__ = ("callback", "due")

    def __init__(self, due: float, callback: Callable[[], None]) -> None:
        self.due = due
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        """Make the timer do nothing when it is due."""
        self.callback = None


class SimulatedClock:
    """Simulated time that only moves when it is told to. Not thread-safe: use it on the event loop's thread."""

    def __init__(self, now: float) -> None:
        self.now = now
        self.on_schedule: Callable[[], None] = lambda: None
        self._timers: list[tuple[float, int, Timer]] = []
        self._order = count()

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Run `callback` after `delay` simulated seconds; those due at one time run in the order they were set."""
        timer = Timer(self.now + max(delay, 0.0), callback)
        heapq.heappush(self._timers, (timer.due, next(self._order), timer))
        self.on_schedule()
        return timer

    @property
    def next_due(self) -> float | None:
        """When the next timer is due, or None where nothing is."""
        while self._timers and self._timers[0][2].callback is None:
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def step(self, seconds: float) -> None:
        """Let `seconds` of simulated time pass, running all that falls due, in order."""
        self.advance_to(self.now + seconds)

    def advance_to(self, moment: float, at_most: int | None = None) -> bool:
        """Move to `moment`; False where `at_most` timers ran before it was reached, and more are due."""
        ran = 0
        while (due := self.next_due) is not None and due <= moment:
            if at_most is not None and ran >= at_most:
                return False
            timer = heapq.heappop(self._timers)[2]
            self.now = max(self.now, due)
            ran += 1
            if timer.callback is not None:
                timer.callback()
        self.now = max(self.now, moment)
        return True


class ClockDriver:
    """Moves a clock with the wall: `speed` simulated seconds a second; at 0 only `SimulatedClock.step` moves it."""

    def __init__(self, clock: SimulatedClock, speed: float) -> None:
        self._clock = clock
        self._speed = speed
        self._wake = asyncio.Event()
        self._wall = 0.0
        self._simulated = clock.now
        clock.on_schedule = self._wake.set

    @property
    def paused(self) -> bool:
        """Whether the wall clock moves nothing."""
        return self._speed <= 0

    def set_speed(self, speed: float) -> None:
        """Change the speed from now on; 0 pauses."""
        self._wall, self._simulated = asyncio.get_running_loop().time(), self._clock.now
        self._speed = speed
        self._wake.set()

    def catch_up(self) -> None:
        """Bring the clock to the present, as far as a slice of work allows."""
        if not self.paused and self._wall:
            self._advance()

    async def run(self) -> None:
        """Drive the clock until cancelled."""
        self.set_speed(self._speed)
        while True:
            self._wake.clear()
            reached = self.paused or self._advance()
            await asyncio.sleep(0)
            if reached:
                await self._wait()

    def _advance(self) -> bool:
        """Run a slice of what is due. A timer that fails is over; all others still have their turn."""
        loop = asyncio.get_running_loop()
        until = loop.time() + _TURN
        try:
            while not self._clock.advance_to(self._present(), _SLICE):
                if loop.time() >= until:
                    return False
            return True
        except Exception as error:  # noqa: BLE001  # the outermost edge of the clock: the log shows it, and time goes on
            _LOG.error("Something that was due at %.1f failed: %s", self._clock.now, fault_name(error))
            return False

    def _present(self) -> float:
        return self._simulated + (asyncio.get_running_loop().time() - self._wall) * self._speed

    async def _wait(self) -> None:
        due = None if self.paused else self._clock.next_due
        delay = None if due is None else max((due - self._present()) / self._speed, 0.001)
        # Not wait_for: before Python 3.12 it can swallow a cancellation that comes together with the event.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await self._wake.wait()
