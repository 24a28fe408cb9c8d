"""The clock is paused, slowed down and let go with kubectl: by an annotation that is the administrator's to write."""

from __future__ import annotations

import asyncio

import pytest

from cockpit.training.api.kinds import NAMESPACE
from cockpit.training.api.store import Change
from cockpit.training.objects import Json
from cockpit.training.tempo import HOME, SPEED, told_speed
from tests.training.api_client import PODS, Api, talk
from tests.training.steps import NOON

MERGE = "application/merge-patch+json"
PATH = f"/api/v1/namespaces/{HOME}"


def noted(text: str | None, name: str = HOME) -> Json:
    annotations = {} if text is None else {SPEED: text}
    return {"metadata": {"name": name, "annotations": annotations}}


def change(text: str | None, before: str | None, name: str = HOME) -> Change:
    return Change(2, "MODIFIED", NAMESPACE, noted(text, name), noted(before, name))


async def ask(api: Api, speed: str | None) -> int:
    status, _ = await api.ask("PATCH", PATH, {"metadata": {"annotations": {SPEED: speed}}}, MERGE)
    return status


def test_time_stands_still_and_goes_on_as_the_annotation_says() -> None:
    async def story(api: Api) -> None:
        clock = api.server.clock
        begun = clock.now
        assert await ask(api, "1000") == 200
        while clock.now < begun + 5:
            await asyncio.sleep(0)
            await api.get(PODS)
        assert await ask(api, "0") == 200
        stood = clock.now
        for _ in range(5):
            await api.get(PODS)
        assert clock.now == stood
        assert await ask(api, "1000") == 200
        while clock.now < stood + 5:
            await asyncio.sleep(0)
            await api.get(PODS)

    talk(story)


def test_who_may_only_view_does_not_touch_the_clock() -> None:
    async def story(api: Api) -> tuple[int, float]:
        return await ask(api.as_user("viewer"), "1000"), api.server.clock.now

    status, now = talk(story)
    assert (status, now) == (403, NOON + 30)


@pytest.mark.parametrize(
    ("text", "before", "speed"),
    [
        ("0", None, 0.0),
        ("2.5", "0", 2.5),
        ("99999", None, 1000.0),
        (None, "0", 7.0),
        ("0", "0", None),
        ("-1", None, None),
        ("nan", None, None),
        ("fast", None, None),
    ],
)
def test_a_speed_is_a_number_and_without_one_time_goes_as_it_began(
    text: str | None, before: str | None, speed: float | None
) -> None:
    assert told_speed(change(text, before), 7.0) == speed
    assert told_speed(change(text, before, "default"), 7.0) is None
