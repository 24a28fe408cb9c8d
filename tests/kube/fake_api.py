"""An API server on loopback that answers as a test scripts it."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
JsonObject = dict[str, object]


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    method: str = "GET"
    body: bytes = b""

    @property
    def is_watch(self) -> bool:
        """Whether it asked for a watch."""
        return "watch" in self.query


@dataclass
class FakeApi:
    """Answers each path by its script: one answer a request, the last one again and again. Unknown paths are 404."""

    tls: ssl.SSLContext | None = None
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    lists: dict[str, list[Answer]] = field(default_factory=dict)
    watches: dict[str, list[Answer]] = field(default_factory=dict)
    _runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Address of the server; it stays the same when the server is started again."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def on_list(self, path: str, *answers: Answer) -> None:
        """Script the answers to plain requests for `path`."""
        self.lists[path] = list(answers)

    def on_watch(self, path: str, *answers: Answer) -> None:
        """Script the answers to watches of `path`."""
        self.watches[path] = list(answers)

    def asked_for(self, path: str, *, watch: bool = False) -> list[Asked]:
        """Return the requests for `path` so far."""
        return [asked for asked in self.asked if asked.path == path and asked.is_watch is watch]

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen, on the same port as before."""
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.05)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, ssl_context=self.tls, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Go away, cutting every connection."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        sent = await request.read()
        asked = Asked(request.path, dict(request.query), dict(request.headers), request.method, sent)
        self.asked.append(asked)
        script = (self.watches if asked.is_watch else self.lists).get(request.path)
        if not script:
            return await status(404)(request)
        answer = script.pop(0) if len(script) > 1 else script[0]
        return await answer(request)


def listing(*items: JsonObject, version: str = "10", more: str = "", remaining: int | None = None) -> Answer:
    """Answer with a list; `more` is the continue token."""
    metadata: JsonObject = {"resourceVersion": version}
    if more:
        metadata |= {"continue": more, "remainingItemCount": remaining}
    return body({"kind": "List", "metadata": metadata, "items": list(items)})


def body(value: object, code: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer with a JSON value."""
    return raw(json.dumps(value).encode(), code, headers)


def raw(content: bytes, code: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer with bytes."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=content, status=code, content_type="application/json", headers=headers)

    return answer


def html() -> Answer:
    """Answer as a proxy that wants somebody to log in: a page, and 200."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(text="<html>Log in</html>", content_type="text/html")

    return answer


def status(code: int, message: str = "", retry_after: str = "") -> Answer:
    """Answer as an API server that refuses."""
    said = {"kind": "Status", "status": "Failure", "message": message, "code": code}
    return body(said, code, {"Retry-After": retry_after} if retry_after else None)


def stream(*lines: object, then: str = "hang") -> Answer:
    """Answer a watch with `lines` (bytes go as they are) and then "hang", "end", or "cut" the connection."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        for line in lines:
            await response.write(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n")
        if then == "hang":
            await asyncio.Event().wait()
        if then == "cut" and request.transport is not None:
            request.transport.abort()
        return response

    return answer


def cut() -> Answer:
    """Take the request, and cut the connection instead of answering."""

    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    return answer


def hang() -> Answer:
    """Take the request, and never answer."""

    async def answer(_: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    return answer


def event(kind: str, item: JsonObject) -> JsonObject:
    """Return one line of a watch."""
    return {"type": kind, "object": item}


def item(name: str, namespace: str = "shop", version: str = "1", **more: object) -> JsonObject:
    """Return an object with nothing but a name, and what a test adds."""
    return {"metadata": {"name": name, "namespace": namespace, "resourceVersion": version, "uid": name}, **more}


def bookmark(version: str) -> JsonObject:
    """Return a bookmark."""
    return event("BOOKMARK", {"metadata": {"resourceVersion": version}})


def expired() -> JsonObject:
    """Return the ERROR that tells a watch that its resourceVersion is too old."""
    return event("ERROR", {"kind": "Status", "status": "Failure", "code": 410, "reason": "Expired"})


def names(entries: Sequence[Asked], parameter: str) -> list[str]:
    """Return one query parameter of each request."""
    return [asked.query.get(parameter, "") for asked in entries]
