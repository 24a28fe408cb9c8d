"""The app as a user meets it: keys in, text out, over a feed that a test plays."""

from __future__ import annotations

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from cockpit.live.picture import ConnectionState
from cockpit.ui.app import CockpitApp
from cockpit.ui.screens.fleet import FleetScreen
from cockpit.ui.themes import DEFAULT_THEME, own_folder
from tests.ui.fakes import FakeConnections, FakeFeed
from tests.ui.pictures import fleet, picture
from tests.ui.running import app_on, feed_of, open_myapp, play, screen_text, settle

replace = msgspec.structs.replace
YAML = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: one\n  labels:\n    app: two\n"


def test_the_frame_is_there_before_any_picture() -> None:
    app = app_on(picture(connection=ConnectionState.CONNECTING, observed_at=None, complete=False))

    async def steps(_: Pilot[None]) -> None:
        assert "◌ connecting" in screen_text(app)
        assert "Waiting for the API server." in screen_text(app)
        assert "? help" in screen_text(app)

    play(app, steps)


def test_a_new_picture_is_drawn() -> None:
    app = app_on(picture(complete=False))

    async def steps(pilot: Pilot[None]) -> None:
        assert "Looking for releases." in screen_text(app)
        feed_of(app).publish(picture(*fleet()))
        await settle(pilot)
        assert "8 releases · 4 need you" in screen_text(app)

    play(app, steps)


def test_releases_that_wait_for_a_human_stand_on_top_the_gravest_first() -> None:
    app = app_on(picture(*fleet()))

    async def steps(_: Pilot[None]) -> None:
        names = [line[26:].split()[0] for line in screen_text(app).splitlines()[4:12]]
        assert names == ["checkout", "search", "ledger", "myapp", "web", "api", "mail", "shop"]

    play(app, steps)


def test_the_filter_narrows_the_fleet_and_escape_takes_it_away() -> None:
    app = app_on(picture(*fleet()))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("slash", *"blue", "enter")
        assert "1 shown" in screen_text(app)
        assert "checkout" not in screen_text(app)
        await pilot.press("escape")
        assert "checkout" in screen_text(app)
        await pilot.press("slash", *"nothing like it")
        assert "No release matches" in screen_text(app)

    play(app, steps)


def test_another_context_is_watched_in_place_of_the_first() -> None:
    app = app_on(picture(*fleet()), picture(context="other"))

    async def steps(pilot: Pilot[None]) -> None:
        first = feed_of(app)
        await open_myapp(pilot)
        await pilot.press("x", *"oth", "enter")
        await settle(pilot)
        assert "cockpit  other" in screen_text(app)
        assert first.stopped
        assert isinstance(app.screen, FleetScreen)

    play(app, steps)


def test_another_namespace_or_all_of_them_can_be_watched() -> None:
    feeds = FakeConnections(FakeFeed(picture(*fleet(), namespaces=("default",))))
    app = CockpitApp(feeds, theme_folders=())

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("N", *"pay", "enter")
        await settle(pilot)
        await pilot.press("N", *"all nam", "enter")
        await settle(pilot)
        assert feeds.opened[1:] == [("kind", ("payments",)), ("kind", ())]

    play(app, steps)


def test_another_theme_is_used_at_once() -> None:
    app = app_on(picture(*fleet()))

    async def steps(pilot: Pilot[None]) -> None:
        assert app.theme == DEFAULT_THEME
        await pilot.press("t", *"light", "enter")
        await settle(pilot)
        assert app.theme == "cockpit-light"
        assert "checkout" in screen_text(app)

    play(app, steps)


def test_the_palette_finds_actions_and_themes() -> None:
    app = app_on(picture(*fleet()))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("colon", *"cockpit-safe")
        await pilot.pause(0.3)
        await pilot.press("enter")
        await settle(pilot)
        assert app.theme == "cockpit-safe"

    play(app, steps)


def test_help_and_watches_open_and_close() -> None:
    app = app_on(picture(*fleet()))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("question_mark")
        await settle(pilot)
        assert "Open the selected release." in screen_text(app)
        await pilot.press("escape", "v")
        await settle(pilot)
        assert "endpointslices ● live 0s" in " ".join(screen_text(app).split())
        await pilot.press("escape")
        assert isinstance(app.screen, FleetScreen)

    play(app, steps, (80, 40))


def test_what_the_start_has_to_say_is_shown_and_stays_among_the_watches() -> None:
    app = CockpitApp(
        FakeConnections(FakeFeed(picture(*fleet()))), theme_folders=(own_folder(),), notices=("Kubeconfig: k.",)
    )

    async def steps(pilot: Pilot[None]) -> None:
        assert "Kubeconfig: k." in screen_text(app)
        app.clear_notifications()
        await pilot.press("v")
        await settle(pilot)
        assert "Kubeconfig: k." in screen_text(app)

    play(app, steps, (80, 40))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_what_the_start_has_to_say_covers_no_reason_and_no_key(size: tuple[int, int]) -> None:
    app = CockpitApp(
        FakeConnections(FakeFeed(picture(*fleet()))), theme_folders=(own_folder(),), notices=("Kubeconfig: k.",)
    )

    async def steps(_: Pilot[None]) -> None:
        (toast,) = app.screen.query(Toast)
        covered = ("#header", "#title", "#detail", "#footer")
        assert not any(toast.region.overlaps(app.screen.query_one(block).region) for block in covered)
        assert toast.region.area

    play(app, steps, size)


def test_the_last_key_leaves_the_cockpit_and_stops_the_feed() -> None:
    app = app_on(picture(*fleet()))
    held: list[FakeFeed] = []

    async def steps(pilot: Pilot[None]) -> None:
        held.append(feed_of(app))
        await pilot.press("q")

    play(app, steps)
    assert held[0].stopped
