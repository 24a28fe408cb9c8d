"""The YAML of one object, fetched when it is asked for."""

from __future__ import annotations

from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from cockpit.actions.table import Scope
from cockpit.errors import CockpitError
from cockpit.ui.bindings import bindings_of
from cockpit.ui.content import Content, plain_rows
from cockpit.ui.durations import age
from cockpit.ui.ink import Ink, Line, span
from cockpit.ui.panels.heading import heading
from cockpit.ui.panels.rest import rest_rows, text_lines
from cockpit.ui.panels.yaml_lines import YamlRows, matches
from cockpit.ui.scene import Scene
from cockpit.ui.screens.frame import FrameScreen, set_rows
from cockpit.ui.text import wrap
from cockpit.ui.widgets.line_list import LineList
from cockpit.ui.widgets.lines import Lines

_MARGIN = 10
"""Cells of a row that the pointer, the line's number and the scroll bar may take."""


class ObjectScreen(FrameScreen):
    """Shows and searches the YAML of one object; changes nothing."""

    CSS_PATH = "object.tcss"
    BINDINGS = bindings_of(Scope.OBJECT)
    scopes = (Scope.OBJECT,)
    AUTO_FOCUS = "#yaml"

    def __init__(self, kind: str, namespace: str, name: str) -> None:
        """Show the object KIND/NAME of a namespace."""
        super().__init__()
        self._kind = kind
        self._object_namespace = namespace
        self._object_name = name
        self._text = ""
        self._lines: tuple[str, ...] = ()
        self._longest = 0
        self._read_at: datetime | None = None
        self._trouble = "Reading."

    def compose_body(self) -> ComposeResult:
        """Yield the list and the field of the search."""
        yield LineList(id="yaml", keeps_pointer=True)
        yield Lines(id="rest")
        yield Input(id="search", placeholder="search, enter goes to the next match, esc leaves")

    def on_mount(self) -> None:
        """Fetch the object."""
        self.action_reload()

    def action_reload(self) -> None:
        """Read the object again."""
        self.run_worker(self._fetch(), exclusive=True, exit_on_error=False)

    async def _fetch(self) -> None:
        try:
            self._text = await self.host.read_object(self._kind, self._object_namespace, self._object_name)
            self._lines = tuple(self._text.splitlines())
            self._longest = max((2 * len(line) if not line.isascii() else len(line) for line in self._lines), default=0)
            self._read_at = self.host.scene.now
            self._trouble = ""
        except CockpitError as error:
            self._trouble = str(error)
        self.draw(self.host.scene)

    def met_fault(self, sentence: str) -> None:
        """Tell of a fault where the YAML would be."""
        self._trouble = sentence
        self.draw(self.host.scene)

    def draw_body(self, scene: Scene, width: int, rows: int) -> None:
        """Draw the YAML as it was read last, or why there is none."""
        wanted = self.query_one("#search", Input).value
        head = (heading(f"{self._kind}/{self._object_name}", width - 2, self._note(wanted, scene.now)),)
        trouble: tuple[Line, ...] = tuple((span(text, Ink.WARNING),) for text in wrap(self._trouble, width - 4, 6))
        if self._lines:
            content = Content((*head, *trouble), YamlRows(self._lines, wanted), range(len(self._lines)))
        else:
            content = Content(head, trouble, plain_rows(trouble))
        self.query_one("#yaml", LineList).show(content, dimmed=bool(self._lines) and (scene.stale or bool(trouble)))
        self._draw_rest()

    def _note(self, wanted: str, now: datetime) -> str:
        if not self._lines:
            return ""
        count = f"{len(matches(self._lines, wanted))} lines match" if wanted else f"{len(self._lines)} lines"
        return f"{count} · read {age(self._read_at, now)} ago"

    @on(LineList.Selected)
    def _draw_rest(self) -> None:
        """Show the whole of the selected line, where lines are longer than the screen is wide."""
        width, height = self.size
        # The room is the same for every line, so that the list does not move while the selection does.
        rows = rest_rows(height) if self._longest > width - _MARGIN else 0
        block = self.query_one("#rest", Lines)
        if rows:
            index = self.query_one("#yaml", LineList).selected_key
            text = self._lines[index] if isinstance(index, int) and index < len(self._lines) else ""
            block.show(text_lines(text, self.query_one("#search", Input).value, width, rows))
        set_rows(block, rows)

    def action_back(self) -> None:
        """Leave the search, else the object."""
        field = self.query_one("#search", Input)
        if field.has_class("-shown"):
            field.value = ""
            field.remove_class("-shown")
            self.query_one("#yaml", LineList).focus()
        else:
            self.app.pop_screen()

    def action_copy(self) -> None:
        """Copy the whole YAML."""
        if self._text:
            self.host.copy(self._text, whole=True)

    def action_search(self) -> None:
        """Ask what to search for."""
        field = self.query_one("#search", Input)
        field.add_class("-shown")
        field.focus()

    @on(Input.Changed, "#search")
    def _mark_matches(self) -> None:
        self.draw(self.host.scene)

    @on(Input.Submitted, "#search")
    def action_next_match(self) -> None:
        """Go to the next match, after the last one to the first."""
        rows = self.query_one("#yaml", LineList)
        found = matches(self._lines, self.query_one("#search", Input).value)
        if found:
            place = rows.selected_key if isinstance(rows.selected_key, int) else -1
            rows.select(next((index for index in found if index > place), found[0]))
        rows.focus()
