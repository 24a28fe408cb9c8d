"""Writes a rotated refresh token back to the kubeconfig, as kubectl does."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import yaml

from cockpit.kube.access import Access


def keep_rotated_token(access: Access, refresh_token: str, id_token: str) -> None:
    """Replace both tokens of the user in the file it stands in; the file is swapped in one step.

    A file that cannot be written stays as it is: this session goes on with the tokens in memory.
    """
    try:
        document = yaml.safe_load(access.user_file.read_text())
        for entry in document.get("users") or ():
            if entry.get("name") == access.user_name:
                entry["user"]["auth-provider"]["config"].update({"refresh-token": refresh_token, "id-token": id_token})
        _swap(access.user_file, yaml.safe_dump(document, sort_keys=False))
    except OSError:
        return


def _swap(file: Path, text: str) -> None:
    target = file.resolve()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".cockpit-")
    try:
        with os.fdopen(handle, "w") as draft:
            draft.write(text)
        os.chmod(name, target.stat().st_mode & 0o777)  # noqa: PTH101  # mkstemp names are strings
        os.replace(name, target)  # noqa: PTH105  # as above
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
