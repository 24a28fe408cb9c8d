"""Follows a canned server, and measures what a screen would feel.

    python -m tests.bench.follow KUBECONFIG SECONDS

prints as JSON: `latency_ms`, from the moment an event was sent to the picture that holds it, handed to a subscriber;
`longest_block_ms` of the event loop; resident memory in MB when the list was complete, and at the end.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path

from cockpit.live.live_feeds import LiveFeeds
from cockpit.live.once import first_complete
from cockpit.live.picture import Picture
from cockpit.release.view import PodView, ReleaseView
from tests.bench.canned_server import SENT

_TICK_SECONDS = 0.005


class Stopwatch:
    """Notes for every pod that changed how old the change is when its picture arrives."""

    def __init__(self) -> None:
        self.latencies: list[float] = []
        self.pictures = 0
        self._seen: dict[tuple[str, str], ReleaseView] = {}
        self._nodes: dict[str, str] = {}

    def look(self, picture: Picture) -> None:
        """Take a picture at the moment it is handed out."""
        now = time.monotonic()
        self.pictures += 1
        for release in picture.releases:
            if self._seen.get(release.key) is not release:
                self._seen[release.key] = release
                for version in release.versions:
                    for pod in version.pods or ():
                        self._compare(pod, now)

    def _compare(self, pod: PodView, now: float) -> None:
        if pod.node.startswith(SENT) and self._nodes.get(pod.name) != pod.node:
            self._nodes[pod.name] = pod.node
            self.latencies.append(now - float(pod.node.removeprefix(SENT)))


async def longest_block(seconds: float) -> float:
    """Return by how many seconds the event loop was late at worst, within `seconds`."""
    worst, end = 0.0, time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        await asyncio.sleep(_TICK_SECONDS)
        worst = max(worst, time.monotonic() - now - _TICK_SECONDS)
    return worst


def resident_mb() -> float:
    """Return the memory that this process holds now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def follow(kubeconfig: str, seconds: float) -> dict[str, float]:
    """Measure for `seconds` after the first full picture."""
    feed = LiveFeeds(kubeconfig).open(None, ())
    block = asyncio.create_task(longest_block(5.0))
    await first_complete(feed)
    while_starting = await block
    full = resident_mb()
    stopwatch = Stopwatch()
    stopwatch.look(feed.picture)
    stopwatch.latencies.clear()
    feed.subscribe(stopwatch.look)
    began = time.process_time()
    worst = await longest_block(seconds)
    busy = (time.process_time() - began) / seconds
    await feed.stop()
    ordered = sorted(stopwatch.latencies) or [float("nan")]
    return {
        "events": len(ordered),
        "pictures": stopwatch.pictures,
        "latency_ms_p50": ordered[len(ordered) // 2] * 1000,
        "latency_ms_p99": ordered[int(len(ordered) * 0.99)] * 1000,
        "longest_block_ms": worst * 1000,
        "longest_block_while_starting_ms": while_starting * 1000,
        "processor_share": busy,
        "memory_mb_full": full,
        "memory_mb_end": resident_mb(),
    }


if __name__ == "__main__":
    measured = asyncio.run(follow(sys.argv[1], float(sys.argv[2])))
    sys.stdout.write(json.dumps({name: round(value, 3) for name, value in measured.items()}) + "\n")
