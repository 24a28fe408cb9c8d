"""One list-and-watch loop: a kind in a namespace, or in all of them, kept up to date for as long as it runs.

Protocol: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from cockpit.errors import CockpitError
from cockpit.kube.backoff import Backoff
from cockpit.kube.clock import first_of
from cockpit.kube.errors import BusyError, ExpiredError
from cockpit.kube.lines import lines
from cockpit.kube.paging import pages, where
from cockpit.kube.session import Session
from cockpit.kube.setbacks import setback
from cockpit.kube.silence import SilenceGuard
from cockpit.kube.sink import Contact, Sink
from cockpit.resources.decode import MalformedError, SliceDecoder, Status, WatchEvent
from cockpit.resources.kinds import Kind

_SHORTEST_WATCH_SECONDS = 240.0
_LONGEST_WATCH_SECONDS = 360.0
_TOO_SHORT_SECONDS = 1.0
_LINES_AT_ONCE = 50


class KindWatch:
    """Fills a sink with one kind, and says how it stands; a failure ends nothing, it is tried again."""

    def __init__(
        self, session: Session, kind: Kind, namespace: str | None, sink: Sink, turns: asyncio.Semaphore | None = None
    ) -> None:
        """Take `turns` to share among watches that must not all list at once."""
        self.kind = kind
        self.namespace = namespace
        self._session = session
        self._sink = sink
        self._clock = session.clock
        self._decoder = SliceDecoder(kind)
        self._backoff = Backoff(session.clock)
        self._turns = turns or asyncio.Semaphore()
        self._version: str | None = None
        self._note = ""
        self._poked = asyncio.Event()
        self._guard: SilenceGuard | None = None

    async def run(self, follow: bool = True) -> None:
        """List, and follow the changes, until cancelled; without `follow`, end when the list was read."""
        while follow or self._version is None:
            try:
                if self._version is None:
                    async with self._turns:
                        await self._list()
                else:
                    await self._follow(self._version)
            except (CockpitError, MalformedError) as error:
                await self._recover(error)

    async def _list(self) -> None:
        names: set[tuple[str, str]] = set()
        skipped: tuple[str, ...] = ()
        version = ""
        async for page in pages(self._session, self.kind, self.namespace, self._decoder):
            self._sink.put(self.kind, self.namespace, page.items)
            names.update((item.metadata.namespace, item.metadata.name) for item in page.items)
            skipped += page.skipped
            version = page.metadata.resource_version
            if page.metadata.continue_:
                self._sink.report(self.kind, self.namespace, Contact.LISTING, _progress(len(names), page.metadata))
        self._sink.keep_only(self.kind, self.namespace, frozenset(names))
        self._version = version
        self._note = skipped[0] if skipped else self._note
        self._report_live()

    def reconnect(self) -> None:
        """Ask again at once: the server was away, and what is open now may be half-open."""
        self._poked.set()
        if self._guard is not None:
            self._guard.cut()

    async def _follow(self, version: str) -> None:
        """Follow one watch until it ends, for whatever reason."""
        opened_at = self._clock.monotonic()
        doing = f"watch {self.kind.plural} {where(self.namespace)}"
        path = self.kind.collection_path(self.namespace)
        async with self._session.stream(path, doing, self._query(version)) as response:
            self._report_live()
            async with SilenceGuard(self._clock, response) as guard:
                self._guard = guard
                async for batch in lines(guard.watched_chunks()):
                    self._backoff.succeeded()
                    await self._take(batch)
        self._note = ""
        if self._clock.monotonic() - opened_at >= _TOO_SHORT_SECONDS:
            self._backoff.succeeded()
        else:
            # A proxy that ends every watch at once would otherwise be asked without a pause.
            await self._pause(self._backoff.next_seconds())

    async def _take(self, batch: Sequence[bytes]) -> None:
        self._session.heard()
        self._sink.heard(self.kind, self.namespace)
        for number, line in enumerate(batch, start=1):
            self._apply(self._decoder.watch_event(line))
            if number % _LINES_AT_ONCE == 0:
                await asyncio.sleep(0)

    def _apply(self, event: WatchEvent) -> None:
        if event.object is None:
            raise _stream_error(event.status or Status())
        if event.type in {"ADDED", "MODIFIED"}:
            self._sink.put(self.kind, self.namespace, (event.object,))
        elif event.type == "DELETED":
            self._sink.remove(self.kind, self.namespace, event.object)
        self._version = event.object.metadata.resource_version or self._version

    async def _recover(self, error: CockpitError | MalformedError) -> None:
        found = setback(error, self._backoff.failures)
        if found.list_again:
            self._version = None
        if isinstance(error, MalformedError):
            self._note = f"{error}; the list was read anew"
        # A stream that breaks is no news yet: most can be opened again at once.
        may_pass = found.contact is Contact.LOST and self._version is not None and self._backoff.failures == 0
        if found.contact is not None and not may_pass:
            self._sink.report(self.kind, self.namespace, found.contact, str(error))
        seconds = self._backoff.next_seconds(found.retry_after)
        await self._pause(max(seconds, found.at_least_seconds))

    async def _pause(self, seconds: float) -> None:
        self._poked.clear()
        await first_of(self._clock.sleep(seconds), self._poked.wait())

    def _report_live(self) -> None:
        self._sink.report(self.kind, self.namespace, Contact.LIVE, self._note)

    def _query(self, version: str) -> dict[str, str]:
        seconds = int(self._clock.uniform(_SHORTEST_WATCH_SECONDS, _LONGEST_WATCH_SECONDS))
        return {
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": version,
            "timeoutSeconds": str(seconds),
        }


def _progress(read: int, metadata: object) -> str:
    remaining = getattr(metadata, "remaining_item_count", None)
    return f"{read} of {read + remaining} read" if remaining else f"{read} read"


def _stream_error(status: Status) -> CockpitError:
    if status.code == 429 or status.code >= 500:
        return BusyError(f"The API server ended the watch ({status.code}).", status.code)
    return ExpiredError("The watch fell too far behind, and the list is read anew.", status.code)
