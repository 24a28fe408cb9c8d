"""The HTTP server's connections: what cannot be read as HTTP is refused without repeating it.

A request line can hold the token (see server.TOKEN_PREFIX), and aiohttp would quote a line that it cannot parse in its
own log and in its answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web

_SILENT = logging.getLogger("cockpit.training.sockets")
_SILENT.disabled = True


class _Connection(web.RequestHandler):
    """One connection."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what could not be read with the status alone, and close."""
        response = web.Response(status=status, text=f"{status} {HTTPStatus(status).phrase}\n")
        response.force_close()
        return response


class QuietServer(web.Server):
    """Makes connections that log nothing themselves: failures of a request are the handler's to log."""

    def __init__(self, handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> None:
        super().__init__(handler, handler_cancellation=True)

    def __call__(self) -> web.RequestHandler:
        """Return what serves a new connection."""
        return _Connection(self, loop=asyncio.get_running_loop(), access_log=_SILENT, logger=_SILENT)
