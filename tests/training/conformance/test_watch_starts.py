"""How watches begin: from a version that is forgotten, with initial events, and from a version that is yet to come."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import aiohttp
import pytest

from cockpit.training.serve import ClusterServer
from tests.training.conformance.normal import differences, normal
from tests.training.conformance.replay import Replay
from tests.training.conformance.stage import START, load, scenario

PODS = "/api/v1/namespaces/rec-api/pods?watch=true&timeoutSeconds=1&"
QUERIES = {
    "pods-too-old": "resourceVersion=1",
    "pods-initial-events": "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
    "pods-future": "resourceVersion=999999999",
}
BEFORE_THEM = 61  # steps of the story


async def begin(name: str) -> tuple[Any, Any]:
    async with ClusterServer(scenario("api"), now=START) as server, aiohttp.ClientSession() as session:
        await Replay("api", server, session).run(BEFORE_THEM)
        server.store.compact()
        headers = {"Authorization": f"Bearer {server.token()}"}
        async with session.get(server.address + PODS + QUERIES[name], headers=headers) as response:
            lines = [json.loads(line) async for line in response.content]
        recorded = [entry["event"] for entry in load("api")["watch"][name]]
        hashes = {pod["metadata"]["labels"]["pod-template-hash"]: "app:1" for pod in pods_of(lines)}
    return in_order(normal(recorded, load("api")["hashes"])), in_order(normal(lines[: len(recorded)], hashes))


def pods_of(lines: Any) -> list[Any]:  # noqa: ANN401
    return [line["object"] for line in lines if line["type"] == "ADDED"]


def in_order(events: list[Any]) -> Any:  # noqa: ANN401
    """The versions in messages are the cluster's own."""
    return json.loads(re.sub(r"(version: \d+ )\(\d+\)", r"\1(<oldest>)", json.dumps(events)))


@pytest.mark.parametrize("name", QUERIES)
def test_a_watch_begins_as_recorded(name: str) -> None:
    recorded, own = asyncio.run(begin(name))
    assert differences(recorded, own) == {}
