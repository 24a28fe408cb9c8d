"""The feed in use: opens it, changes it for another, and hands on its pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from cockpit.errors import CockpitError
from cockpit.live.feed import Feed, Feeds, Listener
from cockpit.live.picture import ConnectionState, Picture


class CurrentFeed:
    """Holds at most one started feed; all methods belong to the event loop."""

    def __init__(self, feeds: Feeds, listener: Listener) -> None:
        self._feeds = feeds
        self._listener = listener
        self._unsubscribe: Callable[[], None] = lambda: None
        self._feed: Feed | None = None
        self._endings: set[asyncio.Task[None]] = set()
        self._trouble = ""
        self._asked_for: tuple[str | None, tuple[str, ...] | None] = (None, None)

    @property
    def feed(self) -> Feed | None:
        """The feed in use, None where it could not be opened."""
        return self._feed

    @property
    def picture(self) -> Picture:
        """The latest picture; where there is no feed, one that says why."""
        if self._feed is not None:
            return self._feed.picture
        context, namespaces = self._asked_for
        state = ConnectionState.REFUSED if self._trouble else ConnectionState.CONNECTING
        return Picture(
            context=context or "", namespaces=namespaces or (), connection=state, connection_message=self._trouble
        )

    def now(self) -> datetime:
        """Return the time by the server's clock, by our own where there is no feed."""
        return self._feed.now() if self._feed else datetime.now(UTC)

    def contexts(self) -> tuple[str, ...]:
        """Return the names of all contexts.

        Raises:
            CockpitError: the kubeconfig cannot be read.
        """
        return self._feeds.contexts()

    async def change(self, context: str | None, namespaces: tuple[str, ...] | None) -> None:
        """Watch `context` and `namespaces` in place of what was watched; a failure shows in the picture."""
        self._asked_for = (context, namespaces)
        await self.stop()
        try:
            self._feed = self._feeds.open(context, namespaces)
            self._unsubscribe = self._feed.subscribe(self._listener)
            await self._feed.start()
        except CockpitError as error:
            self._trouble = str(error)
            self._feed = None
        self._listener(self.picture)

    async def stop(self) -> None:
        """Stop the feed in use, if there is one, and wait until every feed before it has ended too.

        Whoever waits may be cancelled by the next change; the feeds end all the same.
        """
        self._leave()
        while self._endings:
            ended = await asyncio.shield(asyncio.gather(*self._endings, return_exceptions=True))
            for error in ended:
                if isinstance(error, BaseException):
                    raise error

    def give_up(self, sentence: str) -> None:
        """Leave the feed in use; the picture says why."""
        self._leave()
        self._trouble = sentence
        self._listener(self.picture)

    def _leave(self) -> None:
        feed, self._feed = self._feed, None
        self._unsubscribe()
        self._unsubscribe = lambda: None
        self._trouble = ""
        if feed is not None:
            ending = asyncio.get_running_loop().create_task(feed.stop())
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)
