"""Takes the README's pictures from the demo: `python screenshots/make.py` from the checkout.

The embedded cluster stands still at a fixed moment while a picture of it is taken, so that the same code gives the same
files. A command of the checkout, not of the package: only `cockpit.cli` may know both the screens and the cluster.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from cockpit.kube.clock import Clock
from cockpit.live.feed import Feed, Listener
from cockpit.live.live_feeds import LiveFeeds
from cockpit.live.metrics_watch import Metering
from cockpit.live.once import first_complete
from cockpit.live.picture import Picture
from cockpit.live.prometheus import ClusterMetrics
from cockpit.metrics.probe.order import ProbeOrder
from cockpit.metrics.probe.run import Asker
from cockpit.metrics.settings import MetricsSettings
from cockpit.release.subject import Subject
from cockpit.release.view import ReleaseView
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
    return Shot(name, keys_to(release), size, theme, settled=_is_full)


def _is_full(picture: Picture) -> bool:
    """Say whether events and the past of an open release's metrics are there."""
    return bool(picture.events) and _has_past(picture)


def _has_past(picture: Picture) -> bool:
    views = [view for metrics in picture.metrics.values() for by in metrics.by_version.values() for view in by.values()]
    return any(len(view.points) > 1 for view in views)


SHOTS = (
    # A plan is on the screen for half a second before Enter runs it.
    Shot("plan-switch", keys_to("catalog", "s"), (120, 32), pause=0.7),
    Shot("fleet", size=(120, 24), ready=lambda picture: bool(picture.metrics)),
    Shot("chart", keys_to("gateway", "m", "down"), (120, 32), settled=_has_past),
    # The plan of what is set is drawn behind the screen.
    Shot("weight", keys_to("gateway", "w", "right_square_bracket", "right_square_bracket"), (120, 24), pause=0.5),
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
        self._reading: asyncio.Task[None] | None = None

    @property
    def picture(self) -> Picture:
        """The picture as it was when it was complete."""
        return self._picture or self._feed.picture

    def now(self) -> datetime:
        """Return the moment of the picture."""
        return self.picture.observed_at or MOMENT

    async def start(self) -> None:
        """Wait for the complete picture, and keep it with the metrics of the fleet."""
        complete = await first_complete(self._feed)
        self._publish(await self._feed.with_metrics(complete.releases))

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

    def watch_metrics(self, release: tuple[str, str] | None) -> None:
        """Take one more picture, with the metrics of `release`."""
        wanted = [entry for entry in self.picture.releases if entry.key == release]
        if wanted:
            self._reading = asyncio.create_task(self._take_metrics(wanted))

    async def _take_metrics(self, releases: Sequence[ReleaseView]) -> None:
        read = await self._feed.with_metrics(releases)
        events = self.picture.events or read.events
        self._publish(msgspec.structs.replace(read, events=events, observed_at=self.now()))

    async def with_metrics(self, releases: Sequence[ReleaseView]) -> Picture:
        """Return the picture as it is."""
        return self.picture

    def _take_events(self, picture: Picture) -> None:
        if picture.events and not self.picture.events:
            self._publish(msgspec.structs.replace(self.picture, events=picture.events))

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
            # A clock that goes on would ask for metrics of another moment each time.
            stopped = MOMENT + timedelta(seconds=SECONDS_IN)
            clock = Clock(wall=lambda: stopped)
            metrics = MetricsSettings()
            metering = Metering(lambda session: ClusterMetrics(session, metrics, session.clock))
            connections = LiveConnections(LiveFeeds(str(cluster.kubeconfig), metering=metering, clock=clock), settings)
            await take(StillConnections(connections), SHOTS, FOLDER, namespaces=())


if __name__ == "__main__":
    asyncio.run(main())
