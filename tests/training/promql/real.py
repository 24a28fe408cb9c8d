"""A real Prometheus of this machine, filled with samples, to hold the evaluator against."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import urlopen

from cockpit.training.promql.numbers import decimal_text
from cockpit.training.promql.sample import Labels

PROMETHEUS, PROMTOOL = shutil.which("prometheus"), shutil.which("promtool")
MISSING = "" if PROMETHEUS and PROMTOOL else "prometheus and promtool are not installed"
_PATIENCE = 60.0  # seconds of real time for one step on a busy machine


class Taken(NamedTuple):
    """Samples of one scrape, at a time in seconds."""

    time: float
    samples: tuple[tuple[Labels, float], ...]


class Real:
    """Asks a Prometheus that listens on a port of this machine."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"

    def ask(self, path: str, parameters: dict[str, object]) -> tuple[int, Any]:
        """Return status and decoded body."""
        form = urlencode(parameters).encode()
        try:
            with urlopen(f"{self._base}{path}", form, _PATIENCE) as answer:  # noqa: S310  # loopback
                return answer.status, json.load(answer)
        except HTTPError as error:
            with error:
                return error.code, json.load(error)

    def is_ready(self) -> bool:
        try:
            with urlopen(f"{self._base}/-/ready", timeout=_PATIENCE) as answer:  # noqa: S310  # loopback
                return bool(answer.status == 200)
        except (URLError, ConnectionError):
            return False


def exposition(scrapes: Iterable[Taken]) -> str:
    """Return samples as OpenMetrics text with times."""
    lines = []
    for taken in scrapes:
        for labels, value in taken.samples:
            name = dict(labels)["__name__"]
            pairs = ",".join(f"{key}={json.dumps(text)}" for key, text in labels if key != "__name__")
            lines.append(f"{name}{{{pairs}}} {decimal_text(value)} {taken.time:.3f}")
    return "\n".join([*lines, "# EOF", ""])


@contextmanager
def filled(directory: Path, scrapes: Iterable[Taken]) -> Iterator[Real]:
    """Serve samples by a Prometheus of its own in `directory`, on a free port of this machine."""
    assert PROMETHEUS
    assert PROMTOOL
    text, data, config = directory / "samples.om", directory / "data", directory / "prometheus.yml"
    text.write_text(exposition(scrapes))
    config.write_text("")
    blocks = [PROMTOOL, "tsdb", "create-blocks-from", "openmetrics", str(text), str(data)]
    subprocess.run(blocks, check=True, capture_output=True, timeout=_PATIENCE)  # noqa: S603  # found on PATH
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    options = (f"--storage.tsdb.path={data}", f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}")
    command = [PROMETHEUS, *options, "--storage.tsdb.retention.time=100y", "--log.level=error"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            real = Real(port)
            end = time.monotonic() + _PATIENCE
            while not real.is_ready():
                assert process.poll() is None, "Prometheus ended before it was ready"
                assert time.monotonic() < end, "Prometheus was never ready"
                time.sleep(0.05)
            yield real
        finally:
            process.terminate()
            process.wait(_PATIENCE)
