"""A block of lines that neither scrolls nor takes the focus."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from cockpit.ui.ink import Line
from cockpit.ui.widgets.painted import Painted


class Lines(Painted):
    """Draws the lines it is given, each in one row."""

    DEFAULT_CSS = "Lines { height: 1; width: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # the name that Textual gives it
        super().__init__(id=id)
        self._lines: tuple[Line, ...] = ()

    def show(self, lines: Sequence[Line]) -> None:
        """Draw `lines`, if they differ from those that are drawn."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one row."""
        line = self._lines[y] if y < len(self._lines) else ()
        return self.painter.strip(line, self.size.width, self.rich_style)
