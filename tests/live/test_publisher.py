"""When pictures are handed out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cockpit.live.picture import Picture
from cockpit.live.publisher import Publisher
from tests.kube.stepped import SteppedClock, settle


class Album:
    """Makes a picture from what `context` is at the moment."""

    def __init__(self) -> None:
        self.context = "first"
        self.shown: list[tuple[float, str]] = []
        self.broken = False

    async def make(self) -> Picture:
        if self.broken:
            raise ZeroDivisionError
        return Picture(context=self.context)


@asynccontextmanager
async def publishing() -> AsyncIterator[tuple[Publisher, Album, SteppedClock]]:
    time, album = SteppedClock(), Album()
    publisher = Publisher(Picture(context="first"), album.make, time.clock())
    publisher.subscribe(lambda picture: album.shown.append((time.seconds, picture.context)))
    running = asyncio.create_task(publisher.run())
    try:
        yield publisher, album, time
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def test_after_a_pause_a_change_is_shown_at_once_and_then_five_times_a_second() -> None:
    async def scenario() -> None:
        async with publishing() as (publisher, album, time):
            for number in range(95):
                album.context = f"change {number}"
                publisher.due()
                await settle()
                await time.advance(0.01)
            moments = [round(moment, 2) for moment, _ in album.shown]
            assert moments == [0.0, 0.2, 0.4, 0.6, 0.8]
            await time.advance(1)
            assert album.shown[-1][1] == "change 94"

    asyncio.run(scenario())


def test_a_picture_like_the_last_is_not_sent() -> None:
    async def scenario() -> None:
        async with publishing() as (publisher, album, time):
            for _ in range(3):
                publisher.due()
                await settle()
                await time.advance(1)
            assert album.shown == []

    asyncio.run(scenario())


def test_who_unsubscribes_is_told_no_more_however_often_it_does() -> None:
    async def scenario() -> None:
        async with publishing() as (publisher, album, time):
            heard: list[Picture] = []
            unsubscribe = publisher.subscribe(heard.append)
            unsubscribe()
            unsubscribe()
            album.context = "second"
            publisher.due()
            await settle()
            await time.advance(1)
            assert heard == []
            assert [context for _, context in album.shown] == ["second"]

    asyncio.run(scenario())


def test_a_picture_that_cannot_be_made_leaves_the_last_one_with_a_warning() -> None:
    async def scenario() -> None:
        async with publishing() as (publisher, album, time):
            pictures: list[Picture] = []
            publisher.subscribe(pictures.append)
            album.broken = True
            publisher.due()
            await settle()
            await time.advance(1)
            album.broken = False
            album.context = "second"
            publisher.due()
            await settle()
            assert [(p.context, bool(p.warnings)) for p in pictures] == [("first", True), ("second", False)]

    asyncio.run(scenario())
