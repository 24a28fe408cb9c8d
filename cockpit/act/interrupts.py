"""Ctrl-C while a plan runs: the first stops before the next change, the second leaves at once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def stopping(stop: Callable[[], None], tell: Callable[[str], None]) -> Iterator[Callable[[], bool]]:
    """Call `stop` on the first Ctrl-C, and cancel the current task on the second; yields what says whether one came."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    asked = False

    def interrupted() -> None:
        nonlocal asked
        if asked and task is not None:
            task.cancel()
            return
        asked = True
        tell("Stopping before the next change. Press Ctrl-C again to leave at once.")
        stop()

    before = signal.getsignal(signal.SIGINT)
    loop.add_signal_handler(signal.SIGINT, interrupted)
    try:
        yield lambda: asked
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, before)
