"""Debian's Prometheus on loopback, filled with samples by promtool."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

SCRAPE_SECONDS = 15
_PATIENCE_SECONDS = 60.0

Value = Callable[[int], float | None]
"""The value of a series so many seconds after the first scrape, None where it is not scraped."""

Samples = Mapping[str, Value]
"""Values by series, as `name{label="value"}`."""


@contextlib.contextmanager
def prometheus_with(samples: Samples, start: int, seconds: int, folder: Path) -> Iterator[str]:
    """Serve the samples from `start` (Unix seconds) on, and yield the address."""
    prometheus, promtool = shutil.which("prometheus"), shutil.which("promtool")
    if prometheus is None or promtool is None:
        pytest.skip("prometheus and promtool are not on PATH")
    text, data, settings = folder / "samples.om", folder / "data", folder / "prometheus.yml"
    text.write_text(_open_metrics(samples, start, seconds))
    settings.write_text("global: {scrape_interval: 15s}\n")
    blocks = [promtool, "tsdb", "create-blocks-from", "openmetrics", str(text), str(data)]
    # Both programs are those on PATH, and every argument stands here.
    subprocess.run(blocks, check=True, capture_output=True)  # noqa: S603
    port = _free_port()
    arguments = [
        f"--config.file={settings}",
        f"--storage.tsdb.path={data}",
        "--storage.tsdb.retention.time=100y",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with subprocess.Popen([prometheus, *arguments], stderr=subprocess.DEVNULL) as server:  # noqa: S603
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}/-/ready")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _open_metrics(samples: Samples, start: int, seconds: int) -> str:
    lines: list[str] = []
    families: dict[str, list[str]] = {}
    for series in samples:
        families.setdefault(series.partition("{")[0], []).append(series)
    for name, several in families.items():
        lines.append(f"# TYPE {name} unknown")
        for series in several:
            for after in range(0, seconds + 1, SCRAPE_SECONDS):
                value = samples[series](after)
                if value is not None:
                    lines.append(f"{series} {value} {start + after}")
    return "\n".join([*lines, "# EOF\n"])


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _wait_until_ready(url: str) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        # The address is that of the server which was just started.
        with contextlib.suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(url) as answer:  # noqa: S310
            if answer.status == 200:
                return
        time.sleep(0.05)
    pytest.fail("Prometheus was not ready in time")
