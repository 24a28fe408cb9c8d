"""The cockpit as a shell runs it: on an embedded cluster, with a journal of its own."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from cockpit.cli import main

_DEADLINE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command came to."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class Shell:
    """Where commands run: `folder` holds the kubeconfig and the journal."""

    folder: Path

    @property
    def kubeconfig(self) -> Path:
        return self.folder / "kubeconfig"

    @property
    def journal(self) -> Path:
        return self.folder / "state" / "journal.jsonl"

    @property
    def environ(self) -> dict[str, str]:
        return {
            **os.environ,
            "KUBECONFIG": str(self.kubeconfig),
            "COCKPIT_JOURNAL": str(self.journal),
            "XDG_CONFIG_HOME": str(self.folder),
        }

    def run(self, *arguments: str, **environ: str) -> Ended:
        """Run a command to its end in this process, which spares its start; nobody is at the terminal."""
        said, told = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(sys, "argv", ["cockpit", *arguments])
            for name, value in {**self.environ, **environ}.items():
                patched.setenv(name, value)
            with redirect_stdout(said), redirect_stderr(told), pytest.raises(SystemExit) as ended:
                main()
        return Ended(int(ended.value.code or 0), said.getvalue(), told.getvalue())

    def run_apart(self, *arguments: str) -> Ended:
        """Run a command to its end in a process of its own."""
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "cockpit", *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=_DEADLINE_SECONDS,
            stdin=subprocess.DEVNULL,
            env=self.environ,
        )
        return Ended(done.returncode, done.stdout, done.stderr)


@contextmanager
def served(scenario: Path, folder: Path, speed: float = 20.0) -> Iterator[Shell]:
    """Serve a scenario in a child process; its files are in `folder`."""
    shell = Shell(folder)
    command = [sys.executable, "-m", "cockpit", "cluster", str(scenario)]
    command += ["--kubeconfig", str(shell.kubeconfig), "--speed", str(speed), "--exit-with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603 - our own interpreter and module
        assert child.stdout is not None
        assert "listens" in child.stdout.readline()
        try:
            yield shell
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait(_DEADLINE_SECONDS)
