"""A list of lines that scrolls under a head that stays; only visible lines are made and painted."""

from __future__ import annotations

from collections.abc import Hashable
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from cockpit.actions.table import Scope
from cockpit.ui.bindings import bindings_of
from cockpit.ui.content import EMPTY, Content, nearest, step
from cockpit.ui.ink import Ink, Line, Span
from cockpit.ui.widgets.painted import Painted

_GUTTER: Span = Span(" ")
_POINTER = Span("▸", Ink.ACCENT, bold=True)


class LineList(Painted, ScrollView, can_focus=True):
    """Draws a `Content`. The selected row is kept by its key, wherever it moves to in the next content."""

    BINDINGS = bindings_of(Scope.LIST)
    COMPONENT_CLASSES: ClassVar[set[str]] = {"line-list--selected"}
    DEFAULT_CSS = """
    LineList {
        overflow-x: hidden; overflow-y: auto; scrollbar-gutter: stable; scrollbar-size-vertical: 1;
        & > .line-list--selected { background: $selection; }
    }
    """

    class Selected(Message):
        """Another row is selected."""

        def __init__(self, line_list: LineList) -> None:
            super().__init__()
            self.line_list = line_list

    class Opened(Message):
        """The selected row was clicked a second time."""

    def __init__(self, *, id: str | None = None, keeps_pointer: bool = False) -> None:  # noqa: A002  # Textual's name
        """Make an empty list; `keeps_pointer` shows the selected row without the focus too."""
        super().__init__(id=id)
        self._keeps_pointer = keeps_pointer
        self._content = EMPTY
        self._selected: int | None = None
        self._dimmed = False

    @property
    def selected_key(self) -> Hashable | None:
        """Key of the selected row, None where no row is."""
        return None if self._selected is None else self._content.keys[self._selected]

    @property
    def content(self) -> Content:
        """What is shown."""
        return self._content

    def show(self, content: Content, dimmed: bool = False) -> None:
        """Draw `content`, if it differs from what is drawn; `dimmed` for what is no longer known to be so."""
        if content == self._content and dimmed == self._dimmed:
            return
        key, place = self.selected_key, self._selected or 0
        if content.keys is not self._content.keys and content.keys != self._content.keys:
            stays = key is not None and key in content.keys
            self._selected = content.keys.index(key) if stays else nearest(content.keys, place)
        self._content, self._dimmed = content, dimmed
        self.virtual_size = Size(0, content.rows)
        self.refresh()

    def select(self, key: Hashable) -> None:
        """Select the row of `key`, if there is one."""
        if key in self._content.keys:
            self._go(list(self._content.keys).index(key))

    def render_line(self, y: int) -> Strip:
        """Return one visible row."""
        base = self.rich_style + Style(dim=True) if self._dimmed else self.rich_style
        width = self.scrollable_content_region.width
        head = self._content.head
        if y < len(head):
            gutter = Span("▌", Ink.ACCENT) if self.has_focus and y == 0 and not self._keeps_pointer else _GUTTER
            return self.painter.strip((gutter, *head[y]), width, base)
        index = y - len(head) + self.scroll_offset.y
        if index >= len(self._content.body):
            return self.painter.strip((), width, base)
        return self.painter.strip(*self._row(index, base, width))

    def _row(self, index: int, base: Style, width: int) -> tuple[Line, int, Style]:
        if index != self._selected or not (self.has_focus or self._keeps_pointer):
            return (_GUTTER, *self._content.body[index]), width, base
        style = base + self.get_component_rich_style("line-list--selected")
        return (_POINTER, *self._content.body[index]), width, style

    def _go(self, index: int | None) -> None:
        if index is None or index == self._selected:
            return
        self._selected = index
        self._reveal(index)
        self.refresh()
        self.post_message(self.Selected(self))

    def _reveal(self, index: int) -> None:
        rows = max(1, self.scrollable_content_region.height - len(self._content.head))
        top = self.scroll_offset.y
        if index < top or index >= top + rows:
            self.scroll_to(y=index if index < top else index - rows + 1, animate=False)

    def on_focus(self) -> None:
        """Show the selection."""
        if self._selected is None:
            self._go(step(self._content.keys, None, 1))
        self.refresh()

    def on_blur(self) -> None:
        """Hide the selection."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Select the row, or open it where it is selected."""
        index = event.y - len(self._content.head) + self.scroll_offset.y
        if not 0 <= index < len(self._content.keys) or self._content.keys[index] is None:
            return
        if index == self._selected:
            self.post_message(self.Opened())
        self._go(index)

    def _move(self, by: int) -> None:
        target = step(self._content.keys, self._selected, by)
        if target is None or target == self._selected:
            # Lines that cannot be selected, above the first row and below the last one, are reached by scrolling.
            self.scroll_relative(y=by, animate=False)
        self._go(target)

    def action_up(self) -> None:
        """Go one row up."""
        self._move(-1)

    def action_down(self) -> None:
        """Go one row down."""
        self._move(1)

    def action_page_up(self) -> None:
        """Go one page up."""
        self._move(-self._page)

    def action_page_down(self) -> None:
        """Go one page down."""
        self._move(self._page)

    def action_first(self) -> None:
        """Go to the first row."""
        self.scroll_home(animate=False)
        self._go(step(self._content.keys, None, 1))

    def action_last(self) -> None:
        """Go to the last row."""
        self.scroll_end(animate=False)
        self._go(step(self._content.keys, None, -1))

    @property
    def _page(self) -> int:
        return max(1, self.size.height - len(self._content.head) - 1)
