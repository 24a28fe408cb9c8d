from __future__ import annotations

import subprocess
import sys

import pytest
from textual.dom import DOMNode

from cockpit.actions.acts import Act
from cockpit.actions.table import ACTIONS, RESERVED_KEYS, Action, Scope, action_for, action_of, actions_in, keys_of
from cockpit.ui.app import CockpitApp
from cockpit.ui.bindings import method_of
from cockpit.ui.screens.chart import ChartScreen
from cockpit.ui.screens.fleet import FleetScreen
from cockpit.ui.screens.object import ObjectScreen
from cockpit.ui.screens.plan import PlanScreen
from cockpit.ui.screens.release import ReleaseScreen
from cockpit.ui.screens.weight import WeightScreen
from cockpit.ui.widgets.line_list import LineList

OWNERS: dict[Scope, type[DOMNode]] = {
    Scope.GLOBAL: CockpitApp,
    Scope.FLEET: FleetScreen,
    Scope.RELEASE: ReleaseScreen,
    Scope.WEIGHT: WeightScreen,
    Scope.PLAN: PlanScreen,
    Scope.OBJECT: ObjectScreen,
    Scope.CHART: ChartScreen,
    Scope.LIST: LineList,
}


def test_ids_are_unique() -> None:
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)


@pytest.mark.parametrize("scope", [scope for scope in Scope if scope is not Scope.GLOBAL])
def test_no_key_means_two_things_in_one_place(scope: Scope) -> None:
    # The screen library drops one of two clashing actions silently. A key of the whole cockpit works in every place.
    keys = [key for action in actions_in(scope, Scope.GLOBAL) for key in action.keys]
    assert sorted(keys) == sorted(set(keys))


def test_no_action_that_only_looks_sits_on_a_key_that_will_change_a_release() -> None:
    looking = [action for action in ACTIONS if not action.dangerous and action.scope is not Scope.PLAN]
    assert not {key for action in looking for key in action.keys} & RESERVED_KEYS


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_is_carried_out_where_its_scope_says(action: Action) -> None:
    name = method_of(action).removeprefix("app.").partition("(")[0]
    assert callable(getattr(OWNERS[action.scope], f"action_{name}"))


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_explains_itself_in_a_sentence(action: Action) -> None:
    assert action.help.endswith(".")
    assert action.help[0].isupper()


def test_actions_are_found_by_scope_and_by_id() -> None:
    assert action_of("help") in actions_in(Scope.GLOBAL)
    with pytest.raises(KeyError):
        action_of("no.such")


def test_the_table_knows_no_terminal() -> None:
    code = "import sys, cockpit.actions.table; sys.exit('textual' in sys.modules or 'rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603  # fixed command


def test_every_act_is_one_dangerous_action_of_a_release_with_a_key() -> None:
    of_acts = {action.act: action for action in ACTIONS if action.act is not None}
    assert set(of_acts) == set(Act)
    assert all(action.dangerous and action.scope is Scope.RELEASE for action in of_acts.values())
    assert all(keys_of(action) and set(keys_of(action)) <= RESERVED_KEYS for action in of_acts.values())
    assert action_for(Act.SWITCH).label == "switch"


def test_resume_and_unisolate_share_the_keys_of_what_they_end() -> None:
    assert keys_of(action_for(Act.RESUME)) == action_for(Act.PAUSE).keys
    assert keys_of(action_for(Act.UNISOLATE)) == action_for(Act.ISOLATE).keys
