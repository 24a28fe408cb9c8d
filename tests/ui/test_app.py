"""The app as a user meets it: keys in, text out, over a feed that a test plays."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from textual.pilot import Pilot

from cockpit.errors import UnreachableError
from cockpit.live.picture import ConnectionState
from cockpit.ui.app import CockpitApp
from cockpit.ui.screens.fleet import FleetScreen
from cockpit.ui.screens.release import ReleaseScreen
from cockpit.ui.themes import DEFAULT_THEME, own_folder
from tests.ui import hostile
from tests.ui.factory import canary_of_the_mock, fleet, picture
from tests.ui.fakes import NOW, FakeFeed, FakeFeeds
from tests.ui.running import app_on, feed_of, play, screen_text, settle

replace = msgspec.structs.replace
YAML = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: one\n  labels:\n    app: two\n"


async def open_myapp(pilot: Pilot[None]) -> None:
    await pilot.press("down", "down", "enter")
    await settle(pilot)
    assert isinstance(pilot.app.screen, ReleaseScreen)


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


def test_releases_that_wait_for_a_human_stand_on_top() -> None:
    app = app_on(picture(*fleet()))

    async def steps(_: Pilot[None]) -> None:
        names = [line[26:].split()[0] for line in screen_text(app).splitlines()[4:12]]
        assert names == ["checkout", "ledger", "myapp", "search", "api", "mail", "shop", "web"]

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


def test_a_release_opens_with_its_events_and_closes_again() -> None:
    app = app_on(picture(*fleet()))

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        assert "▸ myapp" in screen_text(app)
        assert "95%" in screen_text(app)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, FleetScreen)
        assert feed_of(app).events_of == ["default", None]

    play(app, steps)


def test_an_open_release_is_followed_when_its_name_changes() -> None:
    app = app_on(picture(*fleet()))

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        feed_of(app).publish(picture(replace(canary_of_the_mock(), name="myapp-stable")))
        await settle(pilot)
        assert "▸ myapp-stable" in screen_text(app)
        assert "is gone" not in screen_text(app)

    play(app, steps)


def test_a_release_that_disappears_stays_as_it_was_last_and_says_so() -> None:
    app = app_on(picture(*fleet()))

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        feed_of(app).publish(picture())
        await settle(pilot)
        assert "myapp is gone; this is how it was last." in screen_text(app)
        assert "10.244.0.2:8080" in screen_text(app)

    play(app, steps)


def test_an_endpoint_that_joins_is_marked_until_a_while_later() -> None:
    app = app_on(picture(*fleet()))
    whole = canary_of_the_mock()
    service = (whole.services or ())[0]
    fewer = replace(whole, services=(replace(service, endpoints=(service.endpoints or ())[:4]),))

    async def steps(pilot: Pilot[None]) -> None:
        feed_of(app).publish(picture(fewer))
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        feed_of(app).publish(picture(whole))
        await settle(pilot)
        assert "+ -> 10.244.1.3:8080" in screen_text(app)
        feed_of(app).time = NOW + timedelta(seconds=30)
        feed_of(app).publish(picture(whole, warnings=("later",)))
        await settle(pilot)
        assert "+ -> " not in screen_text(app)

    play(app, steps, (100, 30))


def test_endpoints_that_cannot_be_read_any_more_have_not_left() -> None:
    app = app_on(picture(*fleet()))
    whole = canary_of_the_mock()
    blind = replace(whole, services=(replace((whole.services or ())[0], endpoints=None, split=None),))

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        feed_of(app).publish(picture(blind))
        await settle(pilot)
        assert "− ->" not in screen_text(app)
        assert "endpointslices cannot be read" in screen_text(app)
        feed_of(app).publish(picture(whole))
        await settle(pilot)
        assert "+ ->" not in screen_text(app)

    play(app, steps)


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


def test_the_yaml_of_a_selected_endpoints_pod_opens() -> None:
    pod = (canary_of_the_mock().versions[0].pods or ())[0].name
    app = app_on(picture(*fleet()), objects={f"Pod/{pod}": YAML})

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert f"Pod/{pod}" in screen_text(app)
        assert "apiVersion: v1" in screen_text(app)
        await pilot.press("slash", *"two")
        assert "1 lines match" in screen_text(app)
        await pilot.press("enter", "c")
        assert app.clipboard == YAML

    play(app, steps)


def test_an_object_that_is_gone_says_so_in_its_place() -> None:
    app = app_on(picture(*fleet()))

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        await pilot.press("y", "enter")
        await settle(pilot)
        assert "Service/myapp is not in namespace default any more." in screen_text(app)
        await pilot.press("escape")
        assert isinstance(app.screen, ReleaseScreen)

    play(app, steps)


def test_names_and_addresses_are_copied() -> None:
    app = app_on(picture(*fleet()))

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("c")
        assert app.clipboard == "checkout"
        await open_myapp(pilot)
        await pilot.press("c")
        assert app.clipboard == "10.244.0.2:8080"
        await settle(pilot)
        assert "Copied 10.244.0.2:8080" in screen_text(app)

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
    feeds = FakeFeeds(FakeFeed(picture(*fleet(), namespaces=("default",))))
    app = CockpitApp(feeds, theme_folders=())

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("N", *"pay", "enter")
        await settle(pilot)
        await pilot.press("N", *"all nam", "enter")
        await settle(pilot)
        assert feeds.opened[1:] == [("kind", ("payments",)), ("kind", ())]

    play(app, steps)


def test_a_namespace_can_be_typed_where_listing_them_is_forbidden() -> None:
    feed = FakeFeed(picture(*fleet()))
    feed.namespaces = UnreachableError("User jane may not list namespaces.")
    feeds = FakeFeeds(feed)
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
    app = CockpitApp(FakeFeeds(FakeFeed(picture())), context="gone", theme_folders=())

    async def steps(_: Pilot[None]) -> None:
        assert "There is no context 'gone' in the kubeconfig" in screen_text(app)

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


def test_a_theme_that_does_not_exist_is_told_and_the_default_used() -> None:
    app = app_on(picture(), theme="nonesuch")

    async def steps(_: Pilot[None]) -> None:
        assert app.theme == DEFAULT_THEME
        assert "There is no theme 'nonesuch'" in screen_text(app)

    play(app, steps, (120, 40))


def test_without_any_theme_the_screen_can_still_be_read() -> None:
    app = CockpitApp(FakeFeeds(FakeFeed(picture(*fleet()))), theme_folders=())

    async def steps(_: Pilot[None]) -> None:
        assert "checkout" in screen_text(app)
        assert "No theme was found" in screen_text(app)

    play(app, steps, (120, 40))


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
    app = CockpitApp(FakeFeeds(FakeFeed(picture(*fleet()))), theme_folders=(own_folder(),), notices=("Kubeconfig: k.",))

    async def steps(pilot: Pilot[None]) -> None:
        assert "Kubeconfig: k." in screen_text(app)
        app.clear_notifications()
        await pilot.press("v")
        await settle(pilot)
        assert "Kubeconfig: k." in screen_text(app)

    play(app, steps, (80, 40))


def test_a_zoomed_panel_has_the_whole_screen_and_escape_gives_it_back() -> None:
    app = app_on(picture(*fleet()))

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        await pilot.press("tab", "z")
        await settle(pilot)
        assert "EVENTS" in screen_text(app)
        assert "VERSIONS" not in screen_text(app)
        assert "Stopping container web" in screen_text(app)
        await pilot.press("escape")
        assert "VERSIONS" in screen_text(app)

    play(app, steps)


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


def test_the_last_key_leaves_the_cockpit_and_stops_the_feed() -> None:
    app = app_on(picture(*fleet()))
    held: list[FakeFeed] = []

    async def steps(pilot: Pilot[None]) -> None:
        held.append(feed_of(app))
        await pilot.press("q")

    play(app, steps)
    assert held[0].stopped
