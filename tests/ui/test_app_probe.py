"""Probing an open release by keys."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
from textual.pilot import Pilot
from textual.widgets import Input

from cockpit.errors import UsageError
from cockpit.metrics.probe.tally import Reply
from cockpit.ui.app import CockpitApp
from cockpit.ui.lane import Write
from cockpit.ui.runs import Run
from cockpit.ui.screens.ask import AskScreen
from cockpit.ui.screens.fleet import FleetScreen
from cockpit.ui.screens.release import ReleaseScreen
from tests.ui.acting import Cockpit
from tests.ui.fakes import FakeConnections, FakeFeed, FakeProbes, FakeRunner
from tests.ui.pictures import fleet, picture
from tests.ui.plans import held, running, switch_plan
from tests.ui.running import open_myapp, play, screen_text, settle

_TURNS = 2000


def cockpit() -> tuple[CockpitApp, FakeProbes]:
    feed = FakeFeed(picture(*fleet()))
    connections = FakeConnections(feed)
    return CockpitApp(connections, theme_folders=()), connections.connections["kind"].probes


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let the loop turn, and draw, until `condition` holds; the first request goes out at once."""
    assert isinstance(pilot.app, CockpitApp)
    for _ in range(_TURNS):
        pilot.app._draw()
        await pilot.pause()
        if condition():
            return
    raise AssertionError(screen_text(pilot.app))


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await pilot.pause()
        await pilot.pause()


def shows(app: CockpitApp, pattern: str) -> Callable[[], bool]:
    return lambda: re.search(pattern, screen_text(app)) is not None


def probing(app: CockpitApp) -> Callable[[], bool]:
    return shows(app, r"[1-9]\d* asked, 0 failed.*●")


def test_a_probe_asks_the_front_door_shows_who_answers_and_stops_with_the_same_key() -> None:
    app, probes = cockpit()

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        assert "PROBE" not in screen_text(app)
        await press(pilot, "o")
        assert isinstance(app.screen, AskScreen)
        assert "no observed split" in screen_text(app)
        await press(pilot, "enter")
        await until(pilot, probing(app))
        order, namespace = probes.orders[0]
        assert (order.target.label, order.limits.rate, namespace) == ("service/myapp:80", 5.0, "default")
        assert "o stop probe" in screen_text(app)
        await press(pilot, "o")
        await until(pilot, lambda: "stopped, " in screen_text(app))
        assert probes.closed == 1
        assert "o stop probe" not in screen_text(app)

    play(app, steps)


def test_the_moment_of_a_write_is_marked_and_the_probe_goes_on_behind_the_plan() -> None:
    cockpit = Cockpit()
    cockpit.runner.progress = (running(), held())
    connections = cockpit.app._current._connections
    assert isinstance(connections, FakeConnections)
    probes = connections.connections["kind"].probes
    probes.reply = Reply(None, problem="connection refused")
    probes.may_answer.clear()

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "o", "enter")
        await until(pilot, lambda: probes.asked > 0)
        await press(pilot, "s")
        await cockpit.later(pilot, "enter")
        assert cockpit.runner.ran
        await cockpit.later(pilot, "escape")
        # What was under way when the write went out fails after it.
        probes.may_answer.set()
        await until(pilot, shows(cockpit.app, r"\([1-9]\d* in the 3 s after the switch\)"))
        assert "│" in screen_text(cockpit.app)
        lane = cockpit.app.probing.lane
        assert lane is not None
        assert [entry for entry in lane.trail if isinstance(entry, Write)] == [Write("switch")]

    play(cockpit.app, steps, (120, 40))


def test_a_write_for_another_release_is_no_moment_of_this_probe() -> None:
    app, _probes = cockpit()

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        await press(pilot, "o", "enter")
        await until(pilot, probing(app))
        run = Run(switch_plan(), FakeRunner(), lambda: None)
        run.progress = held()
        app.probing.hear(run)
        assert app.probing.lane is not None
        assert app.probing.lane.summary.write == ""

    play(app, steps)


def test_failures_are_crosses_and_are_counted() -> None:
    app, probes = cockpit()
    probes.reply = Reply(503, "v2")

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        await press(pilot, "o", "enter")
        await until(pilot, shows(app, r"(\d+) asked, \1 failed: status 503"))
        assert "✖" in screen_text(app)

    play(app, steps)


def test_leaving_the_release_ends_the_probe_and_coming_back_begins_with_none() -> None:
    app, probes = cockpit()

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        await press(pilot, "o", "enter")
        await until(pilot, probing(app))
        await press(pilot, "escape")
        await until(pilot, lambda: probes.closed == 1)
        assert isinstance(app.screen, FleetScreen)
        await press(pilot, "enter")
        await settle(pilot)
        assert isinstance(app.screen, ReleaseScreen)
        assert "PROBE" not in screen_text(app)

    play(app, steps)


def test_a_probe_whose_credentials_come_after_the_release_was_left_does_not_begin() -> None:
    app, probes = cockpit()
    probes.may_open.clear()

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        await press(pilot, "o", "enter")
        await until(pilot, lambda: bool(probes.orders))
        await press(pilot, "escape")
        assert isinstance(app.screen, FleetScreen)
        probes.may_open.set()
        await settle(pilot)
        assert not app.probing.running
        assert probes.asked == 0

    play(app, steps)


def test_leaving_the_cockpit_ends_the_probe() -> None:
    app, probes = cockpit()

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        await press(pilot, "o", "enter")
        await until(pilot, probing(app))

    play(app, steps)
    assert probes.closed == 1


def test_what_was_typed_is_remembered_for_the_release_with_its_secrets_masked() -> None:
    app, probes = cockpit()

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        await press(pilot, "o")
        field = app.screen.query_one("#typed", Input)
        field.value = "http://me:secret@shop.example/ --rate 20 --header X-Key:abc"
        await press(pilot, "enter")
        await until(pilot, probing(app))
        assert "secret" not in screen_text(app)
        await press(pilot, "o", "o")
        assert "http://…@shop.example/ --rate 20 --header X-Key:…" in screen_text(app)
        await press(pilot, "enter")
        await until(pilot, lambda: len(probes.orders) == 2)
        assert probes.orders[0] == probes.orders[1]
        assert probes.orders[1][0].headers == (("X-Key", "abc"),)

    play(app, steps)


def test_what_was_typed_for_one_cluster_is_not_offered_for_another() -> None:
    here, there = picture(*fleet()), msgspec.structs.replace(picture(*fleet()), context="prod")
    app = CockpitApp(FakeConnections(FakeFeed(here), FakeFeed(there)), theme_folders=())

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        await press(pilot, "o")
        app.screen.query_one("#typed", Input).value = "http://shop.example/"
        await press(pilot, "enter")
        await until(pilot, probing(app))
        await press(pilot, "x", "down", "enter")
        await settle(pilot)
        assert "prod" in screen_text(app)
        await press(pilot, "enter")
        await settle(pilot)
        await press(pilot, "o")
        assert app.screen.query_one("#typed", Input).value == "service/myapp:80"

    play(app, steps)


def test_what_cannot_be_meant_is_said_where_it_is_typed() -> None:
    app, probes = cockpit()

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        await press(pilot, "o", *"x", "enter")
        assert isinstance(app.screen, AskScreen)
        assert '"x" is nobody to ask.' in screen_text(app)
        await press(pilot, "escape")
        assert probes.orders == []

    play(app, steps)


def test_a_target_that_cannot_be_opened_is_said() -> None:
    app, probes = cockpit()
    probes.refusal = UsageError("The file of --ca cannot be used.")

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        await press(pilot, "o", "enter")
        await settle(pilot)
        assert "The file of --ca cannot be used." in screen_text(app)
        assert "PROBE" not in screen_text(app)

    play(app, steps)


def test_the_rate_goes_up_and_down_while_it_runs() -> None:
    app, _probes = cockpit()

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        await press(pilot, "plus")
        assert "No probe runs" in screen_text(app)
        await press(pilot, "o", "enter")
        await until(pilot, probing(app))
        await press(pilot, "plus", "plus", "minus")
        assert app.probing.lane is not None
        assert app.probing.lane.rate == 10.0
        assert "10/s" in screen_text(app)

    play(app, steps, (120, 40))


def test_a_zoomed_panel_hides_the_lane_and_a_read_only_cockpit_may_probe() -> None:
    app, _probes = cockpit()
    runner = app._current

    async def steps(pilot: Pilot[None]) -> None:
        assert runner.runner is not None
        runner.runner.read_only = "Read-only."  # type: ignore[misc]  # the fake's is a plain attribute
        await open_myapp(pilot)
        await press(pilot, "o", "enter")
        await until(pilot, probing(app))
        await press(pilot, "z")
        assert "PROBE" not in screen_text(app)
        await press(pilot, "z")
        assert "PROBE" in screen_text(app)

    play(app, steps)
