"""Measures what the README states, in one run, beside kubectl where that is on PATH.

    python -m tests.bench [--quick]

prints a table for the README. `--quick` follows events for ten seconds instead of sixty.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.processes import alternating, canned_server, median_cost
from tests.bench.terminal import seconds_until_shown

_ROUNDS = 5
_ACTS = 50
_EVENTS_A_SECOND = 500
_COCKPIT = [sys.executable, "-m", "cockpit"]
Row = tuple[str, str, str]


def main(arguments: list[str]) -> None:
    """Measure, and write the table."""
    seconds = 10 if "--quick" in arguments else 60
    rows = [*_first_picture(), *_events(seconds), *_acts(), *_routes(), *_start(), *_embedded()]
    sys.stdout.write(f"\n{_machine()}\n\n| what | measured | to reach |\n|---|---|---|\n")
    sys.stdout.writelines(f"| {what} | {measured} | {goal} |\n" for what, measured, goal in rows)


def _first_picture() -> Iterator[Row]:
    """5,000 pods of about 4.8 kB in 100 releases, from canned bytes on loopback."""
    with canned_server() as address, _kubeconfig(address) as kubeconfig:
        environ = {**os.environ, "KUBECONFIG": kubeconfig, "HOME": str(Path(kubeconfig).parent)}
        commands = {"cockpit": [*_COCKPIT, "get", "-A", "-o", "json"]}
        if kubectl := shutil.which("kubectl"):
            commands["kubectl"] = [kubectl, "get", "pods", "-A"]
        medians = {name: median_cost(costs) for name, costs in alternating(commands, _ROUNDS, environ).items()}
    ours = medians["cockpit"]
    what = f"5,000 pods, `cockpit get -A -o json`, median of {_ROUNDS}"
    yield f"{what}: time", f"{ours.seconds:.2f} s", ""
    yield f"{what}: peak memory", f"{ours.peak_mb:.0f} MB", ""
    if "kubectl" in medians:
        theirs = medians["kubectl"]
        yield (
            "the same as a ratio of `kubectl get pods -A`: time",
            f"{ours.seconds / theirs.seconds:.2f} ({theirs.seconds:.2f} s)",
            "1.5, better 1.0",
        )
        yield (
            "the same as a ratio of `kubectl get pods -A`: memory",
            f"{ours.peak_mb / theirs.peak_mb:.2f} ({theirs.peak_mb:.0f} MB)",
            "0.6, better 0.5",
        )


def _events(seconds: int) -> Iterator[Row]:
    with canned_server(_EVENTS_A_SECOND) as address, _kubeconfig(address) as kubeconfig:
        found = _measured("follow", kubeconfig, seconds)
        drawn = _measured("screen", kubeconfig, seconds)
    what = f"{_EVENTS_A_SECOND} pod events a second for {seconds} s on 5,000 pods"
    yield f"{what}: event to changed view, 99th percentile", f"{found['latency_ms_p99']:.0f} ms", "300 ms"
    yield f"{what}: median", f"{found['latency_ms_p50']:.0f} ms", ""
    yield (
        f"{what}: longest block of the screen's loop, fleet",
        f"{drawn['longest_block_on_the_fleet_ms']:.0f} ms",
        "50 ms",
    )
    yield f"{what}: the same, a release", f"{drawn['longest_block_on_a_release_ms']:.0f} ms", "50 ms"
    yield "the same while it starts and lists", f"{drawn['longest_block_while_starting_ms']:.0f} ms", "50 ms"
    yield (
        f"{what}: memory at the first full picture, and at the end",
        f"{found['memory_mb_full']:.0f} MB, {found['memory_mb_end']:.0f} MB",
        "flat",
    )
    yield f"{what}: share of one core", f"{found['processor_share']:.0%}", ""


def _embedded() -> Iterator[Row]:
    """The embedded cluster, on its own (tests.bench.embedded)."""
    rate, ready = _measured("embedded", "requests", 5), _measured("embedded", "ready", 0)
    late, memory = _measured("embedded", "watchers", 10), _measured("embedded", "memory", 0)
    yield "embedded cluster, 1,000 pods: GET of a pod", f"{rate['get']:.0f} a second", ""
    yield "embedded cluster, 1,000 pods: PATCH of a pod", f"{rate['patch']:.0f} a second", ""
    yield "embedded cluster: 1,000 pods from nothing to Ready, at full speed", f"{ready['seconds']:.1f} s", ""
    what = f"20 watchers of 1,000 pods, {late['changes_a_second']:.0f} changes a second"
    yield (
        f"embedded cluster: {what}: the latest line",
        f"{late['late_ms_worst']:.0f} ms (median {late['late_ms_median']:.0f} ms)",
        "100 ms",
    )
    yield "embedded cluster: memory for 5,000 pods", f"{memory['mb']:.0f} MB", ""


def _measured(module: str, about: str, seconds: float) -> dict[str, float]:
    command = [sys.executable, "-m", f"tests.bench.{module}", about, str(seconds)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own interpreter and module
    found: dict[str, float] = json.loads(output)
    return found


def _acts() -> Iterator[Row]:
    command = [sys.executable, "-m", "tests.bench.act", str(_ACTS)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own interpreter and module
    found: dict[str, float] = json.loads(output)
    what = "from Enter to the PATCH on the wire, beyond the dry run"
    yield f"{what}, median of {_ACTS}", f"{found['enter_to_patch_p50_ms']:.1f} ms", "20 ms"
    yield "longest block of the screen's loop while a plan is made and tried", _block(found, "planning"), "50 ms"
    yield "the same while it runs", _block(found, "running"), "50 ms"


def _routes() -> Iterator[Row]:
    command = [sys.executable, "-m", "tests.bench.routes"]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own interpreter and module
    found: dict[str, float] = json.loads(output)
    for system in ("ingress-nginx", "Gateway API", "Istio"):
        rules = found[f"number of rules: {system}"]
        yield (
            f"1,000 routes of {system} ({rules:,.0f} rules) into views with shares, processor time",
            f"{found[f'rules and views: {system}']:.0f} ms",
            "50 ms",
        )


def _block(found: dict[str, float], phase: str) -> str:
    return f"{found[f'longest_block_{phase}_ms']:.0f} ms"


def _start() -> Iterator[Row]:
    commands = {"cockpit": [*_COCKPIT, "--version"], "python": [sys.executable, "-c", "pass"]}
    medians = {name: median_cost(costs) for name, costs in alternating(commands, 2 * _ROUNDS, os.environ).items()}
    yield (
        "`cockpit --version`, beside `python -c pass`",
        f"{medians['cockpit'].seconds:.3f} s, {medians['python'].seconds:.3f} s",
        "0.15 s where the other takes 0.02 s",
    )
    painted = [seconds_until_shown([*_COCKPIT, "demo"], [b"FLEET", b"checkout"]) for _ in range(_ROUNDS)]
    first, full = (statistics.median(times) for times in zip(*painted, strict=True))
    yield "`cockpit demo`: first paint", f"{first:.2f} s", "1.5 s"
    yield "`cockpit demo`: releases on the screen", f"{full:.2f} s", ""


@contextlib.contextmanager
def _kubeconfig(address: str) -> Iterator[str]:
    """Yield the path of a kubeconfig for an address, for as long as it is needed."""
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "canned",
        "contexts": [{"name": "canned", "context": {"cluster": "canned", "user": "canned"}}],
        "clusters": [{"name": "canned", "cluster": {"server": address}}],
        "users": [{"name": "canned", "user": {}}],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kubeconfig"
        path.write_text(json.dumps(config), encoding="utf-8")
        yield str(path)


def _machine() -> str:
    """Name the machine as far as it tells its name."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.is_file():
        named = [line for line in information.read_text().splitlines() if line.startswith("model name")]
        model = named[0].partition(":")[2].strip() if named else model
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main(sys.argv[1:])
