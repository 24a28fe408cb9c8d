"""What is watched, in which namespaces, and what it has brought so far."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from cockpit.kube.session import Session
from cockpit.kube.sink import Contact
from cockpit.kube.watch import KindWatch
from cockpit.live.picture import SourceState
from cockpit.live.projector import Projector, Rules
from cockpit.live.served_kinds import ServedKinds
from cockpit.live.sources import Sources
from cockpit.live.store import Store
from cockpit.live.workers import Workers
from cockpit.resources.kinds import DEPLOYMENT, POD, ROUTING, SERVICE, WATCHED, Kind
from cockpit.resources.meta import KubernetesObject

_LISTS_AT_ONCE = 16
_ESSENTIAL = (POD.plural, DEPLOYMENT.plural, SERVICE.plural)


class Coverage:
    """One choice of namespaces under watch: the sink of its watches, and the releases found in it."""

    def __init__(
        self,
        session: Session,
        scopes: Sequence[str | None],
        rules: Rules,
        changed: Callable[[], None],
        warn: Callable[[str], None],
    ) -> None:
        self.store = Store()
        self.sources = Sources((kind.plural for kind in WATCHED), scopes, session.server_time.now)
        self.projector = Projector(rules, self.store, self.sources)
        self._changed = changed
        self._workers = Workers(warn)
        self._session = session
        self._scopes = tuple(scopes)
        self._turns = asyncio.Semaphore(_LISTS_AT_ONCE)
        self._watches = [self._watch(kind, scope) for scope in scopes for kind in WATCHED]
        self._served = ServedKinds(session, ROUTING, self._watch_served)
        self._follow = True

    def start(self, follow: bool) -> None:
        """Start every watch; without `follow`, only list."""
        self._follow = follow
        for watch in self._watches:
            self._start(watch)
        self._workers.start("search for traffic systems", self._served.run(follow))

    def complete(self) -> bool:
        """Say whether every kind was listed, or said that it cannot be, those of traffic systems included."""
        return self._served.answered and self.sources.complete()

    def _watch(self, kind: Kind, scope: str | None) -> KindWatch:
        return KindWatch(self._session, kind, scope, self, self._turns)

    def _start(self, watch: KindWatch) -> None:
        self._workers.start(f"watch of {watch.kind.plural}", watch.run(self._follow), partial(self._failed, watch))

    def _watch_served(self, kinds: frozenset[Kind]) -> None:
        """Watch kinds that turned out to be served."""
        for kind in (kind for kind in ROUTING if kind in kinds):
            scopes = self._scopes if kind.namespaced else (None,)
            self.sources.add(kind.plural, scopes)
            for scope in scopes:
                watch = self._watch(kind, scope)
                self._watches.append(watch)
                self._start(watch)
        self._changed()

    def _failed(self, watch: KindWatch, sentence: str) -> None:
        self.report(watch.kind, watch.namespace, Contact.FAILED, sentence)

    async def stop(self) -> None:
        """End every watch."""
        await self._workers.stop()

    async def project_changes(self) -> None:
        """Bring the releases up to date with what the watches have brought."""
        await self.projector.update(self.store.take_changes())
        if self.store.has_changes():
            self._changed()

    def reconnect(self) -> None:
        """Let every watch ask again at once."""
        for watch in self._watches:
            watch.reconnect()

    def set_reachable(self, reachable: bool) -> None:
        """Note whether the server answers; what was read from a silent one is stale."""
        if self.sources.set_reachable(reachable):
            self.store.look_again(None)
            self._changed()

    def nothing_allowed(self) -> bool:
        """Say whether every kind is forbidden."""
        return self.sources.are_all(SourceState.FORBIDDEN)

    def essentials_forbidden(self) -> bool:
        """Say whether all kinds are accounted for, and those without which there is no release are forbidden."""
        return self.sources.complete() and self.sources.are_all(SourceState.FORBIDDEN, _ESSENTIAL)

    def put(self, kind: Kind, namespace: str | None, objects: Sequence[KubernetesObject]) -> None:
        """Take objects from a watch."""
        self.store.put(kind, objects)
        self._changed()

    def remove(self, kind: Kind, namespace: str | None, gone: KubernetesObject) -> None:
        """Take the end of an object from a watch."""
        self.store.remove(kind, gone.metadata.namespace, gone.metadata.name)
        self._changed()

    def keep_only(self, kind: Kind, namespace: str | None, names: frozenset[tuple[str, str]]) -> None:
        """Take the end of a list from a watch."""
        self.store.keep_only(kind, namespace, names)
        self._changed()

    def report(self, kind: Kind, namespace: str | None, contact: Contact, message: str) -> None:
        """Take how a watch stands."""
        before = self.sources.is_readable(kind.plural, namespace)
        if self.sources.report(kind.plural, namespace, contact, message):
            # Rules say what of their system cannot be read, and rules are part of what joins releases.
            turned = before is not self.sources.is_readable(kind.plural, namespace)
            self.store.look_again(namespace, structure=turned and kind in ROUTING)
        if contact in {Contact.FORBIDDEN, Contact.ABSENT}:
            # What was read while it was allowed is no longer known.
            self.store.keep_only(kind, namespace, frozenset())
        self._changed()

    def heard(self, kind: Kind, namespace: str | None) -> None:
        """Take a sign of life of a watch."""
        self.sources.heard(kind.plural, namespace)
