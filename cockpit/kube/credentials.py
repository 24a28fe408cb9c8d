"""Who asks: the credentials of one user, renewed when they end or are refused.

The client library's loader goes on anonymously when a plugin fails, and never renews OIDC tokens, so this loop is own
code. Order of precedence as in client-go, k8s.io/client-go/tools/clientcmd/client_config.go.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from cockpit.kube.access import Access
from cockpit.kube.clock import Clock
from cockpit.kube.errors import CredentialError, quoted

_TOKEN_FILE_SECONDS = 60.0
_FAILURE_STANDS_SECONDS = 5.0
_EARLY = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Credential:
    """What goes with a request. `expires_at` is None where it does not end by itself."""

    authorization: str = field(default="", repr=False)
    certificate: tuple[bytes, bytes] | None = field(default=None, repr=False)
    expires_at: datetime | None = None


class Credentials(Protocol):
    """Hands out the credential to use now."""

    async def current(self) -> Credential:
        """Return a credential that has not ended.

        Raises:
            CredentialError: there is none to be had.
        """

    async def renewed(self, refused: Credential) -> Credential | None:
        """Return another one after `refused` was not accepted, or None where there is no other.

        Raises:
            CredentialError: renewing failed.
        """


class FixedCredentials:
    """A credential that the kubeconfig holds itself."""

    def __init__(self, credential: Credential) -> None:
        self._credential = credential

    async def current(self) -> Credential:
        """Return it."""
        return self._credential

    async def renewed(self, refused: Credential) -> Credential | None:
        """Return None: there is no other."""
        return None


class TokenFileCredentials:
    """A token in a file that somebody else rotates, as service accounts have; read again each minute."""

    def __init__(self, path: Path, certificate: tuple[bytes, bytes] | None, clock: Clock) -> None:
        self._path = path
        self._certificate = certificate
        self._clock = clock
        self._read: tuple[float, Credential] | None = None

    async def current(self) -> Credential:
        """Return the token as it stood in the file at most a minute ago."""
        if self._read is None or self._clock.monotonic() - self._read[0] >= _TOKEN_FILE_SECONDS:
            self._read = (self._clock.monotonic(), await asyncio.to_thread(self._from_file))
        return self._read[1]

    async def renewed(self, refused: Credential) -> Credential | None:
        """Return the token that stands in the file now, if it is another one."""
        credential = await asyncio.to_thread(self._from_file)
        self._read = (self._clock.monotonic(), credential)
        return credential if credential != refused else None

    def _from_file(self) -> Credential:
        try:
            token = self._path.read_text().strip()
        except OSError as error:
            raise CredentialError(
                f"The token file {quoted(str(self._path))} cannot be read: {error.strerror}. "
                "Check tokenFile of the user in the kubeconfig."
            ) from error
        except ValueError:  # the decoder's words could quote the token
            raise CredentialError(
                f"The token file {quoted(str(self._path))} does not hold text. "
                "Check tokenFile of the user in the kubeconfig."
            ) from None
        return Credential(f"Bearer {token}", self._certificate)


class IssuedCredentials:
    """Credentials that somebody issues on request, a plugin or an identity provider.

    However many ask, there is one request at a time, and it goes on when one of them gives up. A failure stands for a
    few seconds, so that a dozen watches do not run a broken plugin a dozen times.
    """

    def __init__(self, issue: Callable[[], Coroutine[object, object, Credential]], clock: Clock) -> None:
        self._issue = issue
        self._clock = clock
        self._held: Credential | None = None
        self._asking: asyncio.Task[Credential] | None = None
        self._failed: tuple[float, CredentialError] | None = None

    def hold(self, credential: Credential) -> None:
        """Use a credential that was issued elsewhere."""
        self._held, self._failed = credential, None

    async def current(self) -> Credential:
        """Return the one that is held, or ask for another shortly before it ends."""
        if self._held is None or self._ends_soon(self._held):
            return await self._another()
        return self._held

    async def renewed(self, refused: Credential) -> Credential | None:
        """Ask for another one, unless somebody did since `refused` was handed out."""
        if self._held is None or self._held == refused:
            await self._another()
        return self._held if self._held != refused else None

    async def _another(self) -> Credential:
        if self._failed is not None and self._clock.monotonic() - self._failed[0] < _FAILURE_STANDS_SECONDS:
            raise self._failed[1]
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
            self._asking.add_done_callback(_looked_at)
        return await asyncio.shield(self._asking)

    async def _ask(self) -> Credential:
        try:
            self._held = await self._issue()
        except CredentialError as error:
            self._failed = (self._clock.monotonic(), error)
            raise
        return self._held

    def _ends_soon(self, credential: Credential) -> bool:
        return credential.expires_at is not None and credential.expires_at <= self._clock.wall() + _EARLY


def _looked_at(task: asyncio.Task[Credential]) -> None:
    """Keep asyncio from complaining about a failure that nobody waits for any more: it stands in `_failed`."""
    if not task.cancelled():
        task.exception()


def fixed_credentials(access: Access, clock: Clock) -> Credentials:
    """Return the credentials of a user that has neither a plugin nor an identity provider. Reads files."""
    user, certificate = access.user, access.client_certificate()
    if user.token:
        return FixedCredentials(Credential(f"Bearer {user.token}", certificate))
    if user.token_file:
        return TokenFileCredentials(access.user_file.parent / _at_home(user.token_file), certificate, clock)
    if user.username:
        pair = base64.b64encode(f"{user.username}:{user.password}".encode(errors="replace")).decode()
        return FixedCredentials(Credential(f"Basic {pair}", certificate))
    return FixedCredentials(Credential("", certificate))


def _at_home(name: str) -> Path:
    try:
        return Path(name).expanduser()
    except RuntimeError as error:
        raise CredentialError(
            f"The token file {quoted(name)} lies with a user that does not exist. "
            "Check tokenFile of the user in the kubeconfig."
        ) from error
