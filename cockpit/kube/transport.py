"""HTTP to one API server on the client library's transport, with its exceptions turned into the cockpit's.

Importing this module takes 0.3 s (aiohttp and the client library), so `session` imports it in a thread, and only when
a cluster is wanted.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from cockpit.kube.access import Access
from cockpit.kube.answer import Answer
from cockpit.kube.causes import cause
from cockpit.kube.client import client_for
from cockpit.kube.errors import AnswerLostError, KubeconfigError, NoAnswerError, NotTrustedError, quoted

_CONNECT_SECONDS = 10.0
_HEAD_SECONDS = 60.0
_SILENT_READ_SECONDS = 60.0
_EXCHANGE_SECONDS = 30.0

_BEFORE_SENDING = (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError)
"""What aiohttp raises while it connects, before a byte of the request is sent."""


class Response:
    """An answer whose head has arrived. Read it whole, or in chunks, and close it."""

    def __init__(self, response: aiohttp.ClientResponse, address: str) -> None:
        self._response = response
        self._address = address
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers

    async def read(self) -> bytes:
        """Return the whole body.

        Raises:
            NoAnswerError: the connection broke.
        """
        with _translated(self._address):
            return await self._response.read()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives.

        Raises:
            NoAnswerError: the connection broke.
        """
        with _translated(self._address):
            async for chunk in self._response.content.iter_any():
                yield chunk

    def close(self) -> None:
        """Cut the connection, unless the body was read to its end."""
        self._response.close()


class Transport:
    """A pool of connections to one API server."""

    def __init__(self, access: Access, certificate: tuple[bytes, bytes] | None) -> None:
        """Build the TLS context, which reads files: call it in a thread.

        Raises:
            KubeconfigError: the address or a certificate cannot be used.
        """
        self._server = _checked_server(access)
        self._nameless_server = str(URL(self._server).with_user(None)).rstrip("/")
        self._address = access.address
        self._client = client_for(access, certificate)

    async def request(
        self,
        method: str,
        path: str,
        headers: Iterable[tuple[str, str]],
        streaming: bool = False,
        redirects: bool = True,
    ) -> Response:
        """Send a request, and return when the head of the answer is there. `path` carries its query, encoded.

        Raises:
            NoAnswerError: nothing answers.
            NotTrustedError: the certificate is not trusted.
        """
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=_CONNECT_SECONDS, sock_read=None if streaming else _SILENT_READ_SECONDS
        )
        with _translated(self._address):
            async with asyncio.timeout(_HEAD_SECONDS):
                url, sent = self._addressed(path, headers)
                answer = await self._client.send(method, url, sent, timeout, redirects=redirects)
        return Response(answer, self._address)

    async def exchange(self, method: str, path: str, headers: Iterable[tuple[str, str]], body: bytes) -> Answer:
        """Send a request once, with `body` as it is, and return the whole answer. Redirects are not followed.

        Raises:
            NoAnswerError: nothing answers, and nothing was sent.
            NotTrustedError: the certificate is not trusted, and nothing was sent.
            AnswerLostError: it was sent, or may have been, and no whole answer came within 30 seconds.
        """
        timeout = aiohttp.ClientTimeout(total=None, connect=_CONNECT_SECONDS, sock_connect=_CONNECT_SECONDS)
        url, sent = self._addressed(path, headers)
        with _translated(self._address), _told_apart(self._address):
            async with asyncio.timeout(_EXCHANGE_SECONDS):
                answer = await self._client.send(method, url, sent, timeout, body, False, (_never_again,))
                try:
                    return Answer(answer.status, answer.headers, await answer.read())
                finally:
                    answer.close()

    def _addressed(self, path: str, headers: Iterable[tuple[str, str]]) -> tuple[URL, CIMultiDict[str]]:
        sent = CIMultiDict(headers)
        # A user in the address logs in where there is no other way, as with kubectl; aiohttp refuses to send both.
        server = self._nameless_server if "Authorization" in sent else self._server
        return URL(server + path, encoded=True), sent

    async def close(self) -> None:
        """Close every connection."""
        await self._client.close()


def _checked_server(access: Access) -> str:
    try:
        url = URL(access.server)
    except ValueError:
        url = URL()
    if url.scheme not in {"http", "https"} or not url.host:
        raise KubeconfigError(
            f'The cluster "{quoted(access.cluster_name)}" in the kubeconfig has no usable address of a server '
            f'("{access.address}"). Correct it.'
        )
    return access.server


class _CutError(Exception):
    """The connection broke under a request. No error of aiohttp's, so that aiohttp does not send the request again."""


async def _never_again(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keep aiohttp from repeating a DELETE whose kept connection broke, as it does with all idempotent methods."""
    try:
        return await handler(request)
    except _BEFORE_SENDING:
        raise
    except (aiohttp.ClientError, OSError) as error:
        raise _CutError(cause(error)) from error


@contextlib.contextmanager
def _told_apart(address: str) -> Iterator[None]:
    """Let through what broke before anything was sent; all else may have been done."""
    try:
        yield
    except _BEFORE_SENDING:
        raise
    except (_CutError, TimeoutError, aiohttp.ClientError, OSError) as error:
        why = str(error) if isinstance(error, _CutError) else cause(error)
        raise AnswerLostError(f"{address} gave no whole answer ({why}).") from error


@contextlib.contextmanager
def _translated(address: str) -> Iterator[None]:
    try:
        yield
    except aiohttp.ClientConnectorCertificateError as error:
        raise NotTrustedError(_distrust(address, error.certificate_error)) from error
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise NoAnswerError(
            f"{address} does not answer ({cause(error)}). "
            "Check that the cluster runs, and that this machine reaches it."
        ) from error


def _distrust(address: str, error: Exception) -> str:
    why = quoted(error.verify_message) if isinstance(error, ssl.SSLCertVerificationError) else quoted(str(error))
    return (
        f"The certificate of {address} is not trusted ({why}). "
        "Check certificate-authority and tls-server-name of this cluster in the kubeconfig."
    )
