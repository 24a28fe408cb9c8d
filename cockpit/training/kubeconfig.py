"""The kubeconfig of the embedded cluster: one context for each user."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from cockpit.errors import CockpitError
from cockpit.training.http_api.server import TOKEN_PREFIX
from cockpit.training.objects import Json

_MARK = "training.cockpit.dev/cluster"


def kubeconfig(url: str, tokens: dict[str, str], namespace: str) -> Json:
    """Return the kubeconfig.

    `demo` is the current context, the administrator's; `admin`, `viewer` and `operator` name the user. kubectl sends no
    bearer token over plain HTTP (client-go, tools/clientcmd: credentials are read for TLS only), so the token is in the
    server's URL: as a password, which client-go and aiohttp send, `kubectl get --raw` too; and in the path, for
    clients that send none (urllib3). A token of the user beside it would be one too many for aiohttp.
    """
    contexts = {"demo": "admin", **{user: user for user in tokens}}
    clusters = {"demo": "admin", **{f"demo-{user}": user for user in tokens if user != "admin"}}
    cluster_of = {user: cluster for cluster, user in clusters.items()}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "demo",
        "extensions": [{"name": _MARK, "extension": {"about": "written by cockpit cluster, and replaced by it"}}],
        "clusters": [
            {"name": name, "cluster": {"server": _server(url, user, tokens[user])}} for name, user in clusters.items()
        ],
        "users": [{"name": user, "user": {}} for user in tokens],
        "contexts": [
            {"name": name, "context": {"cluster": cluster_of[user], "user": user, "namespace": namespace}}
            for name, user in contexts.items()
        ],
    }


def _server(url: str, user: str, token: str) -> str:
    scheme, _, host = url.partition("://")
    return f"{scheme}://{user}:{token}@{host}{TOKEN_PREFIX}{token}"


def check_replaceable(path: Path) -> None:
    """Let pass a path where nothing would be lost: no file, an empty one, or one that an embedded cluster wrote.

    Raises:
        CockpitError: the file is somebody's own, or cannot be read.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise _unwritable(path, error) from error
    if content.strip() and not _is_ours(content):
        raise CockpitError(
            f"{path} exists, and no embedded cluster wrote it, so it is left as it is. "
            "Name another file: cockpit cluster --kubeconfig FILE."
        )


def write_kubeconfig(path: Path, config: Json) -> None:
    """Write the kubeconfig in one step, readable by its owner only. JSON is YAML, so any client reads it.

    Raises:
        CockpitError: the file is somebody's own, or cannot be written.
    """
    check_replaceable(path)
    try:
        _write(path, config)
    except OSError as error:
        raise _unwritable(path, error) from error


def _is_ours(content: bytes) -> bool:
    try:
        config = json.loads(content)
        return any(entry["name"] == _MARK for entry in config["extensions"])
    except (ValueError, KeyError, TypeError):
        return False


def _unwritable(path: Path, error: OSError) -> CockpitError:
    return CockpitError(
        f"The kubeconfig {path} cannot be written: {error.strerror or type(error).__name__}. "
        "Name a file in a directory that you may write to."
    )


def _write(path: Path, config: Json) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(config, file, indent=2)
        Path(draft).replace(path)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise
