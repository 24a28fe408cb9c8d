"""Metrics are asked for again and again: those of the release that is open, else those of the fleet."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from cockpit.live.drifts import Drifts
from cockpit.live.metrics_watch import Key, MetricsWatch
from cockpit.release.metrics_view import MetricsSourceView, MetricsState, ObservedSplit, ReleaseMetrics
from cockpit.release.view import ReleaseView, Role
from tests.kube.stepped import SteppedClock, step_until
from tests.ui.factory import release, version

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
SPLIT = ObservedSplit(shares={"v1": 1.0}, window="1m", samples=60.0, source="application")


class ScriptedReading:
    """Notes what it was asked, and answers with the same metrics; `silent` answers nothing."""

    state = MetricsSourceView(MetricsState.CONNECTED, "scripted")
    refresh_seconds = 5.0

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.silent = False
        self.closed = False

    async def read_release(self, release: ReleaseView, now: datetime) -> ReleaseMetrics | None:
        self.asked.append(release.name)
        return None if self.silent else metrics_at(now)

    async def read_fleet(self, releases: Sequence[ReleaseView], now: datetime) -> Mapping[Key, ReleaseMetrics]:
        self.asked.append("fleet")
        return {} if self.silent else {release.key: metrics_at(now) for release in releases}

    async def close(self) -> None:
        self.closed = True


def metrics_at(now: datetime) -> ReleaseMetrics:
    return ReleaseMetrics(until=now, step=15.0, by_version={}, observed=SPLIT)


class Stage:
    """A watch on two releases whose time a test moves."""

    def __init__(self) -> None:
        self.reading = ScriptedReading()
        self.time = SteppedClock()
        self.now = NOW
        self.views = tuple(release(name, (version("v1", Role.STABLE, name, "r"),)) for name in ("api", "web"))
        self.watch = MetricsWatch(
            self.reading, lambda: self.views, lambda: self.now, lambda: None, self.time.clock(), Drifts()
        )

    async def until(self, *asked: str) -> None:
        await step_until(self.time, lambda: self.reading.asked == list(asked), f"questions {asked}")

    def observed(self) -> list[Mapping[str, float] | None]:
        releases, _ = self.watch.join(self.views)
        return [entry.splits.observed for entry in releases]


def test_the_fleet_is_asked_about_until_a_release_is_open_and_after_it_is_left() -> None:
    async def scenario() -> None:
        stage = Stage()
        running = asyncio.create_task(stage.watch.run())
        await stage.until("fleet")
        stage.watch.open(("default", "web"))
        await stage.until("fleet", "web", "web")
        stage.watch.open(None)
        await stage.until("fleet", "web", "web", "fleet")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(scenario())


def test_what_cannot_be_read_any_more_stays_with_its_age_but_says_nothing_of_now() -> None:
    async def scenario() -> None:
        stage = Stage()
        await stage.watch.read_once(stage.views)
        assert stage.observed() == [{"v1": 1.0}, {"v1": 1.0}]
        stage.reading.silent = True
        stage.now += timedelta(seconds=90)
        await stage.watch.read_once(stage.views)
        assert stage.observed() == [None, None]
        _, known = stage.watch.join(stage.views)
        assert [entry.until for entry in known.values()] == [NOW, NOW]

    asyncio.run(scenario())


def test_a_release_that_is_gone_is_forgotten() -> None:
    async def scenario() -> None:
        stage = Stage()
        await stage.watch.read_once(stage.views)
        stage.views = stage.views[:1]
        await stage.watch.read_once(stage.views)
        _, known = stage.watch.join(stage.views)
        assert list(known) == [("default", "api")]

    asyncio.run(scenario())


def test_the_same_answer_for_the_same_release_is_the_same_view() -> None:
    async def scenario() -> None:
        stage = Stage()
        await stage.watch.read_once(stage.views)
        first, _ = stage.watch.join(stage.views)
        second, _ = stage.watch.join(stage.views)
        assert all(before is after for before, after in zip(first, second, strict=True))

    asyncio.run(scenario())
