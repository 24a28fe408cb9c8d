"""The connection in use: opens it, changes it for another, and hands on its pictures and its runner's news."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from cockpit.errors import CockpitError, UnreachableError
from cockpit.live.feed import Feed, Listener
from cockpit.live.picture import ConnectionState, Picture
from cockpit.metrics.probe.order import ProbeOrder
from cockpit.metrics.probe.run import Asker
from cockpit.runner.runner import Connection, Connections, Runner


class CurrentConnection:
    """Holds at most one connection whose feed was started; all methods belong to the event loop."""

    def __init__(self, connections: Connections, listener: Listener) -> None:
        self._connections = connections
        self._listener = listener
        self._subscriptions: tuple[Callable[[], None], ...] = ()
        self._connection: Connection | None = None
        self._endings: set[asyncio.Task[None]] = set()
        self._trouble = ""
        self._asked_for: tuple[str | None, tuple[str, ...] | None] = (None, None)
        self.news = 0
        """Grows whenever the runner may say something else, and with every change of the connection."""

    @property
    def feed(self) -> Feed | None:
        """The feed in use, None where it could not be opened."""
        return self._connection.feed if self._connection else None

    @property
    def runner(self) -> Runner | None:
        """The runner in use, None where no connection could be opened."""
        return self._connection.runner if self._connection else None

    @property
    def picture(self) -> Picture:
        """The latest picture; where there is no feed, one that says why."""
        if self.feed is not None:
            return self.feed.picture
        context, namespaces = self._asked_for
        state = ConnectionState.REFUSED if self._trouble else ConnectionState.CONNECTING
        return Picture(
            context=context or "", namespaces=namespaces or (), connection=state, connection_message=self._trouble
        )

    def now(self) -> datetime:
        """Return the time by the server's clock, by our own where there is no feed."""
        return self.feed.now() if self.feed else datetime.now(UTC)

    async def asker(self, order: ProbeOrder, namespace: str) -> Asker:
        """Return what asks the target of a probe.

        Raises:
            CockpitError: no cluster is connected, or what the order names cannot be used.
        """
        if self._connection is None:
            raise UnreachableError("No cluster is connected: pick a context with x.")
        return await self._connection.asker(order, namespace)

    def contexts(self) -> tuple[str, ...]:
        """Return the names of all contexts.

        Raises:
            CockpitError: the kubeconfig cannot be read.
        """
        return self._connections.contexts()

    async def change(self, context: str | None, namespaces: tuple[str, ...] | None) -> None:
        """Watch `context` and `namespaces` in place of what was watched; a failure shows in the picture."""
        self._asked_for = (context, namespaces)
        await self.stop()
        try:
            connection = self._connections.open(context, namespaces)
            self._connection = connection
            self._subscriptions = (
                connection.feed.subscribe(self._listener),
                connection.runner.on_news(self._on_news),
            )
            await connection.feed.start()
        except CockpitError as error:
            self._trouble = str(error)
            self._connection = None
        self._on_news()

    def _on_news(self) -> None:
        self.news += 1
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
        """Leave the connection in use; the picture says why."""
        self._leave()
        self._trouble = sentence
        self._on_news()

    def _leave(self) -> None:
        connection, self._connection = self._connection, None
        for end in self._subscriptions:
            end()
        self._subscriptions = ()
        self._trouble = ""
        if connection is not None:
            ending = asyncio.get_running_loop().create_task(connection.feed.stop())
            self._endings.add(ending)
            ending.add_done_callback(self._endings.discard)
