"""What is said when the screen itself fails."""

from __future__ import annotations

import asyncio

import pytest

from cockpit.fault import fault_sentence
from cockpit.live.picture import Picture
from cockpit.ui.app import CockpitApp
from tests.ui.fakes import FakeConnections, FakeFeed

SECRET = "token-in-a-local-variable"


def failing() -> None:
    password = SECRET
    raise KeyError(password)


def test_a_fault_is_named_without_anything_that_it_holds() -> None:
    with pytest.raises(KeyError) as caught:
        failing()
    sentence = fault_sentence(caught.value)
    assert "KeyError" in sentence
    assert SECRET not in sentence


def test_the_screen_that_fails_leaves_the_sentence_and_no_traceback() -> None:
    app = CockpitApp(FakeConnections(FakeFeed(Picture(context="kind"))))

    async def run() -> None:
        async with app.run_test() as pilot:
            app.call_later(failing)
            await pilot.pause()

    shown: list[str] = []
    app.panic = lambda *said: shown.extend(map(str, said))  # type: ignore[method-assign]  # what would be shown
    with pytest.raises(KeyError):
        asyncio.run(run())
    assert len(shown) == 1
    assert SECRET not in shown[0]
