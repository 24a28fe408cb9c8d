"""The same seed and inputs give the same cluster, byte for byte save for times; and the clock by which it moves."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache, partial

from cockpit.training.clock import ClockDriver, SimulatedClock
from tests.training.steps import NOON

_DAY = 86400
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_NAME_OF_EVENT = re.compile(r'\.1[0-9a-f]{15}"')  # it ends in the nanosecond of its birth


@cache
def grown(seed: int, now: float, hash_seed: str) -> str:
    """Return all that is in a cluster that lived through a tour, in a process of its own."""
    command = [sys.executable, "-m", "tests.training.grown", "tour", str(seed), str(now)]
    environ = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environ).stdout  # noqa: S603  # our own


def without_times(text: str) -> str:
    return _NAME_OF_EVENT.sub('.EVENT"', _TIME.sub("TIME", text))


def test_the_same_seed_gives_the_same_cluster_byte_for_byte_in_any_process() -> None:
    first, again = grown(1, NOON, "0"), grown(1, NOON, "12345")
    assert len(first.splitlines()) > 500
    assert first == again


def test_another_day_gives_the_same_cluster_save_for_times() -> None:
    assert without_times(grown(1, NOON, "1")) == without_times(grown(1, NOON + _DAY, "2"))


def test_another_seed_gives_another_cluster() -> None:
    assert grown(1, NOON, "0") != grown(2, NOON, "0")


def test_a_paused_clock_runs_on_where_it_stood() -> None:
    async def story() -> tuple[float, float, float]:
        clock = SimulatedClock(NOON)
        driver = ClockDriver(clock, 1000)
        task = asyncio.create_task(driver.run())
        await until(lambda: clock.now > NOON + 5, clock)
        driver.set_speed(0)
        stood = clock.now
        await asyncio.sleep(0.02)
        driver.catch_up()
        still = clock.now
        driver.set_speed(1000)
        await until(lambda: clock.now > stood + 5, clock)
        task.cancel()
        return stood, still, clock.now

    stood, still, after = asyncio.run(story())
    assert stood == still
    assert stood + 5 < after < stood + 5000


async def until(holds: Callable[[], bool], clock: SimulatedClock) -> None:
    """Let the clock run until something holds; a timer each simulated second keeps its driver awake."""

    def tick() -> None:
        clock.call_later(1, tick)

    tick()
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110  # what is waited for is time itself
            await asyncio.sleep(0.001)


def test_steps_run_what_is_due_in_its_order_at_its_time() -> None:
    clock = SimulatedClock(NOON)
    ran: list[tuple[float, float]] = []

    def note(delay: float) -> None:
        ran.append((delay, clock.now - NOON))

    for delay in (3.0, 1.0, 2.0, 1.0, 9.0):
        clock.call_later(delay, partial(note, delay))
    clock.step(5)
    assert ran == [(1.0, 1.0), (1.0, 1.0), (2.0, 2.0), (3.0, 3.0)]
    assert clock.now == NOON + 5
