"""Turns lines of spans into strips in the colours of the theme."""

from __future__ import annotations

from collections.abc import Mapping

from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.strip import Strip

from cockpit.ui.ink import Ink, Line, width_of

_VARIABLES = {
    Ink.TEXT: "foreground",
    Ink.MUTED: "muted",
    Ink.HEADING: "heading",
    Ink.ACCENT: "accent",
    Ink.WARNING: "warning",
    Ink.ERROR: "error",
    Ink.BADGE: "warning",
}


def ink_styles(variables: Mapping[str, str]) -> Mapping[tuple[Ink, bool], Style]:
    """Return the style of each ink, plain and bold, from a theme's variables."""
    styles: dict[tuple[Ink, bool], Style] = {}
    for ink in Ink:
        colour = variables[_VARIABLES.get(ink, ink.value)]
        reverse = True if ink is Ink.BADGE else None
        styles[ink, False] = Style(color=colour, reverse=reverse, bold=reverse)
        styles[ink, True] = Style(color=colour, reverse=reverse, bold=True)
    return styles


class Painter:
    """Paints lines in one theme, and remembers those that were painted last."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._styles = ink_styles(variables)
        self._strips: LRUCache[tuple[Line, int, Style], Strip] = LRUCache(512)

    def strip(self, line: Line, width: int, base: Style) -> Strip:
        """Return `line` in exactly `width` cells over the style `base`."""
        key = (line, width, base)
        strip = self._strips.get(key)
        if strip is None:
            segments = [Segment(part.text, base + self._styles[part.ink, part.bold]) for part in line if part.text]
            strip = Strip(segments, width_of(line)).adjust_cell_length(width, base).simplify()
            self._strips[key] = strip
        return strip
