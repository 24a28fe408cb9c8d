"""Watches the events of one namespace."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cockpit.kube.session import Session
from cockpit.kube.sink import Contact
from cockpit.kube.watch import KindWatch
from cockpit.live.event_log import EventLog
from cockpit.live.picture import EventView, SourceState, SourceView
from cockpit.live.sources import Sources
from cockpit.live.workers import Workers
from cockpit.resources.kinds import EVENT, Kind
from cockpit.resources.meta import KubernetesObject


class EventWatch:
    """The sink of one watch of events."""

    def __init__(
        self, session: Session, namespace: str, changed: Callable[[], None], warn: Callable[[str], None]
    ) -> None:
        self.namespace = namespace
        self._changed = changed
        self._log = EventLog()
        self._sources = Sources((EVENT.plural,), (namespace,), session.server_time.now)
        self._watch = KindWatch(session, EVENT, namespace, self)
        self._workers = Workers(warn)

    def start(self) -> None:
        """Begin to watch."""
        self._workers.start("watch of events", self._watch.run(), self._failed)

    def _failed(self, sentence: str) -> None:
        self.report(EVENT, self.namespace, Contact.FAILED, sentence)

    async def stop(self) -> None:
        """End the watch."""
        await self._workers.stop()

    def reconnect(self) -> None:
        """Ask again at once."""
        self._watch.reconnect()

    def set_reachable(self, reachable: bool) -> None:
        """Note whether the server answers."""
        self._sources.set_reachable(reachable)

    def source(self) -> SourceView:
        """Return how well the events are known."""
        return self._sources.views()[0]

    def views(self) -> tuple[EventView, ...] | None:
        """Return the events, the newest first, or None where they cannot be read."""
        known = self._sources.state(EVENT.plural, self.namespace) in {SourceState.LIVE, SourceState.STALE}
        return self._log.views() if known else None

    def put(self, kind: Kind, namespace: str | None, objects: Sequence[KubernetesObject]) -> None:
        """Take events from the watch."""
        for entry in objects:
            self._log.put(entry)
        self._changed()

    def remove(self, kind: Kind, namespace: str | None, gone: KubernetesObject) -> None:
        """Take the end of an event from the watch."""
        self._log.remove(gone.metadata.name)
        self._changed()

    def keep_only(self, kind: Kind, namespace: str | None, names: frozenset[tuple[str, str]]) -> None:
        """Take the end of a list from the watch."""
        self._log.keep_only(frozenset(name for _, name in names))
        self._changed()

    def report(self, kind: Kind, namespace: str | None, contact: Contact, message: str) -> None:
        """Take how the watch stands."""
        self._sources.report(kind.plural, namespace, contact, message)
        self._changed()

    def heard(self, kind: Kind, namespace: str | None) -> None:
        """Take a sign of life."""
        self._sources.heard(kind.plural, namespace)
