"""Background tasks whose failure is never silent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine

_logger = logging.getLogger(__name__)


class Workers:
    """Runs coroutines until `stop`; one that breaks is told in a sentence to `broken`, or to whom it feeds."""

    def __init__(self, broken: Callable[[str], None]) -> None:
        self._broken = broken
        self._tasks: set[asyncio.Task[None]] = set()

    def start(
        self, name: str, work: Coroutine[object, object, None], failed: Callable[[str], None] | None = None
    ) -> asyncio.Task[None]:
        """Run `work`; `name` says what it is, for the sentence, which goes to `failed` where it is given."""
        task = asyncio.create_task(self._guarded(name, work, failed or self._broken))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Cancelled before its first step, the work was never begun, and Python would complain of that.
        task.add_done_callback(lambda _: work.close())
        return task

    async def stop(self) -> None:
        """Cancel everything, and wait for it to end."""
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _guarded(self, name: str, work: Coroutine[object, object, None], failed: Callable[[str], None]) -> None:
        try:
            await work
        except Exception as error:  # the worker's edge: told to the user
            _logger.debug("the %s stopped", name, exc_info=error)
            failed(
                f"The {name} stopped ({type(error).__name__}: a fault of the cockpit, please report it). "
                "Choose the context again to go on."
            )
