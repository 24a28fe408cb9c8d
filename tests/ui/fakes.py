"""A feed that publishes what a test tells it to, at a time that stands still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from cockpit.errors import CockpitError, UsageError
from cockpit.live.feed import Listener
from cockpit.live.picture import Picture
from cockpit.release.subject import Subject

NOW = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)


class FakeFeed:
    """A feed with one picture at a time; `objects` are answers of read_object by KIND/NAME."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._listeners: list[Listener] = []
        self.time = NOW
        self.objects: dict[str, str] = {}
        self.namespaces: tuple[str, ...] | CockpitError = ("default", "payments", "shop")
        self.events_of: list[str | None] = []
        self.subjects: dict[tuple[str, str], Subject] = {}
        self.started = False
        self.stopped = False

    @property
    def picture(self) -> Picture:
        return self._picture

    def now(self) -> datetime:
        return self.time

    async def start(self) -> None:
        self.started = True

    async def stop(self) -> None:
        self.stopped = True

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def publish(self, picture: Picture) -> None:
        self._picture = picture
        for listener in list(self._listeners):
            listener(picture)

    def watch_events(self, namespace: str | None) -> None:
        self.events_of.append(namespace)

    def subject(self, namespace: str, name: str) -> Subject | None:
        return self.subjects.get((namespace, name))

    async def list_namespaces(self) -> tuple[str, ...]:
        if isinstance(self.namespaces, CockpitError):
            raise self.namespaces
        return self.namespaces

    async def read_object(self, kind: str, namespace: str, name: str) -> str:
        try:
            return self.objects[f"{kind}/{name}"]
        except KeyError:
            raise UsageError(f"{kind}/{name} is not in namespace {namespace} any more.") from None


class FakeFeeds:
    """Opens the feeds that a test made, by the name of their context."""

    def __init__(self, *feeds: FakeFeed) -> None:
        self.feeds = {feed.picture.context: feed for feed in feeds}
        self.opened: list[tuple[str | None, tuple[str, ...] | None]] = []

    def contexts(self) -> tuple[str, ...]:
        return tuple(self.feeds)

    def open(self, context: str | None, namespaces: tuple[str, ...] | None) -> FakeFeed:
        self.opened.append((context, namespaces))
        name = next(iter(self.feeds)) if context is None else context
        if name not in self.feeds:
            raise UsageError(f"There is no context {name!r} in the kubeconfig; pick another with x.")
        return self.feeds[name]
