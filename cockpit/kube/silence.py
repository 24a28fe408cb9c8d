"""Cuts a stream that says nothing for too long.

A healthy watch of a kind with bookmarks says something about once a minute (k8s.io/apiserver,
pkg/storage/cacher/cacher.go, bookmarkFrequency). One that stays silent longer may be half-open. Cutting a healthy but
quiet one costs a request, so the deadline is short, and the same for every kind.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Protocol, Self

from cockpit.kube.clock import Clock
from cockpit.kube.errors import NoAnswerError

SILENCE_SECONDS = 75.0


class Stream(Protocol):
    """An answer that goes on until it is closed."""

    def chunks(self) -> AsyncIterator[bytes]:
        """Yield what arrives."""

    def close(self) -> None:
        """Cut it."""


class SilenceGuard:
    """Watches over one stream; a cut looks like an ordinary end to whoever reads."""

    def __init__(self, clock: Clock, stream: Stream) -> None:
        self._clock = clock
        self._stream = stream
        self._heard_at = clock.monotonic()
        self._was_cut = False
        self.was_mute = False
        """Whether the stream was cut for its silence without having said anything since it was opened."""
        self.spoke = False
        """Whether anything has come since the stream was opened."""
        self._watchdog: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._watchdog = asyncio.create_task(self._cut_when_silent())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._watchdog is not None:
            self._watchdog.cancel()
            await asyncio.gather(self._watchdog, return_exceptions=True)

    def cut(self) -> None:
        """End the stream now."""
        self._was_cut = True
        self._stream.close()

    async def watched_chunks(self) -> AsyncIterator[bytes]:
        """Yield what arrives, until the stream ends or is cut.

        Raises:
            NoAnswerError: the connection broke.
        """
        try:
            async for chunk in self._stream.chunks():
                self._heard_at = self._clock.monotonic()
                self.spoke = True
                yield chunk
        except NoAnswerError:
            if not self._was_cut:
                raise

    async def _cut_when_silent(self) -> None:
        while (silent := self._clock.monotonic() - self._heard_at) < SILENCE_SECONDS:
            await self._clock.sleep(SILENCE_SECONDS - silent)
        self.was_mute = not self.spoke
        self.cut()
