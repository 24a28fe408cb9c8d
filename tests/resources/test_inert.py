"""Text from strangers."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.resources import inert as module
from cockpit.resources.inert import inert


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("web", "web"),
        ("[bold]web[/]", "[bold]web[/]"),
        ("\x1b[31mred", "␛[31mred"),
        ("one\r\ntwo", "one↵two"),
        ("a\u202eb", "a�b"),
        ("a\u200bb", "ab"),
        ("\x9b2J", "�2J"),
        ("名前", "名前"),
    ],
)
def test_what_would_steer_the_terminal_is_shown_instead(text: str, shown: str) -> None:
    assert inert(text) == shown


def test_a_long_text_is_not_kept_in_memory() -> None:
    before = module._remembered.cache_info().currsize
    assert inert("é" * 100_000) == "é" * 100_000
    assert module._remembered.cache_info().currsize == before


@given(st.text())
def test_nothing_is_left_that_is_not_drawn_and_twice_is_as_good_as_once(text: str) -> None:
    shown = inert(text)
    assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in shown)
    assert inert(shown) == shown
