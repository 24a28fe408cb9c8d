"""What goes wrong is a sentence on the screen: no server, no room, no theme, hostile text."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import msgspec
import pytest
from textual.pilot import Pilot

from cockpit.errors import CockpitError, UnreachableError
from cockpit.live.picture import ConnectionState
from cockpit.ui.app import CockpitApp
from cockpit.ui.themes import DEFAULT_THEME
from tests.ui import hostile
from tests.ui.fakes import NOW, FakeConnections, FakeFeed
from tests.ui.pictures import canary_of_the_mock, fleet, picture
from tests.ui.running import app_on, feed_of, open_myapp, play, screen_text, settle

replace = msgspec.structs.replace
YAML = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: one\n  labels:\n    app: two\n"


def test_an_unreachable_server_leaves_the_last_picture_marked_stale_and_it_recovers() -> None:
    app = app_on(picture(*fleet()))
    lost = picture(
        *fleet(),
        connection=ConnectionState.UNREACHABLE,
        connection_message="kind does not answer: check the network; the cockpit keeps trying.",
        observed_at=NOW - timedelta(seconds=130),
    )

    async def steps(pilot: Pilot[None]) -> None:
        feed_of(app).publish(lost)
        await settle(pilot)
        assert "▲ stale 2m10s" in screen_text(app)
        assert "kind does not answer" in screen_text(app)
        assert "checkout" in screen_text(app)
        feed_of(app).publish(picture(*fleet()))
        await settle(pilot)
        assert "● live 0.2s" in screen_text(app)
        assert "stale" not in screen_text(app)

    play(app, steps)


def test_the_screen_stands_before_there_is_a_cluster_and_connects_once_it_is_there() -> None:
    served = asyncio.Event()

    async def ready() -> None:
        await served.wait()

    feeds = FakeConnections(FakeFeed(picture(*fleet())))
    app = CockpitApp(feeds, theme_folders=(), ready=ready)

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.pause()
        assert feeds.opened == []
        assert "connecting" in screen_text(app)
        served.set()
        await settle(pilot)
        assert "checkout" in screen_text(app)

    play(app, steps)


def test_a_cluster_that_does_not_come_up_is_a_sentence_on_the_screen() -> None:
    async def ready() -> None:
        raise CockpitError("The embedded cluster does not come up. Try again: cockpit demo.")

    app = CockpitApp(FakeConnections(FakeFeed(picture(*fleet()))), theme_folders=(), ready=ready)

    async def steps(pilot: Pilot[None]) -> None:
        await settle(pilot)
        assert "The embedded cluster does not come up." in screen_text(app)

    play(app, steps)


def test_a_namespace_can_be_typed_where_listing_them_is_forbidden() -> None:
    feed = FakeFeed(picture(*fleet()))
    feed.namespaces = UnreachableError("User jane may not list namespaces.")
    feeds = FakeConnections(feed)
    app = CockpitApp(feeds, theme_folders=())

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("N")
        await settle(pilot)
        assert "may not list namespaces" in screen_text(app)
        await pilot.press(*"team-a", "enter")
        await settle(pilot)
        assert feeds.opened[-1] == ("kind", ("team-a",))

    play(app, steps)


def test_a_context_that_does_not_exist_is_one_sentence_on_the_screen() -> None:
    app = CockpitApp(FakeConnections(FakeFeed(picture())), context="gone", theme_folders=())

    async def steps(_: Pilot[None]) -> None:
        assert "There is no context 'gone' in the kubeconfig" in screen_text(app)

    play(app, steps)


def test_a_theme_that_does_not_exist_is_told_and_the_default_used() -> None:
    app = app_on(picture(), theme="nonesuch")

    async def steps(_: Pilot[None]) -> None:
        assert app.theme == DEFAULT_THEME
        assert "There is no theme 'nonesuch'" in screen_text(app)

    play(app, steps, (120, 40))


def test_without_any_theme_the_screen_can_still_be_read() -> None:
    app = CockpitApp(FakeConnections(FakeFeed(picture(*fleet()))), theme_folders=())

    async def steps(_: Pilot[None]) -> None:
        assert "checkout" in screen_text(app)
        assert "No theme was found" in screen_text(app)

    play(app, steps, (120, 40))


@pytest.mark.parametrize("size", [(20, 5), (1, 1), (59, 40), (200, 14)])
def test_a_terminal_that_is_too_small_says_what_is_missing_and_recovers(size: tuple[int, int]) -> None:
    app = app_on(picture(*fleet()))

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        await pilot.resize_terminal(*size)
        await settle(pilot)
        assert "VERSIONS" not in screen_text(app)
        feed_of(app).publish(picture())
        await settle(pilot)
        await pilot.press("question_mark", "escape", "escape")
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert "cockpit  kind" in screen_text(app)

    play(app, steps)


def test_resizing_while_pictures_arrive_ends_in_a_whole_screen() -> None:
    app = app_on(picture(*fleet()))

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        for width in (60, 200, 61, 20, 120, 80):
            feed_of(app).publish(picture(*fleet(), warnings=(f"at {width}",)))
            await pilot.resize_terminal(width, 24)
        await settle(pilot)
        assert all(len(line) == 80 for line in screen_text(app).splitlines())
        assert "ENDPOINTS" in screen_text(app)

    play(app, steps)


def test_hostile_text_is_drawn_inert_on_every_screen() -> None:
    wild = replace(canary_of_the_mock(), name=hostile.ESCAPES, reason=hostile.MARKUP, notes=hostile.ALL)
    app = app_on(
        picture(wild, context=hostile.TURNED, warnings=hostile.ALL), objects={"Service/myapp": hostile.ESCAPES}
    )

    async def steps(pilot: Pilot[None]) -> None:
        for keys in (("enter",), ("y", "enter"), ("c",), ("escape", "v"), ("escape", "c")):
            await pilot.press(*keys)
            await settle(pilot)
            assert all(line.isprintable() for line in screen_text(app).splitlines())
        assert "[bold red]urgent[/bold red]" in screen_text(app)

    play(app, steps, (120, 40))


def test_the_keys_still_work_after_the_terminal_was_too_small_for_a_while() -> None:
    app = app_on(picture(*fleet()))

    async def steps(pilot: Pilot[None]) -> None:
        await settle(pilot)
        had_focus = app.focused
        assert had_focus is not None
        await pilot.resize_terminal(20, 5)
        await settle(pilot)
        await pilot.resize_terminal(120, 40)
        await settle(pilot)
        assert app.focused is had_focus

    play(app, steps)
