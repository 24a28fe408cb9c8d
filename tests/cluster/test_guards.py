"""Every guard, on a picture that really has the situation it is about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cockpit.actions.acts import Act
from cockpit.actions.consent import objections
from cockpit.actions.examination import Consent, Examination
from cockpit.actions.guards import Guard, GuardId, Outcome
from cockpit.actions.plan import Confirmation, Plan
from cockpit.resources.kinds import SERVICE
from cockpit.runner.settings import RunnerSettings
from tests.cluster.conftest import Play
from tests.cluster.drive import Cockpit, cockpit
from tests.cluster.situations import SITUATIONS, Situation, nothing
from tests.cluster.stage import Stage
from tests.cluster.worlds import Images, blue_green


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.guard.value)
def test_a_guard_speaks_up_where_it_must(play: Play, images: Images, tmp_path: Path, situation: Situation) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, tmp_path / "journal") as pilot:
            await _ready(pilot, situation)
            await (situation.prepare or nothing)(stage, pilot)
            plan = await pilot.plan(situation.release, situation.act, **situation.details)
            examination = await pilot.examine(plan)
            found = _found(plan, examination, situation.guard)
            assert found, [guard.id.value for guard in _all(plan, examination)]
            assert situation.outcome in {guard.outcome for guard in found}, found
            assert all(guard.sentence.endswith((".", ".)")) for guard in found)
            blocked = objections(plan, examination, Consent())
            assert bool(blocked) or situation.outcome is Outcome.WARN, blocked
            if situation.overridable:
                given = Consent(reason="it is known", overridden=frozenset({situation.guard.value}))
                assert objections(plan, examination, given) == ()
                assert objections(plan, examination, replace_reason(given, "")) != ()

    play(story, *situation.world(images))


def replace_reason(consent: Consent, reason: str) -> Consent:
    return Consent(reason, consent.typed_name, consent.overridden)


async def _ready(pilot: Cockpit, situation: Situation) -> None:
    if situation.settle:
        await pilot.until_steady(situation.release)
    else:
        await pilot.until(lambda: pilot.find(situation.release), "no release")


def _all(plan: Plan, examination: Examination) -> tuple[Guard, ...]:
    return (*plan.guards, *examination.guards)


def _found(plan: Plan, examination: Examination, wanted: GuardId) -> list[Guard]:
    return [guard for guard in _all(plan, examination) if guard.id is wanted]


def test_an_object_that_changed_since_the_plan_was_drawn_is_said_before_it_runs(
    play: Play, images: Images, tmp_path: Path
) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, tmp_path / "journal") as pilot:
            await pilot.until_steady("shop")
            plan = await pilot.plan("shop", Act.SWITCH, version="green")
            await stage.patch(SERVICE, "shop", {"spec": {"selector": {"tier": "front"}}}, manager="kubectl-edit")
            found = _found(plan, await pilot.examine(plan), GuardId.CHANGED)
            assert [guard.outcome for guard in found] == [Outcome.BLOCK]
            assert "kubectl-edit" in found[0].sentence

    play(story, *blue_green(images))


def test_production_asks_for_the_name_forward_and_for_nothing_back(play: Play, images: Images, tmp_path: Path) -> None:
    def production(plain: RunnerSettings) -> RunnerSettings:
        return replace(plain, production_contexts=frozenset({"*"}))

    async def story(stage: Stage) -> None:
        async with cockpit(stage, tmp_path / "journal", settings=production) as pilot:
            await pilot.until_steady("shop")
            plan = await pilot.plan("shop", Act.SWITCH, version="green")
            examination = await pilot.examine(plan)
            assert plan.confirmation is Confirmation.NAME
            assert _found(plan, examination, GuardId.PRODUCTION)[0].outcome is Outcome.WARN
            assert objections(plan, examination, Consent()) != ()
            await pilot.runner.run(plan, examination, Consent(typed_name="shop"), lambda _: None)
            back = await pilot.plan("shop", Act.UNDO)
            assert back.confirmation is Confirmation.ENTER
            await pilot.take_back("shop")

    play(story, *blue_green(images))


def test_a_viewer_is_told_which_right_is_missing(play: Play, images: Images, tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        if stage.cluster is None:
            pytest.skip("a user who may only read is known on embedded clusters only")
        async with cockpit(stage, tmp_path / "journal", user="viewer") as pilot:
            await pilot.until_steady("shop")
            plan = await pilot.plan("shop", Act.SWITCH, version="green")
            examination = await pilot.examine(plan)
            found = _found(plan, examination, GuardId.RIGHTS)
            assert [guard.outcome for guard in found] == [Outcome.BLOCK]
            assert "patch services" in found[0].sentence
            assert objections(plan, examination, Consent()) != ()

    play(story, *blue_green(images))


def test_every_guard_has_its_situation() -> None:
    """NOTHING_SERVES needs a picture that is blind, which tests of the engine make."""
    here = {situation.guard for situation in SITUATIONS}
    assert set(GuardId) - here == {GuardId.CHANGED, GuardId.PRODUCTION, GuardId.RIGHTS, GuardId.NOTHING_SERVES}
