"""Key bindings, made from the action table."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from cockpit.actions.table import Action, Scope, actions_in

_KEY_NAMES = {
    "slash": "/",
    "question_mark": "?",
    "colon": ":",
    "exclamation_mark": "!",
    "plus": "+",
    "minus": "-",
    "enter": "⏎",
    "escape": "esc",
    "tab": "tab",
    "left": "←",
    "right": "→",
    "⇧left": "⇧←",
    "⇧right": "⇧→",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "up": "↑",
    "down": "↓",
    "pageup": "pgup",
    "pagedown": "pgdn",
}


def bindings_of(*scopes: Scope, letters: bool = True) -> list[BindingType]:
    """Return the bindings of the actions in `scopes`; each is bound to what `method_of` names.

    Without `letters` they keep those keys that are no letters.
    """
    return [
        Binding(
            ",".join(key for key in action.keys if letters or len(key) > 1),
            method_of(action),
            action.label,
            show=False,
            tooltip=action.help,
            id=action.id,
        )
        for action in actions_in(*scopes)
        if action.keys
    ]


def method_of(action: Action) -> str:
    """Return the name under which screens and the app carry out `action`; all acts have one, and say which it is."""
    if action.act is not None:
        return f"act('{action.act.value}')"
    name = action.id.rpartition(".")[2]
    return f"app.{name}" if action.scope is Scope.GLOBAL else name


def key_name(key: str) -> str:
    """Return how a key is written on the screen."""
    shown = key.replace("ctrl+", "^").replace("shift+", "⇧")
    return _KEY_NAMES.get(key, _KEY_NAMES.get(shown, shown))
