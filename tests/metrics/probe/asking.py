"""Runs probes: on an asker that a test scripts, in virtual time; and on servers of loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from cockpit.metrics.probe.order import Limits
from cockpit.metrics.probe.run import Probe
from cockpit.metrics.probe.tally import Reply, Seen
from tests.cluster.virtual_loop import run_virtually


@dataclass
class ScriptedAsker:
    """Takes the seconds of `delays` for its answers, one after the other, the last one again and again."""

    delays: Sequence[float] = (0.01,)
    replies: Sequence[Reply] = (Reply(200, "v1"),)
    sent_at: list[float] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0
    closed: bool = False

    async def ask(self) -> Reply:
        number = len(self.sent_at)
        self.sent_at.append(asyncio.get_running_loop().time())
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            await asyncio.sleep(self.delays[min(number, len(self.delays) - 1)])
        finally:
            self.open_now -= 1
        return self.replies[min(number, len(self.replies) - 1)]

    async def close(self) -> None:
        self.closed = True


def probed(asker: ScriptedAsker, limits: Limits) -> tuple[Probe, list[Seen]]:
    """Run a probe to its end in virtual time."""
    seen: list[Seen] = []

    async def story() -> Probe:
        probe = Probe(asker, limits, seen.append)
        await probe.run()
        return probe

    return run_virtually(story()), seen
