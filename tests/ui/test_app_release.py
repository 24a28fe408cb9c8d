"""An open release as a user meets it: keys in, text out."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from textual.pilot import Pilot

from cockpit.ui.screens.fleet import FleetScreen
from cockpit.ui.screens.release import ReleaseScreen
from tests.ui.fakes import NOW
from tests.ui.pictures import canary_of_the_mock, events, fleet, picture
from tests.ui.running import app_on, feed_of, open_myapp, play, screen_text, settle

replace = msgspec.structs.replace
YAML = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: one\n  labels:\n    app: two\n"


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


def test_an_events_message_is_copied_as_one_line_that_runs_nothing_where_it_is_pasted() -> None:
    app = app_on(picture(*fleet(), events=(replace(events()[0], message="one\nrm -rf x\r\x1b[31mtwo"),)))

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        await pilot.press("tab", "c")
        assert app.clipboard == "one↵rm -rf x↵␛[31mtwo"

    play(app, steps)


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
