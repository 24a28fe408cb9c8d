"""Lets one thing be picked from a list: a context, a namespace, an object, a theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from cockpit.ui.choices import Choice
from cockpit.ui.content import Content
from cockpit.ui.ink import Ink, Line, Span, fit_line, span, width_of
from cockpit.ui.layout import dialog_rows
from cockpit.ui.screens.frame import set_rows
from cockpit.ui.widgets.line_list import LineList
from cockpit.ui.widgets.lines import Lines

_LABEL = 44


class PickScreen(ModalScreen[str | None]):
    """Answers with the picked key, None where nothing was picked."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "cancel", "cancel")]
    AUTO_FOCUS = "#wanted"

    def __init__(self, title: str, choices: Sequence[Choice], current: str = "", typed: str = "") -> None:
        """Offer `choices`; with `typed`, e.g. "namespace", a name that is not among them can be typed too."""
        super().__init__()
        self._title = title
        self._choices = tuple(choices)
        self._current = current
        self._typed = typed

    def compose(self) -> ComposeResult:
        """Yield title, field and list."""
        with Vertical(classes="dialog"):
            yield Lines(id="pick-title")
            yield Input(id="wanted", placeholder="type to narrow, enter picks, esc leaves")
            yield LineList(id="choices", keeps_pointer=True)

    def on_mount(self) -> None:
        """Show all choices, the current one selected."""
        self.query_one("#pick-title", Lines).show(((span(self._title, Ink.HEADING, bold=True),),))
        self._show()
        self.query_one(LineList).select(self._current)

    @on(Input.Changed)
    def _narrow(self) -> None:
        self._show()
        # What fits the words best is on top, and a name as it was typed at the end.
        self.query_one(LineList).action_first()

    def _show(self) -> None:
        wanted = self.query_one(Input).value.strip()
        choices = narrowed(self._choices, wanted)
        if self._typed and wanted and all(choice.key != wanted for choice in choices):
            choices = (*choices, Choice(wanted, wanted, f"this {self._typed}, as typed"))
        labels = min(_LABEL, max((width_of((span(choice.label),)) for choice in self._choices), default=0))
        lines = tuple(_line(choice, self._current, labels) for choice in choices)
        rows = self.query_one(LineList)
        rows.show(Content(((),), lines, tuple(choice.key for choice in choices)))
        # The dialog keeps its height while the list is narrowed, so that nothing jumps.
        set_rows(rows, min(len(self._choices) + 2, dialog_rows(self.size.height) - 2))

    @on(Input.Submitted)
    @on(LineList.Opened)
    def _pick(self) -> None:
        key = self.query_one(LineList).selected_key
        if isinstance(key, str):
            self.dismiss(key)

    def on_key(self, event: events.Key) -> None:
        """Move in the list while the field keeps the focus."""
        moves = {"up": "up", "down": "down", "pageup": "page_up", "pagedown": "page_down"}
        if event.key in moves:
            getattr(self.query_one(LineList), f"action_{moves[event.key]}")()
            event.stop()

    def action_cancel(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)


def narrowed(choices: Sequence[Choice], wanted: str) -> tuple[Choice, ...]:
    """Return the choices that hold every word of `wanted`."""
    words = wanted.casefold().split()
    return tuple(choice for choice in choices if all(word in choice.label.casefold() for word in words))


def _line(choice: Choice, current: str, labels: int) -> Line:
    """Return mark, label and note; notes stand under each other where labels are at most `labels` cells wide."""
    mark = Span("✔ " if choice.key == current else "  ", Ink.STEADY)
    label: Line = (span(choice.label),)
    if not choice.note:
        return (mark, *label)
    padded = fit_line(label, max(labels, width_of(label)))
    return (mark, *padded, Span("   "), span(choice.note, Ink.MUTED))
