"""Where Prometheus is: at an address, or behind the API server. What both tell a connection."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from cockpit.metrics.refusals import Asked

if TYPE_CHECKING:
    import requests


class Endpoint(Protocol):
    """A way to one Prometheus."""

    @property
    def asked(self) -> Asked:
        """Who is asked, in words without secrets."""

    @property
    def name(self) -> str:
        """A few words for the screen, without secrets."""

    @property
    def url(self) -> str:
        """Base address that requests are made with, without `/api/v1`, without secrets."""

    def open(self, loop: asyncio.AbstractEventLoop) -> requests.Session:
        """Return a session that knows its TLS and its credentials; called in a thread beside `loop`.

        Raises:
            MetricsError: a file cannot be read.
        """
