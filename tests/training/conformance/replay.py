"""Replays a recording, request by request at its recorded times, and says what differs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from yarl import URL

from cockpit.training.api.kinds import CLUSTER_ROLE, CUSTOM_RESOURCE_DEFINITION, REPLICA_SET
from cockpit.training.api.store import Change
from cockpit.training.http_api.paths import target_of
from cockpit.training.http_api.requests import Request, perform
from cockpit.training.objects import labels_of, name_of
from cockpit.training.serve import ClusterServer
from tests.training.conformance.normal import differences, leaves, normal
from tests.training.conformance.stage import START, Story, load, scenario
from tests.training.conformance.stand_in import template_of

VIEWERS = {("api", 11), ("api", 12), ("api", 44), ("api", 45)}
NOBODYS = {("api", 13)}
BETWEEN_WRITES = {("isolate", 3): 0.1}
"""Requests that came between two writes of one reconciliation: when its new ReplicaSet is made, within so many seconds.

The controller's next write is then refused, for the Deployment has changed (409), and it begins anew.
"""
_LEARNED = ("uid", "resourceVersion", "continue", "nodePort")


@dataclass(slots=True)
class Answer:
    """What one step came to."""

    step: int
    note: str
    fields: int
    differ: dict[str, tuple[Any, Any]]


@dataclass(slots=True)
class Dictionary:
    """What is called one thing in the recording and another here, learned from the answers."""

    words: dict[str, str] = field(default_factory=dict)
    ports: dict[int, int] = field(default_factory=dict)

    def learn(self, recorded: Any, own: Any, key: str = "") -> None:  # noqa: ANN401  # any JSON
        if isinstance(recorded, dict) and isinstance(own, dict):
            made = {"name"} if "generateName" in recorded else set()
            for name in recorded:
                if name in _LEARNED or name in made or isinstance(recorded[name], (dict, list)):
                    self.learn(recorded[name], own.get(name), name)
        elif isinstance(recorded, list) and isinstance(own, list):
            for one, other in zip(recorded, own, strict=False):
                self.learn(one, other, key)
        elif key == "nodePort" and isinstance(recorded, int) and isinstance(own, int):
            self.ports[recorded] = own
        elif isinstance(recorded, str) and isinstance(own, str) and recorded and recorded != own:
            self.words[recorded] = own

    def translate(self, value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, dict):
            return {
                key: self.ports.get(inner, inner) if key == "nodePort" else self.translate(inner)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self.translate(inner) for inner in value]
        return self.words.get(value, value) if isinstance(value, str) else value

    def path(self, path: str) -> str:
        return "".join(self.words.get(part, part) for part in re.split(r"([/?&=])", path))


class Replay:
    """One story on one cluster."""

    def __init__(self, name: str, server: ClusterServer, session: aiohttp.ClientSession) -> None:
        self.name = name
        self.story = load(name)
        self._server = server
        self._session = session
        self._words = Dictionary()
        self.hashes: dict[str, str] = {}
        server.store.subscribe(self._note)

    async def run(self, steps: int | None = None) -> list[Answer]:
        """Play the story, or its first steps."""
        answers = []
        for index, step in enumerate(self.story["steps"][:steps]):
            self._server.clock.advance_to(START + step["t"])
            answers.append(await self._step(index, step))
        return answers

    async def _step(self, index: int, step: Story) -> Answer:
        own_hash = {template: found for found, template in self.hashes.items()}
        self._words.words |= {
            found: own_hash[template] for found, template in self.story["hashes"].items() if template in own_hash
        }
        recorded = _kept(step["response"])
        if (self.name, index) in BETWEEN_WRITES:
            own = self._between_writes(step["request"], BETWEEN_WRITES[self.name, index])
        else:
            own = await self._ask(index, step["request"])
        self._words.learn(recorded["body"], own["body"])
        body = step["request"]["body"]
        prefix = body["metadata"].get("generateName", "") if isinstance(body, dict) and "metadata" in body else ""
        one, other = normal(recorded, self.story["hashes"], prefix), normal(own, self.hashes, prefix)
        return Answer(index, step["note"] or step["request"]["method"], leaves(one), differences(one, other))

    async def _ask(self, index: int, request: Story) -> Story:
        user = "viewer" if (self.name, index) in VIEWERS else "admin"
        token = "wrong" if (self.name, index) in NOBODYS else self._server.token(user)
        headers = {"Authorization": f"Bearer {token}", "Accept": request["accept"] or "*/*"}
        headers |= {"Content-Type": request["contentType"]} if request["contentType"] else {}
        url = URL(self._server.address + self._words.path(request["path"]), encoded=True)
        data = _written(self._words.translate(request["body"]))
        async with self._session.request(request["method"], url, data=data, headers=headers) as response:
            text = await response.text()
            body = json.loads(text) if "json" in response.content_type else text
            return {
                "status": response.status,
                "contentType": response.headers["Content-Type"],
                "retryAfter": response.headers.get("Retry-After"),
                "warning": response.headers.getall("Warning", []),
                "body": body,
            }

    def _between_writes(self, request: Story, within: float) -> Story:
        """Ask as soon as a ReplicaSet is made, while its controller still works."""
        found: list[Story] = []
        body = json.dumps(request["body"]).encode()
        asked = Request(request["method"], target_of(request["path"]), {}, request["contentType"], "", body)

        def ask(change: Change) -> None:
            if change.kind is REPLICA_SET and change.type == "ADDED" and not found:
                found.append({})
                status, answer = perform(self._server.registry, asked, self._server.clock.now)
                found[0] |= {"status": status, "body": json.loads(json.dumps(answer))}

        end = self._server.store.subscribe(ask)
        self._server.clock.step(within)
        end()
        return {"contentType": "application/json", "retryAfter": None, "warning": [], **found[0]}

    def _note(self, change: Change) -> None:
        if change.kind is REPLICA_SET and change.type == "ADDED":
            self.hashes[labels_of(change.object)["pod-template-hash"]] = template_of(change.object["spec"]["template"])


def _kept(response: Story) -> Story:
    return {**response, "retryAfter": response.get("retryAfter"), "warning": response.get("warning") or []}


def _written(body: Any) -> bytes | None:  # noqa: ANN401
    if body is None:
        return None
    return (body if isinstance(body, str) else json.dumps(body)).encode()


def _undefine(server: ClusterServer) -> None:
    """Take the definitions of custom kinds away, and the rights to them: only one story was recorded with any."""
    for definition in server.store.items(CUSTOM_RESOURCE_DEFINITION):
        server.registry.delete(CUSTOM_RESOURCE_DEFINITION, "", name_of(definition))
    for role in ("routes-view", "routes-edit"):
        server.registry.delete(CLUSTER_ROLE, "", role)


async def replay(name: str) -> list[Answer]:
    """Play a story on a cluster of its own."""
    async with ClusterServer(scenario(name), now=START) as server, aiohttp.ClientSession() as session:
        if name != "routes":
            _undefine(server)
        return await Replay(name, server, session).run()
