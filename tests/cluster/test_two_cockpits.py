"""Two cockpits act on one release at once: one wins, the other is told."""

from __future__ import annotations

import asyncio
from pathlib import Path

from cockpit.actions.acts import Act
from cockpit.actions.examination import Consent
from cockpit.actions.record import Done
from cockpit.resources.kinds import SERVICE
from cockpit.runner.progress import Progress, Result, StepState
from tests.cluster.conftest import Play
from tests.cluster.drive import Cockpit, cockpit
from tests.cluster.looks import selector_of, split_of
from tests.cluster.stage import Stage
from tests.cluster.worlds import Images, blue_green


async def both_switch(first: Cockpit, second: Cockpit) -> tuple[Progress, Progress]:
    """Plan the same switch on the same picture, examine both, and run both at the same time."""
    plans = [await pilot.plan("shop", Act.SWITCH, version="green") for pilot in (first, second)]
    examined = [await pilot.examine(plan) for pilot, plan in zip((first, second), plans, strict=True)]
    return await asyncio.gather(
        first.runner.run(plans[0], examined[0], Consent(), lambda _: None),
        second.runner.run(plans[1], examined[1], Consent(), lambda _: None),
    )


def test_one_of_two_switches_wins_and_the_other_is_told_who_changed_what(
    play: Play, images: Images, tmp_path: Path
) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, tmp_path / "one") as first, cockpit(stage, tmp_path / "two") as second:
            await first.until_steady("shop")
            await second.until_steady("shop")
            ended = await both_switch(first, second)
            assert {progress.result for progress in ended} == {Result.HELD, Result.CHANGED}
            lost = next(progress for progress in ended if progress.result is Result.CHANGED)
            told = f"{lost.message} {' '.join(step.message for step in lost.steps)}"
            assert "release-cockpit" in told
            assert "selector" in told
            assert [step.state for step in lost.steps] == [StepState.CHANGED]
            assert lost.way_back is None
            assert split_of(first.release("shop"), "shop") == {"green": 1.0}
            loser = second if ended[1] is lost else first
            assert [entry.done for entry in loser.runner.acts()[0].changes] == [Done.REFUSED]
            assert loser.half_done("shop") is None

    play(story, *blue_green(images))


def test_a_change_by_somebody_else_between_plan_and_run_is_named(play: Play, images: Images, tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, tmp_path / "journal") as pilot:
            await pilot.until_steady("shop")
            plan = await pilot.plan("shop", Act.SWITCH, version="green")
            examination = await pilot.examine(plan)
            await stage.patch(SERVICE, "shop", {"spec": {"selector": {"tier": "front"}}}, manager="kubectl-edit")
            progress = await pilot.runner.run(plan, examination, Consent(), lambda _: None)
            assert progress.result is Result.CHANGED
            assert "kubectl-edit" in f"{progress.message} {progress.steps[0].message}"
            found = await stage.read(SERVICE, "shop")
            assert found["spec"]["selector"] == {"app": "shop", "version": "blue", "tier": "front"}

    play(story, *blue_green(images))


def test_the_journals_of_two_cockpits_in_one_file_stay_apart(play: Play, images: Images, tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        journal = tmp_path / "journal"
        async with cockpit(stage, journal) as first, cockpit(stage, journal) as second:
            await first.until_steady("shop")
            await second.until_steady("shop")
            await both_switch(first, second)
            assert {record.half_done for record in first.runner.acts()} == {False}
            await second.until(lambda: len(second.runner.acts()) == 2, "the other's act is not seen")
            await second.take_back("shop")
            assert selector_of(second.release("shop"), "shop")["version"] == "blue"

    play(story, *blue_green(images))
