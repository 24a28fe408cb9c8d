"""Takes the README's pictures from the demo: `python screenshots/make.py` from the checkout.

The embedded cluster stands still at a fixed moment while a picture of it is taken, so that the same code gives the same
files. A command of the checkout, not of the package: only `cockpit.cli` may know both the screens and the cluster.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from cockpit.live.feed import Feed, Listener
from cockpit.live.live_feeds import LiveFeeds
from cockpit.live.once import first_complete
from cockpit.live.picture import Picture
from cockpit.metrics.probe.order import ProbeOrder
from cockpit.metrics.probe.run import Asker
from cockpit.release.subject import Subject
from cockpit.runner.connections import LiveConnections
from cockpit.runner.runner import Connection, Runner
from cockpit.runner.settings import RunnerSettings
from cockpit.training.serve import ClusterServer
from cockpit.ui.screenshots import Shot, keys_to, take
from cockpit.ui.themes import DEFAULT_THEME

FOLDER = Path(__file__).parent
MOMENT = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)
SECONDS_IN = 7.0
"""How far the moving release has come."""


def _release(name: str, release: str, *, size: tuple[int, int] = (120, 40), theme: str = DEFAULT_THEME) -> Shot:
    return Shot(name, keys_to(release), size, theme, settled=lambda picture: bool(picture.events))


SHOTS = (
    # A plan is on the screen for half a second before Enter runs it.
    Shot("plan-switch", keys_to("catalog", "s"), (120, 32), pause=0.7),
    Shot("fleet", size=(120, 24)),
    _release("release-canary", "checkout"),
    _release("release-rolling", "web"),
    _release("release-blue-green", "catalog"),
    _release("release-weighted", "gateway", theme="cockpit-light"),
    _release("release-80x24", "checkout", size=(80, 24)),
)


class StillFeed:
    """A feed whose picture, once complete, does not change any more, nor does its time pass."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._picture: Picture | None = None
        self._listeners: list[Listener] = []

    @property
    def picture(self) -> Picture:
        """The picture as it was when it was complete."""
        return self._picture or self._feed.picture

    def now(self) -> datetime:
        """Return the moment of the picture."""
        return self.picture.observed_at or MOMENT

    async def start(self) -> None:
        """Wait for the complete picture, and keep it."""
        self._publish(await first_complete(self._feed))

    async def stop(self) -> None:
        """End the feed beneath."""
        await self._feed.stop()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with the few pictures that there are."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def watch_events(self, namespace: str | None) -> None:
        """Take one more picture, as soon as it holds the events of `namespace`."""
        if namespace:
            self._feed.subscribe(self._take_events)
        self._feed.watch_events(namespace)

    def _take_events(self, picture: Picture) -> None:
        if picture.events and not self.picture.events:
            self._publish(picture)

    def _publish(self, picture: Picture) -> None:
        self._picture = picture
        for listener in list(self._listeners):
            listener(picture)

    def subject(self, namespace: str, name: str) -> Subject | None:
        """Return a release with everything around it as it is now."""
        return self._feed.subject(namespace, name)

    async def list_namespaces(self) -> tuple[str, ...]:
        """Return the names of all namespaces."""
        return await self._feed.list_namespaces()

    async def read_object(self, kind: str, namespace: str, name: str) -> str:
        """Return one object as YAML."""
        return await self._feed.read_object(kind, namespace, name)


@dataclass(frozen=True, slots=True)
class StillConnection:
    """A feed that stands still, with the runner of the one beneath."""

    feed: StillFeed
    runner: Runner
    _beneath: Connection

    async def asker(self, order: ProbeOrder, namespace: str) -> Asker:
        """Return what asks the target of a probe: the cluster answers, though its time stands still."""
        return await self._beneath.asker(order, namespace)


class StillConnections:
    """Opens connections whose feeds stand still."""

    def __init__(self, connections: LiveConnections) -> None:
        self._connections = connections

    def contexts(self) -> tuple[str, ...]:
        """Return the names of the contexts."""
        return self._connections.contexts()

    def open(self, context: str | None, namespaces: tuple[str, ...] | None) -> StillConnection:
        """Return a connection whose feed has not started."""
        connection = self._connections.open(context, namespaces)
        return StillConnection(StillFeed(connection.feed), connection.runner, connection)


async def main() -> None:
    """Serve the tour, stop its time, and take the pictures."""
    async with ClusterServer(scenario="tour", seed=1, now=MOMENT.timestamp()) as cluster:
        cluster.clock.step(SECONDS_IN)
        with TemporaryDirectory() as folder:
            settings = RunnerSettings(journal=Path(folder) / "journal.jsonl", who="you")
            connections = LiveConnections(LiveFeeds(str(cluster.kubeconfig)), settings)
            await take(StillConnections(connections), SHOTS, FOLDER, namespaces=())


if __name__ == "__main__":
    asyncio.run(main())
