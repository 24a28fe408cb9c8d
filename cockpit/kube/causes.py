"""What broke on the way to a server, in a few words. Nothing of an address or a header is repeated."""

from __future__ import annotations

import asyncio
import os
import ssl

import aiohttp


def cause(error: BaseException) -> str:
    """Say in a few words what broke: the system's own words where there are some."""
    if isinstance(error, asyncio.TimeoutError):
        return "no answer in time"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "its name is not known"
    if isinstance(error, aiohttp.ClientConnectorSSLError | ssl.SSLError):
        return "it does not speak TLS as expected"
    number = getattr(error, "errno", None)
    if isinstance(number, int) and number > 0:
        return os.strerror(number).lower()
    return "the connection broke"
