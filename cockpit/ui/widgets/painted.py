"""What all widgets that draw lines share: a painter in the colours of the theme in use."""

from __future__ import annotations

from functools import lru_cache

from textual.app import App
from textual.theme import Theme
from textual.widget import Widget

from cockpit.ui.paint import Painter


@lru_cache(maxsize=4)
def _painter(variables: frozenset[tuple[str, str]]) -> Painter:
    return Painter(dict(variables))


def painter_of(app: App[object]) -> Painter:
    """Return the painter of the theme that `app` uses now; widgets of one theme share one."""
    return _painter(frozenset(app.theme_variables.items()))


class Painted(Widget):
    """A widget with a painter that follows the theme."""

    def on_mount(self) -> None:
        """Take the painter of the theme, and of every theme that comes after it."""
        self.painter = painter_of(self.app)
        self.app.theme_changed_signal.subscribe(self, self._on_theme)

    def _on_theme(self, _theme: Theme) -> None:
        self.painter = painter_of(self.app)
        self.refresh()
