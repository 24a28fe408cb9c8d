"""Runs the program that knows a user's credentials.

Protocol: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins and
https://kubernetes.io/docs/reference/config-api/client-authentication.v1/.
"""

from __future__ import annotations

import asyncio
import base64
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from cockpit.kube.access import Access, ExecEntry
from cockpit.kube.credentials import Credential
from cockpit.kube.errors import CredentialError, quoted, without_secrets
from cockpit.resources.decode import UNREADABLE

_API_VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
_CLUSTER_EXTENSION = "client.authentication.k8s.io/exec"
_PATIENCE_SECONDS = 60.0


class _Status(msgspec.Struct, frozen=True, rename="camel"):
    token: str | None = None
    client_certificate_data: str | None = None
    client_key_data: str | None = None
    expiration_timestamp: datetime | None = None


class _ExecCredential(msgspec.Struct, frozen=True, rename="camel"):
    api_version: str = ""
    kind: str = ""
    status: _Status | None = None


class ExecPlugin:
    """One plugin of one user. What it prints is never shown, except its complaints, tokens masked."""

    def __init__(self, access: Access, entry: ExecEntry, environ: Mapping[str, str]) -> None:
        self._access = access
        self._entry = entry
        self._environ = environ
        self.name = os.path.basename(entry.command)  # noqa: PTH119  # a command is not always a path

    @property
    def may_ask(self) -> bool:
        """Whether the plugin may want to ask the user something."""
        return self._entry.interactive_mode != "Never"

    async def issue(self, interactive: bool = False) -> Credential:
        """Run the plugin. `interactive` lends it the terminal; without it, it gets no input and must not ask.

        Raises:
            CredentialError: it is not installed, failed, or did not answer with a credential.
        """
        interactive = interactive and self.may_ask and sys.stdin.isatty()
        if self._entry.api_version not in _API_VERSIONS:
            raise self._failure(f'speaks "{quoted(self._entry.api_version)}", not {_API_VERSIONS[0]} or v1beta1')
        if self._entry.interactive_mode == "Always" and not interactive:
            raise self._failure("needs a terminal to log in; quit, and start the cockpit again")
        return self._credential(await self._output(interactive))

    async def _output(self, interactive: bool) -> bytes:
        pipe, quiet = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(
                self._program(),
                *(self._entry.args or ()),
                env=self._variables(interactive),
                stdin=None if interactive else quiet,
                stdout=pipe,
                stderr=None if interactive else pipe,
            )
        except OSError as error:
            missing = "is not installed" if isinstance(error, FileNotFoundError) else f"cannot run: {error.strerror}"
            raise self._failure(missing) from error
        except ValueError as error:
            raise self._failure("cannot run: its command, arguments or variables hold a NUL character") from error
        try:
            async with asyncio.timeout(None if interactive else _PATIENCE_SECONDS):
                output, complaints = await process.communicate()
        except TimeoutError as error:
            raise self._failure(f"did not answer within {_PATIENCE_SECONDS:.0f} s") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            raise self._failure(f"failed with status {process.returncode}{_last_line(complaints)}")
        return output

    def _program(self) -> str:
        """Return what to run: a relative path starts at the kubeconfig, a bare name is looked for in PATH."""
        command = self._entry.command
        if os.sep in command and not os.path.isabs(command):  # noqa: PTH117  # as above
            return str(self._access.user_file.parent / command)
        return command

    def _variables(self, interactive: bool) -> dict[str, str]:
        spec: dict[str, object] = {"interactive": interactive}
        if self._entry.provide_cluster_info:
            spec["cluster"] = self._cluster()
        info = {"apiVersion": self._entry.api_version, "kind": "ExecCredential", "spec": spec}
        added = {variable.name: variable.value for variable in self._entry.env or ()}
        return {**self._environ, **added, "KUBERNETES_EXEC_INFO": msgspec.json.encode(info).decode()}

    def _cluster(self) -> dict[str, object]:
        cluster = self._access.cluster
        authority = self._access.authority()
        told: dict[str, object] = {
            "server": cluster.server,
            "tls-server-name": cluster.tls_server_name,
            "insecure-skip-tls-verify": cluster.insecure_skip_tls_verify,
            "certificate-authority-data": base64.b64encode(authority.encode()).decode() if authority else "",
            "proxy-url": cluster.proxy_url,
            "config": next((e.extension for e in cluster.extensions if e.name == _CLUSTER_EXTENSION), None),
        }
        return {key: value for key, value in told.items() if value}

    def _credential(self, output: bytes) -> Credential:
        try:
            answer = msgspec.json.decode(output, type=_ExecCredential)
        except UNREADABLE:
            # The decoder's words could quote the credential.
            raise self._failure("did not print an ExecCredential") from None
        status = answer.status
        if answer.kind != "ExecCredential" or answer.api_version != self._entry.api_version or status is None:
            raise self._failure(f"did not print an ExecCredential of {self._entry.api_version}")
        certificate = None
        if status.client_certificate_data and status.client_key_data:
            certificate = (status.client_certificate_data.encode(), status.client_key_data.encode())
        if not status.token and certificate is None:
            raise self._failure("printed neither a token nor a client certificate with its key")
        ends_at = status.expiration_timestamp
        if ends_at is not None and ends_at.tzinfo is None:
            ends_at = ends_at.replace(tzinfo=UTC)
        return Credential(f"Bearer {status.token}" if status.token else "", certificate, ends_at)

    def _failure(self, what: str) -> CredentialError:
        hint = f" {quoted(self._entry.install_hint)}" if self._entry.install_hint else ""
        return CredentialError(
            f'The credential plugin "{quoted(self.name)}" of user "{quoted(self._access.user_name)}" {what}.{hint}'
        )


def _last_line(complaints: bytes | None) -> str:
    lines = (complaints or b"").decode("utf-8", "replace").strip().splitlines()
    return f": {without_secrets(quoted(lines[-1]))}" if lines else ""
