"""Lines out of chunks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from hypothesis import given
from hypothesis import strategies as st

from cockpit.kube.lines import lines


async def read(chunks: list[bytes]) -> list[bytes]:
    async def arriving() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    return [line async for batch in lines(arriving()) for line in batch]


@given(st.lists(st.text("ab\n", max_size=6).map(str.encode)))
def test_however_the_bytes_are_cut_the_lines_are_the_same(chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    assert asyncio.run(read(chunks)) == [line for line in whole.split(b"\n") if line]
