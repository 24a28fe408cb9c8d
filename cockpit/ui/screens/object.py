"""The YAML of one object, fetched when it is asked for."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from cockpit.actions.table import Scope
from cockpit.errors import CockpitError
from cockpit.ui.bindings import bindings_of
from cockpit.ui.content import Content, plain_rows
from cockpit.ui.ink import Ink, Line, span
from cockpit.ui.panels.heading import heading
from cockpit.ui.panels.yaml_lines import YamlRows, matches
from cockpit.ui.scene import Scene
from cockpit.ui.screens.frame import FrameScreen
from cockpit.ui.text import wrap
from cockpit.ui.widgets.line_list import LineList


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
        self._trouble = "Reading."

    def compose_body(self) -> ComposeResult:
        """Yield the list and the field of the search."""
        yield LineList(id="yaml", keeps_pointer=True)
        yield Input(id="search", placeholder="search, enter goes to the next match, esc leaves")

    def on_mount(self) -> None:
        """Fetch the object."""
        self.run_worker(self._fetch(), exclusive=True)

    async def _fetch(self) -> None:
        try:
            self._text = await self.host.read_object(self._kind, self._object_namespace, self._object_name)
            self._lines = tuple(self._text.splitlines())
            self._trouble = ""
        except CockpitError as error:
            self._trouble = str(error)
        self.draw(self.host.scene)

    def draw_body(self, scene: Scene, width: int, rows: int) -> None:
        """Draw the YAML, or why there is none."""
        title = f"{self._kind}/{self._object_name}"
        wanted = self.query_one("#search", Input).value
        found = len(matches(self._lines, wanted)) if wanted else 0
        note = f"{found} lines match" if wanted else f"{len(self._lines)} lines" if self._lines else ""
        head = (heading(title, width - 2, note),)
        if self._trouble:
            lines: tuple[Line, ...] = tuple((span(text, Ink.WARNING),) for text in wrap(self._trouble, width - 4, 6))
            content = Content(head, lines, plain_rows(lines))
        else:
            content = Content(head, YamlRows(self._lines, wanted), range(len(self._lines)))
        self.query_one("#yaml", LineList).show(content)

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
            self.host.copy(self._text)

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
