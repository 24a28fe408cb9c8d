"""Lets theme, context and namespace be picked."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import App

from cockpit.errors import CockpitError
from cockpit.ui.choices import Choice
from cockpit.ui.current_connection import CurrentConnection
from cockpit.ui.screens.pick import PickScreen

ALL_NAMESPACES = "*"
"""Answer of the namespace picker that stands for all of them; no namespace can have this name."""


class Choosing:
    """Shows the pickers of the whole cockpit; belongs to the app's event loop."""

    def __init__(
        self,
        app: App[None],
        connection: CurrentConnection,
        go_to: Callable[[str | None, tuple[str, ...] | None], None],
        say: Callable[[str, bool], None],
    ) -> None:
        """`go_to` leaves what is open, and watches a context (None: the current one) and namespaces (None: its own)."""
        self._app = app
        self._connection = connection
        self._go_to = go_to
        self._say = say

    def theme(self) -> None:
        """Let a theme be picked."""
        choices = tuple(Choice(name, name) for name in sorted(self._app.available_themes))
        self._app.push_screen(PickScreen("Theme", choices, self._app.theme), self._use_theme)

    def _use_theme(self, name: str | None) -> None:
        if name:
            self._app.theme = name

    def context(self) -> None:
        """Let a context be picked."""
        try:
            choices = tuple(Choice(name, name) for name in self._connection.contexts())
        except CockpitError as error:
            self._say(str(error), True)
            return
        self._app.push_screen(PickScreen("Context", choices, self._connection.picture.context), self._use_context)

    def _use_context(self, context: str | None) -> None:
        if context:
            self._go_to(context, None)

    def namespace(self) -> None:
        """Let a namespace be picked."""
        self._app.run_worker(self._pick_namespace(), group="namespaces", exclusive=True, exit_on_error=False)

    async def _pick_namespace(self) -> None:
        watched = self._connection.picture.namespaces
        names: tuple[str, ...] = watched
        try:
            if self._connection.feed is not None:
                names = await self._connection.feed.list_namespaces()
        except CockpitError as error:
            self._say(f"{error} A name can be typed.", True)
        choices = (Choice(ALL_NAMESPACES, "all namespaces"), *(Choice(name, name) for name in names))
        current = watched[0] if len(watched) == 1 else ALL_NAMESPACES
        self._app.push_screen(PickScreen("Namespace", choices, current, typed="namespace"), self._use_namespace)

    def _use_namespace(self, namespace: str | None) -> None:
        if namespace is not None:
            context = self._connection.picture.context or None
            self._go_to(context, () if namespace == ALL_NAMESPACES else (namespace,))
