"""A page of lines over the screen below: help, and the state of every watch."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from cockpit.ui.content import Content, plain_rows
from cockpit.ui.ink import Ink, Line, Span, ends, span
from cockpit.ui.layout import dialog_rows, dialog_width
from cockpit.ui.scene import Scene
from cockpit.ui.screens.frame import set_rows
from cockpit.ui.screens.host import host_of
from cockpit.ui.widgets.line_list import LineList
from cockpit.ui.widgets.lines import Lines

MakeLines = Callable[[Scene, int], tuple[Line, ...]]
"""Makes the lines of a page, for a width in cells."""


class PageScreen(ModalScreen[None]):
    """Shows lines that are made anew with every picture."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,q,enter,v,question_mark", "close", "close")]
    AUTO_FOCUS = "#page"

    def __init__(self, title: str, make: MakeLines) -> None:
        """Show what `make` makes."""
        super().__init__()
        self._title = title
        self._make = make

    def compose(self) -> ComposeResult:
        """Yield title and list."""
        with Vertical(classes="dialog"):
            yield Lines(id="page-title")
            yield LineList(id="page", keeps_pointer=True)

    def on_resize(self) -> None:
        """Make the lines for the new width."""
        self.draw(host_of(self).scene)

    def draw(self, scene: Scene) -> None:
        """Make and show the lines."""
        page = self.query_one("#page", LineList)
        width = max(1, dialog_width(self.size.width) - 2)
        title: Line = (span(self._title, Ink.HEADING, bold=True),)
        self.query_one("#page-title", Lines).show((ends(title, (Span("esc closes", Ink.MUTED), Span(" ")), width),))
        lines = self._make(scene, width)
        page.show(Content(((),), lines, plain_rows(lines)))
        set_rows(page, min(len(lines) + 1, dialog_rows(self.size.height) - 1))

    def action_close(self) -> None:
        """Leave the page."""
        self.dismiss(None)
