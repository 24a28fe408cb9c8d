"""Credential plugins: real programs in a temporary folder."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cockpit.kube.access import Access, ClusterEntry, ExecEntry, ExecVariable, Extension
from cockpit.kube.credentials import Credential
from cockpit.kube.errors import CredentialError
from cockpit.kube.exec_plugin import ExecPlugin
from tests.kube.play import access_to

V1 = "client.authentication.k8s.io/v1"


def script(folder: Path, text: str) -> str:
    """Write a plugin; return its path."""
    path = folder / "plugin.sh"
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def printing(**status: object) -> str:
    """Return a script that prints a credential."""
    return f"cat <<'END'\n{json.dumps({'apiVersion': V1, 'kind': 'ExecCredential', 'status': status})}\nEND\n"


def entry(command: str, mode: str = "Never", hint: str = "", *, cluster_info: bool = False) -> ExecEntry:
    variables = (ExecVariable("REGION", "north"),)
    return ExecEntry(
        command=command,
        api_version=V1,
        interactive_mode=mode,
        install_hint=hint,
        provide_cluster_info=cluster_info,
        env=variables,
    )


def issue(
    made: ExecEntry, access: Access | None = None, environ: Mapping[str, str] = os.environ, *, interactive: bool = False
) -> Credential:
    plugin = ExecPlugin(access or access_to("https://api.example"), made, environ)
    return asyncio.run(plugin.issue(interactive))


def test_a_token_comes_with_its_end(tmp_path: Path) -> None:
    found = issue(entry(script(tmp_path, printing(token="t1", expirationTimestamp="2026-11-21T10:00:00Z"))))
    assert found == Credential("Bearer t1", None, datetime(2026, 11, 21, 10, tzinfo=UTC))


def test_a_client_certificate_comes_with_its_key(tmp_path: Path) -> None:
    found = issue(entry(script(tmp_path, printing(clientCertificateData="CERT", clientKeyData="KEY"))))
    assert found == Credential("", (b"CERT", b"KEY"))


def test_the_plugin_is_told_about_the_cluster_when_it_wants(tmp_path: Path) -> None:
    command = script(tmp_path, f'printf "%s" "$KUBERNETES_EXEC_INFO" > {tmp_path}/told\n' + printing(token="t"))
    extension = Extension(name="client.authentication.k8s.io/exec", extension={"audience": "shop"})
    cluster = ClusterEntry(server="https://api.example", tls_server_name="kube", extensions=(extension,))
    access = replace(access_to("https://api.example"), cluster=cluster)
    issue(entry(command, cluster_info=True), access)
    told = json.loads((tmp_path / "told").read_text())
    assert told["apiVersion"] == V1
    assert told["spec"] == {
        "interactive": False,
        "cluster": {"server": "https://api.example", "tls-server-name": "kube", "config": {"audience": "shop"}},
    }


def test_the_plugin_gets_the_environment_of_its_entry(tmp_path: Path) -> None:
    command = script(tmp_path, f'echo "$REGION" > {tmp_path}/region\n' + printing(token="t"))
    issue(entry(command))
    assert (tmp_path / "region").read_text() == "north\n"


def test_a_relative_plugin_is_found_beside_its_kubeconfig(tmp_path: Path) -> None:
    script(tmp_path, printing(token="t"))
    access = replace(access_to("https://api.example"), user_file=tmp_path / "config")
    assert issue(entry("./plugin.sh"), access).authorization == "Bearer t"


def test_a_plugin_that_is_not_installed_is_named_with_its_hint() -> None:
    with pytest.raises(CredentialError, match=r'"no-such-login" of user "tester" is not installed\. brew install it'):
        issue(entry("no-such-login", hint="brew install it"))


def test_a_plugin_that_fails_is_quoted_without_what_may_be_a_token(tmp_path: Path) -> None:
    token = "eyJhbGciOiJIUzI1NiJ9abcdefghijklmnop"
    command = script(tmp_path, f"echo 'session ended for {token}' >&2\nexit 3\n")
    with pytest.raises(CredentialError, match="failed with status 3: session ended for ••••••") as raised:
        issue(entry(command))
    assert token not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    ["echo not-json-but-maybe-secret\n", printing(), 'echo \'{"apiVersion": "v0", "kind": "ExecCredential"}\'\n'],
)
def test_what_is_no_credential_is_refused_and_never_quoted(tmp_path: Path, text: str) -> None:
    with pytest.raises(CredentialError, match=r'plugin "plugin\.sh"') as raised:
        issue(entry(script(tmp_path, text)))
    assert "secret" not in str(raised.value)


def test_a_plugin_that_must_ask_needs_a_terminal(tmp_path: Path) -> None:
    with pytest.raises(CredentialError, match="needs a terminal to log in"):
        issue(entry(script(tmp_path, printing(token="t")), mode="Always"))


def test_a_plugin_of_an_unknown_protocol_is_refused() -> None:
    old = ExecEntry(command="login", api_version="client.authentication.k8s.io/v1alpha1")
    with pytest.raises(CredentialError, match="v1alpha1"):
        issue(old)


def test_a_plugin_that_cannot_be_called_as_it_is_written_is_named() -> None:
    with pytest.raises(CredentialError, match="NUL"):
        issue(ExecEntry(command="/bin/true", api_version=V1, args=("a\0b",), interactive_mode="Never"))
