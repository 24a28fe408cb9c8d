"""The table of what is held of each system tells the truth."""

from __future__ import annotations

import importlib

import pytest

from cockpit.routing.systems import SYSTEMS
from tests.routing.covered import COVERED, DRIVEN, SITUATIONS, table


@pytest.mark.parametrize("system", [*COVERED, *DRIVEN])
def test_every_situation_is_held_by_a_test_that_is_there_or_does_not_arise(system: str) -> None:
    assert system in DRIVEN or tuple(COVERED[system]) == SITUATIONS
    for test in {**COVERED, **DRIVEN}[system].values():
        if not test.startswith("("):
            module, _, name = test.partition(".")
            assert callable(getattr(importlib.import_module(f"tests.routing.{module}"), name)), test


def test_every_system_that_can_be_written_stands_in_the_table() -> None:
    named = {name.removesuffix(" Ingress") for system in SYSTEMS for name in system.names} - {"Ingress"}
    assert all(any(row.startswith(name) for row in COVERED) for name in named)
    assert table().count("\n") == len(COVERED) + len(DRIVEN) + 5
