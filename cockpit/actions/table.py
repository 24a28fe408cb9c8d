"""The action table: the one place that names what can be done, where, and by which key.

Keys, footer, help, palette and the documentation are generated from it. It holds only actions that work: an action
enters the table together with the code that carries it out. Pure data; nothing here knows the terminal.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cockpit.actions.acts import Act


class Scope(StrEnum):
    """Where an action can be asked for."""

    GLOBAL = "global"
    FLEET = "fleet"
    RELEASE = "release"
    WEIGHT = "weight"
    PLAN = "plan"
    OBJECT = "object"
    CHART = "chart"
    LIST = "list"
    """Wherever rows are listed."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be asked for.

    `keys` are Textual's names of keys, the first one shown; `label` is one or two words for the footer, `help` a whole
    sentence. `dangerous` marks what changes the cluster. `in_footer` ranks the action there: 0 leaves it out, and the
    highest rank is the last to give way where the screen is narrow. `act` is what an action of a release comes to, on
    the command line too. `shares` is the id of the action whose keys do this one too, where that one is done already.
    """

    id: str
    scope: Scope
    keys: tuple[str, ...]
    label: str
    help: str
    dangerous: bool = False
    in_footer: int = 0
    act: Act | None = None
    shares: str = ""


RESERVED_KEYS = frozenset({"exclamation_mark", *"pPbiswnufRSCD"})
"""Keys of the acts on a release; nothing that only looks may teach the fingers otherwise."""

_G, _F, _R, _P, _O, _L = Scope.GLOBAL, Scope.FLEET, Scope.RELEASE, Scope.PLAN, Scope.OBJECT, Scope.LIST
_C, _W = Scope.CHART, Scope.WEIGHT


def _act(act: Act, key: str, label: str, sentence: str, rank: int = 0, shares: str = "") -> Action:
    """Return the action of an act; an act without a key `shares` that of another action."""
    keys = (key,) if key else ()
    name = f"release.{act.value.replace('-', '_')}"
    return Action(name, _R, keys, label, sentence, dangerous=True, in_footer=rank, act=act, shares=shares)


ACTIONS: tuple[Action, ...] = (
    Action("fleet.open", _F, ("enter",), "open", "Open the selected release.", in_footer=9),
    Action("fleet.filter", _F, ("slash",), "filter", "Show only releases whose row contains a text.", in_footer=8),
    Action("fleet.unfilter", _F, ("escape",), "show all", "Take the filter away and show every release."),
    Action("fleet.copy", _F, ("c",), "copy", "Copy the name of the selected release to the clipboard.", in_footer=3),
    _act(Act.PAUSE, "p", "pause", "Pause a rollout where it stands.", 19),
    _act(Act.RESUME, "", "resume", "Let a paused rollout go on.", shares="release.pause"),
    _act(Act.PROMOTE, "P", "promote", "Give the new version all of the traffic.", 17),
    _act(Act.ROLLBACK, "b", "rollback", "Go back to an earlier revision.", 18),
    _act(Act.ISOLATE, "i", "isolate", "Give old and new version a Service each, with a port of its own.", 14),
    _act(Act.UNISOLATE, "", "unisolate", "Bring isolated versions back behind one Service.", shares="release.isolate"),
    _act(Act.SWITCH, "s", "switch", "Let the Service select another version.", 16),
    _act(Act.WEIGHT, "w", "weight", "Give versions other shares of a route's traffic.", 12),
    _act(Act.SET_IMAGE, "n", "new image", "Roll out another image.", 12),
    _act(Act.UNDO, "u", "undo", "Take the last act back.", 15),
    _act(
        Act.LAST_GOOD,
        "exclamation_mark",
        "last good",
        "Bring back the whole traffic as it held steady before our first write.",
        14,
    ),
    _act(Act.RESTART, "R", "restart", "Replace every pod by a new one of the same version.", 9),
    _act(Act.SCALE, "S", "scale", "Set the number of pods.", 10),
    _act(Act.CLEANUP, "C", "clean up", "Take away the version that no longer serves.", 11),
    _act(Act.DELETE_POD, "D", "delete pod", "Delete a failing pod, so that another takes its place.", 11),
    _act(Act.FINISH, "f", "finish", "Do what an act that ended half-way left undone.", 12),
    Action("release.probe", _R, ("o",), "probe", "Ask the application itself again and again, and stop asking."),
    Action("release.faster", _R, ("plus",), "faster", "Let the probe ask more often."),
    Action("release.slower", _R, ("minus",), "slower", "Let the probe ask less often."),
    Action("release.run", _R, ("r",), "run", "Show the plan that runs, or the one that ended last."),
    Action("release.chart", _R, ("m",), "metrics", "Show one metric after the other as a chart.", in_footer=9),
    Action("release.back", _R, ("escape",), "fleet", "Go back to the fleet.", in_footer=14),
    Action("release.open", _R, ("enter",), "open", "Show the YAML of the selected row's object.", in_footer=7),
    Action("release.objects", _R, ("y",), "YAML", "Pick one of the release's objects and show its YAML.", in_footer=8),
    Action(
        "release.copy", _R, ("c",), "copy", "Copy the selected row's name or address to the clipboard.", in_footer=4
    ),
    Action("release.next_panel", _R, ("tab",), "next panel", "Go to the next panel.", in_footer=5),
    Action("release.previous_panel", _R, ("shift+tab",), "previous panel", "Go to the panel before."),
    Action("release.zoom", _R, ("z",), "zoom", "Give the whole screen to this panel, and back again.", in_footer=6),
    Action("weight.plan", _W, ("enter",), "plan", "Plan the shares as they are set here.", in_footer=20),
    Action("weight.back", _W, ("escape",), "back", "Leave the shares as they are.", in_footer=19),
    Action("weight.less", _W, ("left",), "−1", "Take 1 % from the version, for the others.", in_footer=15),
    Action("weight.more", _W, ("right",), "+1", "Give the version 1 % more, from the others.", in_footer=16),
    Action("weight.much_less", _W, ("left_square_bracket", "shift+left"), "−5", "Take 5 % from it.", in_footer=13),
    Action("weight.much_more", _W, ("right_square_bracket", "shift+right"), "+5", "Give it 5 % more.", in_footer=14),
    Action("weight.step_down", _W, ("minus",), "step down", "Go one step down: to the stop below.", in_footer=17),
    Action("weight.step_up", _W, ("plus",), "step up", "Go one step up: to the stop above.", in_footer=18),
    Action(
        "weight.stop",
        _W,
        tuple("0123456789"),
        "…9 stops",
        "Go to a stop by 0 to 9: 0, 1, 5, 10, 25, 50, 75, 90, 95, 100 %.",
        in_footer=10,
    ),
    Action("weight.next_version", _W, ("tab",), "version", "Move the share of the next version.", in_footer=12),
    Action("weight.previous_version", _W, ("shift+tab",), "version", "Move the share of the version before."),
    Action("weight.all", _W, ("a",), "all rules", "Give all rules of the same versions these shares.", in_footer=11),
    Action("weight.reset", _W, ("z",), "as it is", "Set the rule back to the shares that it has.", in_footer=9),
    Action("plan.run", _P, ("enter",), "run", "Run the plan, once everything about it is known.", in_footer=20),
    Action("plan.back", _P, ("escape",), "back", "Leave the plan; one that runs goes on.", in_footer=19),
    Action("plan.stop", _P, ("s",), "stop", "Ask the plan that runs to send nothing more.", in_footer=18),
    Action("plan.finish", _P, ("f",), "finish", "Plan what a run that ended half-way left undone.", in_footer=18),
    Action("plan.undo", _P, ("u",), "take back", "Plan how to take back what was done.", in_footer=17),
    Action("plan.again", _P, ("a",), "draw again", "Draw the plan again, on the picture of now.", in_footer=16),
    Action("plan.name", _P, ("y",), "type the name", "Type the release's name, as production asks.", in_footer=16),
    Action("plan.override", _P, ("o",), "override", "Give a reason, and run against what blocks.", in_footer=15),
    Action("plan.check", _P, ("h",), "health check", "Ask the target pods for their health first.", in_footer=14),
    Action("plan.service", _P, ("n",), "name", "Choose the name of the canary's Service.", in_footer=13),
    Action("plan.port", _P, ("p",), "node port", "Choose the node port of the canary's Service.", in_footer=13),
    Action("plan.reason", _P, ("r",), "reason", "Say why, for the journal.", in_footer=12),
    Action("plan.kubectl", _P, ("k",), "kubectl", "Show the plan as kubectl lines, and back again.", in_footer=11),
    Action("plan.copy", _P, ("c",), "copy", "Copy the kubectl lines to the clipboard.", in_footer=10),
    Action("object.back", _O, ("escape",), "back", "Close the YAML.", in_footer=9),
    Action("object.search", _O, ("slash",), "search", "Search the YAML.", in_footer=8),
    Action("object.next_match", _O, ("enter",), "next", "Go to the next match of the search.", in_footer=7),
    Action("object.reload", _O, ("f5",), "read again", "Read the object again; its YAML is not live.", in_footer=5),
    Action("object.copy", _O, ("c",), "copy all", "Copy the whole YAML to the clipboard.", in_footer=6),
    Action("chart.back", _C, ("escape", "m"), "release", "Go back to the release.", in_footer=9),
    Action("chart.earlier", _C, ("left", "h"), "earlier", "Move the cursor back in time.", in_footer=8),
    Action("chart.later", _C, ("right", "l"), "later", "Move the cursor towards now.", in_footer=8),
    Action("chart.much_earlier", _C, ("shift+left", "H"), "ten earlier", "Move the cursor far back in time."),
    Action("chart.much_later", _C, ("shift+right", "L"), "ten later", "Move the cursor far towards now."),
    Action("chart.next", _C, ("down", "j", "tab"), "next metric", "Show the next metric.", in_footer=7),
    Action("chart.previous", _C, ("up", "k", "shift+tab"), "previous", "Show the metric before.", in_footer=6),
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
    Action("help", _G, ("question_mark", "f1"), "help", "Show every key and what it does.", in_footer=21),
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


def action_for(act: Act) -> Action:
    """Return the action that carries out an act."""
    return next(action for action in ACTIONS if action.act is act)


def keys_of(action: Action) -> tuple[str, ...]:
    """Return the keys that carry out an action, those that it shares with another among them."""
    return action.keys or (action_of(action.shares).keys if action.shares else ())
