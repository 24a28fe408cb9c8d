from __future__ import annotations

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cockpit.resources.inert import inert
from cockpit.ui.ink import span
from cockpit.ui.text import ELLIPSIS, LONGEST, cut, fit, fold, wrap
from tests.ui import hostile

ANY_TEXT = st.text(st.characters(), max_size=60)


@pytest.mark.parametrize("text", hostile.ALL)
def test_nothing_that_steers_a_terminal_is_left_of_a_hostile_text(text: str) -> None:
    assert not {unicodedata.category(character) for character in inert(text)} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_an_escape_sequence_stays_readable_as_what_it_is() -> None:
    assert inert("\x1b[31mred") == "␛[31mred"


def test_line_breaks_show_and_keep_the_text_on_one_line() -> None:
    assert inert("a\r\nb\nc\u2028d") == "a↵b↵c↵d"


def test_marks_that_turn_the_reading_direction_show_as_replaced() -> None:
    assert inert("a\u202eb") == "a�b"


def test_markup_is_text() -> None:
    assert inert(hostile.MARKUP) == hostile.MARKUP


def test_a_heap_of_combining_marks_loses_what_no_script_needs() -> None:
    assert len(inert(hostile.HEAP)) <= 3


def test_a_lone_surrogate_can_be_written_to_a_terminal() -> None:
    assert inert(hostile.BROKEN).encode()


def test_a_long_text_ends_in_an_ellipsis() -> None:
    assert cut(hostile.LONG, 10) == "x" * 9 + ELLIPSIS


def test_the_end_of_a_name_survives_where_it_tells_names_apart() -> None:
    assert cut("myapp-695cdcd7c8-2cmms", 8, keep="end") == f"{ELLIPSIS}8-2cmms"


@pytest.mark.parametrize("keep", ["start", "end"])
def test_of_an_endless_text_only_what_a_line_can_show_is_looked_at(
    keep: Literal["start", "end"], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[int] = []

    def counted(text: str) -> str:
        looked_at.append(len(text))
        return inert(text)

    monkeypatch.setattr("cockpit.ui.text.inert", counted)
    monkeypatch.setattr("cockpit.ui.ink.inert", counted)
    endless = "变" * 240_000
    assert cell_len(cut(endless, 100, keep)) <= 100
    assert span(endless).text.endswith(ELLIPSIS)
    assert len(wrap(endless, 100, 4)) == 1
    assert max(looked_at) <= LONGEST + 1


def test_a_wide_character_that_fits_by_half_is_left_out() -> None:
    assert fit("发布", 3) == f"发{ELLIPSIS}"
    assert fit("发布布", 4) == f"发{ELLIPSIS} "


@given(ANY_TEXT)
def test_making_inert_twice_changes_nothing_more(text: str) -> None:
    assert inert(inert(text)) == inert(text)


@given(ANY_TEXT, st.integers(0, 40), st.sampled_from(["left", "right"]), st.sampled_from(["start", "end"]))
def test_a_fitted_text_has_exactly_the_width_that_was_asked_for(text: str, width: int, align: str, keep: str) -> None:
    assert cell_len(fit(text, width, align, keep)) == width  # type: ignore[arg-type]  # both are sampled literals


@given(ANY_TEXT, st.integers(1, 30), st.integers(0, 4))
def test_wrapped_lines_are_as_few_and_as_narrow_as_asked(text: str, width: int, rows: int) -> None:
    lines = wrap(text, width, rows)
    assert len(lines) <= rows
    assert all(cell_len(line) <= width for line in lines)


@given(ANY_TEXT, st.integers(2, 30), st.integers(0, 4))
def test_folded_lines_are_as_few_and_as_narrow_as_asked(text: str, width: int, rows: int) -> None:
    lines = fold(text, width, rows)
    assert len(lines) <= rows
    assert all(cell_len(line) <= width for line in lines)


@given(ANY_TEXT, st.integers(2, 30))
def test_folding_loses_nothing_where_there_are_rows_enough(text: str, width: int) -> None:
    assert "".join(fold(text, width, 100)) == inert(text)


def test_wrapping_keeps_all_words_where_there_is_room() -> None:
    assert wrap("one two three four", 9, 3) == ("one two", "three", "four")


def test_the_last_line_says_that_words_are_missing() -> None:
    assert wrap("one two three four", 9, 2) == ("one two", f"three fo{ELLIPSIS}")
