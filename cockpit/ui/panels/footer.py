"""The last line: the keys that work here, as many as fit."""

from __future__ import annotations

from collections.abc import Container, Sequence

from cockpit.actions.table import Action
from cockpit.ui.bindings import key_name
from cockpit.ui.ink import Ink, Line, Span, fit_line

_LESS = 8
"""Ranks that an act loses while it cannot be done: it goes behind those that can, before most that only look."""


def footer_line(actions: Sequence[Action], width: int, dimmed: Container[str] = ()) -> Line:
    """Return keys and labels in the order of `actions`; those of the lowest rank give way first.

    `dimmed` are ids of actions that cannot be done now: their keys stand in brackets, and give way before others.
    """
    shown = [action for action in actions if action.in_footer]
    while shown and sum(_width(action, dimmed) for action in shown) + 1 > width:
        shown.remove(min(reversed(shown), key=lambda action: _rank(action, dimmed)))
    spans: list[Span] = [Span(" ")]
    for action in shown:
        ink = Ink.MUTED if action.id in dimmed else Ink.ACCENT
        spans += [Span(_key(action, dimmed), ink, bold=ink is Ink.ACCENT), Span(f" {action.label}  ", Ink.MUTED)]
    return fit_line(tuple(spans), width)


def _rank(action: Action, dimmed: Container[str]) -> int:
    return action.in_footer - _LESS if action.id in dimmed else action.in_footer


def _key(action: Action, dimmed: Container[str]) -> str:
    key = key_name(action.keys[0])
    return f"({key})" if action.id in dimmed else key


def _width(action: Action, dimmed: Container[str]) -> int:
    return len(_key(action, dimmed)) + len(action.label) + 3
