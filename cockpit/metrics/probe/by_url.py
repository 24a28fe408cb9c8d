"""Asks a URL straight from this machine: GET only, no redirect followed, no cookie kept, no proxy used.

Every request has a connection of its own: behind kube-proxy a connection that is kept leads to the same pod each time,
and a split would not be seen. A latency therefore includes the connection's.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Self

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from cockpit.errors import UsageError
from cockpit.kube.causes import cause
from cockpit.metrics.probe.identify import Identify, identified
from cockpit.metrics.probe.order import BODY_BYTES, ProbeOrder
from cockpit.metrics.probe.tally import Reply
from cockpit.metrics.probe.target import UrlTarget
from cockpit.resources.inert import inert


class UrlAsker:
    """Implements `cockpit.metrics.probe.run.Asker` for a URL."""

    def __init__(self, url: URL, headers: CIMultiDict[str], identify: Identify, client: aiohttp.ClientSession) -> None:
        self._url = url
        self._headers = headers
        self._identify = identify
        self._client = client

    @classmethod
    async def opened(cls, target: UrlTarget, order: ProbeOrder) -> Self:
        """Return an asker with its TLS context, for which files are read in a thread.

        Raises:
            UsageError: the URL or the file of trusted authorities cannot be used.
        """
        try:
            url = URL(target.url)
        except ValueError as error:
            raise UsageError(f'"{target.label}" is no URL that can be asked.') from error
        # What a body is compressed by is not undone: 64 kB of it may stand for gigabytes.
        headers = CIMultiDict([("User-Agent", "release-cockpit-probe"), ("Accept-Encoding", "identity")])
        headers.update(order.headers)
        if "Authorization" in headers:
            # aiohttp refuses to send both, and a header that was asked for goes before a user in the address.
            url = url.with_user(None)
        context = await asyncio.to_thread(_trusting, order.ca)
        client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=context, force_close=True, limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),
            trust_env=False,
            auto_decompress=False,
        )
        return cls(url, headers, order.identify, client)

    async def ask(self) -> Reply:
        """Send one GET."""
        try:
            async with self._client.get(self._url, headers=self._headers, allow_redirects=False) as answer:
                body = await _start_of(answer)
                return Reply(answer.status, identified(self._identify, answer.headers, body))
        except aiohttp.ClientConnectorCertificateError as error:
            return Reply(None, problem=_distrust(error.certificate_error))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Reply(None, problem=cause(error))

    async def close(self) -> None:
        """Close every connection."""
        await self._client.close()


async def _start_of(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_any():
        body.extend(chunk)
        if len(body) >= BODY_BYTES:
            # What is left must not be waited for, not even to keep the connection.
            answer.close()
            break
    return bytes(body[:BODY_BYTES])


def _trusting(ca: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca or None)
    except (OSError, ValueError) as error:
        why = "it holds no certificates" if isinstance(error, ssl.SSLError) else getattr(error, "strerror", "")
        raise UsageError(f"The file of --ca, {inert(ca)}, cannot be used: {why or 'it leads nowhere'}.") from error


def _distrust(error: Exception) -> str:
    why = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else "it cannot be checked"
    return f"its certificate is not trusted ({inert(why)[:120]})"
