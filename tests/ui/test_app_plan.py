"""A plan as a user meets it: keys in, text out, over a runner that a test scripts."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from textual.pilot import Pilot

from cockpit.actions.acts import Act
from cockpit.actions.examination import Examination
from cockpit.actions.plan import Confirmation
from cockpit.errors import CockpitError
from cockpit.ui.screens.release import ReleaseScreen
from tests.ui.acting import Cockpit, calm
from tests.ui.fakes import FakeRunner
from tests.ui.pictures import picture
from tests.ui.plans import (
    BLOCKED,
    answered,
    asked,
    half_done_record,
    half_way,
    held,
    isolate_plan,
    isolation_answered,
    running,
    shop,
    subject_in,
    switch_plan,
    watching,
    world_of_shop,
)
from tests.ui.running import play, screen_text

replace = msgspec.structs.replace
LARGE = (120, 40)


def text(cockpit: Cockpit) -> str:
    return " ".join(screen_text(cockpit.app).split())


def test_switch_with_one_target_goes_straight_to_a_plan_that_says_everything() -> None:
    cockpit = Cockpit()

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s")
        assert [request.version for request in cockpit.runner.asked] == ["green"]
        shown = text(cockpit)
        assert "Switch Service shop from blue to green" in shown
        assert "spec.selector.version blue → green" in shown
        assert "✔ dry run passed ✔ you may patch services" in shown
        assert "▲ warns: Pods of blue have no preStop hook" in shown
        assert "10.96.0.12:80 (Service/shop) reaches green." in shown

    play(cockpit.app, steps, LARGE)


def test_enter_runs_the_plan_once_it_was_seen_and_not_before() -> None:
    cockpit = Cockpit()
    cockpit.runner.progress = (held(),)

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s", "enter")
        assert cockpit.runner.ran == []
        assert "Enter runs it in a moment." in text(cockpit)
        await cockpit.later(pilot, "enter")
        assert [plan.title for plan, _, _ in cockpit.runner.ran] == ["Switch Service shop from blue to green"]
        assert "Done, and seen; the picture agreed 412 ms after the last answer." in text(cockpit)
        assert "+38 ms + joined 10.244.0.5:8080" in text(cockpit)

    play(cockpit.app, steps, LARGE)


def test_keys_typed_ahead_run_nothing() -> None:
    cockpit = Cockpit()
    cockpit.runner.progress = (held(),)

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot)
        await pilot.press("s", "enter", "enter", "enter")
        await calm(pilot)
        assert cockpit.runner.ran == []

    play(cockpit.app, steps, LARGE)


def test_enter_says_what_is_missing_while_the_dry_run_has_not_answered() -> None:
    cockpit = Cockpit()
    cockpit.runner.findings = (asked(),)

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s")
        assert "◌ dry run asked" in text(cockpit)
        await cockpit.later(pilot, "enter")
        assert "NOT YET" in text(cockpit)
        assert cockpit.runner.ran == []

    play(cockpit.app, steps, LARGE)


def test_what_blocks_is_overridden_with_a_typed_reason_only() -> None:
    cockpit = Cockpit()
    cockpit.runner.next_plan = switch_plan(BLOCKED)
    cockpit.runner.progress = (held(),)

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s")
        await cockpit.later(pilot, "enter")
        assert cockpit.runner.ran == []
        await cockpit.later(pilot, "o")
        assert "target-small: green has 1 ready pod" in text(cockpit)
        await cockpit.later(pilot, "enter")
        assert "A reason is needed" in text(cockpit)
        await cockpit.later(pilot, *"load test")
        await cockpit.later(pilot, "enter", "enter")
        assert cockpit.runner.ran == []
        assert "overridden: green has 1 ready pod" in text(cockpit)
        await cockpit.later(pilot, "enter")
        (_, _, consent) = cockpit.runner.ran[0]
        assert (consent.reason, consent.overridden) == ("load test", frozenset({"target-small"}))

    play(cockpit.app, steps, LARGE)


def test_in_production_the_name_of_the_release_is_typed_first() -> None:
    cockpit = Cockpit()
    cockpit.runner.production = True
    cockpit.runner.next_plan = replace(switch_plan(), confirmation=Confirmation.NAME)
    cockpit.runner.progress = (held(),)

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s")
        assert "PRODUCTION" in text(cockpit)
        await cockpit.later(pilot, "enter")
        assert cockpit.runner.ran == []
        await cockpit.later(pilot, "y", *"shop", "enter")
        await cockpit.later(pilot, "enter")
        assert cockpit.runner.ran[0][2].typed_name == "shop"

    play(cockpit.app, steps, LARGE)


def test_the_offered_health_check_is_part_of_the_plan_that_is_drawn_again() -> None:
    cockpit = Cockpit()

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s", "h")
        assert [request.check for request in cockpit.runner.asked] == [None, "/health"]

    play(cockpit.app, steps, LARGE)


def test_name_and_node_port_of_an_isolation_are_changed_in_its_plan() -> None:
    cockpit = Cockpit()
    cockpit.runner.next_plan = isolate_plan()
    cockpit.runner.findings = (isolation_answered(),)
    cockpit.runner.dimmed = {"unisolate": "Nothing is isolated."}

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "i", "n", *"door", "enter", "p", *"abc", "enter")
        assert "A port is needed" in text(cockpit)
        await cockpit.later(pilot, "backspace", "backspace", "backspace", *"30099", "enter")
        assert (cockpit.runner.asked[-1].name, cockpit.runner.asked[-1].node_port) == ("door", 30099)

    play(cockpit.app, steps, LARGE)


def test_the_kubectl_lines_are_shown_and_copied() -> None:
    cockpit = Cockpit()

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s", "k")
        assert "kubectl" in text(cockpit)
        assert "CHANGES" not in text(cockpit)
        await cockpit.later(pilot, "c")
        assert cockpit.app.clipboard.startswith("kubectl ")
        await cockpit.later(pilot, "escape")
        assert "CHANGES" in text(cockpit)

    play(cockpit.app, steps, LARGE)


def test_a_plan_whose_basis_changes_under_it_says_so_and_can_be_drawn_again() -> None:
    cockpit = Cockpit()

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s")
        cockpit.publish(shop("green"))
        await calm(pilot)
        assert "spec.selector.version of Service/shop is green now, and was blue." in text(cockpit)
        await cockpit.later(pilot, "enter")
        assert cockpit.runner.ran == []
        await cockpit.later(pilot, "a")
        assert len(cockpit.runner.asked) == 2

    play(cockpit.app, steps, LARGE)


def test_a_change_that_has_nothing_to_do_with_the_plan_leaves_it_alone() -> None:
    cockpit = Cockpit()
    world = world_of_shop()
    world.replica_set("shop-blue", "extra", revision=2, replicas=1)

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s")
        cockpit.publish(subject_in(world))
        await calm(pilot)
        assert "changed under this plan" not in text(cockpit)

    play(cockpit.app, steps, LARGE)


def test_a_run_goes_on_behind_the_screen_and_its_end_is_said() -> None:
    cockpit = Cockpit()
    cockpit.runner.progress = (running(), held())
    cockpit.runner.may_go_on = asyncio.Event()

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s")
        await cockpit.later(pilot, "enter")
        assert "waiting: 1 of 3 endpoints of shop belong to green" in text(cockpit)
        await cockpit.later(pilot, "escape")
        assert "running: Switch Service shop from blue to green 0 of 1" in text(cockpit)
        cockpit.runner.may_go_on.set()
        await calm(pilot)
        assert "running:" not in text(cockpit)
        assert "done, and seen" in text(cockpit)

    play(cockpit.app, steps, LARGE)


def test_any_act_shows_the_plan_that_runs_and_it_can_be_asked_to_stop() -> None:
    cockpit = Cockpit()
    cockpit.runner.progress = (running(), held())
    cockpit.runner.may_go_on = asyncio.Event()

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s")
        await cockpit.later(pilot, "enter", "escape", "u")
        assert "waiting: 1 of 3 endpoints" in text(cockpit)
        await cockpit.later(pilot, "s")
        assert cockpit.runner.stopped
        cockpit.runner.may_go_on.set()

    play(cockpit.app, steps, LARGE)


def test_a_run_that_only_watches_for_its_result_keeps_no_act_waiting() -> None:
    cockpit = Cockpit()
    cockpit.runner.progress = (watching(), held())
    cockpit.runner.may_go_on = asyncio.Event()

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s")
        await cockpit.later(pilot, "enter", "escape", "s")
        assert len(cockpit.runner.asked) == 2, "a plan is drawn anew, and the one that is watched not shown"
        await cockpit.later(pilot, "enter")
        assert len(cockpit.runner.ran) == 2
        cockpit.runner.may_go_on.set()

    play(cockpit.app, steps, LARGE)


def test_the_cockpit_is_not_left_and_no_context_changed_while_a_plan_runs() -> None:
    cockpit = Cockpit()
    cockpit.runner.progress = (running(), held())
    cockpit.runner.may_go_on = asyncio.Event()

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s")
        await cockpit.later(pilot, "enter", "x")
        assert "A plan runs" in text(cockpit)
        await cockpit.later(pilot, "q")
        assert "stay until it has ended" in text(cockpit)
        await cockpit.later(pilot, "enter")
        assert cockpit.app.is_running
        await cockpit.later(pilot, "q", "down", "enter")
        assert cockpit.runner.stopped
        cockpit.runner.may_go_on.set()

    play(cockpit.app, steps, LARGE)


def test_a_run_that_ends_half_way_says_what_was_done_and_offers_both_ways() -> None:
    cockpit = Cockpit()
    cockpit.runner.next_plan = isolate_plan()
    cockpit.runner.findings = (isolation_answered(),)
    cockpit.runner.dimmed = {"unisolate": "Nothing is isolated."}
    cockpit.runner.progress = (half_way(),)

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "i")
        await cockpit.later(pilot, "enter")
        shown = text(cockpit)
        assert "✔ done 18 ms 1 pin it to 1.14" in shown
        assert "✖ refused 44 ms 2 a door of its own for 1.20.1" in shown
        assert "f finish" in shown
        await cockpit.later(pilot, "u")
        assert (cockpit.runner.asked[-1].act, cockpit.runner.asked[-1].act_id) == (Act.UNDO, "act-2")

    play(cockpit.app, steps, LARGE)


def test_a_run_that_is_refused_sends_nothing_and_says_why() -> None:
    cockpit = Cockpit()
    cockpit.runner.refusal = CockpitError("The journal cannot be written: free some space.")

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s")
        await cockpit.later(pilot, "enter")
        assert "The journal cannot be written: free some space." in text(cockpit)
        assert "CHANGES" in text(cockpit)

    play(cockpit.app, steps, LARGE)


def test_a_plan_that_cannot_be_made_says_why_in_its_place() -> None:
    cockpit = Cockpit()
    cockpit.runner.next_plan = CockpitError("Nothing is paused in shop.")

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "P")
        assert "Nothing is paused in shop." in text(cockpit)
        await cockpit.later(pilot, "escape")
        assert isinstance(cockpit.app.screen, ReleaseScreen)

    play(cockpit.app, steps, LARGE)


def test_an_act_that_cannot_be_done_now_stands_in_brackets_and_says_why() -> None:
    cockpit = Cockpit()
    cockpit.runner.dimmed = {"switch": "There is no other version to switch to.", "pause": "x.", "resume": "y."}
    cockpit.runner.dimmed |= dict.fromkeys(("finish", "cleanup", "delete-pod", "weight"), "z.")

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot)
        assert "(s) switch" in text(cockpit)
        assert "(p) pause" in text(cockpit)
        await cockpit.later(pilot, "s")
        assert "There is no other version to switch to." in text(cockpit)
        assert cockpit.runner.asked == []
        cockpit.app.clear_notifications()
        await cockpit.later(pilot, "question_mark")
        assert "not now: There is no other version" in text(cockpit)

    play(cockpit.app, steps, (160, 40))


def test_one_key_resumes_what_is_paused() -> None:
    cockpit = Cockpit()
    cockpit.runner.dimmed = {"pause": "It is paused already."}

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot)
        assert "p resume" in text(cockpit)
        await cockpit.later(pilot, "p")
        assert cockpit.runner.asked[0].act is Act.RESUME

    play(cockpit.app, steps, LARGE)


def test_read_only_dims_every_act_with_its_reason() -> None:
    cockpit = Cockpit()
    cockpit.runner.read_only = "The cockpit was started with --read-only."

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "R")
        assert "read-only" in text(cockpit)
        assert "(u) undo" in text(cockpit)
        assert "The cockpit was started with --read-only." in text(cockpit)

    play(cockpit.app, steps, LARGE)


def test_what_can_be_done_is_found_out_with_each_change_and_not_with_each_second() -> None:
    cockpit = Cockpit()

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot)
        before = cockpit.runner.judged
        for _ in range(3):
            cockpit.app._draw()
        cockpit.feed.publish(picture(cockpit.subject.view, warnings=("elsewhere",)))
        await calm(pilot)
        assert cockpit.runner.judged == before
        cockpit.runner.tell()
        await calm(pilot)
        assert cockpit.runner.judged == before + 1

    play(cockpit.app, steps, LARGE)


@pytest.mark.parametrize(("key", "act"), [("f", Act.FINISH), ("u", Act.UNDO)])
def test_what_was_left_half_done_is_told_after_a_restart_and_has_two_ways_out(key: str, act: Act) -> None:
    cockpit = Cockpit()
    cockpit.runner.half = half_done_record()

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot)
        assert "⊘ half done: Isolate 1.14 and 1.20.1 of nginx01 on a port each 1 of 2 done" in text(cockpit)
        assert "f finishes it, u takes it back" in text(cockpit)
        await cockpit.later(pilot, key)
        assert (cockpit.runner.asked[0].act, cockpit.runner.asked[0].act_id) == (act, "act-2")

    play(cockpit.app, steps, LARGE)


def test_a_fault_while_a_plan_runs_does_not_claim_that_nothing_was_changed() -> None:
    cockpit = Cockpit()

    class Faulty(FakeRunner):
        async def run(self, *_: object) -> object:  # type: ignore[override]
            raise KeyError("secret")

    cockpit.runner.__class__ = Faulty

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s")
        await cockpit.later(pilot, "enter")
        assert "some changes may have been made" in text(cockpit)
        assert "secret" not in text(cockpit)

    play(cockpit.app, steps, LARGE)


def test_findings_that_come_late_reach_only_their_plan() -> None:
    cockpit = Cockpit()
    cockpit.runner.findings = (Examination(), answered())

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s")
        assert cockpit.plan_screen.stage.examination.complete

    play(cockpit.app, steps, LARGE)
