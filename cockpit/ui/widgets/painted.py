"""What all widgets that draw lines share: a painter in the colours of the theme in use."""

from __future__ import annotations

from functools import lru_cache

from textual.app import App

from cockpit.ui.paint import Painter


@lru_cache(maxsize=4)
def _painter(variables: frozenset[tuple[str, str]]) -> Painter:
    return Painter(dict(variables))


def painter_of(app: App[object]) -> Painter:
    """Return the painter of the theme that `app` uses now; widgets of one theme share one."""
    return _painter(frozenset(app.theme_variables.items()))
