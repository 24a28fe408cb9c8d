"""Serving in a process of its own, and what its kubeconfig says."""

from __future__ import annotations

import asyncio
import base64
import json
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import aiohttp
import pytest
from kubernetes.aio import client, config

from cockpit.errors import UsageError
from cockpit.training.serve import ClusterServer, ServeOptions, serve
from tests.training.steps import NOON

_PATIENCE = 20.0  # seconds for a process to start or end on a busy machine


def start(kubeconfig: Path, *extra: str) -> subprocess.Popen[str]:
    code = (
        "import asyncio, sys; from pathlib import Path; from cockpit.training.serve import ServeOptions, serve; "
        f"asyncio.run(serve(ServeOptions(Path(sys.argv[1]), 'selector-switch', {', '.join(extra)})))"
    )
    command = [sys.executable, "-c", code, str(kubeconfig)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own
    end = time.monotonic() + _PATIENCE
    while not kubeconfig.exists():
        assert child.poll() is None, "it ended before it listened"
        assert time.monotonic() < end, "it never listened"
        time.sleep(0.01)
    return child


def finish(child: subprocess.Popen[str]) -> int:
    try:
        return child.wait(_PATIENCE)
    finally:
        if child.poll() is None:
            child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                pipe.close()


def test_it_listens_when_the_kubeconfig_is_there_and_ends_when_told(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "kubeconfig"
    child = start(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    written = json.loads(path.read_text())
    assert written["current-context"] == "demo"
    assert [entry["name"] for entry in written["contexts"]] == ["demo", "admin", "viewer", "operator"]

    async def ready() -> int:
        server = written["clusters"][0]["cluster"]["server"]
        async with aiohttp.ClientSession() as session, session.get(server + "/readyz") as response:
            return response.status

    assert asyncio.run(ready()) == 200
    child.send_signal(signal.SIGTERM)
    assert finish(child) == 0


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    child = start(tmp_path / "kubeconfig", "exit_with_parent=True")
    assert child.stdin is not None
    child.stdin.close()
    assert finish(child) == 0


def test_an_unknown_scenario_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        asyncio.run(serve(ServeOptions(tmp_path / "kubeconfig", "nope")))
    assert list(tmp_path.iterdir()) == []


def test_a_request_without_a_token_is_refused() -> None:
    async def story() -> tuple[int, int]:
        async with ClusterServer("selector-switch", now=NOON) as cluster, aiohttp.ClientSession() as session:
            async with session.get(f"{cluster.address}/api/v1/pods") as response:
                anonymous = response.status
            headers = {"Authorization": f"Bearer {cluster.token('viewer')}"}
            async with session.get(f"{cluster.address}/api/v1/pods", headers=headers) as response:
                return anonymous, response.status

    assert asyncio.run(story()) == (401, 200)


@pytest.mark.parametrize(
    ("header", "status"),
    [("Basic {}", 200), ("basic {}", 200), ("Basic !", 401), ("Basic", 200), ("Digest x", 401), ("Basic eA==", 401)],
)
def test_a_token_may_come_as_the_password_of_a_user(header: str, status: int) -> None:
    async def story() -> int:
        async with ClusterServer("selector-switch", now=NOON) as cluster, aiohttp.ClientSession() as session:
            password = base64.b64encode(f"viewer:{cluster.token('viewer')}".encode()).decode()
            headers = {"Authorization": header.format(password)}
            url = f"{cluster.url_of('viewer')}/api/v1/pods"
            async with session.get(url, headers=headers) as response:
                return response.status

    assert asyncio.run(story()) == status


def test_the_kubernetes_client_reads_it_by_the_kubeconfig() -> None:
    async def story() -> list[str]:
        async with ClusterServer("selector-switch", now=NOON) as cluster:
            settings = client.Configuration()
            await config.load_kube_config(str(cluster.kubeconfig), "viewer", settings)
            async with client.ApiClient(settings) as api:
                pods = await client.CoreV1Api(api).list_namespaced_pod("default", label_selector="version=blue")
                return [pod.status.phase for pod in pods.items]

    assert asyncio.run(story()) == ["Running"] * 3


def test_time_stands_still_but_for_steps_and_runs_at_a_speed() -> None:
    async def story() -> tuple[float, float, bool]:
        async with ClusterServer("selector-switch", now=NOON) as cluster:
            await asyncio.sleep(0.05)
            stood = cluster.clock.now
            cluster.clock.step(5)
            stepped = cluster.clock.now
            reached = asyncio.Event()
            cluster.clock.call_later(10, reached.set)
            cluster.set_speed(1000)
            await asyncio.wait_for(reached.wait(), _PATIENCE)
            return stood, stepped, cluster.clock.now >= stepped + 10

    assert asyncio.run(story()) == (NOON, NOON + 5, True)
