"""The first picture that tells everything: what commands begin with."""

from __future__ import annotations

import asyncio

from cockpit.errors import UnreachableError
from cockpit.live.feed import Feed
from cockpit.live.picture import ConnectionState, Picture, SourceState

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


def require_answer(picture: Picture) -> None:
    """Return when the picture tells what the cluster holds.

    Raises:
        UnreachableError: the server does not answer, not wholly within the time for it, or lets this user see nothing.
    """
    if picture.connection in _SETTLED:
        raise UnreachableError(picture.connection_message)
    if picture.observed_at is None:
        raise UnreachableError(f"The API server of context {picture.context} did not answer. Is it running?")
    if not picture.complete:
        reading = ", ".join(source.kind for source in picture.sources if source.state is SourceState.CONNECTING)
        raise UnreachableError(
            f"The API server of context {picture.context} did not send everything in time; still missing: "
            f"{reading or 'whether the namespaces exist'}. Try again, or choose fewer namespaces."
        )


def _answers(picture: Picture) -> bool:
    """Say whether everything is known, the connection included."""
    return picture.complete and picture.connection is not ConnectionState.CONNECTING
