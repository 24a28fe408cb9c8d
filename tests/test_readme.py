"""The README says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from cockpit.actions.table import ACTIONS, Scope, keys_of
from cockpit.training.scenario import available
from cockpit.ui.bindings import key_name
from tests.routing.covered import table

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PLACES = {
    Scope.FLEET: "fleet",
    Scope.RELEASE: "release",
    Scope.WEIGHT: "shares",
    Scope.PLAN: "plan",
    Scope.OBJECT: "YAML",
    Scope.CHART: "chart",
    Scope.LIST: "lists",
    Scope.GLOBAL: "everywhere",
}


def keys_table() -> str:
    rows = [
        f"| {' '.join(f'`{key_name(key)}`' for key in keys_of(action))} | {PLACES[scope]} | {action.help} |"
        for scope in PLACES
        for action in ACTIONS
        if action.scope is scope
    ]
    return "\n".join(["| key | where | what it does |", "|---|---|---|", *rows])


def test_the_keys_are_those_of_the_action_table() -> None:
    written = README.partition("<!-- keys -->\n")[2].partition("\n<!-- end of keys -->")[0]
    assert written == keys_table()


def test_the_table_of_traffic_systems_is_that_of_the_tests() -> None:
    written = README.partition("<!-- traffic systems -->\n")[2].partition("<!-- end of traffic systems -->")[0]
    assert written == table()


def test_every_scenario_is_named() -> None:
    assert all(f"`{name}`" in README for name in available())


def test_every_picture_and_linked_file_is_there() -> None:
    linked = re.findall(r"\]\((?!https?://|#)([^)]+)\)", README)
    assert linked
    assert [path for path in linked if not (ROOT / path).exists()] == []
