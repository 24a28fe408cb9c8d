"""Regular expressions: RE2's syntax, the answers of `re`, and time in proportion to the text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.training.promql.budget import Budget
from cockpit.training.promql.failures import BadData, ExecutionFailure
from cockpit.training.promql.regex import compile_regex


def matches(pattern: str, text: str) -> bool:
    return compile_regex(pattern).matches(text, Budget().spend)


@pytest.mark.parametrize(
    ("pattern", "well", "ill"),
    [
        ("5..", ("500", "5\n0"), ("50", "5000")),
        ("a|bc", ("a", "bc"), ("ab", "")),
        ("", ("",), ("a",)),
        ("(?i)Shop", ("sHOP",), ("shops",)),
        ("(?:(?i)a)b", ("Ab",), ("AB",)),
        ("[^a-c]+", ("xyz",), ("xaz",)),
        ("[]a]", ("]", "a"), ("b",)),
        ("[[:alpha:]_]{2,3}", ("ab", "a_c"), ("a", "a1", "abcd")),
        (r"\d+\.\d*", ("1.", "12.3"), (".1",)),
        (r"[\w-]+", ("a-b_1",), ("a b",)),
        (r"\x41\x{1F600}", ("A\U0001f600",), ("A",)),
        ("^a.*z$", ("az", "a-z"), ("za",)),
        (r"a\bb|a\b-", ("a-",), ("ab",)),
        ("(?P<n>x)(?<m>y)", ("xy",), ("x",)),
        ("a{,2}", ("a{,2}",), ("aa",)),
        ("x*?y??", ("", "xxy"), ("yy",)),
        ("é+", ("éé",), ("e",)),
    ],
)
def test_a_pattern_matches_whole_texts(pattern: str, well: tuple[str, ...], ill: tuple[str, ...]) -> None:
    assert all(matches(pattern, text) for text in well)
    assert not any(matches(pattern, text) for text in ill)


@pytest.mark.parametrize(
    "pattern",
    [
        *(r"(a)\1", "(?=a)", "(?<=a)b", "(?>a)", "a**", "*a", "(a", "a)", "[a", "[z-a]", "a{2,1}", "a{1001}", r"\Qa\E"),
        *(r"\C", r"\pL", "(?P<1>a)", "(?x)a", "a\\", "[[:word", "[[:nope:]]", "(" * 60 + ")" * 60, "(a{1000}){1000}"),
    ],
)
def test_what_re2_or_this_engine_does_not_offer_is_refused(pattern: str) -> None:
    with pytest.raises(BadData):
        compile_regex(pattern)


@given(
    pattern=st.lists(
        st.sampled_from(
            ["a", "b", ".", "*", "+", "?", "(", ")", "|", "[ab]", "[^a]", "^", "$", "{1,2}", r"\b", "(?:", "*?"]
        ),
        max_size=9,
    ).map("".join),
    text=st.text("ab-", max_size=7),
)
def test_a_pattern_that_both_know_says_what_re_says(pattern: str, text: str) -> None:
    try:
        expected = re.compile(pattern, re.DOTALL)
        found = compile_regex(pattern)
    except (re.error, BadData):
        return
    assert found.matches(text, Budget().spend) == bool(expected.fullmatch(text))


@given(text=st.text("ab-", max_size=8))
def test_groups_hold_what_those_of_re_hold(text: str) -> None:
    for pattern in ("(a*)(b|-)*(.*)", "(a*?)(.*)", "((a|b)+)?(-?)(.*)", "(?:a|(b))+.*"):
        expected = re.compile(pattern, re.DOTALL).fullmatch(text)
        found = compile_regex(pattern).groups_of(text, Budget().spend)
        assert found == (expected and [text, *(group or "" for group in expected.groups())])


@pytest.mark.parametrize("pattern", ["(a*)*b", "(a|a)*b", "(a+a+)+b", ".*.*.*.*.*.*.*.*b", "(a?){50}a{50}b"])
def test_a_hostile_pattern_takes_steps_in_proportion_to_the_text(pattern: str) -> None:
    spent: list[int] = []
    assert not compile_regex(pattern).matches("a" * 500, spent.append)
    assert sum(spent) < 500 * 200


def test_the_steps_of_matching_are_paid_for() -> None:
    with pytest.raises(ExecutionFailure):
        compile_regex("(?:a|b)*a(?:a|b){100}c").matches("a" * 5000, Budget(points=100).spend)
