"""Where waiting, the time and chance come from: the real ones here, stepped ones in tests."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_LONGEST_OFFSET = timedelta(days=36525)
"""A machine without a battery begins in 1970; beyond a century it is the header that is wrong."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """`monotonic` and `sleep` count seconds; `wall` is this machine's idea of the time; `uniform` draws jitter."""

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], datetime] = _utc_now
    sleep: Callable[[float], Coroutine[object, object, None]] = asyncio.sleep
    uniform: Callable[[float, float], float] = random.uniform


async def first_of(*awaitables: Coroutine[object, object, object]) -> None:
    """Return when the first of them is done; the others are cancelled, and an error of the first is raised."""
    tasks = [asyncio.ensure_future(awaitable) for awaitable in awaitables]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


class ServerTime:
    """The server's clock, as far as its `Date` headers tell it.

    A header says the time in whole seconds, so it bounds the distance to the local clock rather than fixing it: a local
    clock that agrees is left alone, and one that is wrong is moved by the least that agrees.
    """

    def __init__(self, wall: Callable[[], datetime]) -> None:
        self._wall = wall
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the time by the server's clock."""
        return self._wall() + self._offset

    def hear(self, date_header: str) -> None:
        """Take a `Date` header that has just arrived (RFC 9110, 6.6.1); one that cannot be read changes nothing."""
        try:
            said = parsedate_to_datetime(date_header)
            if said.tzinfo is None:
                return
            least = said - self._wall()
            if abs(least) > _LONGEST_OFFSET:
                return
            offset = min(max(self._offset, least), least + timedelta(seconds=1))
        except (ValueError, TypeError, OverflowError):
            return
        self._offset = offset
