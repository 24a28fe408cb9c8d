"""A namespace of its own on a cluster, and hands that are not the cockpit's to change what is in it."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from kubernetes.aio import client, config

from cockpit.resources import kinds
from cockpit.resources.kinds import Kind
from cockpit.training.objects import Json
from cockpit.training.scenario import Scenario
from cockpit.training.serve import ClusterServer
from tests.cluster.worlds import Manifest

NOON = 1_795_262_400.0
"""When embedded clusters begin, in seconds since the epoch."""
SOMEBODY = "somebody"
"""Manager of the fields that the stage's own hands write."""

_KINDS = {kind.name: kind for kind in (*kinds.WATCHED, *kinds.ROUTING, kinds.EVENT)}
_PATIENCE_SECONDS = 240.0
_POLL_SECONDS = 0.25
_MERGE = "application/merge-patch+json"


class Refused(Exception):  # noqa: N818 - tests ask for it
    """The API server said no to the stage's own hands."""


@dataclass(frozen=True)
class Place:
    """Which cluster: a kubeconfig's path with a context ("" is the current one)."""

    kubeconfig: str
    context: str = ""


class Stage:
    """One namespace on one cluster. `cluster` is the embedded one, None on a real one."""

    def __init__(self, place: Place, namespace: str, api: client.ApiClient, cluster: ClusterServer | None) -> None:
        self.place = place
        self.namespace = namespace
        self.cluster = cluster
        self._api = api
        self.made: list[str] = []
        """Namespaces that were created, for whoever clears up."""

    @property
    def patience(self) -> float:
        """How many seconds something may take, by the clock that the cluster goes by."""
        return _PATIENCE_SECONDS

    async def apply(self, *manifests: Manifest, namespace: str = "") -> None:
        """Create objects."""
        home = namespace or self.namespace
        for manifest in manifests:
            kind = _KINDS[str(manifest["kind"])]
            metadata = _in(home, manifest) if kind.namespaced else manifest["metadata"]
            await self._ask("POST", kind.collection_path(home), {**manifest, "metadata": metadata})

    async def serves(self, kind: Kind) -> bool:
        """Say whether the cluster has a kind."""
        try:
            await self.list(kind)
        except Refused as error:
            if ": 404 " in str(error):
                return False
            raise
        return True

    async def read(self, kind: Kind, name: str, namespace: str = "") -> Json:
        """Return an object as the API server has it."""
        return await self._ask("GET", kind.object_path(namespace or self.namespace, name))

    async def list(self, kind: Kind, namespace: str = "") -> Sequence[Json]:
        """Return all objects of a kind."""
        found = await self._ask("GET", kind.collection_path(namespace or self.namespace))
        items: list[Json] = found["items"]
        return items

    async def patch(
        self,
        kind: Kind,
        name: str,
        body: Manifest,
        manager: str = SOMEBODY,
        namespace: str = "",
        subresource: str = "",
    ) -> Json:
        """Change an object by a merge patch, as somebody else."""
        path = "/".join(filter(None, (kind.object_path(namespace or self.namespace, name), subresource)))
        return await self._ask("PATCH", f"{path}?fieldManager={manager}", body, _MERGE)

    async def delete(self, kind: Kind, name: str) -> None:
        """Delete an object."""
        await self._ask("DELETE", kind.object_path(self.namespace, name))

    async def make_namespace(self, name: str) -> None:
        """Create a namespace."""
        self.made.append(name)
        await self._ask("POST", "/api/v1/namespaces", {"kind": "Namespace", "metadata": {"name": name}})

    async def remove_namespace(self, name: str) -> None:
        """Delete a namespace with all that is in it."""
        await self._ask("DELETE", f"/api/v1/namespaces/{name}")

    async def wait(self, seconds: float) -> None:
        """Let time pass: simulated seconds where there is a choice."""
        await asyncio.sleep(seconds)

    async def until(self, holds: Callable[[], Awaitable[object]], what: str) -> None:
        """Wait until something can be read of the cluster; `what` is said where it never can."""
        async with asyncio.timeout(self.patience) as limit:
            while not await holds():
                assert not limit.expired(), what
                await self.wait(_POLL_SECONDS)

    async def ask(
        self, method: str, path: str, body: object = None, content_type: str = "application/json"
    ) -> tuple[int, Json]:
        """Return status and body of any request."""
        status, answer = await self._raw(method, path, body, content_type)
        return status, json.loads(answer)

    async def lines(self, path: str) -> Sequence[Json]:
        """Return what a watch says until its own `timeoutSeconds` end it."""
        _, answer = await self._raw("GET", path)
        return [json.loads(line) for line in answer.splitlines()]

    async def _ask(self, method: str, path: str, body: object = None, content_type: str = "application/json") -> Json:
        status, answer = await self._raw(method, path, body, content_type)
        if status >= 300:
            raise Refused(f"{method} {path}: {status} {answer!r}")
        found: Json = json.loads(answer)
        return found

    async def _raw(
        self, method: str, path: str, body: object = None, content_type: str = "application/json"
    ) -> tuple[int, bytes]:
        headers = {"Accept": "application/json", "Content-Type": content_type}
        authority = ["BearerToken"]
        _, url, sent, _, _ = await self._api.param_serialize(
            method, path, header_params=headers, auth_settings=authority
        )
        response = await self._api.call_api(method, url, header_params=sent, body=body)
        return response.status, await response.read()


def _in(namespace: str, manifest: Manifest) -> dict[str, object]:
    metadata = manifest["metadata"]
    assert isinstance(metadata, Mapping)
    return {**metadata, "namespace": namespace}


@asynccontextmanager
async def embedded_stage(*manifests: Manifest, seed: int = 1) -> AsyncIterator[Stage]:
    """Serve an embedded cluster with some objects in it, in this process; its time is the loop's."""
    empty = Scenario("empty", "", ())
    async with ClusterServer(empty, seed=seed, speed=1.0, now=NOON) as cluster:
        place = Place(str(cluster.kubeconfig), "admin")
        async with _client(place) as api:
            stage = Stage(place, "default", api, cluster)
            await stage.apply(*manifests)
            yield stage


@asynccontextmanager
async def real_stage(place: Place, *manifests: Manifest) -> AsyncIterator[Stage]:
    """Lend a namespace of its own on a cluster that is there; it is removed in the end."""
    namespace = f"cockpit-test-{secrets.token_hex(4)}"
    async with _client(place) as api:
        stage = Stage(place, namespace, api, None)
        await stage.make_namespace(namespace)
        try:
            await stage.apply(*manifests)
            yield stage
        finally:
            for name in stage.made:
                await stage.remove_namespace(name)


@asynccontextmanager
async def _client(place: Place) -> AsyncIterator[client.ApiClient]:
    api = await config.new_client_from_config(place.kubeconfig, place.context or None, persist_config=False)
    try:
        yield api
    finally:
        await api.close()
