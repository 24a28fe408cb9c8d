"""Runs blocking calls beside the event loop, a few at a time."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


class QueryThreads:
    """Runs each call in a thread of its own that nobody waits for at exit.

    The threads of a ThreadPoolExecutor are joined when the interpreter ends: whoever quits would wait for a server that
    hangs. Whoever gives up waiting leaves the thread to its timeout; until then it counts among the `most`.
    """

    def __init__(self, most: int = 2) -> None:
        self._free = asyncio.Semaphore(most)

    async def run(self, call: Callable[[], Result]) -> Result:
        """Return what `call` returns, or raise what it raises."""
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Result] = loop.create_future()

        def finish(result: Result | None, error: Exception | None) -> None:
            self._free.release()
            if done.cancelled():
                return
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(result)  # type: ignore[arg-type]  # it is the call's own where there is no error

        def work() -> None:
            result, failure = None, None
            try:
                result = call()
            except Exception as error:  # noqa: BLE001  # it is raised again where the call is awaited
                failure = error
            with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
                loop.call_soon_threadsafe(finish, result, failure)

        threading.Thread(target=work, name="cockpit-metrics", daemon=True).start()
        return await done
