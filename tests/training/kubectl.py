"""Runs kubectl against an embedded cluster that is served in a process of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

KUBECTL = shutil.which("kubectl")
_PATIENCE = 30.0  # seconds of real time for one command on a busy machine


@cache
def version() -> tuple[int, int]:
    """Return kubectl's own major and minor version, (0, 0) where there is none."""
    if KUBECTL is None:
        return 0, 0
    told = subprocess.run(  # noqa: S603  # found on PATH
        [KUBECTL, "version", "--client", "-o", "json"], capture_output=True, text=True, check=False, timeout=_PATIENCE
    )
    client = json.loads(told.stdout)["clientVersion"]
    return int(client["major"]), int(re.sub(r"\D", "", client["minor"]))


class Kubectl:
    """One served cluster, and kubectl on it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._kubeconfig = directory / "kubeconfig"
        code = (
            "import asyncio, sys; from pathlib import Path; from cockpit.training.serve import ServeOptions, serve; "
            "asyncio.run(serve(ServeOptions(Path(sys.argv[1]), sys.argv[2], speed=20, exit_with_parent=True)))"
        )
        scenario = directory / "empty.yaml"
        scenario.write_text("about: nothing yet\n")
        command = [sys.executable, "-c", code, str(self._kubeconfig), str(scenario)]
        self._server = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603  # our own
        end = time.monotonic() + _PATIENCE
        while not self._kubeconfig.exists():
            assert self._server.poll() is None, "the cluster ended before it listened"
            assert time.monotonic() < end, "the cluster never listened"
            time.sleep(0.02)

    def close(self) -> None:
        """End the cluster: it goes with its standard input."""
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(_PATIENCE)

    def run(
        self, *arguments: str, stdin: str = "", environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl with some arguments."""
        assert KUBECTL is not None
        command = [KUBECTL, "--cache-dir", str(self._directory / "cache"), *arguments]
        settings = {"KUBECONFIG": str(self._kubeconfig), "HOME": str(self._directory), "PATH": os.environ["PATH"]}
        return subprocess.run(  # noqa: S603  # found on PATH
            command,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
            env=settings | (environment or {}),
        )

    def does(self, *arguments: str, stdin: str = "", environment: dict[str, str] | None = None) -> str:
        """Run kubectl, which has to succeed, and return what it prints."""
        done = self.run(*arguments, stdin=stdin, environment=environment)
        assert done.returncode == 0, f"kubectl {' '.join(arguments)}: {done.stderr}{done.stdout}"
        return done.stdout

    def fails(self, *arguments: str) -> str:
        """Run kubectl, which has to fail, and return what it says of it."""
        done = self.run(*arguments)
        assert done.returncode != 0, f"kubectl {' '.join(arguments)} did not fail: {done.stdout}"
        return done.stderr or done.stdout

    def field(self, what: str, path: str) -> str:
        """Return what a JSONPath finds in an object, e.g. ("deployment/web", "{.spec.replicas}")."""
        return self.does("get", what, "-o", f"jsonpath={path}")
