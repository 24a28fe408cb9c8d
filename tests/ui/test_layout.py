from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cockpit.ui.layout import Need, heights, too_small

NEEDS = st.lists(
    st.tuples(st.integers(1, 9), st.integers(0, 9), st.integers(0, 900)).map(
        lambda sizes: Need(sizes[0], sizes[0] + sizes[1], sizes[0] + sizes[1] + sizes[2])
    ),
    max_size=6,
)


@given(st.integers(0, 80), NEEDS)
def test_panels_never_take_more_rows_than_there_are_nor_more_than_they_can_fill(rows: int, needs: list[Need]) -> None:
    given_rows = heights(rows, needs)
    assert sum(given_rows) <= rows
    assert all(size == 0 or need.least <= size <= need.full for size, need in zip(given_rows, needs, strict=True))


@given(st.integers(0, 80), NEEDS)
def test_no_row_stays_empty_while_a_panel_that_is_shown_wants_one(rows: int, needs: list[Need]) -> None:
    given_rows = heights(rows, needs)
    wanting = any(0 < size < need.full for size, need in zip(given_rows, needs, strict=True))
    assert not wanting or sum(given_rows) == rows


def test_what_is_needed_least_folds_away_first() -> None:
    assert heights(8, [Need(3, 5, 9), Need(4, 6, 9), Need(2, 2, 2)]) == (4, 4, 0)


def test_a_long_list_leaves_a_fair_share_to_the_panels_after_it() -> None:
    assert heights(20, [Need(5, 10, 1000), Need(1, 6, 6)]) == (14, 6)


def test_a_small_terminal_is_told_in_one_sentence_what_is_missing() -> None:
    assert "60x15" in too_small(20, 5)
    assert "20x5" in too_small(20, 5)
    assert too_small(60, 15) == ""
