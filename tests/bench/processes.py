"""Runs whole commands, and asks the operating system what they cost."""

from __future__ import annotations

import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall-clock seconds and peak resident memory (MB) of one finished command."""

    seconds: float
    peak_mb: float


def cost_of(command: Sequence[str], environ: Mapping[str, str]) -> Cost:
    """Run a command to its end; its output is thrown away.

    Raises:
        RuntimeError: it failed, so its cost means nothing.
    """
    began = time.perf_counter()
    child = subprocess.Popen(command, env=dict(environ), stdout=subprocess.DEVNULL)  # noqa: S603 - commands of this benchmark
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {child.returncode}")
    # Linux counts ru_maxrss in kilobytes, macOS in bytes.
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return Cost(seconds, usage.ru_maxrss / unit)


def alternating(
    commands: Mapping[str, Sequence[str]], rounds: int, environ: Mapping[str, str]
) -> dict[str, list[Cost]]:
    """Run the commands in turn, so that a machine that slows down slows all of them; the first round does not count."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(rounds + 1):
        for name, command in commands.items():
            cost = cost_of(command, environ)
            if turn:
                costs[name].append(cost)
    return costs


def median_cost(costs: Sequence[Cost]) -> Cost:
    """Return the median of each figure."""
    return Cost(statistics.median(cost.seconds for cost in costs), statistics.median(cost.peak_mb for cost in costs))


@contextlib.contextmanager
def canned_server(events_a_second: int = 0) -> Iterator[str]:
    """Serve the canned cluster in a process of its own; yields its address."""
    command = [sys.executable, "-m", "tests.bench.canned_server", str(events_a_second)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own interpreter and module
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()


@contextlib.contextmanager
def embedded_cluster(folder: Path, *arguments: str) -> Iterator[Path]:
    """Serve an embedded cluster in a process of its own; yields its kubeconfig."""
    kubeconfig = folder / "kubeconfig"
    command = [sys.executable, "-m", "cockpit", "cluster", *arguments, "--kubeconfig", str(kubeconfig)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:  # noqa: S603 - our own interpreter and module
        try:
            while not kubeconfig.exists():
                time.sleep(0.05)
            yield kubeconfig
        finally:
            server.terminate()
