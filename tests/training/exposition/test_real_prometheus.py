"""A real Prometheus scrapes the simulated application, through the proxy of the embedded API server."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from cockpit.training.api.kinds import POD
from cockpit.training.objects import name_of
from tests.training.api_client import PODS, Api, talk
from tests.training.steps import SPACE

_PROMETHEUS = shutil.which("prometheus")
_PATIENCE = 30.0  # seconds
pytestmark = pytest.mark.skipif(
    _PROMETHEUS is None, reason="prometheus is not installed (Debian's package of that name)"
)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _configuration(api: Api, pod: str) -> str:
    """JSON is YAML as well."""
    address = api.server.address.removeprefix("http://")
    job = {
        "job_name": "web",
        "scrape_interval": "200ms",
        "scrape_timeout": "200ms",
        "metrics_path": f"{PODS}/{pod}:80/proxy/metrics",
        "authorization": {"credentials": api.server.token()},
        "static_configs": [{"targets": [address], "labels": {"namespace": SPACE, "pod": pod}}],
    }
    return json.dumps({"scrape_configs": [job]})


@asynccontextmanager
async def prometheus(configuration: str, folder: Path) -> AsyncIterator[str]:
    """Run Prometheus on loopback; yield its address."""
    (folder / "prometheus.yml").write_text(configuration, encoding="utf-8")
    port = _free_port()
    process = await asyncio.create_subprocess_exec(
        str(_PROMETHEUS),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def query(session: aiohttp.ClientSession, address: str, text: str) -> list[str]:
    """Return the values that an instant query finds; none while Prometheus does not answer yet."""
    try:
        async with session.get(f"{address}/api/v1/query", params={"query": text}) as response:
            found = await response.json(content_type=None) if response.status == 200 else {}
    except aiohttp.ClientConnectionError:
        return []
    return [str(each["value"][1]) for each in (found.get("data") or {}).get("result") or ()]


def test_prometheus_scrapes_an_application_through_the_api_server(tmp_path: Path) -> None:
    async def story(api: Api) -> tuple[list[str], list[str], list[str]]:
        pod = name_of(api.server.store.items(POD, SPACE)[0])
        async with aiohttp.ClientSession() as session, prometheus(_configuration(api, pod), tmp_path) as address:
            async with asyncio.timeout(_PATIENCE):
                while not (up := await query(session, address, 'up{job="web"} == 1')):  # noqa: ASYNC110  # another process
                    await asyncio.sleep(0.1)
            totals = await query(session, address, f'sum(http_requests_total{{pod="{pod}",status="200"}})')
            buckets = await query(session, address, "count(http_request_duration_seconds_bucket)")
        return up, totals, buckets

    up, totals, buckets = talk(story)
    assert up == ["1"]
    assert float(totals[0]) > 0
    assert buckets == ["12"]
