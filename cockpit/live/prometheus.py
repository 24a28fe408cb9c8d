"""The metrics of one cluster: looks for its Prometheus, or takes the one that settings name, and reads from it."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from cockpit.errors import CockpitError, UnreachableError
from cockpit.kube.clock import Clock
from cockpit.kube.session import Session
from cockpit.live.metrics_watch import Key
from cockpit.metrics.errors import MetricsError
from cockpit.metrics.settings import MetricsSettings
from cockpit.metrics.standing import state_after
from cockpit.release.metrics_view import MetricsSourceView, MetricsState, ReleaseMetrics
from cockpit.release.view import ReleaseView

if TYPE_CHECKING:
    from cockpit.metrics.connection import PrometheusConnection
    from cockpit.metrics.reader import MetricsReader

SEARCH_AGAIN_SECONDS = 60.0
"""How long a search that found nothing stands: a Prometheus may be installed while the cockpit runs."""


class ClusterMetrics:
    """Implements `cockpit.live.metrics_watch.Reading`. Nothing is loaded, looked for or asked before the first read."""

    def __init__(self, session: Session, settings: MetricsSettings, clock: Clock) -> None:
        """Ask on behalf of the user of `session`; `clock` says how long a search stands."""
        self._session = session
        self._settings = settings
        self._clock = clock
        self._state = MetricsSourceView(state=MetricsState.CONNECTING if self._is_wanted else MetricsState.OFF)
        self._connection: PrometheusConnection | None = None
        self._reader: MetricsReader | None = None
        self._opening = asyncio.Lock()
        self._not_before = float("-inf")

    @property
    def state(self) -> MetricsSourceView:
        """How the source of metrics stands."""
        return self._reader.state if self._reader is not None else self._state

    @property
    def refresh_seconds(self) -> float:
        """How often a release that is open is to be read."""
        return self._settings.refresh_seconds

    async def read_release(self, release: ReleaseView, now: datetime) -> ReleaseMetrics | None:
        """Return all that metrics tell of a release now, None where there is nothing to ask."""
        reader = await self._opened(now)
        return None if reader is None else await reader.read_release(release, now)

    async def read_fleet(self, releases: Sequence[ReleaseView], now: datetime) -> Mapping[Key, ReleaseMetrics]:
        """Return what metrics tell of many releases now, without the past."""
        reader = await self._opened(now)
        return {} if reader is None else await reader.read_fleet(releases, now)

    async def close(self) -> None:
        """Close every connection."""
        connection, self._connection, self._reader = self._connection, None, None
        if connection is not None:
            await connection.close()

    @property
    def _is_wanted(self) -> bool:
        return bool(self._settings.url or self._settings.search)

    async def _opened(self, now: datetime) -> MetricsReader | None:
        """Return the reader; where there is none, look for one unless that was done a moment ago."""
        async with self._opening:
            if self._reader is None and self._is_wanted and self._clock.monotonic() >= self._not_before:
                try:
                    self._reader = await self._open(now)
                except UnreachableError as error:
                    self._state = MetricsSourceView(state=MetricsState.GONE, message=str(error))
                except MetricsError as error:
                    self._state = MetricsSourceView(state=state_after(error), message=str(error))
                except CockpitError as error:
                    # A file of the user's that cannot be used: nothing was asked.
                    self._state = MetricsSourceView(state=MetricsState.OFF, message=str(error))
                if self._reader is None:
                    self._not_before = self._clock.monotonic() + SEARCH_AGAIN_SECONDS
            return self._reader

    async def _open(self, now: datetime) -> MetricsReader | None:
        # Modules and files are read, and queries compiled, beside the loop that draws.
        await asyncio.to_thread(importlib.import_module, "cockpit.metrics.opening")
        from cockpit.metrics.opening import catalogue_for, found_connection, named_connection

        why: MetricsError | None = None
        self._connection = named_connection(self._settings)
        if self._connection is None:
            self._connection, why = await found_connection(self._settings, self._session, now)
        if why is not None:
            raise why
        if self._connection is None:
            return None
        await asyncio.to_thread(importlib.import_module, "cockpit.metrics.reader")
        from cockpit.metrics.reader import MetricsReader

        try:
            catalogue = await asyncio.to_thread(catalogue_for, self._settings)
        except MetricsError:
            await self.close()
            raise
        return MetricsReader(self._connection, self._settings, catalogue, self._clock)
