"""Chooses how a user logs in, and runs what needs a terminal before the screen takes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cockpit.errors import CockpitError
from cockpit.kube.access import Access
from cockpit.kube.clock import Clock
from cockpit.kube.credentials import Credential, Credentials, IssuedCredentials, fixed_credentials
from cockpit.kube.errors import CredentialError, KubeconfigError, quoted
from cockpit.kube.exec_plugin import ExecPlugin
from cockpit.kube.oidc import IdentityProvider


@dataclass(frozen=True, slots=True)
class Login:
    """The credentials of one context, and the plugin behind them if there is one."""

    credentials: Credentials
    plugin: ExecPlugin | None = None

    async def prepare(self) -> None:
        """Let a plugin ask its questions on the terminal; without one there is nothing to do.

        Raises:
            CredentialError: the plugin failed.
        """
        if self.plugin is not None and self.plugin.may_ask and isinstance(self.credentials, IssuedCredentials):
            self.credentials.hold(await self.plugin.issue(interactive=True))


def login(access: Access, clock: Clock, environ: Mapping[str, str]) -> Login:
    """Return how the user of `access` logs in. Reads certificate files.

    Raises:
        CredentialError: the way is one that is no longer supported.
        KubeconfigError: a certificate cannot be read.
    """
    user = access.user
    if user.token or user.token_file:
        return Login(fixed_credentials(access, clock))
    if user.exec is not None:
        plugin = ExecPlugin(access, user.exec, environ)
        return Login(IssuedCredentials(plugin.issue, clock), plugin)
    if user.auth_provider is not None:
        if user.auth_provider.name != "oidc":
            raise CredentialError(
                f'The user "{quoted(access.user_name)}" logs in by the auth-provider '
                f'"{quoted(user.auth_provider.name)}", which Kubernetes has removed. '
                "Use the exec plugin of your provider."
            )
        provider = IdentityProvider(access, user.auth_provider.config, clock)
        return Login(IssuedCredentials(provider.issue, clock))
    return Login(fixed_credentials(access, clock))


class LazyCredentials:
    """Credentials that are looked up in the kubeconfig, in a thread, when they are first wanted.

    When they are refused, or cannot be had, the kubeconfig is looked at again: the user may have logged in meanwhile.
    """

    def __init__(
        self, access: Access, clock: Clock, environ: Mapping[str, str], look_again: Callable[[], Access] | None = None
    ) -> None:
        """Take `look_again` to return the access as the kubeconfig says it now; it may read files."""
        self.access = access
        self._look_again = look_again
        self._clock = clock
        self._environ = environ
        self._login: Login | None = None

    @property
    def is_worth_keeping(self) -> bool:
        """Whether somebody else issues the credentials, who may ask the user something."""
        return self.access.user.exec is not None or self.access.user.auth_provider is not None

    async def current(self) -> Credential:
        """Return a credential that has not ended."""
        try:
            return await (await self._found()).credentials.current()
        except (CredentialError, KubeconfigError):
            if not await self._changed():
                raise
            return await (await self._found()).credentials.current()

    async def renewed(self, refused: Credential) -> Credential | None:
        """Return another one after `refused` was not accepted."""
        found = await self._found()
        try:
            credential = await found.credentials.renewed(refused)
        except (CredentialError, KubeconfigError):
            if not await self._changed():
                raise
        else:
            if credential is not None or (not await self._changed() and self.is_worth_keeping):
                return credential
        if self._login is found:
            # A certificate's file may have changed even where the kubeconfig has not.
            self._login = None
        credential = await (await self._found()).credentials.current()
        return credential if credential != refused else None

    async def _changed(self) -> bool:
        """Look at the kubeconfig again, and forget the login where the user's entry is another one now."""
        if self._look_again is None:
            return False
        try:
            access = await asyncio.to_thread(self._look_again)
        except CockpitError:
            # The entry is gone, or the file is being written: what was known stands, and so does its failure.
            return False
        if access == self.access:
            return False
        self.access, self._login = access, None
        return True

    async def prepare(self) -> None:
        """Let a plugin ask its questions on the terminal.

        Raises:
            CockpitError: the plugin failed, or the user's entry cannot be used.
        """
        await (await self._found()).prepare()

    async def _found(self) -> Login:
        if self._login is None:
            found = await asyncio.to_thread(login, self.access, self._clock, self._environ)
            self._login = self._login or found
        return self._login
