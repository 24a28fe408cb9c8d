"""A session of requests whose transport is the cockpit's own session with the API server. In threads only."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Mapping

import requests
from requests.adapters import BaseAdapter

from cockpit.errors import CockpitError
from cockpit.kube.answer import Answer
from cockpit.kube.session import Session
from cockpit.metrics.direct_session import headers_of
from cockpit.metrics.errors import (
    NotPrometheusError,
    RefusedQueryError,
    SlowPrometheusError,
    UnreachablePrometheusError,
)
from cockpit.metrics.hearing import LONGEST_BODY, in_memory
from cockpit.metrics.settings import MetricsSettings

_LONGEST_PATH = 8_000
_GRACE = 0.5


class ProxiedAdapter(BaseAdapter):
    """Sends requests on the event loop, where the API server's TLS and credentials are known, and waits for them."""

    def __init__(
        self, session: Session, loop: asyncio.AbstractEventLoop, headers: Mapping[str, str], seconds: float
    ) -> None:
        self._session = session
        self._loop = loop
        self._headers = headers
        self._seconds = seconds
        super().__init__()

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        """Return the answer, whole.

        Raises:
            MetricsError: there is none, or it is too long.
        """
        path = request.path_url
        if request.method != "GET" or len(path) > _LONGEST_PATH:
            raise RefusedQueryError(
                "The query is too long to be asked through the API server. Name the address of Prometheus "
                "with --prometheus."
            )
        answer = self._answer(path)
        if len(answer.body) > LONGEST_BODY:
            raise NotPrometheusError(f"The answer is longer than {LONGEST_BODY // 1_000_000} MB.")
        return in_memory(answer.status, dict(answer.headers), answer.body, request)

    def close(self) -> None:
        """Do nothing: the session with the API server is not ours to close."""

    def _answer(self, path: str) -> Answer:
        looking = self._look(path)
        try:
            asking = asyncio.run_coroutine_threadsafe(looking, self._loop)
        except RuntimeError as error:
            looking.close()
            raise UnreachablePrometheusError("The cockpit is leaving.") from error
        try:
            return asking.result(self._seconds + _GRACE)
        except (TimeoutError, concurrent.futures.CancelledError) as error:
            asking.cancel()
            raise SlowPrometheusError(
                f"Prometheus did not answer through the API server in {self._seconds:g} s. It is asked again later."
            ) from error

    async def _look(self, path: str) -> Answer:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._session.look(path, tuple(self._headers.items()), LONGEST_BODY)
        except TimeoutError:
            raise
        except CockpitError as error:
            raise UnreachablePrometheusError(str(error)) from error


def proxied_session(
    url: str, session: Session, settings: MetricsSettings, loop: asyncio.AbstractEventLoop
) -> requests.Session:
    """Return a session for requests below `url`, which carry the settings' headers but no credentials of theirs."""
    made = requests.Session()
    made.trust_env = False
    sent = {name: value for name, value in headers_of(settings).items() if name not in {"User-Agent", "Accept"}}
    made.mount(f"{url}/", ProxiedAdapter(session, loop, sent, settings.timeout_seconds))
    return made
