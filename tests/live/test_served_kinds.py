"""The search for kinds that not every cluster has."""

from __future__ import annotations

import asyncio

from cockpit.kube.session import Session
from cockpit.live.served_kinds import AGAIN_SECONDS, ServedKinds
from cockpit.resources.kinds import HTTP_ROUTE, ROLLOUT, Kind
from tests.kube.fake_api import FakeApi, JsonObject, body, status
from tests.kube.stepped import SteppedClock, until
from tests.kube.writing import session_on

NONE: JsonObject = {"groups": []}
ROUTES: JsonObject = {"groups": [{"versions": [{"groupVersion": HTTP_ROUTE.api_version}]}]}


def test_an_answer_of_none_is_an_answer_and_the_next_question_waits() -> None:
    async def scenario() -> None:
        api, time = FakeApi(), SteppedClock()
        api.on_list("/apis", body(NONE), body(NONE), body(ROUTES))
        api.on_list(HTTP_ROUTE.version_path, body({"resources": [{"name": "httproutes"}]}))
        found: list[frozenset[Kind]] = []
        async with api, session_on(api, time=time) as session:
            search = ServedKinds(session, (HTTP_ROUTE, ROLLOUT), found.append)
            task = asyncio.create_task(search.run())
            await until(lambda: found)
            assert search.answered
            await time.advance(AGAIN_SECONDS - 1)
            assert len(api.asked) == 1
            await time.advance(1)
            await until(lambda: len(found) == 2)
            await time.advance(AGAIN_SECONDS)
            await until(lambda: len(found) == 3)
            assert found == [frozenset(), frozenset(), frozenset({HTTP_ROUTE})]
            task.cancel()

    asyncio.run(scenario())


def test_when_every_kind_is_found_nobody_asks_any_more() -> None:
    async def scenario() -> None:
        api, time = FakeApi(), SteppedClock()
        api.on_list("/apis", body(ROUTES))
        api.on_list(HTTP_ROUTE.version_path, body({"resources": [{"name": "httproutes"}]}))
        found: list[frozenset[Kind]] = []
        async with api, session_on(api, time=time) as session:
            await asyncio.wait_for(ServedKinds(session, (HTTP_ROUTE,), found.append).run(), 10)
            assert found == [frozenset({HTTP_ROUTE})]

    asyncio.run(scenario())


def test_a_server_that_cannot_tell_now_is_asked_again_soon() -> None:
    async def scenario() -> None:
        api, time = FakeApi(), SteppedClock()
        api.on_list("/apis", status(503), body(NONE))
        found: list[frozenset[Kind]] = []
        async with api, session_on(api, time=time) as session:
            task = asyncio.create_task(_once(session, found))
            await until(lambda: time.waits())
            assert not found
            await time.advance(time.waits()[0])
            await asyncio.wait_for(task, 10)
            assert found == [frozenset()]

    asyncio.run(scenario())


async def _once(session: Session, found: list[frozenset[Kind]]) -> None:
    await ServedKinds(session, (HTTP_ROUTE,), found.append).run(follow=False)


def test_who_may_not_ask_what_there_is_has_to_try() -> None:
    async def scenario() -> None:
        api = FakeApi()
        api.on_list("/apis", status(403))
        found: list[frozenset[Kind]] = []
        async with api, session_on(api) as session:
            await asyncio.wait_for(_once(session, found), 10)
            assert found == [frozenset({HTTP_ROUTE})]

    asyncio.run(scenario())
