"""Whether the server answers, as the heartbeat finds it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from cockpit.kube.credentials import Credential, FixedCredentials
from cockpit.kube.heartbeat import PATIENCE_SECONDS, Heartbeat
from cockpit.kube.session import Session
from tests.kube.fake_api import Answer, FakeApi, body, html, raw, status
from tests.kube.play import access_to
from tests.kube.stepped import SteppedClock, until


@dataclass
class Chart:
    """Writes down each beat."""

    beats: list[str] = field(default_factory=list)
    message: str = ""

    def answers(self) -> None:
        self.beats.append("answers")

    def silent(self, message: str) -> None:
        self.beats.append("silent")
        self.message = message

    def refused(self, message: str) -> None:
        self.beats.append("refused")
        self.message = message


@asynccontextmanager
async def beating(*answers: Answer) -> AsyncIterator[tuple[FakeApi, SteppedClock, Chart, Session]]:
    time, chart = SteppedClock(), Chart()
    async with FakeApi() as api:
        api.on_list("/version", *answers)
        session = Session(access_to(api.url), FixedCredentials(Credential()), time.clock())
        running = asyncio.create_task(Heartbeat(session, chart).run())
        try:
            yield api, time, chart, session
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await session.close()


@pytest.mark.parametrize("code", [403, 404, 429])
def test_a_server_that_says_no_is_alive(code: int) -> None:
    async def scenario() -> None:
        async with beating(status(code)) as (_, _time, chart, _session):
            await until(lambda: chart.beats == ["answers"])

    asyncio.run(scenario())


def test_a_refused_token_is_told_from_silence() -> None:
    async def scenario() -> None:
        async with beating(status(401)) as (_, _time, chart, _session):
            await until(lambda: chart.beats == ["refused"])
            assert "credentials" in chart.message

    asyncio.run(scenario())


def test_a_server_that_takes_a_request_and_says_nothing_is_silent_within_seconds() -> None:
    async def hang(_: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    async def scenario() -> None:
        async with beating(hang, body({})) as (api, time, chart, _session):
            await until(lambda: api.asked and time.waits())
            await time.advance(PATIENCE_SECONDS)
            await until(lambda: chart.beats == ["silent"])
            assert "does not answer" in chart.message
            await until(lambda: time.waits())
            await time.advance(2)
            await until(lambda: chart.beats == ["silent", "answers"])

    asyncio.run(scenario())


def test_nothing_is_asked_while_the_watches_hear_from_the_server() -> None:
    async def scenario() -> None:
        async with beating(body({})) as (api, time, chart, session):
            await until(lambda: chart.beats == ["answers"] and time.waits())
            for beat in range(2, 6):
                await time.advance(1)
                session.heard()
                await time.advance(1)
                assert chart.beats == ["answers"] * beat
            assert len(api.asked) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("answer", [html(), raw(b"<html>"), raw(b"[]"), raw(b'{"major": "\xff"}')])
def test_a_page_in_place_of_a_version_is_no_answer(answer: Answer) -> None:
    async def scenario() -> None:
        async with beating(answer) as (_, _time, chart, _session):
            await until(lambda: chart.beats == ["silent"])
            assert "not as an API server does" in chart.message

    asyncio.run(scenario())


def test_a_load_balancer_without_a_server_is_silent_in_words_that_fit() -> None:
    async def scenario() -> None:
        async with beating(status(503)) as (_, _time, chart, session):
            await until(lambda: chart.beats == ["silent"])
            assert "cannot answer now (503, when the cockpit wanted to ask for its version)" in chart.message
            assert session.heard_at is None

    asyncio.run(scenario())


def test_a_fault_of_the_cockpit_does_not_end_the_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        async with beating(body({})) as (_, time, chart, session):
            monkeypatch.setattr(session, "get", None)
            await until(lambda: chart.beats == ["silent"] and time.waits())
            assert "TypeError" in chart.message
            monkeypatch.undo()
            await time.advance(2)
            await until(lambda: chart.beats == ["silent", "answers"])

    asyncio.run(scenario())
