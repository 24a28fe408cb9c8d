"""Watches one release in the pictures of a feed while a plan runs: what has arrived, and what moves."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.conditions import Condition
from cockpit.actions.holds import holds, words
from cockpit.actions.plan import Plan
from cockpit.live.feed import Feed
from cockpit.live.picture import Picture
from cockpit.release.inventory import Inventory
from cockpit.resources.raw import RawObject
from cockpit.resources.references import ObjectRef
from cockpit.runner.find import is_watched, object_in, release_of
from cockpit.runner.moves import moves_between
from cockpit.runner.progress import EndpointMove

_LOOK_SECONDS = 0.25
_NO_OTHER_SECONDS = 0.5
"""Pictures come five times a second while something changes."""


@dataclass(frozen=True, slots=True)
class _Written:
    """An object as the server had it after a change."""

    kind: ChangeKind
    object: ObjectRef
    resource_version: str


class Sight:
    """Follows the pictures from now until `close`."""

    def __init__(
        self,
        feed: Feed,
        plan: Plan,
        monotonic: Callable[[], float],
        moved: Callable[[tuple[EndpointMove, ...]], None],
    ) -> None:
        """`monotonic` counts seconds; `moved` is told of endpoints that joined or left after an answer."""
        self.view = release_of(plan, feed.picture.releases)
        self._feed = feed
        self._plan = plan
        self._monotonic = monotonic
        self._moved = moved
        self._answered: float | None = None
        self._unseen: list[_Written] = []
        self._shown_after: tuple[Picture, float] | None = None
        self._news = asyncio.Event()
        self.close = feed.subscribe(self._look)

    def answered(self, change: Change, answer: RawObject | None) -> None:
        """Note that a change was answered: only pictures from after it count."""
        self._answered = self._monotonic()
        self._shown_after = None
        version = answer.text("metadata", "resourceVersion") if answer else ""
        self._unseen.append(_Written(change.kind, change.object, version))

    def milliseconds(self) -> int:
        """Return how long ago the last answer was."""
        return 0 if self._answered is None else round((self._monotonic() - self._answered) * 1000)

    def wake(self) -> None:
        """Let whoever waits look again."""
        self._news.set()

    def all_hold(self, conditions: Sequence[Condition]) -> bool:
        """Say whether the picture shows all that was written, and every condition holds in it."""
        return self._is_shown() and all(holds(condition, self.view) is True for condition in conditions)

    def words(self, conditions: Sequence[Condition]) -> str:
        """Return what has to be seen, and how much of it is; "" where all of it is."""
        missing = next((entry for entry in conditions if holds(entry, self.view) is not True), None)
        return words(missing, self.view) if missing is not None else ""

    async def until(self, reached: Callable[[], bool], seconds: float) -> bool:
        """Wait for a picture in which something is reached; False when `seconds` passed without it."""
        try:
            async with asyncio.timeout(seconds):
                while not reached():
                    self._news.clear()
                    await self._some_news()
        except TimeoutError:
            return reached()
        return True

    def _look(self, picture: Picture) -> None:
        view = release_of(self._plan, picture.releases)
        if self._answered is not None and (moves := moves_between(self.view, view, self.milliseconds())):
            self._moved(moves)
        self.view = view
        self._news.set()

    async def _some_news(self) -> None:
        """Wait for a picture, or a moment: what is written may change nothing that a picture shows."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_SECONDS):
                await self._news.wait()

    def _is_shown(self) -> bool:
        """Say whether the picture is from after the moment when all that was written had arrived."""
        if self._shown_after is None:
            if not self._has_arrived():
                return False
            self._shown_after = (self._feed.picture, self._monotonic())
        picture, since = self._shown_after
        # What was written may change nothing that a picture shows; then no other one comes.
        return self._feed.picture is not picture or self._monotonic() - since >= _NO_OTHER_SECONDS

    def _has_arrived(self) -> bool:
        """Say whether every object that was written is known as it was written, or later."""
        if self._unseen and self.view is not None:
            subject = self._feed.subject(self.view.namespace, self.view.name)
            if subject is not None:
                self._unseen = [entry for entry in self._unseen if not _is_seen(entry, subject.inventory)]
        return not self._unseen


def _is_seen(written: _Written, inventory: Inventory) -> bool:
    if not is_watched(inventory, written.object.kind):
        return True
    found = object_in(inventory, written.object)
    if written.kind is ChangeKind.DELETE:
        return found is None or found.deletion_timestamp is not None
    if found is None:
        # What was patched and is gone will not come; what was created and is not there yet will.
        return written.kind is ChangeKind.PATCH
    return _is_as_late(found.resource_version, written.resource_version)


def _is_as_late(found: str, written: str) -> bool:
    """Compare versions of one object, which are numbers on every server that there is (KEP-5504)."""
    return int(found) >= int(written) if found.isdecimal() and written.isdecimal() else True
