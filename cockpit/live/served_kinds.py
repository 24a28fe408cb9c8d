"""Looks for kinds that not every cluster has, until all of them are found: a definition may be installed any time."""

from __future__ import annotations

import logging
from collections.abc import Callable

from cockpit.errors import CockpitError
from cockpit.kube.backoff import Backoff
from cockpit.kube.discovery import served_kinds
from cockpit.kube.errors import ForbiddenError, MissingError
from cockpit.kube.session import Session
from cockpit.resources.kinds import Kind

AGAIN_SECONDS = 45.0
"""So long a kind that is not served is not asked for again."""

_logger = logging.getLogger(__name__)


class ServedKinds:
    """Calls `found` with the kinds that are served, each once, and at first even with none."""

    def __init__(self, session: Session, kinds: tuple[Kind, ...], found: Callable[[frozenset[Kind]], None]) -> None:
        self._session = session
        self._missing = frozenset(kinds)
        self._found = found
        self._backoff = Backoff(session.clock)
        self.answered = False
        """Whether the server has told."""

    async def run(self, follow: bool = True) -> None:
        """Ask until every kind is served; without `follow`, until the server has told."""
        while self._missing and (follow or not self.answered):
            try:
                served = await self._served()
            except CockpitError as error:
                # What ails the server, its heartbeat and its watches tell.
                _logger.debug("discovery met a setback", exc_info=error)
                await self._session.clock.sleep(self._backoff.next_seconds(None))
                continue
            self._backoff.succeeded()
            self._missing -= served
            self.answered = True
            self._found(served)
            if follow and self._missing:
                await self._session.clock.sleep(AGAIN_SECONDS)

    async def _served(self) -> frozenset[Kind]:
        try:
            return await served_kinds(self._session, self._missing)
        except MissingError:
            return frozenset()
        except ForbiddenError:
            # Who may not ask what there is finds out by listing it.
            return self._missing
