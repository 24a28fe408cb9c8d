"""The command palette: actions that work where it was called, and themes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from cockpit.actions.table import Action, Scope, actions_in, keys_of
from cockpit.resources.inert import inert
from cockpit.ui.bindings import key_name, method_of
from cockpit.ui.offer import Dimmed
from cockpit.ui.text import shortened

_HIDDEN = frozenset({"palette", "fleet.unfilter", "object.next_match"})


class CockpitCommands(Provider):
    """Offers what the action table holds for the screen, and every theme."""

    def _entries(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        scopes: tuple[Scope, ...] = getattr(self.screen, "scopes", ())
        dimmed: Dimmed = getattr(self.screen, "dimmed", {})
        for action in actions_in(*scopes, Scope.GLOBAL):
            if action.id not in _HIDDEN:
                run = partial(self._run, action)
                title = f"{action.label[0].upper()}{action.label[1:]}  [{key_name(keys_of(action)[0])}]"
                reason = inert(shortened(dimmed.get(action.act or "", "")))
                # What cannot be done is found too, and says why.
                yield (f"{title}  (not now)", reason, run) if reason else (title, action.help, run)
        for name in sorted(self.app.available_themes):
            yield inert(f"Theme: {name}"), "Use this theme.", partial(setattr, self.app, "theme", name)

    async def _run(self, action: Action) -> None:
        await self.screen.run_action(method_of(action))

    async def discover(self) -> Hits:
        """Yield everything."""
        for title, help_text, command in self._entries():
            yield DiscoveryHit(Content(title), command, text=title, help=help_text)

    async def search(self, query: str) -> Hits:
        """Yield what matches `query`."""
        matcher = self.matcher(query)
        for title, help_text, command in self._entries():
            score = matcher.match(f"{title} {help_text}")
            if score > 0:
                yield Hit(score, Content(title), command, text=title, help=help_text)
