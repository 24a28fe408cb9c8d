"""Which contexts are protected."""

from __future__ import annotations

from pathlib import Path

import pytest

from cockpit.runner.settings import RunnerSettings

JOURNAL = Path("journal.jsonl")


@pytest.mark.parametrize(
    ("pattern", "context", "fits"),
    [
        ("prod", "prod", True),
        ("prod", "prod-eu", False),
        ("prod-*", "prod-eu", True),
        ("*:cluster/shop", "arn:aws:eks:eu-west-1:1:cluster/shop", True),
        ("a[b]", "a[b]", True),
        ("a[b]", "ab", False),
        ("a.c", "abc", False),
        ("", "prod", False),
    ],
)
def test_a_star_stands_for_any_text_and_nothing_else_has_a_meaning(pattern: str, context: str, fits: bool) -> None:
    settings = RunnerSettings(JOURNAL, "alice", production_contexts=frozenset({pattern}))
    assert settings.is_production(context) is fits


def test_a_read_only_context_says_that_settings_mark_it() -> None:
    settings = RunnerSettings(JOURNAL, "alice", read_only_contexts=frozenset({"prod-*"}))
    assert "prod-eu" in settings.why_read_only("prod-eu")
    assert settings.why_read_only("kind") == ""


def test_the_flag_makes_every_context_read_only() -> None:
    assert "--read-only" in RunnerSettings(JOURNAL, "alice", read_only=True).why_read_only("kind")
