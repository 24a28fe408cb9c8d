"""How one cluster is reached, as a kubeconfig or a pod's service account says it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from cockpit.kube.errors import KubeconfigError, quoted

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")


class _Entry(msgspec.Struct, frozen=True, rename="kebab"):
    """Base of what is read from a kubeconfig. It may hold secrets, so it never prints its fields."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class Extension(_Entry, frozen=True):
    """A named extension; the one of `client.authentication.k8s.io/exec` is handed to plugins."""

    name: str = ""
    extension: object = None


class ClusterEntry(_Entry, frozen=True):
    """`clusters[].cluster`."""

    server: str = ""
    certificate_authority: str = ""
    certificate_authority_data: str = ""
    insecure_skip_tls_verify: bool = False
    tls_server_name: str = ""
    proxy_url: str = ""
    extensions: tuple[Extension, ...] = ()


class ContextEntry(_Entry, frozen=True):
    """`contexts[].context`."""

    cluster: str = ""
    user: str = ""
    namespace: str = ""


class ExecVariable(_Entry, frozen=True):
    """One environment variable of a plugin."""

    name: str
    value: str = ""


class ExecEntry(_Entry, frozen=True, rename="camel"):
    """`users[].user.exec`: the program that knows the credentials."""

    command: str
    api_version: str = ""
    args: tuple[str, ...] | None = None
    env: tuple[ExecVariable, ...] | None = None
    install_hint: str = ""
    provide_cluster_info: bool = False
    interactive_mode: str = ""


class AuthProviderEntry(_Entry, frozen=True):
    """`users[].user.auth-provider`: the older way, today only OIDC."""

    name: str = ""
    config: Mapping[str, str] = {}


class UserEntry(_Entry, frozen=True):
    """`users[].user`."""

    token: str = ""
    token_file: str = msgspec.field(name="tokenFile", default="")
    username: str = ""
    password: str = ""
    client_certificate: str = ""
    client_certificate_data: str = ""
    client_key: str = ""
    client_key_data: str = ""
    impersonate: str = msgspec.field(name="as", default="")
    impersonate_uid: str = msgspec.field(name="as-uid", default="")
    impersonate_groups: tuple[str, ...] = msgspec.field(name="as-groups", default=())
    exec: ExecEntry | None = None
    auth_provider: AuthProviderEntry | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """One context, resolved. `namespace` is the context's, "default" where it names none."""

    context: str
    namespace: str
    cluster_name: str
    user_name: str
    cluster: ClusterEntry
    user: UserEntry
    cluster_folder: Path
    user_file: Path

    @property
    def server(self) -> str:
        """Base address of the API server, without a slash at its end."""
        return self.cluster.server.rstrip("/")

    @property
    def address(self) -> str:
        """The server for a sentence: without path and user, which may hold a token."""
        try:
            parts = urlsplit(self.server)
        except ValueError:
            return "the API server"
        return quoted(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")

    def authority(self) -> str | None:
        """Return the certificates that the server's must lead to, as PEM, or None for those of the system.

        Raises:
            KubeconfigError: the file cannot be read, or the data is not base64.
        """
        pem = _pem(self.cluster.certificate_authority_data, self.cluster.certificate_authority, self.cluster_folder)
        return pem.decode("ascii", "replace") if pem else None

    def client_certificate(self) -> tuple[bytes, bytes] | None:
        """Return the user's certificate and key as PEM, or None where the user has none.

        Raises:
            KubeconfigError: a file cannot be read, or the data is not base64.
        """
        folder = self.user_file.parent
        certificate = _pem(self.user.client_certificate_data, self.user.client_certificate, folder)
        key = _pem(self.user.client_key_data, self.user.client_key, folder)
        return (certificate, key) if certificate and key else None


def in_cluster(environ: Mapping[str, str], mount: Path = SERVICE_ACCOUNT) -> Access | None:
    """Return the access of the service account that is mounted into this pod, or None outside of a cluster.

    Source: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
    """
    host, port = environ.get("KUBERNETES_SERVICE_HOST", ""), environ.get("KUBERNETES_SERVICE_PORT", "")
    if not host or not port or not (mount / "token").is_file():
        return None
    namespace = mount / "namespace"
    return Access(
        context="in-cluster",
        namespace=namespace.read_text().strip() if namespace.is_file() else "default",
        cluster_name="in-cluster",
        user_name="serviceaccount",
        cluster=ClusterEntry(
            server=f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}",
            certificate_authority=str(mount / "ca.crt"),
        ),
        user=UserEntry(token_file=str(mount / "token")),
        cluster_folder=mount,
        user_file=mount / "token",
    )


def _pem(data: str, file: str, folder: Path) -> bytes | None:
    if data:
        try:
            return base64.b64decode(data, validate=False)
        except ValueError as error:
            raise KubeconfigError("The kubeconfig holds a certificate that is not base64. Correct it.") from error
    if not file:
        return None
    try:
        return (folder / Path(file).expanduser()).read_bytes()
    except (OSError, RuntimeError, ValueError) as error:
        why = getattr(error, "strerror", "") or "it leads nowhere"
        raise KubeconfigError(f"The certificate file {quoted(file)} cannot be read: {why}.") from error
