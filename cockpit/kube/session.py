"""One user's conversation with one API server: credentials, requests, the server's clock, when it was heard last."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from cockpit.kube.access import Access
from cockpit.kube.answer import Answer
from cockpit.kube.clock import Clock, ServerTime
from cockpit.kube.credentials import Credential, Credentials
from cockpit.kube.errors import CredentialError, KubeconfigError, NoAnswerError, api_error, quoted
from cockpit.resources.decode import is_api_status

if TYPE_CHECKING:
    from cockpit.kube.transport import Response, Transport

_JSON = "application/json"
_ERROR_BODY_SECONDS = 3.0
_BODY_BYTES = 65_536


class Session:
    """Sends requests as the user of a context; on 401 it renews the credential once and asks again."""

    def __init__(self, access: Access, credentials: Credentials, clock: Clock) -> None:
        self.access = access
        self.clock = clock
        self.server_time = ServerTime(clock.wall)
        self.heard_at: float | None = None
        """When the server last gave what was asked for, by `clock.monotonic`; None before the first time."""
        self.observed_at: datetime | None = None
        """The same by the server's clock."""
        self._credentials = credentials
        self._transport: Transport | None = None
        self._certificate: tuple[bytes, bytes] | None = None
        self._connecting = asyncio.Lock()

    async def get_ready(self) -> None:
        """Do what needs no server: get the credentials, which takes as long as a plugin takes, and set up TLS.

        Raises:
            CredentialError: there are no credentials to be had.
            KubeconfigError: the address or a certificate cannot be used.
        """
        await self._connected(await self._credentials.current())

    async def get(self, path: str, doing: str, query: Mapping[str, str] | None = None, accept: str = _JSON) -> bytes:
        """Return the body of an answer. `doing` words the request for errors, as "list pods in namespace shop".

        Raises:
            ApiError: the server said no.
            UnreachableError: no answer, no trust, no credentials.
        """
        response = await self._accepted(_target(path, query), doing, accept, streaming=False)
        try:
            body = await response.read()
        finally:
            response.close()
        if "json" in response.headers.get("Content-Type", ""):
            self.heard()
        return body

    @asynccontextmanager
    async def stream(self, path: str, doing: str, query: Mapping[str, str]) -> AsyncIterator[Response]:
        """Open an answer that goes on; leaving the context cuts the connection.

        Raises:
            ApiError: the server said no.
            UnreachableError: no answer, no trust, no credentials.
        """
        response = await self._accepted(_target(path, query), doing, _JSON, streaming=True)
        try:
            yield response
        finally:
            response.close()

    async def send(
        self, method: str, path: str, body: bytes, content_type: str, query: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request that may change something, and return the whole answer, whatever its status.

        It is sent once. Only after 401, which says that nothing was done, it is sent again with other credentials.
        There is no telling what was done where this is cancelled.

        Raises:
            AnswerLostError: it was sent, or may have been, and no whole answer came within 30 seconds.
            NoAnswerError: nothing was sent.
            UnreachableError: no trust, no credentials. Nothing was sent.
        """

        async def once(credential: Credential) -> Answer:
            transport = await self._connected(credential)
            headers = [*self._headers(credential, _JSON), ("Content-Type", content_type)]
            return await transport.exchange(method, _target(path, query), headers, body)

        credential = await self._credentials.current()
        answer = await once(credential)
        if answer.status == 401:
            renewed = await self._credentials.renewed(credential)
            answer = answer if renewed is None else await once(renewed)
        self.server_time.hear(answer.headers.get("Date", ""))
        return answer

    async def look(self, path: str, more: Sequence[tuple[str, str]] = (), longest: int = 0) -> Answer:
        """Return what stands behind `path`, which may be another server's answer: of any status, redirects as they are.

        `more` are headers that go along. `longest` bytes of the body are kept, and one more of a body that is longer;
        without it, at most 64 kB where the status is 400 or more, and nothing else.

        Raises:
            UnreachableError: no answer, not all of it where it is wanted `whole`, no trust, no credentials.
        """
        credential = await self._credentials.current()
        answer = await self._looked(path, credential, more, longest)
        # An application behind the API server has a 401 of its own, which other credentials would not change.
        if answer.status == 401 and is_api_status(answer.body):
            renewed = await self._credentials.renewed(credential)
            answer = answer if renewed is None else await self._looked(path, renewed, more, longest)
        return answer

    async def _looked(self, path: str, credential: Credential, more: Sequence[tuple[str, str]], longest: int) -> Answer:
        transport = await self._connected(credential)
        headers = [*self._headers(credential, "*/*"), *more]
        response = await transport.request("GET", path, headers, redirects=False)
        try:
            if longest:
                body = await _beginning(response, longest)
            else:
                body = await self._said(response) if response.status >= 400 else b""
        finally:
            response.close()
        return Answer(response.status, response.headers, body)

    def heard(self) -> None:
        """Note that the server was heard just now."""
        self.heard_at = self.clock.monotonic()
        self.observed_at = self.server_time.now()

    async def close(self) -> None:
        """Close every connection."""
        transport, self._transport = self._transport, None
        if transport is not None:
            await transport.close()

    async def _accepted(self, target: str, doing: str, accept: str, streaming: bool) -> Response:
        credential = await self._credentials.current()
        response = await self._send(target, credential, accept, streaming)
        if response.status == 401:
            response.close()
            renewed = await self._credentials.renewed(credential)
            if renewed is None:
                raise api_error(doing, response.status, response.headers, b"")
            response = await self._send(target, renewed, accept, streaming)
        if response.status >= 300:
            try:
                body = await self._said(response)
            finally:
                response.close()
            raise api_error(doing, response.status, response.headers, body)
        self.server_time.hear(response.headers.get("Date", ""))
        return response

    async def _said(self, response: Response) -> bytes:
        """Return what comes with a refusal within a few seconds: the status alone says most of it."""
        body = bytearray()
        with suppress(NoAnswerError, TimeoutError):
            async with asyncio.timeout(_ERROR_BODY_SECONDS):
                await _beginning(response, _BODY_BYTES, body)
        return bytes(body[:_BODY_BYTES])

    async def _send(self, target: str, credential: Credential, accept: str, streaming: bool) -> Response:
        transport = await self._connected(credential)
        return await transport.request("GET", target, self._headers(credential, accept), streaming)

    def _headers(self, credential: Credential, accept: str) -> list[tuple[str, str]]:
        user = self.access.user
        headers = [
            ("Accept", accept),
            ("User-Agent", "release-cockpit"),
            ("Authorization", credential.authorization),
            ("Impersonate-User", user.impersonate),
            ("Impersonate-Uid", user.impersonate_uid),
            *(("Impersonate-Group", group) for group in user.impersonate_groups),
        ]
        for name, value in headers:
            if not _can_be_sent(value):
                raise self._unusable(name)
        return [(name, value) for name, value in headers if value]

    def _unusable(self, header: str) -> CredentialError | KubeconfigError:
        who = quoted(self.access.user_name)
        if header == "Authorization":
            return CredentialError(
                f'The token of the user "{who}" holds a line break or a control character. Log in again, or correct it.'
            )
        return KubeconfigError(
            f'The user "{who}" in the kubeconfig impersonates a name with a line break or a control character. '
            "Correct it."
        )

    async def _connected(self, credential: Credential) -> Transport:
        async with self._connecting:
            if self._transport is None or self._certificate != credential.certificate:
                await self.close()
                self._certificate = credential.certificate
                self._transport = await asyncio.to_thread(_build, self.access, credential.certificate)
            return self._transport


def _build(access: Access, certificate: tuple[bytes, bytes] | None) -> Transport:
    """Import the transport and build its TLS context, in a thread: the screen must not wait for either."""
    importlib.import_module("cockpit.kube.transport")
    from cockpit.kube.transport import Transport

    return Transport(access, certificate)


async def _beginning(response: Response, longest: int, body: bytearray | None = None) -> bytes:
    """Return the body, or `longest` bytes of it and one more where it is longer; `body` takes it as it comes."""
    read = bytearray() if body is None else body
    async for chunk in response.chunks():
        read.extend(chunk[: longest + 1 - len(read)])
        if len(read) > longest:
            break
    return bytes(read)


def _can_be_sent(value: str) -> bool:
    """Say whether `value` can stand in a header: RFC 9110, 5.5, and what UTF-8 can encode."""
    return not any(character < " " or character == "\x7f" or "\ud800" <= character <= "\udfff" for character in value)


def _target(path: str, query: Mapping[str, str] | None) -> str:
    return f"{path}?{urlencode(query)}" if query else path
