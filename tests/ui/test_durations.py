from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.ui.durations import age, duration, freshness, percent, portions
from tests.ui.fakes import NOW


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0s"), (59.9, "59s"), (252, "4m12s"), (2520, "42m"), (11100, "3h05m"), (1036800, "12d"), (-5, "0s")],
)
def test_durations_are_short_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_an_unknown_age_is_a_question_mark_and_no_zero() -> None:
    assert age(None, NOW) == "?"
    assert freshness(None, NOW) == "?"


def test_a_young_picture_tells_tenths_of_a_second() -> None:
    assert freshness(NOW - timedelta(seconds=0.2), NOW) == "0.2s"
    assert freshness(NOW - timedelta(seconds=130), NOW) == "2m10s"


@pytest.mark.parametrize(
    ("share", "words"), [(None, "?"), (0, "0%"), (0.001, "<1%"), (0.05, "5%"), (0.999, ">99%"), (1, "100%")]
)
def test_a_share_is_never_rounded_to_nothing_or_everything(share: float | None, words: str) -> None:
    assert percent(share) == words


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=6).filter(any), st.integers(0, 200))
def test_portions_of_a_whole_sum_to_the_whole(weights: list[int], total: int) -> None:
    assert sum(portions([weight / sum(weights) for weight in weights], total)) == total
