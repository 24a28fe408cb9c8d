"""Runs the real app over a fake feed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from textual.pilot import Pilot

from cockpit.live.picture import Picture
from cockpit.ui.app import CockpitApp
from cockpit.ui.screens.release import ReleaseScreen
from cockpit.ui.themes import DEFAULT_THEME, own_folder
from tests.ui.fakes import FakeConnections, FakeFeed

NO_FOLDER = Path("/nonexistent")


def app_on(*pictures: Picture, theme: str = DEFAULT_THEME, objects: dict[str, str] | None = None) -> CockpitApp:
    """Return an app that starts on the first picture's context; the user's own themes stay out of it."""
    feeds = [FakeFeed(picture) for picture in pictures]
    for feed in feeds:
        feed.objects = objects or {}
    return CockpitApp(FakeConnections(*feeds), theme=theme, theme_folders=(own_folder(),))


def feed_of(app: CockpitApp) -> FakeFeed:
    """Return the feed that the app watches."""
    feed = app._current.feed
    assert isinstance(feed, FakeFeed)
    return feed


def screen_text(app: CockpitApp) -> str:
    """Return what the terminal shows."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def play(app: CockpitApp, steps: Callable[[Pilot[None]], Awaitable[None]], size: tuple[int, int] = (80, 24)) -> None:
    """Run `app` headless and carry out `steps`."""

    async def run() -> None:
        async with app.run_test(size=size, notifications=True) as pilot:
            await settle(pilot)
            await steps(pilot)

    asyncio.run(run())


async def settle(pilot: Pilot[None]) -> None:
    """Wait until workers are done and everything is painted."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.pause()


async def open_myapp(pilot: Pilot[None]) -> None:
    await pilot.press("down", "down", "down", "enter")
    await settle(pilot)
    assert isinstance(pilot.app.screen, ReleaseScreen)
