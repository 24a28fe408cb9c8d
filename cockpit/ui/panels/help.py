"""Help, made from the action table."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cockpit.actions.table import ACTIONS, Scope, keys_of
from cockpit.ui.bindings import key_name
from cockpit.ui.ink import BLANK, STATE_INKS, Ink, Line, Span, fit_line, span
from cockpit.ui.panels.states import POD_SHAPES, STATE_SHAPES
from cockpit.ui.text import wrap

_TITLES = {
    Scope.FLEET: "In the fleet",
    Scope.RELEASE: "In a release",
    Scope.WEIGHT: "Where shares are set",
    Scope.PLAN: "In a plan",
    Scope.OBJECT: "In an object's YAML",
    Scope.CHART: "In a chart",
    Scope.LIST: "In every list",
    Scope.GLOBAL: "Everywhere",
}
_KEY_WIDTH = 14


_NONE: Mapping[str, str] = {}


def help_lines(width: int, dimmed: Mapping[str, str] = _NONE, first: Collection[Scope] = ()) -> tuple[Line, ...]:
    """Return every key with what it does, and what the shapes mean; acts in `dimmed` with why they cannot be done.

    What belongs to the scopes in `first` comes first.
    """
    lines: list[Line] = []
    for scope in sorted(_TITLES, key=lambda scope: scope not in first):
        lines += [(Span(_TITLES[scope], Ink.HEADING, bold=True),)]
        for action in (action for action in ACTIONS if action.scope is scope):
            keys = " ".join(key_name(key) for key in keys_of(action))
            for index, text in enumerate(wrap(action.help, max(10, width - _KEY_WIDTH), 3)):
                key: Line = (Span(f"  {keys}" if index == 0 else "", Ink.ACCENT, bold=True),)
                lines.append((*fit_line(key, _KEY_WIDTH), span(text)))
            lines += _not_now(dimmed.get(action.act or "", ""), width)
        lines.append(BLANK)
    return (*lines, *_legend())


def _not_now(reason: str, width: int) -> list[Line]:
    """Return why an act cannot be done now."""
    said = wrap(f"not now: {reason}", max(10, width - _KEY_WIDTH - 2), 2) if reason else ()
    return [(Span(" " * (_KEY_WIDTH + 2)), span(text, Ink.MUTED)) for text in said]


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
