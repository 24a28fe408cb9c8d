"""Lets one thing be typed, and says what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from cockpit.ui.checks import Check
from cockpit.ui.ink import Ink, Line, Span, span
from cockpit.ui.layout import dialog_rows, dialog_width
from cockpit.ui.screens.frame import set_rows
from cockpit.ui.text import wrap
from cockpit.ui.widgets.lines import Lines

_MOST_ROWS = 8


class AskScreen(ModalScreen[str | None]):
    """Answers with what was typed once `check` has nothing against it, None where it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "cancel", "cancel")]
    AUTO_FOCUS = "#typed"

    def __init__(self, title: str, value: str, check: Check, notes: Sequence[str] = ()) -> None:
        """Show a field with `value`, which typing replaces, under `title`; `notes` are sentences between the two."""
        super().__init__()
        self._title = title
        self._value = value
        self._check = check
        self._notes = tuple(notes)
        self._refused = False

    def compose(self) -> ComposeResult:
        """Yield title, notes, field, and what is wrong."""
        with Vertical(classes="dialog"):
            yield Lines(id="ask-title")
            yield Lines(id="ask-notes")
            yield Input(self._value, id="typed", placeholder="enter takes it, esc leaves", select_on_focus=True)
            yield Lines(id="ask-problem")

    def on_mount(self) -> None:
        """Show the words."""
        self.query_one("#ask-title", Lines).show(((span(self._title, Ink.HEADING, bold=True),),))

    def on_resize(self) -> None:
        """Break the words for the width."""
        width = dialog_width(self.size.width)
        room = max(1, min(_MOST_ROWS, dialog_rows(self.size.height) - 4))
        texts = [text for note in self._notes for text in wrap(note, width, 3)]
        lines: list[Line] = [(span(text, Ink.MUTED),) for text in texts[:room]]
        notes = self.query_one("#ask-notes", Lines)
        notes.show(lines)
        set_rows(notes, len(lines))
        self._judge()

    @on(Input.Changed)
    def _judge(self) -> None:
        """Say what is wrong, once something was refused: not while it is still being typed for the first time."""
        problem = self._check(self.query_one(Input).value) if self._refused else ""
        line = (Span("✖ ", Ink.ERROR, bold=True), span(problem)) if problem else ()
        self.query_one("#ask-problem", Lines).show((line,))

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        value = event.value.strip()
        self._refused = bool(self._check(value))
        if self._refused:
            self._judge()
        else:
            self.dismiss(value)

    def action_cancel(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
