"""The fleet as text."""

from __future__ import annotations

import msgspec

from cockpit.release.view import Splits
from cockpit.ui.ink import width_of
from cockpit.ui.marks import places_by_release
from cockpit.ui.panels.fleet import fleet_panel
from tests.ui.drawn import CANARY, text_of
from tests.ui.fakes import NOW
from tests.ui.pictures import fleet, picture

replace = msgspec.structs.replace


def test_the_fleet_shows_each_release_in_one_row() -> None:
    of = picture(*fleet())
    lines = text_of(fleet_panel(of.releases, True, places_by_release(of.releases, {}), NOW, 118))
    assert lines[1].split()[:4] == ["‖", "paused", "default", "myapp"]
    assert "● v1 stable  ◆ v2 canary" in lines[1]
    assert "●95 ◆5" in lines[1]


def test_a_split_that_is_not_known_is_no_zero_in_the_fleet() -> None:
    blind = replace(CANARY, splits=Splits())
    assert "? not known" in text_of(fleet_panel((blind,), False, {}, NOW, 118))[1]


def test_a_name_of_two_cells_a_letter_keeps_the_fleets_columns_straight() -> None:
    wide = replace(CANARY, name="发布版本", namespace="日本")
    of = (CANARY, wide)
    rows = fleet_panel(of, True, places_by_release(of, {}), NOW, 118).body
    assert width_of(rows[0]) == width_of(rows[1])


def test_a_release_with_an_act_that_was_left_half_done_says_so() -> None:
    told = fleet_panel((CANARY,), False, {}, NOW, 160, {CANARY.key: "Isolate v1 and v2"})
    assert "⊘ half done: Isolate v1 and v2" in text_of(told)[1]
