"""Whole stories, replayed request by request at their recorded times (data/stories.json), compared where they rest.

Names, hashes and the generations of ReplicaSets are left out: intermediate sizes race in the original too.
"""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any, TypeAlias

import aiohttp
import pytest

from cockpit.training.api.kinds import REPLICA_SET
from cockpit.training.controllers.behaviour import ImageRule
from cockpit.training.objects import annotations_of
from cockpit.training.scenario import Scenario
from cockpit.training.serve import ClusterServer
from tests.training.steps import image_of

Story: TypeAlias = dict[str, Any]

STORIES: dict[str, Story] = json.loads((Path(__file__).parent / "data" / "stories.json").read_text())["stories"]
PACE = {"start-after": "2", "ready-after": "0", "stop-after": "0.5"}
IMAGES = (
    ImageRule("app:bad-c", {**PACE, "fail": "crash-loop"}),
    ImageRule("app:bad-i", {**PACE, "fail": "image-pull"}),
    ImageRule("*", PACE),
)
DEVIATIONS = {
    ("isolate", 11.058): "the recorded pause hit between two writes of one reconciliation, which here is one step",
    ("isolate", 13.079): "the same: three old pods here, four there",
}
LATER = {("isolate", 6.052): 0.03}
"""Seconds that a request comes later here: the recorded pause came after the new ReplicaSet, within 3 ms."""


def conditions(status: dict[str, Any]) -> list[dict[str, str]]:
    found = status.get("conditions") or ()
    fields = ("type", "status", "reason", "message")
    return sorted(({name: entry[name] for name in fields} for entry in found), key=lambda entry: entry["type"])


def cut(body: dict[str, Any]) -> dict[str, Any]:
    """Cut an answer to what the recordings keep of it."""
    if "items" in body:
        return {"items": [cut(item) for item in body["items"]]}
    if "endpoints" in body:
        ends = [endpoint["conditions"] for endpoint in body["endpoints"] or ()]
        return {"labels": body["metadata"].get("labels"), "ports": body["ports"], "endpoints": ends}
    if "template" in body.get("spec", {}):
        kept = {"generation": body["metadata"]["generation"], "annotations": annotations_of(body)}
        status = {**body["status"], "conditions": conditions(body["status"])}
        spec = body["spec"]
        return {
            **kept,
            "image": image_of(body),
            "replicas": spec["replicas"],
            "paused": spec.get("paused"),
            "status": status,
        }
    return body


def normal(body: dict[str, Any], replica_sets: bool) -> Story:
    """Take hashes out, and what races in ReplicaSets; put lists in an order of their own."""
    for item in body.get("items", ()):
        if replica_sets:
            del item["generation"], item["status"]["observedGeneration"]
    text = re.sub(r'"([a-z0-9]+)-[a-z0-9]{7,10}\\"', r'"\1-HASH\\"', json.dumps(body, sort_keys=True))
    made: Story = json.loads(text)
    if "items" in made:
        made["items"].sort(key=lambda item: json.dumps(item, sort_keys=True))
    return made


def pod_words(body: dict[str, Any]) -> dict[str, Any]:
    words = []
    for pod in body["items"]:
        state = pod["status"]["containerStatuses"][0]["state"]
        kind, detail = next(iter(state.items()))
        words.append(f"{pod['status']['phase']} {[detail.get('reason') or kind]}")
    return {"items": words}


def own_hashes(server: ClusterServer, story: Story, text: str) -> str:
    """Put the hash that the same template has here in place of the recorded one."""
    for replica_set in server.store.items(REPLICA_SET, story["namespace"]):
        own = replica_set["metadata"]["labels"]["pod-template-hash"]
        for recorded, image in story["hashes"].items():
            if image == image_of(replica_set):
                text = text.replace(f'"{recorded}"', f'"{own}"')
    return text


async def play(name: str) -> list[str]:
    story, failures, now = STORIES[name], [], 0.0
    scenario = Scenario(name, "", (), images=IMAGES)
    async with ClusterServer(scenario) as server, aiohttp.ClientSession() as session:
        server.cluster.ensure_namespace(story["namespace"])
        for step in story["steps"]:
            server.clock.step(max(step["t"] - now, 0.0) + LATER.get((name, step["t"]), 0.0))
            now = step["t"]
            body, status = await ask(session, server, story, step["request"])
            expected = step.get("expected")
            if status != step["status"]:
                failures.append(f"{step['t']}: {status}, recorded {step['status']}")
            elif expected is not None and (name, step["t"]) not in DEVIATIONS:
                path = step["request"]["path"]
                cuts = pod_words(body) if "/pods" in path else body if body.get("kind") == "Status" else cut(body)
                replica_sets = "/replicasets" in path
                if normal(cuts, replica_sets) != normal(expected, replica_sets):
                    failures.append(f"{step['t']}: {cuts}, recorded {expected}")
    return failures


async def ask(
    session: aiohttp.ClientSession, server: ClusterServer, story: Story, request: dict[str, Any]
) -> tuple[Any, int]:
    headers = {
        "Authorization": f"Bearer {server.token()}",
        "Content-Type": request["contentType"] or "application/json",
    }
    data = None if request["body"] is None else own_hashes(server, story, json.dumps(request["body"]))
    url = server.address + request["path"]
    async with session.request(request["method"], url, data=data, headers=headers) as response:
        return await response.json(), response.status


@pytest.mark.parametrize("name", STORIES)
def test_a_story_goes_as_recorded(name: str) -> None:
    assert asyncio.run(play(name)) == []
