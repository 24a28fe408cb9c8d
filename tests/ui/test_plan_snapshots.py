"""Plans as pictures, before, while and after they run."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from cockpit.ui.screens.plan import PlanScreen
from cockpit.ui.screens.release import ReleaseScreen
from tests.actions.planner.routed import istio
from tests.ui.acting import Cockpit
from tests.ui.plans import (
    BLOCKED,
    PASSED,
    WARNED,
    half_done_record,
    half_way,
    held,
    isolate_plan,
    isolation_answered,
    running,
    switch_plan,
)
from tests.ui.running import settle
from tests.ui.test_app_weight import cockpit_on
from tests.ui.test_snapshots import LARGE, SMALL, Compare, still

__all__ = ["still"]
SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])


def looks_as_before(snap_compare: Compare, cockpit: Cockpit, size: tuple[int, int], *keys: str) -> bool:
    """Open the release, press `keys` with a second between them, and compare with the picture on disk."""

    async def press(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await cockpit.open(pilot)
        await settle(pilot)
        assert isinstance(cockpit.app.screen, ReleaseScreen)
        for key in keys:
            await cockpit.later(pilot, key)
            await settle(pilot)
        assert not keys or isinstance(cockpit.app.screen, PlanScreen)
        cockpit.clock.seconds += 1
        cockpit.app._draw()
        await settle(pilot)
        # Progress that is still held back must not keep the app from ending.
        cockpit.runner.may_go_on.set()

    return snap_compare(cockpit.app, terminal_size=size, run_before=press)


@SIZES
def test_a_plan_that_enter_runs(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Blue to green: change, field diff, dry run, right, guards, what will be so, what takes it back."""
    assert looks_as_before(snap_compare, Cockpit(), size, "s")


@SIZES
def test_a_plan_that_is_blocked(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Enter was pressed on a plan that a guard blocks: what is missing, and how to override it."""
    cockpit = Cockpit()
    cockpit.runner.next_plan = switch_plan(BLOCKED, WARNED, *PASSED[2:])
    assert looks_as_before(snap_compare, cockpit, size, "s", "enter")


def test_a_plan_that_runs(snap_compare: Compare) -> None:
    """Written, while endpoints join and leave."""
    cockpit = Cockpit(theme="cockpit-light")
    cockpit.runner.progress = (running(),)
    assert looks_as_before(snap_compare, cockpit, LARGE, "s", "enter")


def test_a_plan_that_has_ended(snap_compare: Compare) -> None:
    """Done, and seen: how many milliseconds each endpoint took."""
    cockpit = Cockpit(theme="cockpit-safe")
    cockpit.runner.progress = (held(),)
    assert looks_as_before(snap_compare, cockpit, SMALL, "s", "enter")


def test_a_plan_that_ended_half_way(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second of two writes was refused: what was done, what was not, and both ways out; without colour."""
    monkeypatch.setenv("NO_COLOR", "1")
    cockpit = Cockpit()
    cockpit.runner.next_plan = isolate_plan()
    cockpit.runner.findings = (isolation_answered(),)
    cockpit.runner.dimmed = {"unisolate": "Nothing is isolated."}
    cockpit.runner.progress = (half_way(),)
    assert looks_as_before(snap_compare, cockpit, SMALL, "i", "enter")


def test_a_release_after_a_restart(snap_compare: Compare) -> None:
    """Half done, in production, some acts not possible now."""
    cockpit = Cockpit()
    cockpit.runner.half = half_done_record()
    cockpit.runner.production = True
    cockpit.runner.dimmed = {"switch": "No.", "pause": "No.", "resume": "No.", "last-good": "No."}
    assert looks_as_before(snap_compare, cockpit, SMALL)


@SIZES
def test_shares_as_they_are_being_set(snap_compare: Compare, size: tuple[int, int]) -> None:
    """A rule by header that cannot be set, and the weighted one at 75 %: a bar each, pods, and a guard that blocks."""
    cockpit = cockpit_on(istio())

    async def press(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await cockpit.open(pilot, "w", "6")
        await settle(pilot)

    assert snap_compare(cockpit.app, terminal_size=size, run_before=press)
