"""ID tokens of the legacy `oidc` auth-provider, refreshed before they end.

Source: k8s.io/client-go/plugin/pkg/client/auth/oidc/oidc.go; the exchange is OpenID Connect Core 1.0, section 12.
"""

from __future__ import annotations

import asyncio
import base64
import importlib
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from cockpit.kube.access import Access
from cockpit.kube.clock import Clock
from cockpit.kube.credentials import Credential
from cockpit.kube.errors import CredentialError, quoted
from cockpit.kube.oidc_store import keep_rotated_token
from cockpit.resources.decode import UNREADABLE

_PATIENCE_SECONDS = 15.0


class _Claims(msgspec.Struct, frozen=True):
    exp: float = 0.0


class _Discovery(msgspec.Struct, frozen=True):
    token_endpoint: str


class _Tokens(msgspec.Struct, frozen=True):
    id_token: str
    refresh_token: str = ""


class IdentityProvider:
    """The identity provider of one user. Its TLS is always verified, by its own authority or the system's."""

    def __init__(self, access: Access, config: Mapping[str, str], clock: Clock) -> None:
        self._access = access
        self._config = config
        self._clock = clock
        self._id_token = config.get("id-token", "")
        self._refresh_token = config.get("refresh-token", "")
        self._first = True

    async def issue(self) -> Credential:
        """Return the token of the kubeconfig while it lasts, then another one with every call.

        Raises:
            CredentialError: the provider cannot be reached, or does not accept the refresh token.
        """
        first, self._first = self._first, False
        ends = _end_of(self._id_token)
        if not (first and ends is not None and ends > self._clock.wall()):
            await self._refresh()
            ends = _end_of(self._id_token)
        return Credential(f"Bearer {self._id_token}", None, ends)

    async def _refresh(self) -> None:
        if not self._refresh_token:
            raise self._failure("has ended, and the kubeconfig holds no refresh token")
        tokens = await self._exchange()
        self._id_token = tokens.id_token
        if tokens.refresh_token and tokens.refresh_token != self._refresh_token:
            # The old one may be worthless now, and kubectl needs the new one as much as we do.
            await asyncio.to_thread(keep_rotated_token, self._access, tokens.refresh_token, tokens.id_token)
            self._refresh_token = tokens.refresh_token

    async def _exchange(self) -> _Tokens:
        # Takes 0.2 s the first time, so not in the event loop.
        await asyncio.to_thread(importlib.import_module, "aiohttp")
        import aiohttp

        issuer = self._config.get("idp-issuer-url", "").rstrip("/")
        context = await asyncio.to_thread(self._tls)
        timeout = aiohttp.ClientTimeout(total=_PATIENCE_SECONDS)
        try:
            connector = aiohttp.TCPConnector(ssl=context)
            async with aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=True) as client:
                async with client.get(f"{issuer}/.well-known/openid-configuration") as answer:
                    body = await answer.read()
                endpoint = msgspec.json.decode(body, type=_Discovery).token_endpoint
                async with client.post(endpoint, data=self._form()) as answer:
                    body, status = await answer.read(), answer.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, *UNREADABLE) as error:
            raise self._failure(f"cannot be renewed: {quoted(issuer)} does not answer as expected") from error
        if status != 200:
            raise self._failure(f"was not renewed by {quoted(issuer)} ({status})")
        try:
            return msgspec.json.decode(body, type=_Tokens)
        except UNREADABLE:
            raise self._failure(f"was not renewed: {quoted(issuer)} sent no id_token") from None

    def _form(self) -> dict[str, str]:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._refresh_token,
            "client_id": self._config.get("client-id", ""),
            "client_secret": self._config.get("client-secret", ""),
        }
        return {name: value for name, value in form.items() if value}

    def _tls(self) -> ssl.SSLContext:
        data = self._config.get("idp-certificate-authority-data", "")
        file = self._config.get("idp-certificate-authority", "")
        try:
            if data:
                return ssl.create_default_context(cadata=base64.b64decode(data).decode("ascii"))
            if file:
                return ssl.create_default_context(cafile=str(self._access.user_file.parent / file))
        except (OSError, ValueError) as error:
            raise self._failure("cannot be renewed: the provider's certificate authority cannot be read") from error
        return ssl.create_default_context()

    def _failure(self, what: str) -> CredentialError:
        return CredentialError(f'The ID token of user "{quoted(self._access.user_name)}" {what}. Log in again.')


def _end_of(token: str) -> datetime | None:
    """Return when a JWT ends, without checking it: the API server does that. None for what is no JWT."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)), type=_Claims)
        return datetime.fromtimestamp(claims.exp, UTC) if claims.exp else None
    except (*UNREADABLE, ValueError, OverflowError, OSError):
        return None
