"""Hands out pictures: at once after a pause, and at most five times a second under load."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine

import msgspec

from cockpit.kube.clock import Clock
from cockpit.live.feed import Listener
from cockpit.live.picture import Picture

SHORTEST_GAP_SECONDS = 0.2

_logger = logging.getLogger(__name__)


class Publisher:
    """Asks for a picture when one is due, and tells the listeners when it differs from the last."""

    def __init__(self, first: Picture, make: Callable[[], Coroutine[object, object, Picture]], clock: Clock) -> None:
        self.picture = first
        self._make = make
        self._clock = clock
        self._listeners: list[Listener] = []
        self._due = asyncio.Event()
        self._faults: tuple[str, ...] = ()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` of every new picture; returns how to unsubscribe."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def due(self) -> None:
        """Something has changed."""
        self._due.set()

    async def run(self) -> None:
        """Publish until cancelled."""
        while True:
            await self._due.wait()
            self._due.clear()
            began = self._clock.monotonic()
            self._publish(await self._made())
            await self._clock.sleep(max(began + SHORTEST_GAP_SECONDS - self._clock.monotonic(), 0.0))

    async def _made(self) -> Picture:
        try:
            picture = await self._make()
            return msgspec.structs.replace(picture, warnings=(*picture.warnings, *self._faults))
        except Exception as error:  # the worker's edge: the last picture stays, and says what happened
            _logger.debug("no picture could be made", exc_info=error)
            fault = f"The picture could not be brought up to date ({type(error).__name__}: a fault of the cockpit)."
            known = tuple(warning for warning in self.picture.warnings if warning != fault)
            return msgspec.structs.replace(self.picture, warnings=(*known, fault))

    def _publish(self, picture: Picture) -> None:
        if picture == self.picture:
            return
        self.picture = picture
        for listener in tuple(self._listeners):
            self._tell(listener, picture)

    def _tell(self, listener: Listener, picture: Picture) -> None:
        try:
            listener(picture)
        except Exception as error:  # one listener's fault must not keep the next pictures from all of them
            _logger.debug("a picture could not be taken", exc_info=error)
            fault = f"A picture could not be shown ({type(error).__name__}: a fault of the cockpit, please report it)."
            if fault not in self._faults:
                self._faults += (fault,)
                self.due()
