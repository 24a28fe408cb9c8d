from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cockpit.ui.grid import Column, row, widths
from cockpit.ui.ink import Ink, Span, ends, fit_line, plain, span, width_of

LINES = st.lists(st.builds(span, st.text(max_size=12)), max_size=5).map(tuple)


@given(LINES, st.integers(0, 40), st.sampled_from(["left", "right"]), st.sampled_from(["start", "end"]))
def test_a_fitted_line_has_exactly_the_width_that_was_asked_for(
    line: tuple[Span, ...], width: int, align: str, keep: str
) -> None:
    fitted = fit_line(line, width, align, keep)  # type: ignore[arg-type]  # both are sampled literals
    assert width_of(fitted) == width


def test_a_cut_line_keeps_the_ink_of_what_stays() -> None:
    line = (Span("red", Ink.ERROR), Span("plain"))
    assert fit_line(line, 5) == (Span("red", Ink.ERROR), Span("p…"))


def test_a_line_cut_at_the_end_of_a_span_still_says_so() -> None:
    assert plain(fit_line((Span("abc"), Span("def")), 3)) == "ab…"


def test_the_left_end_gives_way_to_the_right_one() -> None:
    assert plain(ends((Span("a long title"),), (Span("note"),), 10)) == "a lon…note"


def test_columns_stand_under_each_other_whatever_the_width_of_their_letters() -> None:
    columns = (Column("", 8), Column("", 4, "right"))
    lines = [row(columns, ((span(name),), (span("7"),))) for name in ("plain", "发布版", "日本語です", "🚀")]
    assert {width_of(line) for line in lines} == {14}
    assert {plain(line).endswith("  " + "   7") for line in lines} == {True}


def test_columns_give_way_in_their_order_and_vanish_where_they_may() -> None:
    steps = ((0, 4), (1, 0))
    assert widths((10, 10, 10), steps, 34) == (10, 10, 10)
    assert widths((10, 10, 10), steps, 30) == (6, 10, 10)
    assert widths((10, 10, 10), steps, 20) == (4, 0, 10)


def test_a_column_that_is_narrow_already_does_not_grow_when_it_gives_way() -> None:
    assert widths((3, 10), ((0, 8), (1, 4)), 10) == (3, 5)
