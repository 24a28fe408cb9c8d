"""Prometheus behind the API server's service proxy: reached with the kubeconfig's TLS and credentials, GET only.

The API server takes the Authorization header away after it let the user in
(k8s.io/apiserver/pkg/endpoints/filters/authentication.go), so that a Prometheus with a login of its own cannot be asked
this way. POST would need the right to create services/proxy, so long queries are refused here.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from cockpit.kube.errors import quoted
from cockpit.kube.session import Session
from cockpit.metrics.refusals import Asked
from cockpit.metrics.settings import MetricsSettings

if TYPE_CHECKING:
    import requests

_LOGIN = "The API server passes no credentials on: name its address with --prometheus, and a token in the settings."


class Backend(msgspec.Struct, frozen=True):
    """A port of a Service behind which Prometheus may be; `prefix` is the path of its API without `/api/v1`."""

    namespace: str
    service: str
    port: str
    scheme: str = "http"
    prefix: str = ""

    @property
    def path(self) -> str:
        """Path under the API server."""
        target = f"{self.scheme}:{self.service}:{self.port}"
        return f"/api/v1/namespaces/{self.namespace}/services/{target}/proxy{self.prefix}"


class ProxiedEndpoint:
    """A Service, through the session of the cockpit with the API server."""

    def __init__(self, session: Session, backend: Backend, settings: MetricsSettings) -> None:
        self._session = session
        self._settings = settings
        place = quoted(f"{backend.namespace}/{backend.service}", 120)
        self.name = f"Service {place}"
        self.asked = Asked(f"Service {place}", _LOGIN)
        # Host and scheme are never used: the adapter takes the path alone to the API server.
        self.url = f"https://kubernetes{backend.path}"

    def open(self, loop: asyncio.AbstractEventLoop) -> requests.Session:
        """Return a session whose requests run on `loop` through the API server. Loads requests."""
        from cockpit.metrics.proxied_session import proxied_session

        return proxied_session(self.url, self._session, self._settings, loop)
