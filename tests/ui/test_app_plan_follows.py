"""A plan that stays on the screen while the picture changes, and what is told of runs from other screens."""

from __future__ import annotations

import asyncio

import msgspec
from textual.pilot import Pilot

from tests.ui.acting import Cockpit, calm
from tests.ui.plans import (
    BLOCKED,
    WARNED,
    WARNED_TOO,
    half_done_record,
    held,
    isolate_plan,
    shop,
    shop_with_one_more_pod,
    switch_plan,
    watching,
)
from tests.ui.running import play
from tests.ui.test_app_plan import LARGE, text

replace = msgspec.structs.replace


def test_guards_follow_the_picture_while_the_plan_is_on_the_screen() -> None:
    cockpit = Cockpit()
    cockpit.runner.next_plan = switch_plan(BLOCKED)
    cockpit.runner.progress = (held(),)

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s")
        assert "green has 1 ready pod" in text(cockpit)
        assert "a draw again" in text(cockpit)
        cockpit.runner.next_plan = switch_plan()
        cockpit.clock.seconds += 1
        cockpit.publish(shop_with_one_more_pod())
        await calm(pilot)
        assert "green has 1 ready pod" not in text(cockpit)
        assert "changed under this plan" not in text(cockpit)
        await cockpit.later(pilot, "enter")
        assert [plan.guards for plan, _, _ in cockpit.runner.ran] == [switch_plan().guards]

    play(cockpit.app, steps, LARGE)


def test_a_plan_is_drawn_behind_the_screen_once_a_second_at_most_and_only_when_the_release_changed() -> None:
    cockpit = Cockpit()

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s")
        cockpit.clock.seconds += 1
        for subject in (shop_with_one_more_pod(), shop(), shop_with_one_more_pod()):
            cockpit.publish(subject)
            await calm(pilot)
        assert len(cockpit.runner.asked) == 2
        cockpit.clock.seconds += 1
        for _ in range(2):
            cockpit.app._draw()
            await calm(pilot)
        assert len(cockpit.runner.asked) == 3

    play(cockpit.app, steps, LARGE)


def test_a_guard_that_speaks_up_behind_the_screen_gives_half_a_second_to_read_it() -> None:
    cockpit = Cockpit()

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s")
        cockpit.clock.seconds += 1
        cockpit.runner.next_plan = switch_plan(WARNED, WARNED_TOO)
        cockpit.publish(shop_with_one_more_pod())
        await calm(pilot)
        assert WARNED_TOO.sentence in text(cockpit)
        await cockpit.later(pilot, "enter", seconds=0.4)
        assert cockpit.runner.ran == []

    play(cockpit.app, steps, LARGE)


def test_a_plan_that_would_write_something_else_now_waits_for_the_key() -> None:
    cockpit = Cockpit()

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s")
        cockpit.runner.next_plan = isolate_plan()
        cockpit.clock.seconds += 1
        cockpit.publish(shop_with_one_more_pod())
        await calm(pilot)
        assert "it would write something else now" in text(cockpit)
        await cockpit.later(pilot, "enter")
        assert cockpit.runner.ran == []

    play(cockpit.app, steps, LARGE)


def test_the_run_that_only_watches_is_shown_again_by_its_key_and_so_is_the_last_one() -> None:
    cockpit = Cockpit()
    cockpit.runner.progress = (watching(), held())
    cockpit.runner.may_go_on = asyncio.Event()

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "r")
        assert "No plan was run since the cockpit was started." in text(cockpit)
        await cockpit.later(pilot, "s")
        await cockpit.later(pilot, "enter", "escape")
        assert "↻ watched: Switch Service shop from blue to green 1 of 1" in text(cockpit)
        assert "r shows it" in text(cockpit)
        assert "r run" in text(cockpit)
        await cockpit.later(pilot, "r")
        assert "Everything is sent" in text(cockpit)
        cockpit.runner.may_go_on.set()
        await cockpit.later(pilot, "escape", "r")
        assert "Done, and seen." in text(cockpit)

    play(cockpit.app, steps, LARGE)


def test_kubectl_lines_name_the_kubeconfig_that_the_cockpit_was_started_with() -> None:
    cockpit = Cockpit(kubeconfig="/demo/kubeconfig")

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s", "k")
        assert "--kubeconfig=/demo/kubeconfig --context=kind" in text(cockpit)
        assert "↪" in text(cockpit)
        await cockpit.later(pilot, "c")
        assert "--kubeconfig=/demo/kubeconfig" in cockpit.app.clipboard
        assert "↪" not in cockpit.app.clipboard

    play(cockpit.app, steps, LARGE)


def test_typing_replaces_what_stands_in_a_field() -> None:
    cockpit = Cockpit()

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "n", "enter", *"v9", "enter")
        (image,) = cockpit.runner.asked[0].images
        assert image.endswith("=v9")

    play(cockpit.app, steps, LARGE)


def test_the_fleet_tells_of_an_act_that_was_left_half_done() -> None:
    cockpit = Cockpit()
    record = half_done_record()
    cockpit.runner.half = replace(record, plan=replace(record.plan, workload_uids=(), release="shop"))

    async def steps(pilot: Pilot[None]) -> None:
        await calm(pilot)
        assert "1 half done" in text(cockpit)
        assert "⊘ half done: Isolate 1.14 and 1.20.1 of nginx01" in text(cockpit)

    play(cockpit.app, steps)


def test_help_begins_with_the_keys_of_the_screen_it_is_asked_on() -> None:
    cockpit = Cockpit()

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "question_mark")
        assert "Keys esc closes" in text(cockpit)
        assert "In a release" in text(cockpit)
        assert "In the fleet" not in text(cockpit)

    play(cockpit.app, steps)


def test_what_of_the_journal_cannot_be_read_stands_with_the_watches() -> None:
    cockpit = Cockpit()
    cockpit.runner.journal_notes = ("2 lines of the journal cannot be read.",)

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "v")
        assert "2 lines of the journal cannot be read." in text(cockpit)

    play(cockpit.app, steps, LARGE)
