"""The feed in use, changed and stopped at any moment."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from cockpit.live.picture import ConnectionState
from cockpit.ui.current_connection import CurrentConnection
from tests.ui.fakes import FakeConnections, FakeFeed
from tests.ui.pictures import picture


class SlowFeed(FakeFeed):
    """A feed that takes until `may_stop` to stop."""

    def __init__(self, context: str) -> None:
        super().__init__(picture(context=context))
        self.may_stop = asyncio.Event()

    async def stop(self) -> None:
        await self.may_stop.wait()
        await super().stop()


class BrokenFeed(FakeFeed):
    """A feed that fails to stop in a way that nobody foresaw."""

    async def stop(self) -> None:
        raise KeyError("stop")


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_change_that_interrupts_another_lets_the_first_feed_end() -> None:
    async def run() -> None:
        slow, other = SlowFeed("slow"), FakeFeed(picture(context="other"))
        feeds = FakeConnections(slow, other)
        current = CurrentConnection(feeds, lambda _: None)
        await current.change("slow", None)
        first = asyncio.create_task(current.change("other", None))
        await turns()
        first.cancel()
        with suppress(asyncio.CancelledError):
            await first
        second = asyncio.create_task(current.change("other", None))
        await turns()
        assert feeds.opened == [("slow", None)]
        slow.may_stop.set()
        await second
        assert slow.stopped
        assert current.feed is other

    asyncio.run(run())


def test_stopping_waits_for_feeds_that_are_still_ending() -> None:
    async def run() -> None:
        slow = SlowFeed("slow")
        current = CurrentConnection(FakeConnections(slow), lambda _: None)
        await current.change("slow", None)
        first = asyncio.create_task(current.stop())
        await turns()
        first.cancel()
        second = asyncio.create_task(current.stop())
        await turns()
        assert not second.done()
        slow.may_stop.set()
        await second
        assert slow.stopped

    asyncio.run(run())


def test_the_context_asked_for_is_named_while_the_one_before_still_ends() -> None:
    async def run() -> None:
        slow = SlowFeed("slow")
        current = CurrentConnection(FakeConnections(slow, FakeFeed(picture(context="other"))), lambda _: None)
        await current.change("slow", None)
        change = asyncio.create_task(current.change("other", None))
        await turns()
        assert (current.picture.context, current.picture.connection) == ("other", ConnectionState.CONNECTING)
        slow.may_stop.set()
        await change

    asyncio.run(run())


def test_a_fault_in_stopping_is_raised_once_and_the_next_change_works() -> None:
    async def run() -> None:
        other = FakeFeed(picture(context="other"))
        current = CurrentConnection(FakeConnections(BrokenFeed(picture()), other), lambda _: None)
        await current.change("kind", None)
        with pytest.raises(KeyError):
            await current.change("other", None)
        await current.change("other", None)
        assert current.feed is other

    asyncio.run(run())
