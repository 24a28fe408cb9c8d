"""One list-and-watch loop: a kind in a namespace, or in all of them, kept up to date for as long as it runs.

Protocol: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from cockpit.errors import CockpitError
from cockpit.kube.backoff import Backoff
from cockpit.kube.clock import first_of
from cockpit.kube.errors import BusyError, ExpiredError, ForbiddenError, NoAnswerError
from cockpit.kube.left_out import LeftOuts
from cockpit.kube.lines import lines
from cockpit.kube.paging import pages, where
from cockpit.kube.session import Session
from cockpit.kube.setbacks import setback
from cockpit.kube.silence import SILENCE_SECONDS, SilenceGuard
from cockpit.kube.sink import Contact, Sink
from cockpit.resources.decode import LeftOut, MalformedError, SliceDecoder, Status, WatchEvent
from cockpit.resources.kinds import EVENT, Kind
from cockpit.resources.meta import KubernetesObject

_SHORTEST_WATCH_SECONDS = 240.0
_LONGEST_WATCH_SECONDS = 360.0
_TOO_SHORT_SECONDS = 1.0
_SUSPICIOUS_SECONDS = 20.0
_LINES_AT_ONCE = 50
_SLOW_SECONDS = 60.0

_logger = logging.getLogger(__name__)


class KindWatch:
    """Fills a sink with one kind, and says how it stands; a failure of any kind ends nothing, it is tried again."""

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
        self._left_out = LeftOuts(kind.plural)
        self._blind = ""
        """Why changes cannot be followed, so that the list is read again and again; "" while they can."""
        self._mute_streams = 0
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
            except Exception as error:  # the watch's edge: it becomes the state of the kind, and the watch goes on
                _logger.debug("the watch of %s met a setback", self.kind.plural, exc_info=error)
                await self._recover(error)

    async def _list(self) -> None:
        names: set[tuple[str, str]] = set()
        skipped: tuple[LeftOut, ...] = ()
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
        self._left_out.replace(skipped)
        if self._blind:
            self._sink.heard(self.kind, self.namespace)
        self._report()

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
            if not self._mute_streams:
                self._blind = ""
            self._report()
            async with SilenceGuard(self._clock, response) as guard:
                self._guard = guard
                try:
                    async for batch in lines(guard.watched_chunks()):
                        await self._take(batch)
                except NoAnswerError:
                    if guard.spoke or self._clock.monotonic() - opened_at < _SUSPICIOUS_SECONDS:
                        raise
        self._note = ""
        lasted = self._clock.monotonic() - opened_at
        if guard.was_mute:
            self._distrust_silence()
        elif not guard.spoke and lasted >= _SUSPICIOUS_SECONDS:
            # A proxy that cuts what is silent may have held changes back: the list tells.
            self._version = None
        elif lasted >= _TOO_SHORT_SECONDS:
            self._backoff.succeeded()
        else:
            # A proxy that ends every watch at once would otherwise be asked without a pause.
            await self._pause(self._backoff.next_seconds())

    async def _take(self, batch: Sequence[bytes]) -> None:
        for number, line in enumerate(batch, start=1):
            self._apply(self._decoder.watch_event(line))
            if number % _LINES_AT_ONCE == 0:
                await asyncio.sleep(0)
        self._backoff.succeeded()
        self._session.heard()
        self._sink.heard(self.kind, self.namespace)
        self._mute_streams = 0
        if self._blind:
            self._blind = ""
            self._report()

    def _distrust_silence(self) -> None:
        """Read the list anew after a stream that said nothing at all.

        A proxy may hold it back, and a server that was restored to an older state answers a watch from its future with
        silence. Events are not served from the watch cache, and bring no bookmark a minute: theirs may be honest.
        """
        self._version = None
        self._mute_streams += 1
        if self._mute_streams > 1 and self.kind != EVENT:
            self._blind = (
                f"The watch of {self.kind.plural} says nothing, perhaps because a proxy holds it back: "
                f"read every {SILENCE_SECONDS:.0f} s."
            )
            self._report()

    def _apply(self, event: WatchEvent) -> None:
        found = event.object
        if found is None:
            raise _stream_error(event.status or Status())
        if event.type != "BOOKMARK":
            self._apply_object(event.type, found)
        self._version = found.metadata.resource_version or self._version

    def _apply_object(self, change: str, found: KubernetesObject | LeftOut) -> None:
        missing = self._left_out.discard(found.metadata)
        if isinstance(found, LeftOut) or change == "DELETED":
            # An object that no longer fits is not what it was: its old state must not be shown as the present one.
            self._sink.remove(self.kind, self.namespace, found)
        elif change in {"ADDED", "MODIFIED"}:
            self._sink.put(self.kind, self.namespace, (found,))
        if isinstance(found, LeftOut) and change != "DELETED":
            self._left_out.add(found)
            missing = True
        if missing:
            self._report()

    async def _recover(self, error: Exception) -> None:
        found = setback(error, self._backoff.failures)
        least_seconds = found.at_least_seconds
        contact, message = found.contact, self._words(error)
        if isinstance(error, ForbiddenError) and self._version is not None:
            # The list may be allowed all the same. Whether it is must be known soon, once; after that, slowly.
            least_seconds = _SLOW_SECONDS if self._blind else 0.0
            contact = Contact.LOST
            message = self._blind = f"You may not watch {self.kind.plural}: read every {_SLOW_SECONDS:.0f} s."
        elif contact in {Contact.FORBIDDEN, Contact.ABSENT}:
            self._blind, self._mute_streams = "", 0
        # A stream that breaks is no news yet: most can be opened again at once.
        may_pass = contact is Contact.LOST and self._version is not None and self._backoff.failures == 0
        if found.list_again:
            may_pass, self._version = False, None
        if isinstance(error, MalformedError):
            self._note = f"{error}; the list was read anew"
        if contact is not None and not may_pass:
            self._sink.report(self.kind, self.namespace, contact, message)
        seconds = self._backoff.next_seconds(found.retry_after)
        await self._pause(max(seconds, least_seconds))

    def _words(self, error: Exception) -> str:
        if isinstance(error, CockpitError | MalformedError):
            return str(error)
        return (
            f"The watch of {self.kind.plural} broke ({type(error).__name__}: a fault of the cockpit, "
            "please report it). It is begun anew."
        )

    async def _pause(self, seconds: float) -> None:
        self._poked.clear()
        await first_of(self._clock.sleep(seconds), self._poked.wait())

    def _report(self) -> None:
        """Say that the kind is followed, or that its list was read and its changes are not seen."""
        contact = Contact.LOST if self._blind else Contact.LIVE
        notes = (self._blind, self._left_out.sentence(), self._note)
        self._sink.report(self.kind, self.namespace, contact, " ".join(note for note in notes if note))

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
