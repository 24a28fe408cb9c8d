"""Runs the app on one release that can be acted on, with a clock that a test moves."""

from __future__ import annotations

from textual.pilot import Pilot

from cockpit.release.subject import Subject
from cockpit.ui.app import CockpitApp
from cockpit.ui.screens.plan import PlanScreen
from cockpit.ui.themes import DEFAULT_THEME, own_folder
from tests.ui.fakes import FakeConnections, FakeFeed, FakeRunner
from tests.ui.pictures import picture
from tests.ui.plans import answered, shop, switch_plan


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Cockpit:
    """The app on one subject, with its fakes at hand."""

    def __init__(self, subject: Subject | None = None, theme: str = DEFAULT_THEME, kubeconfig: str = "") -> None:
        self.subject = subject or shop()
        self.feed = FakeFeed(picture(self.subject.view))
        self.feed.subjects[self.subject.view.key] = self.subject
        self.clock = Clock()
        connections = FakeConnections(self.feed)
        self.runner: FakeRunner = connections.connections["kind"].runner
        self.runner.next_plan = switch_plan()
        self.runner.findings = (answered(),)
        self.app = CockpitApp(
            connections, theme=theme, theme_folders=(own_folder(),), clock=self.clock, kubeconfig=kubeconfig
        )

    def publish(self, subject: Subject) -> None:
        """Let the cluster be as in `subject`."""
        self.feed.subjects[subject.view.key] = subject
        self.feed.publish(picture(subject.view))

    @property
    def plan_screen(self) -> PlanScreen:
        """The screen of the plan, which is in front."""
        assert isinstance(self.app.screen, PlanScreen)
        return self.app.screen

    async def open(self, pilot: Pilot[None], *keys: str) -> None:
        """Open the release, press `keys` one after the other, and wait until all is drawn."""
        await pilot.press("enter")
        await calm(pilot)
        for key in keys:
            await pilot.press(key)
            await calm(pilot)

    async def later(self, pilot: Pilot[None], *keys: str, seconds: float = 1.0) -> None:
        """Let time pass, then press `keys`."""
        self.clock.seconds += seconds
        for key in keys:
            await pilot.press(key)
            await calm(pilot)


async def calm(pilot: Pilot[None]) -> None:
    """Let messages and workers have their turns; a run that waits goes on waiting."""
    for _ in range(4):
        await pilot.pause()
