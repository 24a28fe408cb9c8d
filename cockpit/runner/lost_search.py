"""Looks behind the screen for what became of requests whose cockpit died before their answers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from cockpit.actions.record import ActRecord
from cockpit.live.workers import Workers
from cockpit.runner.cluster import Cluster
from cockpit.runner.journal import Journal, JournalError
from cockpit.runner.lost_answers import is_lost, note_lost_answers
from cockpit.runner.memory import Memory
from cockpit.runner.steps import Sleep

_logger = logging.getLogger(__name__)


class LostAnswers:
    """Searches for them, one search at a time."""

    def __init__(
        self,
        cluster: Cluster,
        journal: Journal,
        memory: Memory,
        workers: Workers,
        now: Callable[[], datetime],
        sleep: Sleep,
    ) -> None:
        self._cluster = cluster
        self._journal = journal
        self._memory = memory
        self._workers = workers
        self._now = now
        self._sleep = sleep
        self._search: asyncio.Task[None] | None = None

    def search(self) -> None:
        """Begin to search, where something is lost and nobody searches yet."""
        if self._lost() and (self._search is None or self._search.done()):
            self._search = self._workers.start("search for lost answers", self._find())

    def _lost(self) -> tuple[ActRecord, ...]:
        """Return the acts of which nobody knows whether something was done."""
        return tuple(record for record in self._memory.acts if is_lost(record))

    async def _find(self) -> None:
        memory, journal = self._memory, self._journal
        try:
            await note_lost_answers(self._cluster, journal, self._lost, self._now, self._sleep, memory.read)
        except JournalError as error:
            _logger.debug("lost answers could not be noted", exc_info=error)
