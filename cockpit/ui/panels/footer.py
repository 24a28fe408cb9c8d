"""The last line: the keys that work here, as many as fit."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.actions.table import Action
from cockpit.ui.bindings import key_name
from cockpit.ui.ink import Ink, Line, Span, fit_line


def footer_line(actions: Sequence[Action], width: int) -> Line:
    """Return keys and labels in the order of `actions`; those of the lowest rank give way first."""
    shown = [action for action in actions if action.in_footer]
    while shown and sum(_width(action) for action in shown) + 1 > width:
        lowest = min(action.in_footer for action in shown)
        shown.remove([action for action in shown if action.in_footer == lowest][-1])
    spans: list[Span] = [Span(" ")]
    for action in shown:
        key = key_name(action.keys[0])
        spans += [Span(key, Ink.ACCENT, bold=True), Span(f" {action.label}  ", Ink.MUTED)]
    return fit_line(tuple(spans), width)


def _width(action: Action) -> int:
    return len(key_name(action.keys[0])) + len(action.label) + 3
