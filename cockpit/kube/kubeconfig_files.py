"""The kubeconfig as its files stand now: read when it is first wanted, and again after somebody has changed them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cockpit.kube.kubeconfig import Kubeconfig, find_files, read

_Stamp = tuple[tuple[Path, int, int], ...]


class KubeconfigFiles:
    """Logging in, or making a cluster anew, writes to the kubeconfig of a cockpit that runs."""

    def __init__(self, explicit: str | None, environ: Mapping[str, str]) -> None:
        """Take the path of `--kubeconfig`, and the environment with KUBECONFIG."""
        self._explicit = explicit
        self._environ = environ
        self._read: tuple[_Stamp, Kubeconfig] | None = None

    def current(self) -> Kubeconfig | None:
        """Return the kubeconfig, or None where there is no file. Looks at files: on the event loop only for a user.

        Raises:
            KubeconfigError: the explicit file does not exist, or one cannot be read.
        """
        files = find_files(self._explicit, self._environ)
        if not files:
            return None
        # Taken before the files are read: what is written in between is then read again.
        stamp = tuple(_stamp(file) for file in files)
        if self._read is None or self._read[0] != stamp:
            self._read = (stamp, read(files))
        return self._read[1]


def _stamp(file: Path) -> tuple[Path, int, int]:
    """Return what changes when a file does. One that has just gone is told by whoever reads it."""
    try:
        found = file.stat()
    except OSError:
        return file, 0, 0
    return file, found.st_mtime_ns, found.st_size
