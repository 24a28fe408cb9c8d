"""List and watch against a server that misbehaves in all the ways that servers do."""

from __future__ import annotations

import asyncio
import json

from aiohttp import web

from cockpit.kube.silence import SILENCE_SECONDS
from cockpit.kube.sink import Contact
from tests.kube.fake_api import (
    bookmark,
    event,
    expired,
    item,
    listing,
    names,
    status,
    stream,
)
from tests.kube.play import PODS, api_with, is_live, playing
from tests.kube.stepped import until


def test_a_list_is_read_page_by_page_and_watched_from_its_version() -> None:
    async def scenario() -> None:
        pages = [listing(item("a"), more="next", remaining=1), listing(item("b"), version="12")]
        async with playing(api_with(pages, [stream()])) as play:
            await until(lambda: play.watched_from() == ["12"])
            assert play.notebook.names == ["a", "b"]
            assert (Contact.LISTING, "1 of 2 read") in play.notebook.reports
            lists = play.api.asked_for(PODS)
            assert names(lists, "limit") == ["500", "500"]
            assert names(lists, "continue") == ["", "next"]
            assert play.api.asked_for(PODS, watch=True)[0].query["allowWatchBookmarks"] == "true"

    asyncio.run(scenario())


def test_changes_in_a_watch_reach_the_sink() -> None:
    async def scenario() -> None:
        changes = stream(
            event("ADDED", item("b", version="11")),
            event("DELETED", item("a", version="12")),
            event("MODIFIED", item("b", version="13", status={"phase": "Running"})),
        )
        async with playing(api_with([listing(item("a"))], [changes])) as play:
            await until(lambda: play.notebook.names == ["b"])
            await until(lambda: play.notebook.there["b"].metadata.resource_version == "13")

    asyncio.run(scenario())


def test_a_continue_token_that_expired_begins_the_list_again() -> None:
    async def scenario() -> None:
        lists = [listing(item("gone"), more="old"), status(410, "too old"), listing(item("a"), version="20")]
        async with playing(api_with(lists, [stream()])) as play:
            await play.pass_the_wait()
            await until(lambda: is_live(play))
            assert play.notebook.names == ["a"]
            assert names(play.api.asked_for(PODS), "continue") == ["", "old", ""]

    asyncio.run(scenario())


def test_a_watch_refused_as_too_old_lists_again() -> None:
    async def scenario() -> None:
        lists = [listing(item("a")), listing(item("b"), version="30")]
        async with playing(api_with(lists, [status(410), stream()])) as play:
            await play.pass_the_wait()
            await until(lambda: play.watched_from() == ["10", "30"])
            assert play.notebook.names == ["b"]

    asyncio.run(scenario())


def test_an_error_event_lists_again() -> None:
    async def scenario() -> None:
        lists = [listing(item("a")), listing(item("b"), version="30")]
        async with playing(api_with(lists, [stream(expired()), stream()])) as play:
            await play.pass_the_wait()
            await until(lambda: play.watched_from() == ["10", "30"])

    asyncio.run(scenario())


def test_a_watch_that_ends_goes_on_from_the_last_bookmark() -> None:
    async def scenario() -> None:
        first = stream(event("ADDED", item("b", version="15")), bookmark("22"), then="end")
        async with playing(api_with([listing(item("a"))], [first, stream()])) as play:
            await play.pass_the_wait()
            await until(lambda: play.watched_from() == ["10", "22"])
            assert len(play.api.asked_for(PODS)) == 1
            assert play.notebook.names == ["a", "b"]

    asyncio.run(scenario())


def test_a_server_that_ends_every_watch_at_once_is_not_asked_without_a_pause() -> None:
    async def scenario() -> None:
        async with playing(api_with([listing()], [stream(then="end")])) as play:
            waits = [await play.pass_the_wait() for _ in range(4)]
            assert waits == [0.5, 1, 2, 4]

    asyncio.run(scenario())


def test_a_busy_server_is_asked_again_when_it_said() -> None:
    async def scenario() -> None:
        lists = [status(429, retry_after="7"), listing(item("a"))]
        async with playing(api_with(lists, [stream()])) as play:
            await until(lambda: play.time.waits())
            await play.time.advance(6.9)
            assert len(play.api.asked_for(PODS)) == 1
            assert play.notebook.contact is Contact.LOST
            await play.time.advance(1)
            await until(lambda: is_live(play))

    asyncio.run(scenario())


def test_waits_grow_while_a_server_fails_and_stay_below_half_a_minute() -> None:
    async def scenario() -> None:
        async with playing(api_with([status(500, "etcd is down")], [])) as play:
            waits = []
            for _ in range(9):
                waits.append(await play.pass_the_wait())
            assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
            assert "etcd is down" in play.notebook.message

    asyncio.run(scenario())


def test_a_silent_stream_is_cut_and_opened_again_from_the_last_version() -> None:
    async def scenario() -> None:
        api = api_with([listing()], [stream(bookmark("14")), stream()])
        async with playing(api) as play:
            await until(lambda: play.notebook.signs_of_life)
            await play.time.advance(SILENCE_SECONDS - 1)
            assert len(play.watched_from()) == 1
            await play.time.advance(1)
            await until(lambda: play.watched_from() == ["10", "14"])
            assert is_live(play)

    asyncio.run(scenario())


def test_a_stream_that_speaks_now_and_then_is_not_cut() -> None:
    async def scenario() -> None:
        turn = asyncio.Event()

        async def slow(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            await turn.wait()
            await response.write(json.dumps(bookmark("11")).encode() + b"\n")
            await asyncio.Event().wait()
            return response

        async with playing(api_with([listing()], [slow])) as play:
            await until(lambda: play.watched_from())
            await until(lambda: play.time.waits())
            await play.time.advance(SILENCE_SECONDS - 5)
            turn.set()
            await until(lambda: play.notebook.signs_of_life)
            await play.time.advance(SILENCE_SECONDS - 5)
            assert len(play.watched_from()) == 1

    asyncio.run(scenario())


def test_a_half_open_stream_is_opened_again_when_told_to_reconnect() -> None:
    async def scenario() -> None:
        async with playing(api_with([listing()], [stream()])) as play:
            await until(lambda: play.time.waits())
            play.watch.reconnect()
            await play.pass_the_wait()
            await until(lambda: len(play.watched_from()) == 2)

    asyncio.run(scenario())


def test_a_connection_that_breaks_once_is_no_news() -> None:
    async def scenario() -> None:
        api = api_with([listing()], [stream(bookmark("11"), then="cut"), stream()])
        async with playing(api) as play:
            await play.pass_the_wait()
            await until(lambda: play.watched_from() == ["10", "11"])
            assert Contact.LOST not in [contact for contact, _ in play.notebook.reports]

    asyncio.run(scenario())


def test_a_watch_that_cannot_be_opened_again_is_lost_and_keeps_its_objects() -> None:
    async def scenario() -> None:
        api = api_with([listing(item("a"))], [stream(bookmark("11"), then="cut"), status(503), stream()])
        async with playing(api) as play:
            await play.pass_the_wait()
            await until(lambda: play.notebook.contact is Contact.LOST)
            assert play.notebook.names == ["a"]
            await play.pass_the_wait()
            await until(lambda: is_live(play))
            assert len(play.api.asked_for(PODS)) == 1

    asyncio.run(scenario())


def test_a_line_of_more_than_a_megabyte_is_read() -> None:
    async def scenario() -> None:
        large = item("large", version="11", status={"phase": "Running", "message": "x" * 1_600_000})
        async with playing(api_with([listing()], [stream(event("ADDED", large))])) as play:
            await until(lambda: play.notebook.names == ["large"])

    asyncio.run(scenario())


def test_an_object_with_nothing_but_a_name_is_stored() -> None:
    async def scenario() -> None:
        bare: dict[str, object] = {"metadata": {"name": "bare"}}
        async with playing(api_with([listing(bare)], [stream(event("MODIFIED", bare))])) as play:
            await until(lambda: play.notebook.signs_of_life)
            assert play.notebook.names == ["bare"]

    asyncio.run(scenario())


def test_pages_of_large_objects_get_smaller() -> None:
    async def scenario() -> None:
        large = [item(f"large-{number}", status={"message": "x" * 100_000}) for number in range(100)]
        pages = [listing(*large, more="next"), listing(item("last"))]
        async with playing(api_with(pages, [stream()])) as play:
            await until(lambda: is_live(play))
            assert names(play.api.asked_for(PODS), "limit") == ["500", "59"]

    asyncio.run(scenario())
