"""What nobody foresaw in work behind a screen is a sentence, and the cockpit goes on."""

from __future__ import annotations

from textual.pilot import Pilot

from cockpit.ui.app import CockpitApp
from cockpit.ui.mishap import mishap_sentence
from cockpit.ui.themes import own_folder
from tests.ui.fakes import FakeConnections, FakeFeed
from tests.ui.pictures import fleet, picture
from tests.ui.running import open_myapp, play, screen_text

SECRET = "token-in-an-error"


class FaultyFeed(FakeFeed):
    """A feed with a fault in all that it is asked for."""

    async def list_namespaces(self) -> tuple[str, ...]:
        raise KeyError(SECRET)

    async def read_object(self, kind: str, namespace: str, name: str) -> str:
        raise KeyError(SECRET)


class FaultyStart(FakeFeed):
    """A feed with a fault in its start."""

    async def start(self) -> None:
        raise KeyError(SECRET)


def app_on_faults() -> CockpitApp:
    feeds = FakeConnections(FaultyFeed(picture(*fleet())), FaultyStart(picture(context="other")))
    return CockpitApp(feeds, theme_folders=(own_folder(),))


async def pauses(pilot: Pilot[None]) -> None:
    for _ in range(3):
        await pilot.pause()


def words(app: CockpitApp) -> str:
    return " ".join(screen_text(app).split())


def test_a_mishap_names_the_error_and_nothing_that_it_holds() -> None:
    assert "KeyError" in mishap_sentence(KeyError(SECRET))
    assert SECRET not in mishap_sentence(KeyError(SECRET))


def test_a_fault_in_reading_an_object_stands_in_its_place() -> None:
    app = app_on_faults()

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        await pilot.press("y", "enter")
        await pauses(pilot)
        assert "This met a fault of the cockpit (KeyError" in words(app)
        assert SECRET not in screen_text(app)
        await pilot.press("escape")
        assert "ENDPOINTS" in screen_text(app)

    play(app, steps, (120, 40))


def test_a_fault_in_listing_namespaces_is_said_and_the_fleet_stays() -> None:
    app = app_on_faults()

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("N")
        await pauses(pilot)
        assert "This met a fault of the cockpit" in screen_text(app)
        assert "checkout" in screen_text(app)

    play(app, steps, (120, 40))


def test_a_fault_in_starting_a_context_stays_on_the_screen_and_another_can_be_picked() -> None:
    app = app_on_faults()

    async def steps(pilot: Pilot[None]) -> None:
        await pilot.press("x", *"other", "enter")
        await pauses(pilot)
        assert "This met a fault of the cockpit" in words(app)
        await pilot.press("x", *"kind", "enter")
        await pauses(pilot)
        assert "checkout" in screen_text(app)

    play(app, steps, (120, 40))
