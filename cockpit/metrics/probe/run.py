"""Runs a probe: sends at its pace, keeps few requests in flight, and tells each answer as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from cockpit.errors import CockpitError
from cockpit.metrics.probe.order import Limits
from cockpit.metrics.probe.pace import MOST_IN_FLIGHT, changed, pace_of
from cockpit.metrics.probe.tally import Reply, Seen, Tally


class Asker(Protocol):
    """Sends one GET at a time to one target, and says what came back."""

    async def ask(self) -> Reply:
        """Ask once. What goes wrong on the way is told by the reply; only faults are raised."""

    async def close(self) -> None:
        """Close every connection."""


class Probe:
    """One probe on one asker. Belongs to the event loop, by whose clock it counts seconds."""

    def __init__(self, asker: Asker, limits: Limits, listener: Callable[[Seen], None]) -> None:
        """`listener` is called in the loop with each answer, in the order in which they come."""
        self.tally = Tally()
        self.rate = limits.rate
        self._asker = asker
        self._limits = limits
        self._listener = listener
        self._in_flight: set[asyncio.Task[None]] = set()
        self._fault: BaseException | None = None

    async def run(self) -> None:
        """Ask until the count or the time is up, and wait for what is in flight; without either, until cancelled.

        Cancelled, it leaves what is in flight; that counts as waiting. The asker is closed in any case.
        """
        try:
            await self._send_all()
            if self._in_flight:
                await asyncio.wait(self._in_flight)
            self._raise_fault()
        finally:
            for task in self._in_flight:
                task.cancel()
            await asyncio.gather(*self._in_flight, return_exceptions=True)
            await self._asker.close()

    def mark(self, what: str) -> float:
        """Note that a write goes out now; return the moment."""
        now = asyncio.get_running_loop().time()
        self.tally.mark(now, what)
        return now

    async def _send_all(self) -> None:
        now = asyncio.get_running_loop().time
        began, pace = now(), pace_of(self.rate, now())
        while not self._is_over(now() - began):
            self._raise_fault()
            if pace.interval != 1 / self.rate:
                pace = changed(pace, self.rate, now())
            pace, turn = pace.turn(now(), len(self._in_flight) < MOST_IN_FLIGHT)
            self.tally.not_sent += turn.not_sent
            if turn.send:
                self._send(now())
            await asyncio.sleep(self._wait(turn.wait, now() - began))

    def _is_over(self, elapsed: float) -> bool:
        limits = self._limits
        done = limits.count is not None and self.tally.asked >= limits.count
        return done or (limits.seconds is not None and elapsed >= limits.seconds)

    def _wait(self, wait: float, elapsed: float) -> float:
        """Return how long to wait: not at all after the last request, and never past the end."""
        if self._is_over(elapsed):
            return 0.0
        return wait if self._limits.seconds is None else min(wait, self._limits.seconds - elapsed)

    def _send(self, now: float) -> None:
        self.tally.asked += 1
        task = asyncio.get_running_loop().create_task(self._ask(self.tally.asked, now))
        self._in_flight.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._fault = self._fault or error

    def _raise_fault(self) -> None:
        if self._fault is not None:
            raise self._fault

    async def _ask(self, number: int, sent_at: float) -> None:
        try:
            async with asyncio.timeout(self._limits.timeout):
                reply = await self._asker.ask()
        except TimeoutError:
            reply = Reply(None, problem=f"no answer in {self._limits.timeout:g} s")
        except CockpitError as error:
            reply = Reply(None, problem=str(error))
        seen = Seen(number, sent_at, asyncio.get_running_loop().time(), reply)
        self.tally.add(seen)
        self._listener(seen)
