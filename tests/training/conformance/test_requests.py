"""Every request of every recording, answered by the embedded cluster and compared field by field."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.training.conformance.listed import LIST, deviations, unlisted, unneeded
from tests.training.conformance.replay import replay
from tests.training.conformance.stage import STORIES


@pytest.mark.parametrize("story", STORIES)
def test_every_request_is_answered_as_recorded_or_its_deviation_is_listed(
    story: str, record_property: Callable[[str, object], None]
) -> None:
    answers = asyncio.run(replay(story))
    listed = deviations(story)
    record_property("steps", len(answers))
    record_property("held steps", sum(not answer.differ for answer in answers))
    record_property("fields", sum(answer.fields for answer in answers))
    record_property("held fields", sum(answer.fields - len(answer.differ) for answer in answers))
    assert unlisted(listed, answers) == []
    assert unneeded(listed, answers) == [], f"it holds now: strike it from {LIST.name}"


def test_every_deviation_has_a_reason() -> None:
    assert [one for story in STORIES for one in deviations(story) if len(one.reason) < 20] == []
