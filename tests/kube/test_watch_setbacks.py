"""Kinds that cannot be read, objects that do not fit, and servers that go away."""

from __future__ import annotations

import asyncio
import json

import pytest
from aiohttp import web

from cockpit.kube.silence import SILENCE_SECONDS
from cockpit.kube.sink import Contact
from tests.kube.fake_api import FakeApi, bookmark, event, expired, item, listing, raw, status, stream
from tests.kube.play import PODS, api_with, is_live, playing
from tests.kube.stepped import until


def test_malformed_json_in_a_watch_lists_again_and_says_so() -> None:
    async def scenario() -> None:
        lists = [listing(item("a")), listing(item("b"), version="30")]
        async with playing(api_with(lists, [stream(b'{"type": "ADDED", "obj\n'), stream()])) as play:
            await until(lambda: play.notebook.contact is Contact.FAILED)
            assert "watch of pods" in play.notebook.message
            await play.pass_the_wait()
            await until(lambda: play.watched_from() == ["10", "30"])
            await until(lambda: is_live(play))
            assert "read anew" in play.notebook.message
            assert play.notebook.names == ["b"]

    asyncio.run(scenario())


def test_a_last_line_that_is_cut_off_lists_again() -> None:
    async def scenario() -> None:
        cut_off = json.dumps(event("ADDED", item("b"))).encode()[:-9]
        lists = [listing(item("a")), listing(item("b"), version="30")]
        async with playing(api_with(lists, [stream(cut_off, then="end"), stream()])) as play:
            await until(lambda: play.notebook.contact is Contact.FAILED)
            await play.pass_the_wait()
            await until(lambda: play.watched_from() == ["10", "30"])

    asyncio.run(scenario())


def test_a_list_that_is_no_json_is_a_failure_of_that_kind_and_tried_again() -> None:
    async def scenario() -> None:
        async with playing(api_with([raw(b"<html>"), listing(item("a"))], [stream()])) as play:
            await until(lambda: play.notebook.contact is Contact.FAILED)
            await play.pass_the_wait()
            await until(lambda: is_live(play))

    asyncio.run(scenario())


def test_an_object_that_does_not_fit_costs_only_itself() -> None:
    async def scenario() -> None:
        odd = {"metadata": {"name": "odd", "namespace": "shop"}, "spec": 7}
        async with playing(api_with([listing(item("a"), odd)], [stream()])) as play:
            await until(lambda: is_live(play))
            assert play.notebook.names == ["a"]
            assert "left out" in play.notebook.message

    asyncio.run(scenario())


def test_a_forbidden_kind_says_so_and_is_asked_for_again_each_minute() -> None:
    async def scenario() -> None:
        lists = [status(403, 'pods is forbidden: User "jane" cannot list'), listing(item("a"))]
        async with playing(api_with(lists, [stream()])) as play:
            await until(lambda: play.notebook.contact is Contact.FORBIDDEN)
            assert "You may not list pods in namespace shop" in play.notebook.message
            assert 'User "jane"' in play.notebook.message
            await until(lambda: play.time.waits())
            await play.time.advance(59)
            assert len(play.api.asked_for(PODS)) == 1
            await play.time.advance(1)
            await until(lambda: is_live(play))

    asyncio.run(scenario())


def test_a_right_that_is_taken_away_during_a_watch_is_noticed() -> None:
    async def scenario() -> None:
        api = api_with([listing(item("a")), status(403)], [stream(bookmark("11"), then="end"), status(403)])
        async with playing(api) as play:
            await play.pass_the_wait()
            await play.pass_the_wait()
            await until(lambda: play.notebook.contact is Contact.FORBIDDEN)

    asyncio.run(scenario())


def test_a_kind_that_the_server_does_not_know_is_absent() -> None:
    async def scenario() -> None:
        async with playing(FakeApi()) as play:
            await until(lambda: play.notebook.contact is Contact.ABSENT)
            await until(lambda: play.time.waits())
            assert play.time.waits() == [60.0]

    asyncio.run(scenario())


def test_an_unreachable_server_loses_the_watch_until_it_is_back() -> None:
    async def scenario() -> None:
        async with playing(api_with([listing(item("a"))], [stream()])) as play:
            await until(lambda: play.watched_from())
            await play.api.stop()
            await play.pass_the_wait()
            await until(lambda: play.notebook.contact is Contact.LOST)
            assert "does not answer (connection refused)" in play.notebook.message
            await play.api.start()
            await play.pass_the_wait()
            await until(lambda: is_live(play))

    asyncio.run(scenario())


def test_a_server_that_forgot_its_past_and_stays_silent_is_listed_anew() -> None:
    async def scenario() -> None:
        lists = [listing(item("a"), version="900"), listing(item("b"), version="3")]
        async with playing(api_with(lists, [stream(), stream(bookmark("4"))])) as play:
            await until(lambda: play.watched_from() and play.time.waits())
            await play.time.advance(SILENCE_SECONDS)
            await until(lambda: play.watched_from() == ["900", "3"])
            await until(lambda: play.notebook.signs_of_life)
            assert play.notebook.names == ["b"]
            assert is_live(play)

    asyncio.run(scenario())


def test_a_watch_that_a_proxy_holds_back_is_stale_and_its_list_read_again_and_again() -> None:
    async def scenario() -> None:
        lists = [listing(item(name)) for name in "abcd"]
        async with playing(api_with(lists, [stream(), stream(), stream(), stream(bookmark("14"))])) as play:
            for number in range(1, 4):
                await until(lambda number=number: len(play.watched_from()) == number and play.time.waits())  # type: ignore[misc]  # mypy has no type for a bound default
                assert is_live(play) is (number < 3)
                await play.time.advance(SILENCE_SECONDS)
            await until(lambda: is_live(play))
            assert play.notebook.names == ["d"]
            assert play.notebook.signs_of_life
            said = [message for contact, message in play.notebook.reports if contact is Contact.LOST]
            assert all("says nothing" in message for message in said)

    asyncio.run(scenario())


@pytest.mark.parametrize("ending", ["end", "cut"])
def test_a_proxy_that_ends_a_silent_stream_each_minute_hides_no_change(ending: str) -> None:
    async def scenario() -> None:
        turn = asyncio.Event()

        async def silent(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            await turn.wait()
            if ending == "cut" and request.transport is not None:
                request.transport.abort()
            return response

        lists = [listing(item("a")), listing(item("b"), version="30")]
        async with playing(api_with(lists, [silent, stream()])) as play:
            await until(lambda: play.watched_from() and play.time.waits())
            await play.time.advance(60)
            turn.set()
            await until(lambda: play.watched_from() == ["10", "30"])
            assert play.notebook.names == ["b"]
            assert Contact.LOST not in [contact for contact, _ in play.notebook.reports]

    asyncio.run(scenario())


def test_a_user_who_may_list_but_not_watch_sees_a_stale_kind_that_is_read_each_minute() -> None:
    async def scenario() -> None:
        lists = [listing(item("a")), listing(item("a")), listing(item("b")), listing(item("c"))]
        async with playing(api_with(lists, [status(403)])) as play:
            waits = [await play.pass_the_wait() for _ in range(3)]
            assert waits == [0.5, 60, 60]
            await until(lambda: play.notebook.names == ["c"])
            assert play.notebook.contact is Contact.LOST
            assert play.notebook.message.startswith("You may not watch pods: read every 60 s.")
            first_lost = [contact for contact, _ in play.notebook.reports].index(Contact.LOST)
            assert {contact for contact, _ in play.notebook.reports[first_lost:]} == {Contact.LOST}

    asyncio.run(scenario())


def test_a_watch_that_is_always_too_old_is_not_listed_without_a_pause() -> None:
    async def scenario() -> None:
        async with playing(api_with([listing()], [stream(expired())])) as play:
            assert [await play.pass_the_wait() for _ in range(4)] == [0.5, 1, 2, 4]

    asyncio.run(scenario())


def test_an_object_that_ceases_to_fit_costs_only_itself_until_it_comes_right() -> None:
    async def scenario() -> None:
        odd = event("MODIFIED", item("a", version="12", spec=7))
        good = event("MODIFIED", item("a", version="13"))
        watches = [stream(odd, then="end"), stream(good)]
        async with playing(api_with([listing(item("a"), item("b"))], watches)) as play:
            await until(lambda: play.notebook.names == ["b"])
            assert is_live(play)
            assert "1 was left out" in play.notebook.message
            await play.pass_the_wait()
            await until(lambda: play.notebook.names == ["a", "b"])
            assert play.watched_from() == ["10", "12"]
            assert [message for _, message in play.notebook.reports if "left out" in message][1:], "told once only"
            assert play.notebook.message == ""
            assert len(play.api.asked_for(PODS)) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("line", [b'{"type": "ADDED\xff"}\n', b"[" * 100_000 + b"\n"])
def test_no_bytes_can_end_a_watch(line: bytes) -> None:
    async def scenario() -> None:
        async with playing(api_with([listing(item("a"))], [stream(line), stream()])) as play:
            await until(lambda: play.notebook.contact is Contact.FAILED)
            await play.pass_the_wait()
            await until(lambda: is_live(play))

    asyncio.run(scenario())


def test_a_fault_of_the_cockpit_fails_the_kind_and_does_not_end_its_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with playing(api_with([listing(item("a"))], [stream()])) as play:
            monkeypatch.setattr(play.notebook, "put", lambda *_: 1 / 0)
            await until(lambda: play.notebook.contact is Contact.FAILED)
            assert "ZeroDivisionError" in play.notebook.message
            monkeypatch.undo()
            await play.pass_the_wait()
            await until(lambda: is_live(play))
            assert play.notebook.names == ["a"]

    asyncio.run(scenario())


def test_a_server_that_says_it_forgot_its_past_is_listed_anew() -> None:
    async def scenario() -> None:
        lists = [listing(item("a"), version="900"), listing(item("b"), version="3")]
        future = status(504, "Timeout: Too large resource version: 900, current: 3")
        async with playing(api_with(lists, [future, future, future, future, stream()])) as play:
            for _ in range(4):
                await play.pass_the_wait()
            await until(lambda: play.watched_from() == ["900"] * 4 + ["3"])
            assert play.notebook.names == ["b"]

    asyncio.run(scenario())
