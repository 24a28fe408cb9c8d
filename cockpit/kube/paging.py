"""A whole list, page by page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from cockpit.kube.session import Session
from cockpit.resources.decode import Page, SliceDecoder
from cockpit.resources.kinds import Kind

PAGE_SIZE = 500
"""Objects a page: 2.4 MB of ordinary pods, which decode in under 10 ms."""

_LONGEST_PAGE_BYTES = 6_000_000
_SMALLEST_PAGE_SIZE = 20


def where(namespace: str | None) -> str:
    """Return the words for a namespace in a sentence; None is all of them."""
    return f"in namespace {namespace}" if namespace else "in all namespaces"


async def pages(session: Session, kind: Kind, namespace: str | None, decoder: SliceDecoder) -> AsyncIterator[Page]:
    """Yield the pages of one consistent list, letting others run in between.

    Raises:
        ExpiredError: the list took too long to read, and has to be begun again.
        ApiError: the server said no.
        UnreachableError: no answer, no trust, no credentials.
        MalformedError: the answer is no list.
    """
    query = {"limit": str(PAGE_SIZE)}
    while True:
        body = await session.get(kind.collection_path(namespace), f"list {kind.plural} {where(namespace)}", query)
        page = decoder.page(body)
        query["limit"] = str(_next_size(len(body), len(page.items)))
        # The bytes of a page are ten times its slices: let go of them before the next one arrives.
        del body
        yield page
        if not page.metadata.continue_:
            return
        query["continue"] = page.metadata.continue_
        await asyncio.sleep(0)


def _next_size(page_bytes: int, items: int) -> int:
    """Return how many objects to ask for next: fewer of large ones, which would block the loop while they decode."""
    if page_bytes <= _LONGEST_PAGE_BYTES:
        return PAGE_SIZE
    return max(items * _LONGEST_PAGE_BYTES // page_bytes, _SMALLEST_PAGE_SIZE)
