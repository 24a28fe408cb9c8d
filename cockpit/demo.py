"""Keeps an embedded cluster in a child process for as long as the demo runs.

The cockpit reaches it by HTTP, as it reaches any cluster.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType

from cockpit.errors import CockpitError

_DEADLINE_SECONDS = 20.0
_LOOK_SECONDS = 0.01
_GOODBYE_SECONDS = 3.0


class DemoCluster:
    """The child process and its kubeconfig, as a context manager. The child ends with its parent, however that ends."""

    def __init__(self, scenario: str | None, speed: float, seed: int) -> None:
        self._directory = tempfile.TemporaryDirectory(prefix="cockpit-demo-")
        self.kubeconfig = Path(self._directory.name) / "kubeconfig"
        self._said = Path(self._directory.name) / "stderr"
        command = [sys.executable, "-m", "cockpit", "cluster", *([scenario] if scenario else [])]
        command += ["--kubeconfig", str(self.kubeconfig), "--speed", str(speed), "--seed", str(seed)]
        with self._said.open("wb") as said:
            self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [*command, "--exit-with-parent"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
            )

    def __enter__(self) -> DemoCluster:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.terminate()
        try:
            self._child.wait(_GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        if self._child.stdin is not None:
            self._child.stdin.close()
        self._directory.cleanup()

    def wait_until_served(self) -> None:
        """Return once the cluster listens, which it says by writing its kubeconfig.

        Raises:
            CockpitError: the child ended, or does not come up.
        """
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while not self.kubeconfig.is_file():
            if self._child.poll() is not None:
                raise CockpitError(self._last_words())
            if time.monotonic() > deadline:
                raise CockpitError("The embedded cluster does not come up. Try again: cockpit demo.")
            time.sleep(_LOOK_SECONDS)

    def _last_words(self) -> str:
        lines = self._said.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "The embedded cluster ended before it could be reached. Try again: cockpit demo."
