"""One picture, and then no more: what `get` needs."""

from __future__ import annotations

import asyncio

from cockpit.live.feed import Feed
from cockpit.live.picture import ConnectionState, Picture

_SETTLED = {ConnectionState.UNREACHABLE, ConnectionState.REFUSED}


async def first_complete(feed: Feed, deadline_seconds: float = 60.0) -> Picture:
    """Start `feed`, and return its first picture that is complete, or that says why there will be none.

    After the deadline the latest picture is returned as it is, `complete` False. The feed stays open; stop it.
    """
    arrived: asyncio.Future[Picture] = asyncio.get_running_loop().create_future()

    def look(picture: Picture) -> None:
        if not arrived.done() and (_answers(picture) or picture.connection in _SETTLED):
            arrived.set_result(picture)

    unsubscribe = feed.subscribe(look)
    try:
        await feed.start()
        async with asyncio.timeout(deadline_seconds):
            return await arrived
    except TimeoutError:
        return feed.picture
    finally:
        unsubscribe()


def _answers(picture: Picture) -> bool:
    """Say whether everything is known, the connection included."""
    return picture.complete and picture.connection is not ConnectionState.CONNECTING
