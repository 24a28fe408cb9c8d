"""Asks with the dialogs of the screen; called from a worker, which waits for the answer."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import App

from cockpit.ui.checks import Check
from cockpit.ui.choices import Choice
from cockpit.ui.screens.ask import AskScreen
from cockpit.ui.screens.pick import PickScreen


class Dialogs:
    """Implements `cockpit.ui.asking.Ask` over an app."""

    def __init__(self, app: App[None]) -> None:
        self._app = app

    async def pick(self, title: str, choices: Sequence[Choice]) -> str | None:
        """Let one of several be picked, the first of them by Enter alone."""
        return await self._app.push_screen_wait(PickScreen(title, choices))

    async def field(self, title: str, value: str, check: Check, note: str = "") -> str | None:
        """Let something be typed, until `check` has nothing against it."""
        return await self._app.push_screen_wait(AskScreen(title, value, check, (note,) if note else ()))
