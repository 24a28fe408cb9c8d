"""Asks for metrics again and again: of the release that is open, else of the whole fleet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from cockpit.kube.clock import Clock, first_of
from cockpit.kube.session import Session
from cockpit.live.drifts import USUAL, DriftRule, Drifts
from cockpit.live.left_pods import LeftPods
from cockpit.live.metrics_join import joined
from cockpit.release.metrics_view import MetricsSourceView, ReleaseMetrics
from cockpit.release.view import ReleaseView

FLEET_SECONDS = 10.0
FRESH = timedelta(seconds=60)
"""Older metrics are still shown, with their age, but joined to nothing: they say nothing of now."""
_ONCE_SECONDS = 8.0
"""How long a single picture waits for metrics: it is worth more than they are."""

Key = tuple[str, str]


class Reading(Protocol):
    """Reads metrics; whatever goes wrong is told by `state`, and nothing is raised but faults."""

    @property
    def state(self) -> MetricsSourceView:
        """How the source of metrics stands."""

    @property
    def refresh_seconds(self) -> float:
        """How often a release that is open is to be read."""

    async def read_release(self, release: ReleaseView, now: datetime) -> ReleaseMetrics | None:
        """Return all that metrics tell of a release now, None where they cannot be read."""

    async def read_fleet(self, releases: Sequence[ReleaseView], now: datetime) -> Mapping[Key, ReleaseMetrics]:
        """Return what metrics tell of many releases now, without the past."""

    async def close(self) -> None:
        """Close every connection."""


class NoMetrics:
    """Implements `Reading` where no metrics are wanted."""

    state = MetricsSourceView()
    refresh_seconds = 3600.0

    async def read_release(self, release: ReleaseView, now: datetime) -> ReleaseMetrics | None:
        """Return that nothing is known."""
        return None

    async def read_fleet(self, releases: Sequence[ReleaseView], now: datetime) -> Mapping[Key, ReleaseMetrics]:
        """Return that nothing is known."""
        return {}

    async def close(self) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True)
class Metering:
    """How metrics are read on a conversation with an API server, and what of them counts as drift."""

    open: Callable[[Session], Reading] = lambda session: NoMetrics()
    drift: DriftRule = USUAL


NO_METERING = Metering()


@dataclass(frozen=True, slots=True)
class _Joined:
    release: ReleaseView
    metrics: ReleaseMetrics
    result: ReleaseView


class MetricsWatch:
    """Keeps what was read last. All methods belong to the feed's event loop."""

    def __init__(
        self,
        reading: Reading,
        views: Callable[[], Sequence[ReleaseView]],
        now: Callable[[], datetime],
        changed: Callable[[], None],
        clock: Clock,
        drifts: Drifts,
    ) -> None:
        """`views` are the releases as they are now; `changed` is called when something else is known."""
        self._reading = reading
        self._views = views
        self._now = now
        self._changed = changed
        self._clock = clock
        self._drifts = drifts
        self._open: Key | None = None
        self._wake = asyncio.Event()
        self._known: dict[Key, ReleaseMetrics] = {}
        self._joined: dict[Key, _Joined] = {}
        self._left = LeftPods()

    @property
    def source(self) -> MetricsSourceView:
        """How the source of metrics stands."""
        return self._reading.state

    def open(self, release: Key | None) -> None:
        """Ask for this release from now on, and at once; None asks for the fleet."""
        if release != self._open:
            self._open = release
            self._wake.set()

    def look(self) -> None:
        """Ask at once: there is something to ask about."""
        self._wake.set()

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            self._wake.clear()
            views = self._views()
            await self._read(views, next((release for release in views if release.key == self._open), None))
            pause = FLEET_SECONDS if self._open is None else self._reading.refresh_seconds
            await first_of(self._clock.sleep(pause), self._wake.wait())

    async def read_once(self, releases: Sequence[ReleaseView]) -> None:
        """Read the metrics of these releases once, and give up after a few seconds."""
        opened = releases[0] if len(releases) == 1 else None
        await first_of(self._clock.sleep(_ONCE_SECONDS), self._read(releases, opened))

    def join(self, releases: Sequence[ReleaseView]) -> tuple[tuple[ReleaseView, ...], Mapping[Key, ReleaseMetrics]]:
        """Return the releases with what metrics tell of them, and their metrics by key."""
        now = self._now()
        known = {release.key: self._known[release.key] for release in releases if release.key in self._known}
        return tuple(self._join(release, known.get(release.key), now) for release in releases), known

    def _join(self, release: ReleaseView, metrics: ReleaseMetrics | None, now: datetime) -> ReleaseView:
        """Return the release joined; what was joined before is the same object, which is quick to compare."""
        if metrics is None or now - metrics.until > FRESH:
            self._joined.pop(release.key, None)
            return release
        before = self._joined.get(release.key)
        if before is None or before.release is not release or before.metrics is not metrics:
            pods = self._left.noted(release) if metrics.ipvs else None
            result = self._drifts.told(joined(release, metrics, pods), metrics)
            before = self._joined[release.key] = _Joined(release, metrics, result)
        return before.result

    async def stop(self) -> None:
        """Close every connection."""
        await self._reading.close()

    async def _read(self, views: Sequence[ReleaseView], opened: ReleaseView | None) -> None:
        """Read all of the release that is open, else some of each of the fleet."""
        if opened is not None:
            read = await self._reading.read_release(opened, self._now())
            if read is not None:
                self._known[opened.key] = read
        elif views:
            found = await self._reading.read_fleet(views, self._now())
            present = {release.key for release in views}
            # What cannot be read any more stays as it was: its age tells.
            self._known = {key: entry for key, entry in {**self._known, **found}.items() if key in present}
            self._joined = {key: entry for key, entry in self._joined.items() if key in present}
            self._drifts.keep_only(present)
            self._left.keep_only(present)
        self._changed()
