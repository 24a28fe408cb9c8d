"""The response hook of our sessions: what comes is read here, bounded, and what the library drops is kept.

Loads requests (0.25 s), so it is imported only in the threads that ask.
"""

from __future__ import annotations

import io
import threading
import time

import requests
from requests.structures import CaseInsensitiveDict

from cockpit.metrics.answer import Envelope, parts_of
from cockpit.metrics.errors import NotPrometheusError, SlowPrometheusError
from cockpit.metrics.refusals import Asked, envelope_of

LONGEST_BODY = 1_000_000
"""Bytes of an answer, unpacked: several times what the widest question brings, and parsed before anybody has to wait.

While JSON is parsed no other thread runs, the event loop's neither: 1 MB takes 15 to 35 ms.
"""

_CHUNK = 65_536


class Hearing:
    """Reads each answer before the library does; `envelope` is that of this thread's last one.

    prometheus-api-client keeps nothing but `data`, and of a refusal its status; so refusals are raised here.
    """

    def __init__(self, asked: Asked, seconds: float) -> None:
        self._asked = asked
        self._seconds = seconds
        self._heard = threading.local()

    @property
    def envelope(self) -> Envelope:
        """What surrounded the data of the last answer in this thread."""
        heard = getattr(self._heard, "envelope", None)
        return heard if isinstance(heard, Envelope) else Envelope()

    def hear(self, response: requests.Response, *_: object, **__: object) -> requests.Response:
        """Return the answer with its body in memory.

        Raises:
            MetricsError: it is a refusal, too long, too slow, or not Prometheus'.
        """
        self._heard.envelope = None
        try:
            body = self._body(response)
        finally:
            response.close()
        envelope = envelope_of(self._asked, response.status_code, response.headers, body)
        self._heard.envelope = envelope
        heard = in_memory(response.status_code, dict(response.headers), body, response.request)
        heard.parts = parts_of(envelope.data)
        return heard

    def _body(self, response: requests.Response) -> bytes:
        # A server that sends a byte now and then never runs into the timeout of the socket.
        end = time.monotonic() + self._seconds
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body.extend(chunk)
            if len(body) > LONGEST_BODY:
                raise NotPrometheusError(
                    f"{self._asked.who} answered more than {LONGEST_BODY // 1_000_000} MB. "
                    "Narrow the queries of your catalogue."
                )
            if time.monotonic() > end:
                raise SlowPrometheusError(f"{self._asked.who} did not answer whole in {self._seconds:g} s.")
        return bytes(body)


class Whole(requests.Response):
    """An answer that has arrived whole. `json()` is what the library takes data from: `parts`, still to be read."""

    parts: object = None

    def json(self, **_: object) -> object:
        """Return as much of the envelope as the library looks at."""
        return {"data": self.parts}


def in_memory(status: int, headers: dict[str, str], body: bytes, request: requests.PreparedRequest) -> Whole:
    """Return an answer that has arrived whole, unpacked."""
    response = Whole()
    response.status_code = status
    response.headers = CaseInsensitiveDict(
        (name, value) for name, value in headers.items() if name.lower() not in {"content-encoding", "content-length"}
    )
    response.raw = io.BytesIO(body)
    response.encoding = "utf-8"
    response.request = request
    response.url = request.url or ""
    return response
