"""An event loop whose time jumps: where nothing is left to do it is at once the moment when something is due.

Server, controllers and cockpit of one process share it, so a rollout of minutes takes milliseconds, no test sleeps, and
no deadline depends on how fast the machine is. Threads and child processes live in real time: while a thread that the
loop itself started is at work, time stands still.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import TypeVar

T = TypeVar("T")

_BEGIN = 1000.0  # seconds; not 0, which some take for "never"
_THREAD_POLL_SECONDS = 0.02
_HAIR = 1e-9


class VirtualLoop(asyncio.SelectorEventLoop):
    """Counts seconds of its own, from 1000 on."""

    def __init__(self) -> None:
        self._seconds = _BEGIN
        self.began = self._seconds
        self.pace = 0.0
        """Virtual seconds a real one, while child processes take part; 0 lets time jump."""
        self._threads = 0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        """Return the time in virtual seconds."""
        return self._seconds

    def jump(self, seconds: float) -> None:
        """Let time pass, by a hair more than asked: sums of floats must not stop short of what is due."""
        self._seconds += seconds + _HAIR

    @property
    def threads_at_work(self) -> bool:
        """Whether a thread that this loop started has not answered yet."""
        return self._threads > 0

    def run_in_executor(self, executor: Executor | None, func: Callable[..., T], *args: object) -> asyncio.Future[T]:
        """As the loop does it; counts what runs."""
        self._threads += 1
        future: asyncio.Future[T] = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._answered)
        return future

    def _answered(self, _: asyncio.Future[T]) -> None:
        self._threads -= 1


class _JumpingSelector(selectors.DefaultSelector):
    """Waits for nothing: passes what is ready, else lets the loop's time jump to what is due."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready now; with nothing ready and nothing due, wait in real time."""
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            return super().select(None)
        if self._loop.pace:
            return self._paced(timeout)
        if self._loop.threads_at_work:
            return super().select(_THREAD_POLL_SECONDS)
        self._loop.jump(max(timeout, 0.0))
        return ready

    def _paced(self, timeout: float) -> list[tuple[selectors.SelectorKey, int]]:
        began = time.perf_counter()
        ready = super().select(timeout / self._loop.pace)
        self._loop.jump((time.perf_counter() - began) * self._loop.pace)
        return ready


def run_virtually(story: Coroutine[object, object, T]) -> T:
    """Run a story to its end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(story)
