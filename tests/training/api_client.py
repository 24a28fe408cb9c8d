"""A small HTTP client for the tests of the embedded cluster."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import aiohttp

from cockpit.training.api.kinds import DEPLOYMENT, SERVICE
from cockpit.training.objects import Json
from cockpit.training.scenario import Scenario
from cockpit.training.serve import ClusterServer
from tests.training.steps import NOON, SPACE, deployment, service

T = TypeVar("T")
EMPTY = Scenario("empty", "", ())
PODS = f"/api/v1/namespaces/{SPACE}/pods"
DEPLOYMENTS = f"/apis/apps/v1/namespaces/{SPACE}/deployments"
SERVICES = f"/api/v1/namespaces/{SPACE}/services"
JSON = "application/json"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


class Api:
    """Requests to one cluster, as one of its users."""

    def __init__(self, server: ClusterServer, session: aiohttp.ClientSession, user: str = "admin") -> None:
        self.server = server
        self.session = session
        self._user = user

    def as_user(self, user: str) -> Api:
        """Return the same for another user."""
        return Api(self.server, self.session, user)

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        content_type: str = JSON,
        accept: str = JSON,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Return status and decoded body."""
        headers = {"Content-Type": content_type, "Accept": accept, **(headers or {})}
        data = None if body is None else io.BytesIO(json.dumps(body).encode())
        url = self.server.url_of(self._user) + path
        async with self.session.request(method, url, data=data, headers=headers) as response:
            return response.status, await response.json()

    async def get(self, path: str, accept: str = JSON) -> Json:
        """Return the body of a GET that must succeed."""
        status, body = await self.ask("GET", path, accept=accept)
        assert status == 200, body
        return cast(Json, body)

    async def header(self, path: str, name: str) -> str | None:
        """Return a header of the answer to a GET."""
        async with self.session.get(self.server.url_of(self._user) + path) as response:
            return response.headers.get(name)

    async def text(self, path: str) -> tuple[int, str]:
        """Return status and text of a GET."""
        async with self.session.get(self.server.url_of(self._user) + path) as response:
            return response.status, await response.text()

    @asynccontextmanager
    async def lines(self, path: str) -> AsyncIterator[Callable[[], Awaitable[str]]]:
        """Open a stream of lines; what it yields waits for the next one, and is empty at the stream's end."""
        async with self.session.get(self.server.url_of(self._user) + path) as response:

            async def line() -> str:
                return (await asyncio.wait_for(response.content.readline(), 5)).decode().rstrip("\n")

            yield line

    @asynccontextmanager
    async def watch(self, path: str, query: Mapping[str, str]) -> AsyncIterator[Callable[[], Awaitable[Json]]]:
        """Open a watch; what it yields waits for the next event, and is empty at the stream's end."""
        params = {"watch": "true", "timeoutSeconds": "5", **query}
        async with self.session.get(self.server.url_of(self._user) + path, params=params) as response:

            async def line() -> Json:
                text = await asyncio.wait_for(response.content.readline(), 5)
                return json.loads(text) if text else {}

            yield line


def talk(story: Callable[[Api], Awaitable[T]], **options: Any) -> T:  # noqa: ANN401  # passed on to ClusterServer
    """Serve a cluster with four ready pods behind a Service, and run a story on it."""

    async def run() -> T:
        async with ClusterServer(EMPTY, now=NOON, **options) as server, aiohttp.ClientSession() as session:
            server.cluster.ensure_namespace(SPACE)
            server.registry.create(DEPLOYMENT, SPACE, deployment())
            server.registry.create(SERVICE, SPACE, service())
            server.clock.step(30)
            return await story(Api(server, session))

    return asyncio.run(run())
