"""The client library's pool of connections to one API server: TLS, proxy, keepalive probes, and bodies as they are."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import aiohttp
from kubernetes.aio.client.configuration import Configuration
from kubernetes.aio.client.rest import RESTClientObject
from multidict import CIMultiDict
from yarl import URL

from cockpit.kube.access import Access
from cockpit.kube.errors import KubeconfigError, quoted
from cockpit.kube.proxy import proxy_for

# A peer that vanished without a word is noticed by the kernel after 15 s + 3 x 5 s.
_KEEPALIVE = (("TCP_KEEPIDLE", 15), ("TCP_KEEPALIVE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3))


class Client(RESTClientObject):  # type: ignore[misc]  # the library ships no types
    """The library's client with keepalive probes on every connection, and without cookies: its documented overrides."""

    pool_manager: aiohttp.ClientSession | None

    def _create_connector(self) -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector(limit=self.maxsize, ssl=self.ssl_context, socket_factory=_probed_socket)

    def _create_pool_manager(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=self._create_connector(), cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
        )

    async def send(
        self,
        method: str,
        url: URL,
        headers: CIMultiDict[str],
        limits: aiohttp.ClientTimeout,
        body: bytes | None = None,
        redirects: bool = True,
        middlewares: Sequence[aiohttp.ClientMiddlewareType] = (),
    ) -> aiohttp.ClientResponse:
        """Send a request through the library's pool, as its `request` does, but for the body: that goes as it is.

        The library's own `request` encodes a body again, and turns a JSON patch of bytes into a strategic merge patch.
        """
        if self.pool_manager is None:
            self.pool_manager = self._create_pool_manager()
        return await self.pool_manager.request(
            method,
            url,
            headers=headers,
            data=body,
            timeout=limits,
            allow_redirects=redirects,
            server_hostname=self.configuration.tls_server_name or None,
            proxy=self.proxy or None,
            proxy_headers=self.proxy_headers or None,
            middlewares=middlewares,
        )


def client_for(access: Access, certificate: tuple[bytes, bytes] | None) -> Client:
    """Return a client with its TLS context, which reads files: call it in a thread.

    Raises:
        KubeconfigError: a certificate cannot be used.
    """
    # maxsize 0: a watch holds its connection, and there may be hundreds with many namespaces.
    configuration = Configuration(host=access.server, connection_pool_maxsize=0)
    configuration.verify_ssl = not access.cluster.insecure_skip_tls_verify
    # kubectl accepts authorities that lack the extensions which Python's strict mode (3.13) asks for.
    configuration.disable_strict_ssl_verification = True
    configuration.tls_server_name = access.cluster.tls_server_name or None
    configuration.proxy = proxy_for(access, os.environ)
    secure = access.server.startswith("https:")
    configuration.ca_cert_data = access.authority() if secure else None
    try:
        with _as_files(certificate if secure else None) as (cert_file, key_file):
            configuration.cert_file, configuration.key_file = cert_file, key_file
            return Client(configuration)
    except (ssl.SSLError, ValueError) as error:
        raise KubeconfigError(
            f'A certificate for the cluster "{quoted(access.cluster_name)}" or the user "{quoted(access.user_name)}" '
            "in the kubeconfig cannot be used. Log in again, or correct it."
        ) from error


@contextlib.contextmanager
def _as_files(certificate: tuple[bytes, bytes] | None) -> Iterator[tuple[str | None, str | None]]:
    """Lend the certificate as files that only this user may read: Python's ssl loads a key from a file only."""
    if certificate is None:
        yield None, None
        return
    with tempfile.TemporaryDirectory(prefix="cockpit-") as folder:
        names = []
        for name, content in zip(("tls.crt", "tls.key"), certificate, strict=True):
            path = Path(folder) / name
            path.touch(mode=0o600)
            path.write_bytes(content)
            names.append(os.fspath(path))
        yield names[0], names[1]


def _probed_socket(address: tuple[int, int, int, str, object]) -> socket.socket:
    family, kind, protocol, _, _ = address
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE:
        if hasattr(socket, name):
            made.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return made
