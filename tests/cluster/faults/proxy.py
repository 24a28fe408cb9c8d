"""A loopback proxy between cockpit and API server that passes everything on, and spoils what it is told to.

async with FaultProxy(port) as proxy:
    proxy.spoil = lambda asked: Fault.CUT_AFTER if asked.nature is Nature.WRITE else None
    proxy.seen       # every request that was made
    proxy.reached    # those that the server got
"""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.cluster.faults.asked import Asked, asked
from tests.cluster.faults.fault import ANSWERED, Fault, answer_of

_LOOPBACK = "127.0.0.1"
_LARGEST_LINE = 1 << 22  # bytes


class Cut(Exception):  # noqa: N818 - it is an event, not an error
    """The client's connection is to be cut."""


@dataclass(frozen=True)
class _Head:
    lines: bytes
    first: str
    fields: dict[str, str]

    @property
    def length(self) -> int:
        return int(self.fields.get("content-length", 0))

    @property
    def chunked(self) -> bool:
        return "chunked" in self.fields.get("transfer-encoding", "")


class FaultProxy:
    """One proxy for the API server on a port of loopback; `url` is its own address."""

    def __init__(self, upstream_port: int) -> None:
        self.spoil: Callable[[Asked], Fault | None] = lambda _: None
        """Asked of every request, once; None passes it on."""
        self.seen: list[Asked] = []
        self.reached: list[Asked] = []
        self.stalled: list[Asked] = []
        """Requests that wait for ever."""
        self.on_stall: Callable[[Asked], None] = lambda _: None
        self._upstream_port = upstream_port
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, _LOOPBACK, 0, limit=_LARGEST_LINE)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._clients:
            task.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    async def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._clients.add(task)
        try:
            await self._serve(reader, writer)
        except (Cut, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the end of a connection, whoever wants it, is all that is left to do
        finally:
            self._clients.discard(task)
            writer.transport.abort()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        while True:
            head = await _head(reader)
            body = await reader.readexactly(head.length)
            method, target, _ = head.first.split(" ")
            await self._pass(asked(method, target, body), head.lines + body, writer)

    async def _pass(self, request: Asked, raw: bytes, client: StreamWriter) -> None:
        self.seen.append(request)
        fault = self.spoil(request)
        if fault in ANSWERED:
            client.write(answer_of(fault))
            await client.drain()
            return
        if fault is Fault.CUT_BEFORE:
            raise Cut
        if fault is Fault.STALL_BEFORE:
            await self._stall(request)
        self.reached.append(request)
        # A connection for each request: one that the server closed in between would look like a fault.
        source, sink = await asyncio.open_connection(_LOOPBACK, self._upstream_port, limit=_LARGEST_LINE)
        try:
            sink.write(raw)
            head = await _head(source)
            if fault is Fault.CUT_AFTER:
                raise Cut
            if fault is Fault.STALL_AFTER:
                await self._stall(request)
            client.write(head.lines)
            await (_relay_chunks if head.chunked else _relay_length)(source, client, head.length)
        finally:
            sink.transport.abort()

    async def _stall(self, request: Asked) -> None:
        self.stalled.append(request)
        self.on_stall(request)
        await asyncio.Event().wait()


async def _head(reader: StreamReader) -> _Head:
    lines = await reader.readuntil(b"\r\n\r\n")
    first, *rest = lines.decode("latin-1").strip().split("\r\n")
    pairs = (line.partition(":") for line in rest)
    return _Head(lines, first, {name.strip().lower(): value.strip() for name, _, value in pairs})


async def _relay_length(source: StreamReader, client: StreamWriter, length: int) -> None:
    client.write(await source.readexactly(length))
    await client.drain()


async def _relay_chunks(source: StreamReader, client: StreamWriter, _: int) -> None:
    size = -1
    while size:
        line = await source.readuntil(b"\r\n")
        size = int(line.partition(b";")[0], 16)
        client.write(line + await source.readexactly(size + 2))
        await client.drain()
