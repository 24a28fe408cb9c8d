"""What goes wrong while a plan runs: the journal stays true, and both ways out are offered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from cockpit.actions.acts import Act
from cockpit.actions.change import Change
from cockpit.actions.examination import Consent
from cockpit.actions.record import Done
from cockpit.errors import CockpitError
from cockpit.kube.errors import (
    BusyError,
    ExistsError,
    ForbiddenError,
    InvalidError,
    LostPreconditionError,
    NoAnswerError,
)
from cockpit.release.view import State
from cockpit.runner.progress import Progress, Result, StepState
from cockpit.training.api.kinds import SERVICE
from tests.cluster.virtual_loop import run_virtually
from tests.runner.live import Bench, bench, connected
from tests.runner.saboteur import lost

PAUSED = str(Path(__file__).parent / "paused.yaml")
BLUE = {"app": "shop", "version": "blue"}
GREEN = {"app": "shop", "version": "green"}
NOBODY_IN = NoAnswerError("https://kind does not answer.")


def on(folder: Path, story: Callable[[Bench], Coroutine[object, object, None]], scenario: str = "") -> None:
    async def told() -> None:
        async with bench(folder, scenario or "selector-switch") as made:
            if scenario:
                await made.until(lambda: made.release.state is State.PAUSED, "the pause")
                await made.until(lambda: len(made.release.versions) == 2, "two versions")
            await story(made)

    run_virtually(told())


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (LostPreconditionError("It changed.", 422), Result.CHANGED),
        (LostPreconditionError("It changed.", 409), Result.CHANGED),
        (ForbiddenError("You may not.", 403), Result.FAILED),
        (InvalidError("Not valid.", 422), Result.FAILED),
        (BusyError("No time.", 429), Result.FAILED),
        (NOBODY_IN, Result.FAILED),
    ],
)
def test_a_no_to_the_first_change_leaves_everything_as_it_was(tmp_path: Path, error: Exception, result: Result) -> None:
    async def story(made: Bench) -> None:
        made.saboteur.before[0] = error
        progress = await made.do(Act.SWITCH, "green")
        assert progress.result is result
        assert "Nothing was changed" in progress.message
        assert (progress.way_back, progress.way_on) == (None, None)
        assert made.selector("shop") == BLUE
        (record,) = made.acts()
        assert record.changes[0].done is Done.REFUSED
        assert record.ended
        assert not record.half_done

    on(tmp_path, story)


def test_a_lost_answer_is_found_by_reading_back_and_never_by_sending_again(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        made.saboteur.after[0] = lost()
        progress = await made.do(Act.SWITCH, "green")
        assert progress.result is Result.HELD
        assert len(made.saboteur.sent) == 1
        (record,) = made.acts()
        assert record.changes[0].done is Done.DONE
        assert (await made.do(Act.UNDO)).result is Result.HELD
        assert made.selector("shop") == BLUE

    on(tmp_path, story)


def test_a_request_that_never_arrived_is_not_sent_again(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        made.saboteur.before[0] = lost()
        progress = await made.do(Act.SWITCH, "green")
        assert progress.result is Result.FAILED
        assert progress.steps[0].state is StepState.REFUSED
        assert len(made.saboteur.sent) == 1
        assert made.selector("shop") == BLUE
        assert not made.acts()[0].half_done

    on(tmp_path, story)


def test_what_nobody_can_tell_stays_sent(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        made.saboteur.after[0] = lost()
        made.saboteur.reads_fail = NOBODY_IN
        progress = await made.do(Act.SWITCH, "green")
        assert progress.result is Result.FAILED
        assert progress.steps[0].state is StepState.UNKNOWN
        (record,) = made.acts()
        assert record.changes[0].done is Done.SENT
        assert record.half_done

    on(tmp_path, story)


def test_what_became_of_a_lost_answer_is_found_out_when_the_server_is_back(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        made.saboteur.after[0] = lost()
        made.saboteur.reads_fail = NOBODY_IN
        await made.do(Act.SWITCH, "green")
        async with connected(made.cluster, made.journal) as another:
            another.runner.acts()
            await another.until(lambda: another.acts()[0].changes[0].done is Done.DONE, "what became of it")
            assert another.runner.half_done(another.release) is None
            assert (await another.do(Act.UNDO)).result is Result.HELD
        assert made.selector("shop") == BLUE

    on(tmp_path, story)


def test_a_fault_of_ours_while_sending_is_resolved_by_reading_too(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        made.saboteur.before[0] = KeyError("hunter2")
        progress = await made.do(Act.SWITCH, "green")
        assert progress.result is Result.FAILED
        assert "KeyError" in progress.message
        assert "hunter2" not in progress.message
        assert not made.acts()[0].half_done

    on(tmp_path, story)


@pytest.mark.parametrize("error", [ForbiddenError("You may not.", 403), BusyError("No time.", 429), lost()])
@pytest.mark.parametrize("way", [Act.UNDO, Act.FINISH])
def test_a_plan_that_ends_half_way_offers_both_ways(tmp_path: Path, error: Exception, way: Act) -> None:
    async def story(made: Bench) -> None:
        made.saboteur.before[1] = error
        progress = await made.do(Act.ISOLATE)
        assert progress.result is Result.FAILED
        assert [step.state for step in progress.steps] == [StepState.DONE, StepState.REFUSED]
        assert "1 of 2 changes were done" in progress.message
        assert progress.way_back is not None
        assert progress.way_on is not None
        half = made.runner.half_done(made.release)
        assert half is not None
        assert half.id == progress.act_id
        assert (await made.do(way)).result is Result.HELD
        assert made.runner.half_done(made.release) is None
        there = made.cluster.store.get(SERVICE, "default", "web-canary") is not None
        assert there is (way is Act.FINISH)

    on(tmp_path, story, PAUSED)


def test_an_object_of_somebody_else_in_the_way_is_not_ours(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        plan = await made.plan(Act.ISOLATE)
        found = await made.examine(plan)
        foreign = {"metadata": {"name": "web-canary"}, "spec": {"ports": [{"port": 80}], "selector": {"app": "x"}}}
        made.cluster.registry.create(SERVICE, "default", foreign)
        progress = await made.runner.run(plan, found, _consent(plan.release), made.progress.append)
        assert progress.result is Result.CHANGED
        assert progress.steps[1].state is StepState.CHANGED
        assert made.acts()[0].changes[1].done is Done.REFUSED

    on(tmp_path, story, PAUSED)


def test_an_object_that_is_there_as_we_make_it_is_ours(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        made.saboteur.after[1] = ExistsError("It exists already.", 409)
        progress = await made.do(Act.ISOLATE)
        assert progress.result is Result.HELD
        inverse = made.acts()[0].changes[1].inverse
        assert inverse is not None
        assert inverse.object.uid

    on(tmp_path, story, PAUSED)


def test_stopping_sends_nothing_more(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        made.saboteur.on_send = lambda _: made.runner.stop()
        progress = await made.do(Act.ISOLATE)
        assert progress.result is Result.STOPPED
        assert [step.state for step in progress.steps] == [StepState.DONE, StepState.NOT_SENT]
        assert len(made.saboteur.sent) == 1
        assert made.runner.half_done(made.release) is not None

    on(tmp_path, story, PAUSED)


def test_a_cockpit_that_dies_while_it_waits_for_an_answer_leaves_the_truth(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        made.saboteur.hanging.add(0)
        running = asyncio.create_task(made.do(Act.ISOLATE))
        await made.until(lambda: made.saboteur.sent, "the first request")
        assert made.acts()[0].running
        await made.runner.close()
        await asyncio.gather(running, return_exceptions=True)
        (record,) = made.acts()
        assert not record.ended
        assert not record.running
        assert [entry.done for entry in record.changes] == [Done.SENT, Done.NOT_SENT]
        async with connected(made.cluster, made.journal) as another:
            another.runner.acts()
            await another.until(lambda: another.acts()[0].changes[0].done is Done.DONE, "what became of it")
            half = another.runner.half_done(another.release)
            assert half is not None
            assert (await another.do(Act.UNDO)).result is Result.HELD
        assert made.selector("web") == {"app": "web"}

    on(tmp_path, story, PAUSED)


def test_a_request_that_died_with_its_cockpit_is_known_not_to_have_arrived(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        made.saboteur.before[0] = lost()
        made.saboteur.reads_fail = NOBODY_IN
        await made.do(Act.ISOLATE)
        async with connected(made.cluster, made.journal) as another:
            another.runner.acts()
            await another.until(lambda: another.acts()[0].changes[0].done is Done.REFUSED, "what became of it")
            assert another.runner.half_done(another.release) is None

    on(tmp_path, story, PAUSED)


def test_a_screen_that_closes_does_not_cut_the_answer_off(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        running: list[asyncio.Task[Progress]] = []

        def close_screen(_: Change) -> None:
            running[0].cancel()

        made.saboteur.on_send = close_screen
        running.append(asyncio.create_task(made.do(Act.ISOLATE)))
        await asyncio.gather(*running, return_exceptions=True)
        await made.until(lambda: made.acts()[0].ended, "the end")
        (record,) = made.acts()
        assert [entry.done for entry in record.changes] == [Done.DONE, Done.NOT_SENT]

    on(tmp_path, story, PAUSED)


def test_one_plan_runs_at_a_time(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        made.saboteur.hanging.add(0)
        plan = await made.plan(Act.SWITCH, "green")
        running = asyncio.create_task(made.run(plan))
        await made.until(lambda: made.saboteur.sent, "the first request")
        with pytest.raises(CockpitError, match="runs already"):
            await made.run(plan)
        await made.runner.close()
        await asyncio.gather(running, return_exceptions=True)

    on(tmp_path, story)


def test_a_run_that_only_watches_makes_room_for_the_next_act(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        rolling = asyncio.create_task(made.do(Act.RESTART, "green"))
        await made.until(lambda: made.progress and made.progress[-1].only_watches, "the watch for the rollout")
        paused = await made.do(Act.PAUSE, "green")
        assert paused.result is Result.HELD
        watched = await rolling
        assert watched.result is Result.NOT_SEEN
        assert "Everything was done" in watched.message

    on(tmp_path, story)


def test_a_journal_that_fills_up_under_way_stops_what_is_left(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        def break_journal(_: Change) -> None:
            made.journal.rename(made.journal.with_suffix(".moved"))
            made.journal.mkdir()

        made.saboteur.on_send = break_journal
        progress = await made.do(Act.ISOLATE)
        assert progress.result is Result.FAILED
        assert str(made.journal) in progress.message
        assert len(made.saboteur.sent) == 1
        assert progress.way_back is not None

    on(tmp_path, story, PAUSED)


def test_somebody_who_sets_it_back_within_half_a_minute_is_told(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        progress = await made.do(Act.SWITCH, "green")
        assert progress.result is Result.HELD
        service = made.cluster.registry.get(SERVICE, "default", "shop")
        back = {**service, "spec": {**service["spec"], "selector": BLUE}}
        made.cluster.registry.replace(SERVICE, "default", "shop", back)
        await made.until(lambda: made.progress[-1].warnings, "a warning")
        assert "set back" in made.progress[-1].warnings[0]

    on(tmp_path, story)


def test_our_own_undo_is_nobody_who_sets_it_back(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.do(Act.ISOLATE)
        await made.do(Act.UNDO)
        await asyncio.sleep(40)
        assert [progress.warnings for progress in made.progress if progress.warnings] == []

    on(tmp_path, story, PAUSED)


def test_of_two_cockpits_one_wins_and_the_other_is_told(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        async with connected(made.cluster, made.journal) as other:
            plans = [await made.plan(Act.SWITCH, "green"), await other.plan(Act.SWITCH, "green")]
            found = [await made.examine(plans[0]), await other.examine(plans[1])]
            results = await asyncio.gather(
                made.runner.run(plans[0], found[0], _consent("shop"), made.progress.append),
                other.runner.run(plans[1], found[1], _consent("shop"), other.progress.append),
            )
            assert sorted(progress.result.value for progress in results) == ["changed", "held"]
            assert len(made.acts()) == 2
        assert made.selector("shop") == GREEN

    on(tmp_path, story)


def _consent(release: str) -> Consent:
    return Consent("because", release)
