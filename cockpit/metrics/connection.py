"""The conversation with one Prometheus: prometheus-api-client in threads, on a session of ours."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from cockpit.metrics.answer import Answer, label_sets
from cockpit.metrics.endpoint import Endpoint
from cockpit.metrics.errors import SlowPrometheusError
from cockpit.metrics.threads import QueryThreads, Result

if TYPE_CHECKING:
    from cockpit.metrics.client import Client

_SECONDS = 5.0
_GRACE = 1.0
"""Seconds beyond the timeout in which a thread words what went wrong."""


class Prometheus(Protocol):
    """What answers queries: a connection, or what a test scripts."""

    @property
    def name(self) -> str:
        """A few words for the screen, without secrets."""

    async def query(self, promql: str, at: datetime) -> Answer:
        """Return the value of a query at one moment.

        Raises:
            MetricsError: there is no answer, or it is a refusal.
        """

    async def query_range(self, promql: str, start: datetime, end: datetime, step: float) -> Answer:
        """Return the values of a query from `start` to `end` (whole seconds), both included, `step` seconds apart.

        Raises:
            MetricsError: there is no answer, or it is a refusal.
        """


class PrometheusConnection:
    """Asks one Prometheus. Nothing here blocks the event loop, nor waits longer than `seconds` for an answer."""

    def __init__(self, endpoint: Endpoint, seconds: float = _SECONDS) -> None:
        self._endpoint = endpoint
        self._seconds = seconds
        self._threads = QueryThreads()
        self._opening = threading.Lock()
        self._client: Client | None = None

    @property
    def name(self) -> str:
        """A few words for the screen, without secrets."""
        return self._endpoint.name

    async def query(self, promql: str, at: datetime) -> Answer:
        """Return the value of a query at one moment.

        Raises:
            MetricsError: there is no answer, or it is a refusal.
        """
        return await self._ask(lambda client: client.query(promql, at))

    async def query_range(self, promql: str, start: datetime, end: datetime, step: float) -> Answer:
        """Return the values of a query from `start` to `end` (whole seconds), both included, `step` seconds apart.

        Raises:
            MetricsError: there is no answer, or it is a refusal.
        """
        return await self._ask(lambda client: client.query_range(promql, start, end, step))

    async def series(
        self, matchers: Sequence[str], start: datetime, end: datetime, most: int = 1000
    ) -> tuple[Mapping[str, str], ...]:
        """Return the labels of series that match one of `matchers`, `most` of them where the server knows `limit`.

        Raises:
            MetricsError: there is no answer, or it is a refusal.
        """
        return await self._ask(lambda client: label_sets(client.series(matchers, start, end, most)))

    async def close(self) -> None:
        """Let go of the connections. A query that is under way ends by itself."""
        client, self._client = self._client, None
        if client is not None:
            client.close()  # it drops idle sockets, and waits for nothing

    async def _ask(self, question: Callable[[Client], Result]) -> Result:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds + _GRACE):
                return await self._threads.run(lambda: question(self._opened(loop)))
        except TimeoutError as error:
            raise SlowPrometheusError(
                f"{self._endpoint.asked.who} did not answer in {self._seconds:g} s. It is asked again later."
            ) from error

    def _opened(self, loop: asyncio.AbstractEventLoop) -> Client:
        """Return the client, made once; in a thread, for the libraries take 0.25 s to load."""
        with self._opening:
            if self._client is None:
                from cockpit.metrics.client import Client

                self._client = Client(self._endpoint, loop, self._seconds)
            return self._client
