"""Prometheus at an address of its own, as the settings or `--prometheus` say."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit, urlunsplit

from cockpit.kube.errors import quoted
from cockpit.metrics.refusals import Asked
from cockpit.metrics.secrets import authorization_of
from cockpit.metrics.settings import MetricsSettings

if TYPE_CHECKING:
    import requests

_LOGIN = "Give a token_file, token_command, or user with password_file under metrics in the settings."
_OTHER_LOGIN = "Check the credentials that metrics in the settings, or the address, give it."


class DirectEndpoint:
    """An address, with the TLS and the credentials of the settings. A user in the address is one of the credentials."""

    def __init__(self, settings: MetricsSettings) -> None:
        """Take settings with a `url`."""
        self._settings = settings
        parts = urlsplit(settings.url)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        host = parts.netloc.rpartition("@")[2]
        path = parts.path.rstrip("/").removesuffix("/api/v1").removesuffix("/graph").rstrip("/")
        self.url = urlunsplit((parts.scheme, host, path, "", ""))
        """The address without a user, and without a slash at its end."""
        self.name = quoted(host, 80)
        self.asked = Asked(f"Prometheus at {quoted(f'{parts.scheme}://{host}', 120)}", self._login())

    def _login(self) -> str:
        given = (self._settings.token_file, self._settings.token_command, self._settings.user, self._user)
        return _OTHER_LOGIN if any(given) else _LOGIN

    def open(self, loop: asyncio.AbstractEventLoop) -> requests.Session:
        """Return a session with this endpoint's TLS, credentials and headers. Loads requests.

        Raises:
            MetricsError: a certificate cannot be read.
        """
        from cockpit.metrics.direct_session import direct_session

        return direct_session(self.url, self._settings, authorization_of(self._settings, self._user, self._password))
