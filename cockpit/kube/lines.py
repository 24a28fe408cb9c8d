"""Lines of any length out of chunks of any size."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator


async def lines(chunks: AsyncIterable[bytes]) -> AsyncIterator[list[bytes]]:
    """Yield the complete lines that each chunk brings, without their ends; an unfinished last line comes last.

    An object in a watch may be as long as etcd allows (1.5 MB), so no reader with a limit will do.
    """
    unfinished: list[bytes] = []
    async for chunk in chunks:
        first, *rest = chunk.split(b"\n")
        unfinished.append(first)
        if not rest:
            continue
        complete = [b"".join(unfinished), *rest[:-1]]
        unfinished = [rest[-1]]
        yield [line for line in complete if line]
    if last := b"".join(unfinished):
        yield [last]
