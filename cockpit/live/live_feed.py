"""A cluster under watch: wires the watches, the projection and the pictures of one context together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime

from cockpit.kube.access import Access
from cockpit.kube.clock import Clock
from cockpit.kube.credentials import Credentials
from cockpit.kube.errors import quoted
from cockpit.kube.heartbeat import Heartbeat
from cockpit.kube.objects import namespace_names, read_object
from cockpit.kube.session import Session
from cockpit.live.coverage import Coverage
from cockpit.live.drifts import Drifts
from cockpit.live.event_watch import EventWatch
from cockpit.live.feed import Listener
from cockpit.live.metrics_watch import Metering, MetricsWatch
from cockpit.live.missing_namespaces import MissingNamespaces
from cockpit.live.picture import ConnectionState, Picture
from cockpit.live.projector import Rules
from cockpit.live.publisher import Publisher
from cockpit.live.workers import Workers
from cockpit.release.subject import Subject
from cockpit.release.view import ReleaseView


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to watch: `namespaces` is empty for all; without `follow` everything is listed once."""

    access: Access
    namespaces: tuple[str, ...]
    follow: bool = True


class LiveFeed:
    """Implements `cockpit.live.feed.Feed` on a Kubernetes API."""

    def __init__(
        self,
        wanted: Wanted,
        credentials: Credentials,
        rules: Rules,
        clock: Clock,
        metering: Metering,
    ) -> None:
        self._wanted = wanted
        self._rules = rules
        self._session = Session(wanted.access, credentials, clock)
        first = Picture(context=wanted.access.context, namespaces=wanted.namespaces)
        self._publisher = Publisher(first, self._make_picture, clock)
        self._workers = Workers(self._warn)
        self._namespaces = wanted.namespaces
        self._coverage = self._cover(wanted.namespaces)
        self._missing = MissingNamespaces(self._session, wanted.namespaces, self._publisher.due)
        self._metrics = MetricsWatch(
            metering.open(self._session), self._views, self.now, self._publisher.due, clock, Drifts(metering.drift)
        )
        self._events: EventWatch | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._before_stop: list[Callable[[], Coroutine[object, object, None]]] = []
        self._connection = (ConnectionState.CONNECTING, "")
        self._warnings: dict[str, None] = {}
        self._complete = False
        self._asked_for_metrics = False

    @property
    def session(self) -> Session:
        """The conversation with the API server, for whoever acts on what the feed shows."""
        return self._session

    @property
    def picture(self) -> Picture:
        """The latest picture."""
        return self._publisher.picture

    def now(self) -> datetime:
        """Return the time by the server's clock."""
        return self._session.server_time.now()

    async def start(self) -> None:
        """Begin to watch. Returns at once."""
        self._workers.start("projection", self._publisher.run())
        self._workers.start("heartbeat", Heartbeat(self._session, self).run(), self.silent)
        self._workers.start("search for namespaces", self._missing.run(), self._without_namespaces)
        self._coverage.start(self._wanted.follow)
        if self._wanted.follow:
            self._workers.start("reading of metrics", self._metrics.run())

    def before_stop(self, ending: Callable[[], Coroutine[object, object, None]]) -> None:
        """Await `ending` when the feed is stopped, while the session still stands; it must not raise."""
        self._before_stop.append(ending)

    async def stop(self) -> None:
        """End every watch and close the connection."""
        for ending in self._before_stop:
            await ending()
        await self._workers.stop()
        await self._coverage.stop()
        if self._events is not None:
            await self._events.stop()
        await asyncio.gather(*self._leaving)
        await self._metrics.stop()
        await self._session.close()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every picture that differs from the last."""
        return self._publisher.subscribe(listener)

    def watch_events(self, namespace: str | None) -> None:
        """Watch the events of one namespace, or of none."""
        if self._events is not None:
            if self._events.namespace == namespace:
                return
            leaving = asyncio.create_task(self._events.stop())
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)
        self._events = None
        if namespace:
            self._events = EventWatch(self._session, namespace, self._publisher.due, self._warn)
            self._events.start()
        self._publisher.due()

    def watch_metrics(self, release: tuple[str, str] | None) -> None:
        """Ask often for the metrics of one release, or of none."""
        self._metrics.open(release)

    async def with_metrics(self, releases: Sequence[ReleaseView]) -> Picture:
        """Read the metrics of some releases once, and return the picture with them."""
        await self._metrics.read_once(releases)
        return await self._make_picture()

    def subject(self, namespace: str, name: str) -> Subject | None:
        """Return a release with everything around it as it is now, None where there is no such release."""
        return self._coverage.projector.subject(namespace, name)

    async def list_namespaces(self) -> tuple[str, ...]:
        """Return the names of all namespaces."""
        return await namespace_names(self._session)

    async def read_object(self, kind: str, namespace: str, name: str) -> str:
        """Return one object as YAML, secrets masked."""
        return await read_object(self._session, kind, namespace, name)

    def answers(self) -> None:
        """Note that the server answers; after a silence every watch asks again at once."""
        if self._connection[0] is ConnectionState.UNREACHABLE:
            self._coverage.reconnect()
            if self._events is not None:
                self._events.reconnect()
        self._connected(ConnectionState.LIVE, "")

    def silent(self, message: str) -> None:
        """Note that the server does not answer: all that was read is stale."""
        self._connected(ConnectionState.UNREACHABLE, message)

    def refused(self, message: str) -> None:
        """Note that the user is not let in; watches that are open may still go on."""
        self._connected(ConnectionState.REFUSED, message)

    def _connected(self, state: ConnectionState, message: str) -> None:
        self._connection = (state, message)
        reachable = state is not ConnectionState.UNREACHABLE
        self._coverage.set_reachable(reachable)
        if self._events is not None:
            self._events.set_reachable(reachable)
        self._publisher.due()

    def _without_namespaces(self, sentence: str) -> None:
        self._missing.give_up()
        self._warn(sentence)

    def _warn(self, sentence: str) -> None:
        self._warnings[sentence] = None
        self._publisher.due()

    def _cover(self, namespaces: tuple[str, ...]) -> Coverage:
        return Coverage(self._session, namespaces or (None,), self._rules, self._publisher.due, self._warn)

    async def _make_picture(self) -> Picture:
        if not self._complete and not self._namespaces and self._coverage.essentials_forbidden():
            await self._fall_back()
        # Releases wait until every kind is accounted for: before that they would flicker.
        self._complete = self._complete or (self._coverage.complete() and self._missing.answered)
        if self._complete:
            await self._coverage.project_changes()
            if not self._asked_for_metrics:
                self._asked_for_metrics = True
                self._metrics.look()
        state, message = self._connection
        if state is ConnectionState.LIVE and self._coverage.nothing_allowed():
            state, message = ConnectionState.REFUSED, self._nothing_allowed()
        events = self._events
        releases, metrics = self._metrics.join(self._views())
        return Picture(
            context=self._wanted.access.context,
            namespaces=self._namespaces,
            connection=state,
            connection_message=message,
            observed_at=self._session.observed_at,
            warnings=(*self._warnings, *self._missing.warnings(), *self._coverage.projector.failures()),
            sources=(*self._coverage.sources.views(), *((events.source(),) if events else ())),
            releases=releases,
            metrics=metrics,
            metrics_source=self._metrics.source,
            events=events.views() if events else None,
            complete=self._complete,
        )

    def _views(self) -> tuple[ReleaseView, ...]:
        return self._coverage.projector.views()

    async def _fall_back(self) -> None:
        own = self._wanted.access.namespace
        self._warn(
            f"You may not list pods in all namespaces, so only the context's namespace {quoted(own)} is shown. "
            "Name others with --namespace."
        )
        self._namespaces = (own,)
        await self._coverage.stop()
        self._coverage = self._cover(self._namespaces)
        self._coverage.start(self._wanted.follow)

    def _nothing_allowed(self) -> str:
        where = f"namespace {', '.join(map(quoted, self._namespaces))}" if self._namespaces else "any namespace"
        return (
            f"You may not list anything in {where}. "
            'Choose another one with --namespace, or ask for the role "view" there.'
        )
