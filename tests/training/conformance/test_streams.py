"""The watch streams of four stories: what rests at quiescent points is compared, and bounds hold at every event.

Pods become ready when the recorded ones did. Intermediate sizes race in the original too.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from cockpit.training.api.kinds import DEPLOYMENT, EVENT, POD, REPLICA_SET, ApiKind
from cockpit.training.api.store import Change, Store
from cockpit.training.controllers.pods import is_active, is_ready
from cockpit.training.controllers.rollout import scaled_value
from cockpit.training.http_api.watches import Watch
from cockpit.training.objects import Json, labels_of, name_of, namespace_of, uid_of
from cockpit.training.serve import ClusterServer
from tests.training.conformance.normal import differences, leaves
from tests.training.conformance.points import KINDS, state_of
from tests.training.conformance.replay import Replay
from tests.training.conformance.stage import START, Story, load, namespace_of_story, scenario
from tests.training.conformance.stand_in import StandIn

STREAMS = ("rolling", "isolate", "bluegreen", "failing")


class Bounds:
    """Looks at every Deployment after every change of a pod or a ReplicaSet."""

    def __init__(self, store: Store, namespace: str) -> None:
        self.broken: list[str] = []
        self.looks = 0
        self._store, self._namespace = store, namespace
        self._fewest: dict[str, int] = {}
        self._last: dict[str, int] = {}
        store.subscribe(self._look)

    def _look(self, change: Change) -> None:
        if change.kind not in (POD, REPLICA_SET, DEPLOYMENT):
            return
        for deployment in self._store.items(DEPLOYMENT, self._namespace):
            self.looks += 1
            sets = self._store.owned(uid_of(deployment), REPLICA_SET)
            pods = [pod for one in sets for pod in self._store.owned(uid_of(one), POD) if is_active(pod)]
            if deployment["spec"]["strategy"]["type"] == "Recreate":
                self._check_recreate(deployment, pods)
            else:
                self._check_rolling(deployment, pods)

    def _check_recreate(self, deployment: Json, pods: list[Json]) -> None:
        if len({labels_of(pod)["pod-template-hash"] for pod in pods}) > 1:
            self.broken.append(f"{name_of(deployment)}: pods of two versions at once")

    def _check_rolling(self, deployment: Json, pods: list[Json]) -> None:
        name, wanted = name_of(deployment), int(deployment["spec"]["replicas"])
        rolling = deployment["spec"]["strategy"]["rollingUpdate"]
        most = wanted + scaled_value(rolling["maxSurge"], wanted, round_up=True)
        down = scaled_value(rolling["maxUnavailable"], wanted, round_up=False)
        ready = sum(is_ready(pod) for pod in pods)
        if len(pods) > max(most, self._last.get(name, 0)):  # what is scaled down shrinks to its bound
            self.broken.append(f"{name}: {len(pods)} pods, at most {most}")
        # What was never reached cannot be kept: of a larger size only what is ready so far.
        floor = min(self._fewest.get(name, 0), wanted - down)
        if ready < floor:
            self.broken.append(f"{name}: {ready} ready, at least {floor}")
        self._last[name] = len(pods)
        self._fewest[name] = max(floor, min(ready, wanted - down))


class Watcher:
    """What somebody knows of a namespace who watches one kind of it."""

    def __init__(self, store: Store, kind: ApiKind, namespace: str) -> None:
        self._watch = Watch(store, kind, namespace, {}, "", lambda: START)
        self._known: dict[str, Json] = {}
        self._take(self._watch.start())

    def known(self) -> list[Json]:
        """Return the objects that there are now, going by the stream alone."""
        self._take(self._watch.more())
        return list(self._known.values())

    def _take(self, lines: list[bytes]) -> None:
        for line in lines:
            event = json.loads(line)
            name = name_of(event["object"])
            assert (event["type"] == "ADDED") == (name not in self._known), event
            self._known.pop(name, None)
            if event["type"] != "DELETED":
                self._known[name] = event["object"]


class Stream:
    """One story, looked at when it rests, by what its watchers know."""

    def __init__(self, name: str, server: ClusterServer, session: aiohttp.ClientSession) -> None:
        self.recorded: Story = load(f"{name}.watch")
        self.own: list[Any] = []
        self._told: list[Json] = []
        self._server = server
        self._namespace = namespace_of_story(name)
        self._replay = Replay(name, server, session)
        server.store.subscribe(self._hear)
        self.bounds = Bounds(server.store, self._namespace)
        self._watchers = {kind: Watcher(server.store, kind, self._namespace) for kind in KINDS}
        stand_in: object = server.cluster.kubelet
        assert isinstance(stand_in, StandIn)
        stand_in.follow(START, self.recorded["cues"])
        for point in self.recorded["points"]:
            server.clock.call_later(START + point["t"] - server.clock.now, self._look)

    async def play(self) -> None:
        await self._replay.run()
        self._server.clock.advance_to(START + self.recorded["points"][-1]["t"])

    def _look(self) -> None:
        known = {kind: watcher.known() for kind, watcher in self._watchers.items()}
        self.own.append(state_of(known, self._replay.hashes))

    def events(self) -> set[tuple[str, ...]]:
        """Return how events were ever worded, without what differs by name."""
        return {
            (one["type"], one["reason"], one["reportingComponent"], one["involvedObject"]["kind"], self._worded(one))
            for one in self._told
        }

    def _hear(self, change: Change) -> None:
        if change.kind is EVENT and namespace_of(change.object) == self._namespace:
            self._told.append(change.object)

    def _worded(self, event: Json) -> str:
        text = str(event["message"])
        for own in self._replay.hashes:
            text = text.replace(own, "H")
        text = re.sub(r"-H-\w{5}", "-H-P", text)
        return re.sub(r"node-\d", "node-N", re.sub(r"from \d+ to \d+", "from N to N", text))


async def play(name: str) -> Stream:
    async with ClusterServer(scenario(name), now=START) as server, aiohttp.ClientSession() as session:
        stream = Stream(name, server, session)
        await stream.play()
        return stream


@pytest.mark.parametrize("name", STREAMS)
def test_what_rests_is_as_recorded_and_bounds_hold_in_between(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    stream = asyncio.run(play(name))
    points = stream.recorded["points"]
    assert len(points) == len(stream.own)
    found = {point["t"]: differences(point["state"], own) for point, own in zip(points, stream.own, strict=True)}
    record_property("points", len(points))
    record_property("held points", sum(not differ for differ in found.values()))
    record_property("point fields", sum(leaves(point["state"]) for point in points))
    assert stream.bounds.looks > len(points)
    assert stream.bounds.broken == []
    assert {moment: differ for moment, differ in found.items() if differ} == {}
    assert stream.events() == {tuple(event) for event in stream.recorded["events"]}
