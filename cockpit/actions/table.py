"""The action table: the one place that names what can be done, where, and by which key.

Keys, footer, help, palette and the documentation are generated from it. It holds only actions that work: an action
enters the table together with the code that carries it out. Pure data; nothing here knows the terminal.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """Where an action can be asked for."""

    GLOBAL = "global"
    FLEET = "fleet"
    RELEASE = "release"
    OBJECT = "object"
    LIST = "list"
    """Wherever rows are listed."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be asked for.

    `keys` are Textual's names of keys, the first one shown; `label` is one or two words for the footer, `help` a whole
    sentence. `dangerous` marks what changes the cluster. `in_footer` ranks the action there: 0 leaves it out, and the
    highest rank is the last to give way where the screen is narrow.
    """

    id: str
    scope: Scope
    keys: tuple[str, ...]
    label: str
    help: str
    dangerous: bool = False
    in_footer: int = 0


RESERVED_KEYS = frozenset({"exclamation_mark", "p", "P", "b", "i", "s", "w", "n", "u"})
"""Keys that the actions which change a release will carry; nothing that only looks may teach the fingers otherwise."""

_G, _F, _R, _O, _L = Scope.GLOBAL, Scope.FLEET, Scope.RELEASE, Scope.OBJECT, Scope.LIST

ACTIONS: tuple[Action, ...] = (
    Action("fleet.open", _F, ("enter",), "open", "Open the selected release.", in_footer=9),
    Action("fleet.filter", _F, ("slash",), "filter", "Show only releases whose row contains a text.", in_footer=8),
    Action("fleet.unfilter", _F, ("escape",), "show all", "Take the filter away and show every release."),
    Action("fleet.copy", _F, ("c",), "copy", "Copy the name of the selected release to the clipboard.", in_footer=3),
    Action("release.back", _R, ("escape",), "fleet", "Go back to the fleet.", in_footer=9),
    Action("release.open", _R, ("enter",), "open", "Show the YAML of the selected row's object.", in_footer=7),
    Action("release.objects", _R, ("y",), "YAML", "Pick one of the release's objects and show its YAML.", in_footer=8),
    Action(
        "release.copy", _R, ("c",), "copy", "Copy the selected row's name or address to the clipboard.", in_footer=4
    ),
    Action("release.next_panel", _R, ("tab",), "next panel", "Go to the next panel.", in_footer=5),
    Action("release.previous_panel", _R, ("shift+tab",), "previous panel", "Go to the panel before."),
    Action("release.zoom", _R, ("z",), "zoom", "Give the whole screen to this panel, and back again.", in_footer=6),
    Action("object.back", _O, ("escape",), "back", "Close the YAML.", in_footer=9),
    Action("object.search", _O, ("slash",), "search", "Search the YAML.", in_footer=8),
    Action("object.next_match", _O, ("enter",), "next", "Go to the next match of the search.", in_footer=7),
    Action("object.reload", _O, ("f5",), "read again", "Read the object again; its YAML is not live.", in_footer=5),
    Action("object.copy", _O, ("c",), "copy all", "Copy the whole YAML to the clipboard.", in_footer=6),
    Action("list.up", _L, ("up", "k"), "up", "Go one row up."),
    Action("list.down", _L, ("down", "j"), "down", "Go one row down."),
    Action("list.page_up", _L, ("pageup",), "page up", "Go one page up."),
    Action("list.page_down", _L, ("pagedown",), "page down", "Go one page down."),
    Action("list.first", _L, ("home", "g"), "first", "Go to the first row."),
    Action("list.last", _L, ("end", "G"), "last", "Go to the last row."),
    Action("context", _G, ("x",), "context", "Watch the cluster of another context.", in_footer=3),
    Action("namespace", _G, ("N",), "namespace", "Watch another namespace, or all of them.", in_footer=4),
    Action("watches", _G, ("v",), "watches", "Show which kinds are live, stale or forbidden, and why.", in_footer=4),
    Action("theme", _G, ("t",), "theme", "Pick another theme.", in_footer=1),
    Action("palette", _G, ("colon", "ctrl+p"), "palette", "Find an action by typing a part of its name.", in_footer=2),
    Action("help", _G, ("question_mark", "f1"), "help", "Show every key and what it does.", in_footer=10),
    Action("quit", _G, ("q", "ctrl+q"), "quit", "Leave the cockpit.", in_footer=5),
)


def actions_in(*scopes: Scope) -> tuple[Action, ...]:
    """Return the actions of the given scopes, in the table's order."""
    return tuple(action for action in ACTIONS if action.scope in scopes)


def action_of(action_id: str) -> Action:
    """Return one action.

    Raises:
        KeyError: the table has no such action.
    """
    for action in ACTIONS:
        if action.id == action_id:
            return action
    raise KeyError(action_id)
