"""Measures the embedded cluster: requests, pods on their way to Ready, late watchers, memory, and what is scraped.

    python -m tests.bench.embedded requests|ready|watchers|memory|scrape [SECONDS]

prints what it found as JSON. The server, whoever writes and whoever watches are processes of their own.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import aiohttp
import yaml

from cockpit.training.api.kinds import DEPLOYMENT, POD
from cockpit.training.cluster import Cluster
from cockpit.training.controllers.pods import is_ready
from cockpit.training.director import Director
from cockpit.training.exposition import exposed
from cockpit.training.objects import Json
from cockpit.training.scenario import load

_REPLICAS = 50
_CONNECTIONS = 8
_WATCHERS = 20
_SCRAPES = 20
_CHANGES_A_SECOND = 200
_NOW = 1_795_000_000.0
_PODS = "/api/v1/namespaces/bench/pods"


def main(arguments: list[str]) -> None:
    """Measure one thing, and print it."""
    seconds = float(arguments[1]) if len(arguments) > 1 else 5.0
    measures: dict[str, Callable[[], dict[str, float]]] = {
        "requests": lambda: asyncio.run(_requests(seconds)),
        "ready": _until_ready,
        "watchers": lambda: asyncio.run(_watchers(seconds)),
        "memory": _memory,
        "scrape": _scrape,
    }
    sys.stdout.write(json.dumps(measures[arguments[0]]()) + "\n")


def manifests(pods: int) -> Iterator[Json]:
    """Yield Deployments of fifty pods each, with a Service each."""
    for index in range(pods // _REPLICAS):
        metadata, labels = {"name": f"web-{index}", "namespace": "bench"}, {"app": f"web-{index}"}
        container = {"name": "app", "image": "app:1", "ports": [{"containerPort": 80}]}
        template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
        spec = {"replicas": _REPLICAS, "selector": {"matchLabels": labels}, "template": template}
        yield {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}
        ports = {"selector": labels, "ports": [{"port": 80}]}
        yield {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": ports}


def _scenario(folder: Path, pods: int, age: str) -> str:
    path = folder / "bench.yaml"
    path.write_text(yaml.safe_dump_all([{"about": "bench", "age": age}, *manifests(pods)]), encoding="utf-8")
    return str(path)


def _until_ready() -> dict[str, float]:
    """Bring up 1,000 pods as fast as the machine does, from the first Deployment to the last pod that is ready."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = load(_scenario(Path(folder), 1000, "0"))
    cluster = Cluster(1, _NOW)
    director = Director(cluster, scenario, _NOW)
    began = time.perf_counter()
    director.begin()
    while not _all_ready(cluster):
        cluster.clock.step(0.5)
    return {"seconds": time.perf_counter() - began, "simulated_seconds": cluster.clock.now - _NOW}


def _all_ready(cluster: Cluster) -> bool:
    wanted = sum(int(workload["spec"]["replicas"]) for workload in cluster.store.items(DEPLOYMENT))
    return sum(is_ready(pod) for pod in cluster.store.items(POD)) == wanted > 0


def _memory() -> dict[str, float]:
    """Hold 5,000 ready pods, as a server does after they have come up."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = load(_scenario(Path(folder), 5000, "1m"))
    before = _resident_mb()
    cluster = Cluster(1, _NOW - scenario.past)
    Director(cluster, scenario, _NOW).begin()
    return {"mb": _resident_mb(), "mb_empty": before, "ready": float(_all_ready(cluster))}


def _scrape() -> dict[str, float]:
    """Take all series of 1,000 pods, every five simulated seconds, in this process."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = load(_scenario(Path(folder), 1000, "1m"))
    cluster = Cluster(1, _NOW - scenario.past)
    Director(cluster, scenario, _NOW).begin()
    costs, number = [], 0
    for _ in range(_SCRAPES):
        cluster.clock.step(5)
        began = time.process_time()
        number = len(list(exposed(cluster, cluster.clock.now)))
        costs.append((time.process_time() - began) * 1000)
    return {"series": number, "first_ms": costs[0], "median_ms": statistics.median(costs[1:])}


def _resident_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


@contextlib.asynccontextmanager
async def _served(pods: int) -> AsyncIterator[str]:
    """Serve a cluster of ready pods in a child process; yield the administrator's URL."""
    with tempfile.TemporaryDirectory() as folder:
        kubeconfig = Path(folder) / "kubeconfig"
        command = [sys.executable, "-m", "cockpit.training", _scenario(Path(folder), pods, "1m"), str(kubeconfig)]
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: ASYNC220, S603 - our own; it starts at once
        try:
            async with asyncio.timeout(120):
                while not kubeconfig.exists():  # noqa: ASYNC110 - a file of another process
                    await asyncio.sleep(0.05)
            config = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
            yield next(entry["cluster"]["server"] for entry in config["clusters"] if entry["name"] == "demo")
        finally:
            child.terminate()
            child.wait()


async def _requests(seconds: float) -> dict[str, float]:
    async with _served(1000) as url, aiohttp.ClientSession() as session:
        names = await _names(session, url)

        async def get(turn: int) -> None:
            async with session.get(f"{url}{_PODS}/{names[turn % len(names)]}") as response:
                await response.read()

        async def patch(turn: int) -> None:
            await _patch(session, url, names[turn % len(names)], f"{turn}")

        return {"get": await _rate(get, seconds), "patch": await _rate(patch, seconds)}


async def _rate(ask: Callable[[int], object], seconds: float) -> float:
    """Return how many requests a second are answered to eight connections that always have one open."""
    loop, count = asyncio.get_running_loop(), 0
    end = loop.time() + seconds

    async def connection() -> None:
        nonlocal count
        while loop.time() < end:
            count += 1
            await ask(count)  # type: ignore[misc]

    await asyncio.gather(*(connection() for _ in range(_CONNECTIONS)))
    return count / seconds


async def _names(session: aiohttp.ClientSession, url: str) -> list[str]:
    async with session.get(url + _PODS) as response:
        return [item["metadata"]["name"] for item in (await response.json())["items"]]


async def _patch(session: aiohttp.ClientSession, url: str, name: str, value: str) -> None:
    body = json.dumps({"metadata": {"annotations": {"bench/sent": value}}})
    headers = {"Content-Type": "application/merge-patch+json"}
    async with session.patch(f"{url}{_PODS}/{name}", data=body, headers=headers) as response:
        await response.read()
        assert response.status == 200, response.status


async def _watchers(seconds: float) -> dict[str, float]:
    """Let twenty watchers follow 1,000 pods of which 200 a second change; return how late they hear of it, in ms."""
    async with _served(1000) as url:
        async with aiohttp.ClientSession() as session, session.get(f"{url}{_PODS}?limit=1") as response:
            begin = (await response.json())["metadata"]["resourceVersion"]
        address = f"{url}{_PODS}?watch=true&resourceVersion={begin}"
        command = [sys.executable, "-m", "tests.bench.embedded_watchers", address, str(_WATCHERS), str(seconds)]
        watching = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
        assert watching.stdout is not None
        await watching.stdout.readline()  # all of them watch now
        sent = await _change(url, seconds)
        found: dict[str, float] = json.loads(await watching.stdout.readline())
        await watching.wait()
    return {**found, "changes_a_second": sent / seconds, "complete": float(found["lines"] >= sent * _WATCHERS)}


async def _change(url: str, seconds: float) -> int:
    """Change pods at a steady pace; each change carries the moment at which it was sent."""
    loop, sent = asyncio.get_running_loop(), 0
    running: set[asyncio.Task[None]] = set()
    async with aiohttp.ClientSession() as session:
        names = await _names(session, url)
        began = loop.time()
        while (due := began + sent / _CHANGES_A_SECOND) < began + seconds:
            await asyncio.sleep(max(due - loop.time(), 0))
            task = asyncio.create_task(_patch(session, url, names[sent % len(names)], f"{time.monotonic():.6f}"))
            running.add(task)
            task.add_done_callback(running.discard)
            sent += 1
        await asyncio.gather(*running)
    return sent


if __name__ == "__main__":
    main(sys.argv[1:])
