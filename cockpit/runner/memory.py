"""What the journal remembers, read behind the screen: other cockpits write into it too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from cockpit.actions.record import ActRecord
from cockpit.errors import CockpitError
from cockpit.live.workers import Workers
from cockpit.runner.journal_records import Remembered, remembered_in
from cockpit.runner.journal_tail import JournalTail

_FRESH_SECONDS = 2.0


class Memory:
    """Keeps the acts of one cluster, and reads the journal again when somebody looks."""

    def __init__(
        self,
        path: Path,
        is_ours: Callable[[ActRecord], bool],
        workers: Workers,
        monotonic: Callable[[], float],
        news: Callable[[], None],
    ) -> None:
        """`is_ours` picks the acts of this cluster; `news` is called when something else is remembered."""
        self._path = path
        self._is_ours = is_ours
        self._workers = workers
        self._monotonic = monotonic
        self._news = news
        self._tail = JournalTail(path)
        self._reading = asyncio.Lock()
        self._read_at: float | None = None
        self.acts: tuple[ActRecord, ...] = ()
        """The latest first."""
        self.problem = ""
        """Why the journal cannot be read, in a sentence."""
        self.notes: tuple[str, ...] = ()
        """What of it could not be read."""

    def look(self) -> tuple[ActRecord, ...]:
        """Return what is known, without waiting; it is read again where that was a while ago."""
        if self._read_at is None or self._monotonic() - self._read_at >= _FRESH_SECONDS:
            self._read_at = self._monotonic()
            self._workers.start("reading of the journal", self.read())
        return self.acts

    async def read(self) -> None:
        """Read what was appended; a journal that cannot be read is a `problem`, and what was known stays."""
        async with self._reading:
            before = (self.acts, self.problem, self.notes)
            try:
                found: Remembered = await asyncio.to_thread(remembered_in, self._tail, self._path)
            except CockpitError as error:
                self.problem = str(error)
            else:
                self.problem, self.notes = "", found.notes
                self.acts = tuple(record for record in found.records if self._is_ours(record))
            self._read_at = self._monotonic()
        if before != (self.acts, self.problem, self.notes):
            self._news()
