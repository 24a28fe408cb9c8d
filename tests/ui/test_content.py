from __future__ import annotations

from cockpit.ui.content import nearest, step

KEYS = (None, "a", None, "b", "c", None)


def test_moving_skips_rows_that_cannot_be_selected() -> None:
    assert step(KEYS, 1, 1) == 3
    assert step(KEYS, 3, -1) == 1


def test_moving_stops_at_both_ends() -> None:
    assert step(KEYS, 4, 5) == 4
    assert step(KEYS, 1, -5) == 1


def test_without_a_selection_moving_starts_at_the_end_it_moves_away_from() -> None:
    assert step(KEYS, None, 1) == 1
    assert step(KEYS, None, -1) == 4


def test_a_list_without_rows_to_select_selects_none() -> None:
    assert step((None, None), None, 1) is None
    assert nearest((), 3) is None


def test_when_the_selected_row_goes_the_nearest_one_is_selected() -> None:
    assert nearest(KEYS, 5) == 4
    assert nearest(KEYS, 0) == 1
