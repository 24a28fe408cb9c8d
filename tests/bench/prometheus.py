"""Draws a release on the real screen while its Prometheus misbehaves, and measures how long the loop is blocked.

    python -m tests.bench.prometheus SECONDS

prints as JSON by how many milliseconds the loop that draws was late at worst, by what Prometheus does: `well` is the
embedded one, `slow` answers after ten seconds, `dead` not at all, `html` with a page, `lying` with answers to other
questions, a megabyte each. A key and an event of the API wait no longer than the loop does.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from cockpit.live.drifts import DriftRule
from cockpit.live.live_feeds import LiveFeeds
from cockpit.live.metrics_watch import Metering
from cockpit.live.prometheus import ClusterMetrics
from cockpit.metrics.settings import MetricsSettings
from cockpit.runner.connections import LiveConnections
from cockpit.runner.settings import RunnerSettings
from cockpit.ui.app import CockpitApp
from tests.bench.follow import longest_block
from tests.bench.processes import embedded_cluster

MANNERS = ("well", "slow", "dead", "html", "lying")
_SIZE = (120, 40)
_SETTLING_SECONDS = 5.0
_LATE_SECONDS = 10.0
_PAGE = b"<!doctype html><title>Log in</title>" + b"<p>Who are you?</p>" * 1000
_POINTS = [[1_000_000 + index, str(index)] for index in range(200)]
_LIE = json.dumps(
    {
        "status": "success",
        "data": {
            "resultType": "matrix",
            "result": [{"metric": {"pod": f"pod-{index}"}, "values": _POINTS} for index in range(250)],
        },
    }
).encode()


class _Server(BaseHTTPRequestHandler):
    """Answers every GET in the manner that the first part of the path names."""

    def do_GET(self) -> None:  # the name that http.server calls
        manner = self.path.split("/")[1]
        if manner == "slow":
            time.sleep(_LATE_SECONDS)
        body = _LIE if manner == "lying" else _PAGE
        self.send_response(200)
        self.send_header("Content-Type", "application/json" if manner == "lying" else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        # Whoever does not wait for the answer hangs up.
        with suppress(BrokenPipeError):
            self.wfile.write(body)

    do_POST = do_GET  # noqa: N815  # as above

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # http.server's name
        """Say nothing."""


def serve() -> None:
    """Serve in a process of its own, which says its port first; it ends with its standard input."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    server.daemon_threads = True
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


async def draw(kubeconfig: Path, folder: Path, url: str, seconds: float) -> float:
    """Return the longest block of the loop, in seconds, with an open release; `url` "" is what the cluster has."""
    settings = MetricsSettings(url=url, refresh_seconds=1.0)
    metering = Metering(
        lambda session: ClusterMetrics(session, settings, session.clock), DriftRule(0.1, timedelta(seconds=60))
    )
    writing = RunnerSettings(journal=folder / "journal.jsonl", who="bench")
    app = CockpitApp(LiveConnections(LiveFeeds(str(kubeconfig), metering=metering), writing), namespaces=())
    running = asyncio.create_task(app.run_async(headless=True, size=_SIZE))
    await asyncio.sleep(_SETTLING_SECONDS)
    release = next(entry for entry in app.scene.picture.releases if entry.name == "gateway")
    app.call_later(app.open_release, release)
    worst = await longest_block(seconds)
    app.exit()
    await running
    return worst


@contextmanager
def _bad_server() -> Iterator[int]:
    command = [sys.executable, "-m", "tests.bench.prometheus", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - as above
        try:
            yield int(server.stdout.readline() if server.stdout else 0)
        finally:
            server.terminate()


def main(seconds: float) -> dict[str, float]:
    """Measure each manner, on one cluster."""
    found: dict[str, float] = {}
    with TemporaryDirectory() as name, embedded_cluster(Path(name)) as kubeconfig, _bad_server() as port:
        # Nothing listens on port 1, which needs rights that nobody here has.
        urls = {manner: f"http://127.0.0.1:{port}/{manner}" for manner in MANNERS}
        urls |= {"well": "", "dead": "http://127.0.0.1:1"}
        for manner, url in urls.items():
            found[manner] = round(asyncio.run(draw(kubeconfig, Path(name), url, seconds)) * 1000, 1)
    return found


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    else:
        sys.stdout.write(json.dumps(main(float(sys.argv[1]))) + "\n")
