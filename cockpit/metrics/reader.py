"""Reads the metrics of releases: of the one that is open, with its history, and of the whole fleet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from cockpit.kube.clock import Clock
from cockpit.metrics.asks import Ask, Scope, asks_for
from cockpit.metrics.catalogue import Catalogue
from cockpit.metrics.connection import Prometheus
from cockpit.metrics.errors import MetricsError
from cockpit.metrics.finder import Finder
from cockpit.metrics.findings import Judging, Lines, lines_of, metrics_of, without_news
from cockpit.metrics.fleet import FleetOrder, fleet_asks, picked
from cockpit.metrics.grid import Grid, grid
from cockpit.metrics.ipvs import ABSENT, NO_SERVICE, ipvs_entries, ipvs_questions
from cockpit.metrics.joining import joints_of
from cockpit.metrics.memory import Memory
from cockpit.metrics.packing import by_mark, packed
from cockpit.metrics.round import MOST_QUERIES, Refusals, Round
from cockpit.metrics.settings import MetricsSettings
from cockpit.metrics.standing import Standing
from cockpit.metrics.units import duration_of
from cockpit.release.metrics_view import IpvsEntry, MetricsSourceView, ReleaseMetrics
from cockpit.release.view import ReleaseView

FLEET_METRICS = ("requests_per_second", "error_ratio", "latency_p99")
"""What the fleet shows of each version."""

FLEET_QUERIES = MOST_QUERIES
"""Most queries of one refresh of the fleet; what does not fit has its turn in the next one."""

_IPVS_STANDS_SECONDS = 300.0
_ROOM_FOR_OTHERS = 5
"""Queries after which no other source is tried in the same refresh, so that eight are enough for two versions."""

Key = tuple[str, str]
Read = TypeVar("Read")


class MetricsReader:
    """Asks one Prometheus, one query at a time a panel. Nothing is raised: what goes wrong stands in `state`."""

    def __init__(
        self, prometheus: Prometheus, settings: MetricsSettings, catalogue: Catalogue, clock: Clock | None = None
    ) -> None:
        self._prometheus = prometheus
        self._settings = settings
        self._catalogue = catalogue
        self._monotonic = (clock or Clock()).monotonic
        self._standing = Standing(prometheus.name, settings.refresh_seconds)
        self._finder = Finder(catalogue, settings.window)
        self._memory = Memory(timedelta(minutes=settings.range_minutes))
        self._order = FleetOrder()
        self._refusals = Refusals()
        self._no_ipvs_since: float | None = None
        self._one_release, self._one_fleet = asyncio.Lock(), asyncio.Lock()

    @property
    def state(self) -> MetricsSourceView:
        """How well Prometheus answers."""
        return self._standing.view

    async def read_release(self, release: ReleaseView, now: datetime) -> ReleaseMetrics:
        """Return all that metrics tell of a release, with sparklines; `now` is by the server's clock.

        While Prometheus does not answer, what was known before is returned as history, with no value and no verdict.
        """
        async with self._one_release:
            judging = Judging(self._catalogue, self._settings, grid(now, self._settings.range_minutes))
            read = await self._tried(now, lambda asking: self._release(release, judging, asking))
            if read is None:
                return without_news(self._memory.last(release.key), judging, self.state.message)
            self._memory.keep(release.key, read)
            return read

    async def read_fleet(self, releases: Sequence[ReleaseView], now: datetime) -> Mapping[Key, ReleaseMetrics]:
        """Return the metrics of `FLEET_METRICS` by release, without sparklines, in at most `FLEET_QUERIES` queries.

        Releases that did not fit keep what was read of them before; `until` says when.
        """
        async with self._one_fleet:
            judging = Judging(self._catalogue.of(FLEET_METRICS), self._settings, Grid(now, 1.0, 1))
            read = await self._tried(now, lambda asking: self._fleet(releases, judging, asking))
            if read is not None:
                return self._order.renewed(releases, read)
            return {
                release.key: without_news(self._order.known(release.key), judging, self.state.message)
                for release in releases
            }

    async def _tried(self, now: datetime, read: Callable[[Round], Coroutine[object, object, Read]]) -> Read | None:
        """Return what was read, or None where Prometheus does not answer, or did not a moment ago."""
        if not self._standing.may_ask(self._monotonic()):
            return None
        asking = Round(self._prometheus, now, self._monotonic, self._refusals)
        try:
            found = await read(asking)
        except MetricsError as error:
            self._standing.failed(self._monotonic(), error)
            return None
        if asking.asked:
            self._standing.answered(now, asking.slowest, (*asking.refusals, *asking.warnings))
        return found

    async def _release(self, release: ReleaseView, judging: Judging, asking: Round) -> ReleaseMetrics:
        await self._finder.know([release.namespace], asking)
        asks = self._asks(release, asking, tuple(self._catalogue.metrics), fleet=False)
        lines = await self._lines(release, asks, judging, asking)
        # What was silent a moment ago may have another source, and a query is left for it.
        asked = {(ask.metric, ask.way) for ask in asks}
        asks = self._asks(release, asking, tuple(self._catalogue.metrics), fleet=False)
        others = [ask for ask in asks if (ask.metric, ask.way) not in asked]
        if others and asking.asked <= _ROOM_FOR_OTHERS:
            lines = {**lines, **await self._lines(release, others, judging, asking)}
        ipvs, absent = await self._ipvs(release, asking)
        return _told(metrics_of(release, lines, judging, ipvs, absent), asking)

    async def _lines(self, release: ReleaseView, asks: Sequence[Ask], judging: Judging, asking: Round) -> Lines:
        marked = {str(number): ask for number, ask in enumerate(asks)}
        answers = await asking.ask({mark: ask.promql for mark, ask in marked.items()}, judging.grid)
        lines = lines_of(marked, by_mark(answers), judging)
        self._learn(release, asks, lines)
        return lines

    async def _fleet(
        self, releases: Sequence[ReleaseView], judging: Judging, asking: Round
    ) -> Mapping[Key, ReleaseMetrics]:
        await self._finder.know([release.namespace for release in releases], asking)
        turn = self._order.turn(releases)
        wanted: dict[Key, tuple[Ask, ...]] = {}
        for release in turn:
            wanted[release.key] = self._asks(release, asking, FLEET_METRICS, fleet=True)
            await asyncio.sleep(0)  # a fleet takes 0.1 s: keys go before it
        asks = fleet_asks(wanted)
        queries = packed(asking.open(asks.expressions))
        most = max(FLEET_QUERIES - asking.asked, 0)
        answered = picked(by_mark(await asking.ask_packed(queries[:most], asks.expressions)))
        waiting = {mark for query in queries[most:] for mark in query.marks}
        found = {}
        for release in turn:
            if not asks.waits(release.key, waiting):
                lines = lines_of(asks.by_release[release.key], asks.answers(release.key, answered), judging)
                self._learn(release, wanted[release.key], lines)
                found[release.key] = _told(metrics_of(release, lines, judging, None, ""), asking)
                await asyncio.sleep(0)
        return found

    def _asks(self, release: ReleaseView, asking: Round, metrics: Sequence[str], *, fleet: bool) -> tuple[Ask, ...]:
        scope = Scope(
            catalogue=self._catalogue,
            rows=self._finder.rows(release.namespace),
            window=self._finder.window,
            range=duration_of(self._settings.range_minutes * 60),
            metrics=metrics,
            fleet=fleet,
        )
        joints = joints_of(release, self._memory.gone_pods(release, asking.now))
        return asks_for(release, joints, scope, self._memory.silent(release.key))

    def _learn(self, release: ReleaseView, asks: Sequence[Ask], lines: Lines) -> None:
        """Note the sources that have nothing for any version, so that the next one is asked instead."""
        asked = {(ask.metric, ask.way) for ask in asks}
        told = {(line.ask.metric, line.ask.way) for line in lines.values() if line.ask and (line.points or line.why)}
        self._memory.note_silence(release.key, sorted(asked - told))

    async def _ipvs(self, release: ReleaseView, asking: Round) -> tuple[tuple[IpvsEntry, ...] | None, str]:
        questions = ipvs_questions(release)
        if not questions:
            return None, NO_SERVICE
        if self._no_ipvs_since is not None and asking.began - self._no_ipvs_since < _IPVS_STANDS_SECONDS:
            return None, ABSENT
        entries = ipvs_entries(by_mark(await asking.ask(questions)))
        self._no_ipvs_since = asking.began if entries is None else None
        return entries, "" if entries is not None else (asking.refusals or [ABSENT])[0]


def _told(read: ReleaseMetrics, asking: Round) -> ReleaseMetrics:
    """Return the metrics with what is amiss with the answers."""
    amiss = (*asking.refusals, *asking.warnings)
    return msgspec.structs.replace(read, message=amiss[0]) if amiss else read
