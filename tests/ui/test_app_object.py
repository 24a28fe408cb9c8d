"""The YAML of an object as a user meets it: how old it is, read again, and long lines in full."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from textual.pilot import Pilot

from cockpit.live.picture import ConnectionState
from cockpit.ui.app import CockpitApp
from cockpit.ui.widgets.line_list import LineList
from tests.ui.fakes import NOW
from tests.ui.pictures import events, fleet, picture
from tests.ui.running import app_on, feed_of, open_myapp, play, screen_text, settle

replace = msgspec.structs.replace
YAML = "apiVersion: v1\nkind: Service\n"
LONG = f"note: {'word ' * 40}end-of-it\nkind: Service\n"


async def open_service(pilot: Pilot[None]) -> None:
    await open_myapp(pilot)
    await pilot.press("y", "enter")
    await settle(pilot)


def words(app: CockpitApp) -> str:
    return " ".join(screen_text(app).split())


def test_the_yaml_says_how_old_it_is_and_is_read_again_when_asked() -> None:
    app = app_on(picture(*fleet()), objects={"Service/myapp": YAML})

    async def steps(pilot: Pilot[None]) -> None:
        await open_service(pilot)
        feed_of(app).time = NOW + timedelta(seconds=12)
        feed_of(app).publish(picture(*fleet()))
        await settle(pilot)
        assert "2 lines · read 12s ago" in screen_text(app)
        feed_of(app).objects = {"Service/myapp": YAML + "status: new\n"}
        await pilot.press("f5")
        await settle(pilot)
        assert "3 lines · read 0s ago" in screen_text(app)
        assert "status: new" in screen_text(app)

    play(app, steps)


def test_yaml_that_cannot_be_read_again_stays_with_the_reason() -> None:
    app = app_on(picture(*fleet()), objects={"Service/myapp": YAML})

    async def steps(pilot: Pilot[None]) -> None:
        await open_service(pilot)
        feed_of(app).objects = {}
        await pilot.press("f5")
        await settle(pilot)
        assert "Service/myapp is not in namespace default any more." in screen_text(app)
        assert "apiVersion: v1" in screen_text(app)
        assert app.screen.query_one("#yaml", LineList).render_line(3)._segments[-1].style.dim  # type: ignore[union-attr]

    play(app, steps)


def test_yaml_of_a_server_that_is_gone_is_dimmed() -> None:
    app = app_on(picture(*fleet()), objects={"Service/myapp": YAML})

    async def steps(pilot: Pilot[None]) -> None:
        await open_service(pilot)
        rows = app.screen.query_one("#yaml", LineList)
        assert not rows.render_line(2)._segments[-1].style.dim  # type: ignore[union-attr]
        feed_of(app).publish(picture(*fleet(), connection=ConnectionState.UNREACHABLE, connection_message="Gone."))
        await settle(pilot)
        assert rows.render_line(2)._segments[-1].style.dim  # type: ignore[union-attr]

    play(app, steps)


def test_the_selected_long_line_can_be_read_to_its_end() -> None:
    app = app_on(picture(*fleet()), objects={"Service/myapp": LONG})

    async def steps(pilot: Pilot[None]) -> None:
        await open_service(pilot)
        assert "end-of-it" in screen_text(app)
        await pilot.press("down")
        await settle(pilot)
        assert "end-of-it" not in screen_text(app)

    play(app, steps)


def test_a_match_far_out_in_a_long_line_is_shown() -> None:
    app = app_on(picture(*fleet()), objects={"Service/myapp": f"note: {'x' * 9000} needle {'y' * 9000}\n"})

    async def steps(pilot: Pilot[None]) -> None:
        await open_service(pilot)
        await pilot.press("slash", *"needle", "enter")
        await settle(pilot)
        assert "needle y" in screen_text(app)

    play(app, steps)


def test_short_yaml_has_the_whole_screen() -> None:
    app = app_on(picture(*fleet()), objects={"Service/myapp": YAML})

    async def steps(pilot: Pilot[None]) -> None:
        await open_service(pilot)
        assert not app.screen.query_one("#rest").display

    play(app, steps)


def test_the_selected_events_message_can_be_read_to_its_end_where_events_have_the_screen() -> None:
    first, second, *_ = events()
    long = replace(first, message=f"{'word ' * 40}end-of-it", last_seen=NOW)
    app = app_on(picture(*fleet(), events=(long, second)))

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        await pilot.press("tab")
        assert "end-of-it" not in screen_text(app)
        await pilot.press("z", "home")
        await settle(pilot)
        assert "end-of-it" in screen_text(app)
        assert f"{first.reason} {first.object}" in words(app)
        await pilot.press("end")
        await settle(pilot)
        assert "end-of-it" not in screen_text(app)
        await pilot.press("escape")
        assert not app.screen.query_one("#rest").display

    play(app, steps)
