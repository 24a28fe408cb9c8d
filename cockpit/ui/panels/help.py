"""Help, made from the action table."""

from __future__ import annotations

from cockpit.actions.table import ACTIONS, Scope, keys_of
from cockpit.ui.bindings import key_name
from cockpit.ui.ink import BLANK, STATE_INKS, Ink, Line, Span, fit_line, span
from cockpit.ui.panels.states import POD_SHAPES, STATE_SHAPES
from cockpit.ui.text import wrap

_TITLES = {
    Scope.FLEET: "In the fleet",
    Scope.RELEASE: "In a release",
    Scope.PLAN: "In a plan",
    Scope.OBJECT: "In an object's YAML",
    Scope.LIST: "In every list",
    Scope.GLOBAL: "Everywhere",
}
_KEY_WIDTH = 14


def help_lines(width: int) -> tuple[Line, ...]:
    """Return every key with what it does, and what the shapes mean."""
    lines: list[Line] = []
    for scope, title in _TITLES.items():
        lines += [(Span(title, Ink.HEADING, bold=True),)]
        for action in (action for action in ACTIONS if action.scope is scope):
            keys = " ".join(key_name(key) for key in keys_of(action))
            for index, text in enumerate(wrap(action.help, max(10, width - _KEY_WIDTH), 3)):
                key: Line = (Span(f"  {keys}" if index == 0 else "", Ink.ACCENT, bold=True),)
                lines.append((*fit_line(key, _KEY_WIDTH), span(text)))
        lines.append(BLANK)
    return (*lines, *_legend())


def _legend() -> tuple[Line, ...]:
    states = [Span(f"{shape} {state.value}  ", STATE_INKS[state]) for state, shape in STATE_SHAPES.items()]
    pods = [Span(f"{shape} {state.value}  ") for state, shape in POD_SHAPES.items()]
    return (
        (Span("Shapes", Ink.HEADING, bold=True),),
        (Span("  release  ", Ink.MUTED), *states[:4]),
        (Span("           "), *states[4:]),
        (Span("  pod      ", Ink.MUTED), *pods),
        (Span("  endpoint ", Ink.MUTED), Span("R ready  S serving  T terminating  + joined  − left")),
        (Span("  unknown  ", Ink.MUTED), Span("? or -, never a zero")),
    )
