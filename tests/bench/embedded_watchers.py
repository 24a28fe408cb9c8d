"""Watches pods with many connections, and tells how late each of them heard of each change.

    python -m tests.bench.embedded_watchers URL COUNT SECONDS

prints a line when all watch, and one with what it found (milliseconds) when nothing came for a second. A change carries
the moment at which it was sent, by the clock that all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import sys
import time
from urllib.parse import urlsplit

_SENT = re.compile(rb'"bench/sent":"([0-9.]+)"')
_QUIET = 1.5  # seconds


async def main(url: str, count: int, seconds: float) -> None:
    """Watch, and print what was found."""
    late: list[list[float]] = [[] for _ in range(count)]
    connections = [await _open(url) for _ in range(count)]
    sys.stdout.write("watching\n")
    sys.stdout.flush()
    await asyncio.gather(*(_follow(reader, late[index], seconds) for index, (reader, _) in enumerate(connections)))
    every = sorted(value for one in late for value in one)
    found = {
        "lines": len(every),
        "late_ms_median": statistics.median(every),
        "late_ms_p99": every[len(every) * 99 // 100],
        "late_ms_worst": every[-1],
    }
    sys.stdout.write(json.dumps(found) + "\n")
    for _, writer in connections:
        writer.close()


async def _open(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=2**24)
    head = f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n"
    writer.write(head.encode())
    await reader.readuntil(b"\r\n\r\n")
    return reader, writer


async def _follow(reader: asyncio.StreamReader, late: list[float], seconds: float) -> None:
    end = time.monotonic() + seconds + 10
    while time.monotonic() < end:
        try:
            async with asyncio.timeout(_QUIET if late else 10):
                chunk = await reader.readuntil(b"\n")
        except (TimeoutError, asyncio.IncompleteReadError):
            return
        if found := _SENT.search(chunk):
            late.append((time.monotonic() - float(found[1])) * 1000)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
