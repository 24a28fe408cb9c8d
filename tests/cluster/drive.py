"""A cockpit without a screen, on a stage: watches, plans, examines, runs, as commands and keys do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from cockpit.actions.acts import Act
from cockpit.actions.consent import objections
from cockpit.actions.examination import Consent, Examination
from cockpit.actions.plan import Plan
from cockpit.actions.record import ActRecord
from cockpit.actions.request import Request
from cockpit.kube.clock import Clock
from cockpit.live.feed import Feed
from cockpit.live.live_feeds import LiveFeeds
from cockpit.live.picture import Picture, SourceState
from cockpit.release.subject import Subject
from cockpit.release.view import ReleaseView, State
from cockpit.runner.connections import LiveConnections
from cockpit.runner.progress import Progress, Result
from cockpit.runner.runner import Connection, Runner
from cockpit.runner.settings import RunnerSettings
from tests.cluster.stage import NOON, Place, Stage
from tests.cluster.virtual_loop import VirtualLoop


class NotAgreed(AssertionError):  # noqa: N818 - an assertion in words
    """Something that was waited for did not come."""


class Cockpit:
    """One connection with its runner. `patience` is how many seconds a wait may take."""

    def __init__(self, connection: Connection, namespace: str, patience: float) -> None:
        self.feed: Feed = connection.feed
        self.runner: Runner = connection.runner
        self._namespace = namespace
        self._patience = patience

    def find(self, name: str, namespace: str = "") -> ReleaseView | None:
        """Return a release as the latest picture has it."""
        key = (namespace or self._namespace, name)
        return next((release for release in self.feed.picture.releases if release.key == key), None)

    def release(self, name: str, namespace: str = "") -> ReleaseView:
        """Return a release that is there."""
        found = self.find(name, namespace)
        assert found is not None, f"no release {name} among {[release.key for release in self.feed.picture.releases]}"
        return found

    def subject(self, name: str, namespace: str = "") -> Subject:
        """Return a release with everything around it."""
        found = self.feed.subject(namespace or self._namespace, name)
        assert found is not None, f"no release {name}"
        return found

    async def until(self, holds: Callable[[], object], what: str) -> None:
        """Wait until pictures show something."""
        news = asyncio.Event()

        def look(_: Picture) -> None:
            news.set()

        unsubscribe = self.feed.subscribe(look)
        try:
            async with asyncio.timeout(self._patience):
                while not holds():
                    news.clear()
                    await news.wait()
        except TimeoutError:
            raise NotAgreed(f"{what}; the last picture: {self.feed.picture.releases!r:.4000}") from None
        finally:
            unsubscribe()

    async def until_steady(self, name: str, namespace: str = "") -> ReleaseView:
        """Wait until a release is steady."""

        def steady() -> bool:
            release = self.find(name, namespace)
            return release is not None and release.state is State.STEADY

        await self.until(steady, f"{name} never became steady")
        return self.release(name, namespace)

    async def plan(self, name: str, act: Act, namespace: str = "", /, **details: object) -> Plan:
        """Return the plan for an act on a release; a watch that is just being renewed is waited for."""
        await self.until(self._is_live, "the picture stayed stale")
        return await self.runner.plan(self.subject(name, namespace), Request(act, **details))  # type: ignore[arg-type]

    def _is_live(self) -> bool:
        return all(source.state is not SourceState.STALE for source in self.feed.picture.sources)

    async def examine(self, plan: Plan) -> Examination:
        """Try a plan without effect."""
        return await self.runner.examine(plan, lambda _: None)

    async def run(self, plan: Plan, consent: Consent | None = None, told: list[Progress] | None = None) -> Progress:
        """Examine and run a plan, whatever comes of it."""
        given = consent or Consent()
        listener = (lambda _: None) if told is None else told.append
        return await self.runner.run(plan, await self.examine(plan), given, listener)

    async def act(self, name: str, act: Act, namespace: str = "", /, **details: object) -> Progress:
        """Plan, examine and run an act that nothing speaks against, and see that the picture agrees."""
        plan = await self.plan(name, act, namespace, **details)
        examination = await self.examine(plan)
        assert objections(plan, examination, Consent()) == ()
        return held(await self.runner.run(plan, examination, Consent(), lambda _: None))

    async def take_back(self, name: str, namespace: str = "") -> Progress:
        """Undo the last act on a release."""
        return await self.act(name, Act.UNDO, namespace)

    async def until_remembered(self) -> None:
        """Wait until the journal has been read, which a cockpit that has just started does behind its first picture."""
        async with asyncio.timeout(self._patience):
            while not self.runner.acts():  # noqa: ASYNC110 - nothing tells of it where nothing is in the journal
                await asyncio.sleep(0.1)

    def half_done(self, name: str, namespace: str = "") -> ActRecord | None:
        """Return the act that ended half-way."""
        return self.runner.half_done(self.release(name, namespace))


def held(progress: Progress) -> Progress:
    """Return a progress that ended well."""
    assert progress.result is Result.HELD, (progress.result, progress.message, progress.waiting_for, progress.steps)
    return progress


@asynccontextmanager
async def cockpit(
    stage: Stage,
    journal: Path,
    namespaces: tuple[str, ...] | None = None,
    place: Place | None = None,
    user: str = "",
    settings: Callable[[RunnerSettings], RunnerSettings] = lambda plain: plain,
) -> AsyncIterator[Cockpit]:
    """Open a cockpit on a stage, or on another way to it, and wait for its first full picture."""
    where = place or stage.place
    feeds = LiveFeeds(where.kubeconfig, environ={}, clock=_clock())
    connections = LiveConnections(feeds, settings(RunnerSettings(journal=journal, who="tester")))
    wanted = (stage.namespace,) if namespaces is None else namespaces
    connection = connections.open(user or where.context or None, wanted)
    await connection.feed.start()
    opened = Cockpit(connection, stage.namespace, stage.patience)
    try:
        await opened.until(lambda: opened.feed.picture.complete, "no full picture")
        yield opened
    finally:
        await connection.feed.stop()


def _clock() -> Clock:
    """Return the loop's time where it jumps, else the machine's."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, VirtualLoop):
        return Clock()
    ahead = NOON - loop.began
    return Clock(
        loop.time, lambda: datetime.fromtimestamp(loop.time() + ahead, UTC), asyncio.sleep, lambda _, most: most
    )
