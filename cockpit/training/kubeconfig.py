"""The kubeconfig of the embedded cluster: one context for each user."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from cockpit.training.http_api.server import TOKEN_PREFIX
from cockpit.training.objects import Json


def kubeconfig(url: str, tokens: dict[str, str], namespace: str) -> Json:
    """Return the kubeconfig.

    `demo` is the current context, the administrator's; `admin` and `viewer` name the user. The token is in the path as
    well, because kubectl sends no bearer token over plain HTTP (client-go, clientcmd: "only try to read the auth
    information if we are secure").
    """
    contexts = {"demo": "admin", **{user: user for user in tokens}}
    clusters = {"demo": "admin", **{f"demo-{user}": user for user in tokens if user != "admin"}}
    cluster_of = {user: cluster for cluster, user in clusters.items()}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "demo",
        "clusters": [
            {"name": name, "cluster": {"server": f"{url}{TOKEN_PREFIX}{tokens[user]}"}}
            for name, user in clusters.items()
        ],
        "users": [{"name": user, "user": {"token": token}} for user, token in tokens.items()],
        "contexts": [
            {"name": name, "context": {"cluster": cluster_of[user], "user": user, "namespace": namespace}}
            for name, user in contexts.items()
        ],
    }


def write_kubeconfig(path: Path, config: Json) -> None:
    """Write the kubeconfig in one step, readable by its owner only. JSON is YAML, so any client reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(config, file, indent=2)
        Path(draft).replace(path)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise
