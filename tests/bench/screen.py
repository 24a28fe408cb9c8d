"""Draws a canned server on the real screen, without a terminal, and measures how long the loop is blocked.

    python -m tests.bench.screen KUBECONFIG SECONDS

prints as JSON by how many milliseconds the loop that draws was late at worst: while it starts, on the fleet, and on a
release that is open.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from cockpit.live.live_feeds import LiveFeeds
from cockpit.runner.connections import LiveConnections
from cockpit.runner.settings import RunnerSettings
from cockpit.ui.app import CockpitApp
from tests.bench.follow import longest_block

_SIZE = (120, 40)
_SETTLING_SECONDS = 4.0


async def draw(kubeconfig: str, seconds: float) -> dict[str, float]:
    """Measure for `seconds` on each of the two screens."""
    with TemporaryDirectory() as folder:
        settings = RunnerSettings(journal=Path(folder) / "journal.jsonl", who="bench")
        return await _measured(CockpitApp(LiveConnections(LiveFeeds(kubeconfig), settings), namespaces=()), seconds)


async def _measured(app: CockpitApp, seconds: float) -> dict[str, float]:
    running = asyncio.create_task(app.run_async(headless=True, size=_SIZE))
    starting = await longest_block(_SETTLING_SECONDS)
    fleet = await longest_block(seconds)
    app.call_later(app.open_release, app.scene.picture.releases[0])
    await asyncio.sleep(1.0)
    release = await longest_block(seconds)
    app.exit()
    await running
    return {
        "longest_block_while_starting_ms": starting * 1000,
        "longest_block_on_the_fleet_ms": fleet * 1000,
        "longest_block_on_a_release_ms": release * 1000,
    }


if __name__ == "__main__":
    measured = asyncio.run(draw(sys.argv[1], float(sys.argv[2])))
    sys.stdout.write(json.dumps({name: round(value, 3) for name, value in measured.items()}) + "\n")
