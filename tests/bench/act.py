"""Acts on an embedded cluster in a process of its own, and measures what the operator waits for.

    python -m tests.bench.act ROUNDS

prints as JSON: how many milliseconds lie between Enter and the moment when the PATCH arrives at the server's door (the
dry run is over by then; the journal is synced within), and by how many milliseconds the loop that draws was late at
worst while a plan was made, examined and run on the real screen.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import SplitResult, urlsplit

import yaml

from cockpit.actions.acts import Act
from cockpit.actions.examination import Consent
from cockpit.actions.request import Request
from cockpit.live.live_feeds import LiveFeeds
from cockpit.live.once import first_complete
from cockpit.runner.connections import LiveConnection, LiveConnections
from cockpit.runner.journal_records import read_acts
from cockpit.runner.settings import RunnerSettings
from cockpit.ui.app import CockpitApp
from tests.bench.follow import longest_block
from tests.bench.processes import embedded_cluster
from tests.cluster.faults.asked import Asked, Nature
from tests.cluster.faults.proxy import FaultProxy
from tests.cluster.worlds import Manifest, scenario

_JOURNAL = "journal.jsonl"
_SIZE = (120, 40)
_SETTLING_SECONDS = 4.0
_PLAN_SECONDS = 2.0
_RUN_SECONDS = 3.0


async def wire(kubeconfig: Path, folder: Path, rounds: int) -> list[float]:
    """Return for each switch there and back how many seconds passed from Enter to the PATCH."""
    arrived: list[float] = []

    def note(asked: Asked) -> None:
        if asked.nature is Nature.WRITE:
            arrived.append(time.perf_counter())

    server = await asyncio.to_thread(_server_of, kubeconfig)
    async with FaultProxy(server.port or 80) as proxy:
        proxy.spoil = note
        through = await asyncio.to_thread(_led_over, kubeconfig, server.netloc, f"127.0.0.1:{proxy.port}")
        async with _connected(through, folder) as connection:
            pressed = [await _switch(connection, ("green", "blue")[turn % 2]) for turn in range(rounds)]
    return [late - early for early, late in zip(pressed, arrived, strict=True)]


def _server_of(kubeconfig: Path) -> SplitResult:
    return urlsplit(str(yaml.safe_load(kubeconfig.read_bytes())["clusters"][0]["cluster"]["server"]))


def _led_over(kubeconfig: Path, address: str, other: str) -> Path:
    """Write a kubeconfig that leads to another address."""
    path = kubeconfig.with_name("through-the-proxy")
    path.write_text(kubeconfig.read_text(encoding="utf-8").replace(address, other), encoding="utf-8")
    return path


async def _switch(connection: LiveConnection, version: str) -> float:
    """Switch, and return when Enter was pressed."""
    subject = connection.feed.subject("default", "shop")
    assert subject is not None
    plan = await connection.runner.plan(subject, Request(Act.SWITCH, version=version))
    examination = await connection.runner.examine(plan, lambda _: None)
    pressed = time.perf_counter()
    await connection.runner.run(plan, examination, Consent(), lambda _: None)
    return pressed


async def screen(kubeconfig: Path, folder: Path) -> dict[str, float]:
    """Return the longest blocks of the screen's loop, in seconds: making and examining a plan, and running it."""
    app = CockpitApp(_connections(kubeconfig, folder), namespaces=("default",))
    async with app.run_test(size=_SIZE) as pilot:
        await asyncio.sleep(_SETTLING_SECONDS)
        await pilot.press("enter")
        await asyncio.sleep(1.0)
        planning = asyncio.create_task(longest_block(_PLAN_SECONDS))
        await pilot.press("s")
        planned = await planning
        running = asyncio.create_task(longest_block(_RUN_SECONDS))
        await pilot.press("enter")
        ran = await running
    return {"longest_block_planning": planned, "longest_block_running": ran}


def _connections(kubeconfig: Path, folder: Path) -> LiveConnections:
    settings = RunnerSettings(journal=folder / _JOURNAL, who="bench")
    return LiveConnections(LiveFeeds(str(kubeconfig)), settings)


@asynccontextmanager
async def _connected(kubeconfig: Path, folder: Path) -> AsyncIterator[LiveConnection]:
    connection = _connections(kubeconfig, folder).open(None, ("default",))
    await first_complete(connection.feed)
    try:
        yield connection
    finally:
        await connection.feed.stop()


@contextmanager
def _cluster(folder: Path) -> Iterator[Path]:
    """Serve the release of the scenario selector-switch, without its script; yields the kubeconfig."""
    manifests = folder / "shop.yaml"
    head: Manifest = {"about": "Blue serves, green waits, and nobody does anything.", "age": "10m"}
    manifests.write_text(yaml.safe_dump_all([head, *scenario("selector-switch")]), encoding="utf-8")
    with embedded_cluster(folder, str(manifests)) as kubeconfig:
        yield kubeconfig


def main(rounds: int) -> dict[str, float]:
    """Measure both, each on the same cluster."""
    with TemporaryDirectory() as name, _cluster(Path(name)) as kubeconfig:
        waits = asyncio.run(wire(kubeconfig, Path(name), rounds))
        blocks = asyncio.run(screen(kubeconfig, Path(name)))
        ends = [record.message for record in read_acts(Path(name) / _JOURNAL).records if record.ended]
    if len(ends) != rounds + 1:
        raise RuntimeError(f"{rounds} switches and that of the screen were to be run, and {len(ends)} were")
    found = {"enter_to_patch_p50": statistics.median(waits), "enter_to_patch_max": max(waits), **blocks}
    return {f"{what}_ms": round(seconds * 1000, 3) for what, seconds in found.items()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]))) + "\n")
