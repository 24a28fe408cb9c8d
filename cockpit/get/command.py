"""Runs `cockpit get`: one picture, or a stream of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal, Protocol

import msgspec
import yaml

from cockpit.errors import CockpitError
from cockpit.get.document import document
from cockpit.get.table import table
from cockpit.live.choose import chosen
from cockpit.live.feed import Feed
from cockpit.live.once import first_complete, require_answer
from cockpit.live.picture import ONLY_REFINES, Picture

Format = Literal["table", "json", "yaml"]
Write = Callable[[str], None]


class Notify(Protocol):
    """Tells the person at the terminal, beside the output."""

    def __call__(self, sentence: str) -> None:
        """Show one sentence."""


async def get_once(feed: Feed, wanted: str | None, form: Format, write: Write, notify: Notify) -> None:
    """Write one complete picture.

    Raises:
        UnreachableError: the server does not answer, not wholly within the time for it, or lets this user see nothing.
        CockpitError: no release is called `wanted`.
    """
    try:
        picture = await first_complete(feed)
        require_answer(picture)
        releases = chosen(picture, wanted)
        if form != "table":
            picture = await feed.with_metrics(releases)
            releases = chosen(picture, wanted)
        if form == "table":
            write(table(releases, feed.now()))
            _tell(picture, notify)
        elif form == "json":
            write(msgspec.json.encode(document(picture, releases)).decode())
        else:
            text = yaml.safe_dump(document(picture, releases), sort_keys=False, allow_unicode=True)
            write(text.rstrip("\n"))
    finally:
        await feed.stop()


async def get_watch(feed: Feed, wanted: str | None, write: Write) -> None:
    """Write one JSON document a line, whenever the picture changes, until cancelled.

    A lost connection does not end the stream: its documents say that sources are stale. A release that is not there,
    or not there any more, is an empty list.

    Raises:
        UnreachableError: the server did not answer the first time, or not wholly, or lets this user see nothing.
    """
    pictures: asyncio.Queue[Picture] = asyncio.Queue()
    feed.subscribe(pictures.put_nowait)
    try:
        first = await first_complete(feed)
        require_answer(first)
        while not pictures.empty():
            pictures.get_nowait()
        _write_line(first, wanted, write)
        last = first
        while True:
            picture = await pictures.get()
            if _differs(picture, last):
                _write_line(picture, wanted, write)
                last = picture
    finally:
        await feed.stop()


def _write_line(picture: Picture, wanted: str | None, write: Write) -> None:
    try:
        releases = chosen(picture, wanted)
    except CockpitError:
        # A stream may begin before the release does, and outlive it.
        releases = ()
    write(msgspec.json.encode(document(picture, releases)).decode())


def _differs(picture: Picture, last: Picture) -> bool:
    """Say whether anything but the time of the last sign of life changed."""
    return _told(picture) != _told(last)


def _told(picture: Picture) -> tuple[object, ...]:
    states = [(source.kind, source.state) for source in picture.sources]
    metrics = (picture.metrics_source.state, picture.metrics_source.message)
    return picture.releases, picture.metrics, picture.warnings, states, metrics


def _tell(picture: Picture, notify: Notify) -> None:
    sources = [source for source in picture.sources if source.message and source.kind not in ONLY_REFINES]
    for sentence in (*picture.warnings, *(source.message for source in sources)):
        notify(sentence)
