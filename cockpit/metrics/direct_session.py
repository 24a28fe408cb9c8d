"""A session of requests for Prometheus at an address of its own. Loads requests (0.25 s): in threads only."""

from __future__ import annotations

import functools
import os
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from cockpit.kube.errors import quoted
from cockpit.kube.proxy import proxy_of_environment
from cockpit.metrics.errors import UnreachablePrometheusError
from cockpit.metrics.secrets import Authorization
from cockpit.metrics.settings import MetricsSettings

_LONGEST_URL = 8_000
"""Bytes that servers and proxies take for an address: nginx' large_client_header_buffers, 8k."""


class DirectAdapter(HTTPAdapter):
    """Puts the credentials on each request, renews them once when they are refused, and posts what is too long."""

    def __init__(self, authorization: Authorization) -> None:
        self._authorization = authorization
        # Without read=False a read that takes too long is told as a broken connection.
        super().__init__(max_retries=Retry(0, read=False))

    def send(  # what follows the request goes on to the base as it is
        self,
        request: requests.PreparedRequest,
        *args: Any,  # noqa: ANN401
        **named: Any,  # noqa: ANN401
    ) -> requests.Response:
        """Send a request; after 401 once more, if there are other credentials."""
        _post_if_long(request)
        header = self._authorization.header()
        sent = functools.partial(super().send, request, *args, **named)
        response = self._authorised(request, header, sent)
        if response.status_code == 401 and header and self._authorization.renew(header):
            response.close()
            response = self._authorised(request, self._authorization.header(), sent)
        return response

    @staticmethod
    def _authorised(
        request: requests.PreparedRequest, header: str, send: Callable[[], requests.Response]
    ) -> requests.Response:
        if header:
            request.headers["Authorization"] = header
        return send()


def direct_session(url: str, settings: MetricsSettings, authorization: Authorization) -> requests.Session:
    """Return a session for requests below `url`.

    Raises:
        UnreachablePrometheusError: a certificate cannot be read.
    """
    session = requests.Session()
    # Neither ~/.netrc nor Python's own proxy rules: only what the settings and kubectl's rules say.
    session.trust_env = False
    session.verify = _authority(settings.ca_file)
    if settings.client_certificate_file:
        session.cert = (_file(settings.client_certificate_file), _file(settings.client_key_file))
    proxy = proxy_of_environment(url, os.environ)
    if proxy:
        session.proxies = {"http": proxy, "https": proxy}
    session.headers.update(headers_of(settings))
    session.mount(f"{url}/", DirectAdapter(authorization))
    return session


def headers_of(settings: MetricsSettings) -> Mapping[str, str]:
    """Return the headers that every request carries beside the credentials."""
    tenant = {settings.tenant_header: settings.tenant} if settings.tenant else {}
    return {"User-Agent": "release-cockpit", "Accept": "application/json", **settings.headers, **tenant}


def _authority(file: str) -> str | bool:
    """Return where the trusted certificates are: those of the system before those that requests brings along."""
    if file:
        return _file(file)
    system = ssl.get_default_verify_paths()
    return system.cafile or system.capath or True


def _file(name: str) -> str:
    path = Path(name).expanduser()
    if not path.is_file() or not os.access(path, os.R_OK):
        raise UnreachablePrometheusError(
            f"The certificate file {quoted(name, 120)} cannot be read. Check it under metrics in the settings."
        )
    return str(path)


def _post_if_long(request: requests.PreparedRequest) -> None:
    """Turn a query that is too long for an address into a form, which Prometheus takes for queries alike."""
    url = request.url or ""
    base, mark, query = url.partition("?")
    if len(url) <= _LONGEST_URL or not mark or not base.endswith(("/query", "/query_range", "/series")):
        return
    request.method, request.url, request.body = "POST", base, query
    request.headers["Content-Type"] = "application/x-www-form-urlencoded"
    request.headers["Content-Length"] = str(len(query))
