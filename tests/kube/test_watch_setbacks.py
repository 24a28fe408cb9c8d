"""Kinds that cannot be read, objects that do not fit, and servers that go away."""

from __future__ import annotations

import asyncio
import json

from cockpit.kube.sink import Contact
from tests.kube.fake_api import FakeApi, bookmark, event, item, listing, raw, status, stream
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
        api = api_with([listing(item("a"))], [stream(bookmark("11"), then="end"), status(403)])
        async with playing(api) as play:
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


def test_a_server_that_forgot_its_past_is_listed_anew() -> None:
    async def scenario() -> None:
        lists = [listing(item("a"), version="900"), listing(item("b"), version="3")]
        future = status(504, "Timeout: Too large resource version: 900, current: 3")
        async with playing(api_with(lists, [future, future, future, future, stream()])) as play:
            for _ in range(4):
                await play.pass_the_wait()
            await until(lambda: play.watched_from() == ["900"] * 4 + ["3"])
            assert play.notebook.names == ["b"]

    asyncio.run(scenario())
