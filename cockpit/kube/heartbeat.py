"""Tells within seconds whether the API server answers, when all watches are quiet."""

from __future__ import annotations

import logging
from typing import Protocol

import msgspec

from cockpit.errors import CockpitError
from cockpit.kube.clock import first_of
from cockpit.kube.errors import (
    ApiError,
    BusyError,
    CredentialError,
    KubeconfigError,
    NoAnswerError,
    RefusedTokenError,
)
from cockpit.kube.session import Session
from cockpit.resources.decode import UNREADABLE

_logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 2.0
PATIENCE_SECONDS = 4.0


class Pulse(Protocol):
    """Takes what the heartbeat finds; called with every beat."""

    def answers(self) -> None:
        """The server answers."""

    def silent(self, message: str) -> None:
        """Nothing answers, or nothing that is trusted."""

    def refused(self, message: str) -> None:
        """The server answers, and does not let the user in."""


class Heartbeat:
    """Asks for the server's version, unless somebody has heard from the server just now."""

    def __init__(self, session: Session, pulse: Pulse) -> None:
        self._session = session
        self._pulse = pulse
        self._well = False

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            if self._well and self._heard_lately():
                self._pulse.answers()
            else:
                await self.beat()
            await self._session.clock.sleep(INTERVAL_SECONDS)

    async def beat(self) -> None:
        """Ask once, and tell what was found."""
        try:
            # A plugin may take longer than the server is given.
            await self._session.get_ready()
            await first_of(self._ask(), self._give_up())
        except (RefusedTokenError, CredentialError, KubeconfigError) as error:
            self._well = False
            self._pulse.refused(str(error))
        except CockpitError as error:
            self._well = isinstance(error, ApiError) and (error.status == 429 or not isinstance(error, BusyError))
            if self._well:
                # Not allowed to see the version, or not now: still an answer of a server that lives.
                self._pulse.answers()
            else:
                self._pulse.silent(str(error))
        except Exception as error:  # the worker's edge: the connection says it, and the next beat tries again
            _logger.debug("the heartbeat broke", exc_info=error)
            self._well = False
            self._pulse.silent(
                f"Whether the API server answers cannot be told ({type(error).__name__}: a fault of the cockpit, "
                "please report it). It is asked again."
            )
        else:
            self._well = True
            self._pulse.answers()

    def _heard_lately(self) -> bool:
        heard_at = self._session.heard_at
        return heard_at is not None and self._session.clock.monotonic() - heard_at < INTERVAL_SECONDS

    async def _ask(self) -> None:
        body = await self._session.get("/version", "ask for its version")
        try:
            msgspec.json.decode(body, type=dict[str, object])
        except UNREADABLE as error:
            raise NoAnswerError(
                f"{self._session.access.address} answers, but not as an API server does: its version is not JSON. "
                "Check the address of the cluster, and whether a proxy wants you to log in."
            ) from error

    async def _give_up(self) -> None:
        await self._session.clock.sleep(PATIENCE_SECONDS)
        raise NoAnswerError(
            f"{self._session.access.address} does not answer (nothing within {PATIENCE_SECONDS:.0f} s). "
            "Check that the cluster runs, and that this machine reaches it."
        )
