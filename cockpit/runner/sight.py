"""Watches one release in the pictures of a feed while a plan runs: what has arrived, and what moves."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence

from cockpit.actions.change import Change
from cockpit.actions.conditions import Condition
from cockpit.actions.holds import holds, words
from cockpit.actions.plan import Plan
from cockpit.live.feed import Feed
from cockpit.live.picture import Picture, SourceState
from cockpit.resources.raw import RawObject
from cockpit.runner.arrival import Written, has_arrived
from cockpit.runner.find import release_of
from cockpit.runner.moves import moves_between
from cockpit.runner.progress import EndpointMove

_TOLD_FROM = frozenset(
    {"pods", "services", "endpointslices", "deployments", "replicasets", "statefulsets", "daemonsets"}
)
_STALE = SourceState.STALE
_LOOK_SECONDS = 0.25
_NO_OTHER_SECONDS = 0.5
"""Pictures come five times a second while something changes."""


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
        self._unseen: list[Written] = []
        self._shown_after: tuple[Picture, float] | None = None
        self._news = asyncio.Event()
        self.close = feed.subscribe(self._look)

    def answered(self, change: Change, answer: RawObject | None) -> None:
        """Note that a change was answered: only pictures from after it count."""
        self._answered = self._monotonic()
        self._shown_after = None
        version = answer.text("metadata", "resourceVersion") if answer else ""
        self._unseen.append(Written(change.kind, change.object, version))

    def milliseconds(self) -> int:
        """Return how long ago the last answer was."""
        return 0 if self._answered is None else round((self._monotonic() - self._answered) * 1000)

    def wake(self) -> None:
        """Let whoever waits look again."""
        self._news.set()

    def all_hold(self, conditions: Sequence[Condition]) -> bool:
        """Say whether the picture is not old, shows all that was written, and every condition holds in it."""
        if self._stale() or not self._is_shown():
            return False
        return all(holds(condition, self.view) is True for condition in conditions)

    def words(self, conditions: Sequence[Condition]) -> str:
        """Return what has to be seen, and how much of it is; "" where all of it is."""
        if stale := self._stale():
            return f"no news of {', '.join(stale)}: what is seen is old"
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

    def _stale(self) -> tuple[str, ...]:
        """Return the kinds that conditions are told from, and of which there is no news now."""
        sources = self._feed.picture.sources
        return tuple(source.kind for source in sources if source.kind in _TOLD_FROM and source.state is _STALE)

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
                self._unseen = [entry for entry in self._unseen if not has_arrived(entry, subject.inventory)]
        return not self._unseen
