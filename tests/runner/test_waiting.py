"""What is waited for between changes and at the end, and what is seen meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from cockpit.actions.acts import Act
from cockpit.actions.conditions import EndpointsReady
from cockpit.actions.examination import Consent
from cockpit.actions.record import Done
from cockpit.live.picture import SourceState
from cockpit.release.view import State
from cockpit.runner.progress import Progress, Result, StepState
from cockpit.runner.sight import Sight
from tests.cluster.virtual_loop import run_virtually
from tests.runner.live import Bench, bench, connected

PAUSED = str(Path(__file__).parent / "paused.yaml")
NEVER = EndpointsReady("web", 99)


async def paused(made: Bench) -> None:
    await made.until(lambda: made.release.state is State.PAUSED, "the pause")
    await made.until(lambda: len(made.release.versions) == 2, "two versions")


def test_what_the_next_change_needs_is_waited_for_and_then_given_up(tmp_path: Path) -> None:
    async def story() -> None:
        async with bench(tmp_path, PAUSED) as made:
            await paused(made)
            plan = await made.plan(Act.ISOLATE)
            first = msgspec.structs.replace(plan.changes[0], hold=NEVER, hold_seconds=5.0)
            progress = await made.run(msgspec.structs.replace(plan, changes=(first, *plan.changes[1:])))
            assert progress.result is Result.FAILED
            assert "of 99 endpoints of web are ready" in progress.message
            assert [step.state for step in progress.steps] == [StepState.DONE, StepState.NOT_SENT]
            assert len(made.saboteur.sent) == 1
            holding = [entry for entry in made.progress if entry.steps[0].state is StepState.HOLDING]
            assert any("of 99" in entry.waiting_for for entry in holding)
            assert progress.way_back is not None

    run_virtually(story())


def test_a_result_that_is_not_seen_is_said_and_is_no_failure(tmp_path: Path) -> None:
    async def story() -> None:
        async with bench(tmp_path, PAUSED) as made:
            await paused(made)
            plan = await made.plan(Act.ISOLATE)
            progress = await made.run(msgspec.structs.replace(plan, expects=(NEVER,), expects_seconds=5.0))
            assert progress.result is Result.NOT_SEEN
            assert progress.agreed_milliseconds is None
            assert "of 99 endpoints" in progress.message
            assert made.runner.half_done(made.release) is None
            assert made.acts()[0].ended

    run_virtually(story())


def test_stopping_ends_the_wait_for_a_result(tmp_path: Path) -> None:
    async def story() -> None:
        async with bench(tmp_path, PAUSED) as made:
            await paused(made)
            plan = await made.plan(Act.ISOLATE)
            running = asyncio.create_task(made.run(msgspec.structs.replace(plan, expects=(NEVER,))))
            await made.until(lambda: len(made.saboteur.sent) == 2, "both changes")
            await asyncio.sleep(1)
            made.runner.stop()
            progress = await running
            assert progress.result is Result.NOT_SEEN
            assert "watched no longer" in progress.message

    run_virtually(story())


def test_stopping_before_the_first_change_sends_nothing_and_the_journal_knows(tmp_path: Path) -> None:
    async def story() -> None:
        async with bench(tmp_path) as made:
            plan = await made.plan(Act.SWITCH, "green")
            found = await made.examine(plan)
            progress = await made.runner.run(plan, found, Consent("because"), lambda _: made.runner.stop())
            assert progress.result is Result.STOPPED
            assert progress.message == "Stopped before the first change, as you asked. Nothing was changed."
            assert made.saboteur.sent == []
            assert made.acts()[0].changes[0].done is Done.REFUSED

    run_virtually(story())


def test_a_picture_from_before_the_change_does_not_count(tmp_path: Path) -> None:
    async def story() -> None:
        async with bench(tmp_path, PAUSED) as made:
            await paused(made)
            plan = await made.plan(Act.ISOLATE)
            already = EndpointsReady("web", 1)
            progress = await made.run(msgspec.structs.replace(plan, expects=(already,)))
            assert progress.result is Result.HELD
            assert progress.agreed_milliseconds is not None
            assert "web-canary" in {service.name for service in made.release.services or ()}

    run_virtually(story())


def test_an_old_picture_shows_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with bench(tmp_path, PAUSED) as made:
            await paused(made)
            feed = made.connection.feed
            sources = [msgspec.structs.replace(entry, state=SourceState.STALE) for entry in feed.picture.sources]
            old = msgspec.structs.replace(feed.picture, sources=tuple(sources))
            plan = await made.plan(Act.ISOLATE)
            sight = Sight(feed, plan, lambda: 0.0, lambda _: None)
            seen = (EndpointsReady("web", 1),)
            sight.answered(plan.changes[0], None)
            monkeypatch.setattr(type(feed), "picture", property(lambda _: old))
            assert not sight.all_hold(seen)
            assert "no news of " in sight.words(seen)
            sight.close()
            monkeypatch.undo()

    run_virtually(story())


def test_an_act_that_is_about_to_begin_keeps_another_from_beginning(tmp_path: Path) -> None:
    async def story() -> None:
        async with bench(tmp_path) as made:
            plan = await made.plan(Act.SWITCH, "green")
            found = await made.examine(plan)
            runs = [made.runner.run(plan, found, Consent("because"), made.progress.append) for _ in range(2)]
            first, second = await asyncio.gather(*runs, return_exceptions=True)
            assert isinstance(first, Progress)
            assert "already" in str(second)
            assert len(made.saboteur.sent) == 1

    run_virtually(story())


def test_what_another_cockpit_did_becomes_known(tmp_path: Path) -> None:
    async def story() -> None:
        async with bench(tmp_path) as made, connected(made.cluster, made.journal) as other:
            heard: list[str] = []
            other.runner.on_news(lambda: heard.append("news"))
            assert other.runner.acts(other.release) == ()
            await made.do(Act.SWITCH, "green")
            await asyncio.sleep(3)
            other.runner.acts(other.release)
            await other.until(lambda: other.runner.acts(other.release), "the other's act")
            assert heard
            assert Act.UNDO.value not in other.runner.unavailable(other.subject)

    run_virtually(story())


def test_acts_on_another_cluster_are_not_told(tmp_path: Path) -> None:
    async def story() -> None:
        async with bench(tmp_path) as made:
            await made.do(Act.SWITCH, "green")
            async with bench(tmp_path) as elsewhere:
                await elsewhere.plan(Act.SWITCH, "green")
                assert elsewhere.runner.acts() == ()
            assert len(made.runner.acts()) == 1

    run_virtually(story())
