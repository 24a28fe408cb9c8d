"""Failures are worded as a Kubernetes 1.36 control plane worded them (data/failures.json, recorded)."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from cockpit.training.scenario import Scenario
from cockpit.training.serve import ClusterServer

RECORDED: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "failures.json").read_text())["steps"]
SETUP, FAILURES = RECORDED[:2], RECORDED[2:]
EMPTY = Scenario("empty", "", ())


async def answer(session: aiohttp.ClientSession, server: ClusterServer, step: dict[str, Any]) -> tuple[int, Any]:
    request = step["request"]
    token = "wrong" if step["user"] == "nobody" else server.token(step["user"])
    headers = {"Authorization": f"Bearer {token}", "Content-Type": request["contentType"] or "application/json"}
    body = request["body"] if isinstance(request["body"], str) else json.dumps(request["body"])
    url = server.address + request["path"].replace("%20", "+")
    data = body if request["body"] is not None else None
    async with session.request(request["method"], url, data=data, headers=headers) as response:
        return response.status, await response.json()


async def replay(step: dict[str, Any]) -> tuple[int, Any]:
    async with ClusterServer(EMPTY) as server, aiohttp.ClientSession() as session:
        server.cluster.ensure_namespace("rec-api")
        for created in SETUP:
            status, _ = await answer(session, server, created)
            assert status == 201
        server.clock.step(5)
        return await answer(session, server, step)


@pytest.mark.parametrize("step", FAILURES, ids=[step["note"] for step in FAILURES])
def test_a_failure_is_answered_as_recorded(step: dict[str, Any]) -> None:
    status, body = asyncio.run(replay(step))
    assert (status, body) == (step["response"]["status"], step["response"]["body"])
