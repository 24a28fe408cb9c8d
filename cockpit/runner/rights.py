"""Which rights the user has: asked behind the screen, kept for a minute."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from cockpit.actions.examination import Right
from cockpit.errors import CockpitError
from cockpit.kube.reviews import Review
from cockpit.live.workers import Workers
from cockpit.runner.cluster import Cluster

_KEPT_SECONDS = 60.0
_AT_ONCE = 8


class Rights:
    """Answers without waiting from what is known, and asks for the rest."""

    def __init__(
        self, cluster: Cluster, workers: Workers, monotonic: Callable[[], float], news: Callable[[], None]
    ) -> None:
        """`news` is called when an answer differs from what was known."""
        self._cluster = cluster
        self._workers = workers
        self._monotonic = monotonic
        self._news = news
        self._known: dict[Right, Review] = {}
        self._asked_at: dict[Right, float] = {}
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    def missing(self, rights: Iterable[Right]) -> str:
        """Return which of these rights is known to be missing, in a sentence; "" where none is known to be."""
        wanted = tuple(rights)
        for right in wanted:
            self._ask(right)
        return next((_sentence(right, self._known[right]) for right in wanted if self._is_missing(right)), "")

    def _is_missing(self, right: Right) -> bool:
        return right in self._known and not self._known[right].allowed

    def _ask(self, right: Right) -> None:
        now = self._monotonic()
        if right not in self._asked_at or now - self._asked_at[right] >= _KEPT_SECONDS:
            self._asked_at[right] = now
            self._workers.start("review of rights", self._review(right))

    async def _review(self, right: Right) -> None:
        async with self._at_once:
            try:
                review = await self._cluster.may(right)
            except CockpitError:
                # Unknown is not missing: the key stays, and the examination of the plan says what it met.
                return
        if self._known.get(right) != review:
            self._known[right] = review
            self._news()


def _sentence(right: Right, review: Review) -> str:
    reason = f" ({review.reason})" if review.reason else ""
    return f"You may not {right.words} in namespace {right.namespace}{reason}. Ask for a role that allows it."
