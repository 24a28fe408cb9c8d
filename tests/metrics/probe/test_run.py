"""A probe in virtual time: what it sends, what it leaves out, and how it ends."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.errors import UnreachableError
from cockpit.metrics.probe.order import Limits
from cockpit.metrics.probe.pace import MOST_IN_FLIGHT
from cockpit.metrics.probe.run import Probe
from cockpit.metrics.probe.tally import Reply, Seen
from tests.cluster.virtual_loop import run_virtually
from tests.metrics.probe.asking import ScriptedAsker, probed

HAIR = 1e-6


def test_it_ends_after_its_count_and_tells_each_answer() -> None:
    asker = ScriptedAsker()
    probe, seen = probed(asker, Limits(rate=5, count=4))
    assert [entry.number for entry in seen] == [1, 2, 3, 4]
    assert probe.tally.summary().asked == 4
    assert asker.closed


def test_it_ends_after_its_time_and_waits_for_what_is_in_flight() -> None:
    probe, seen = probed(ScriptedAsker((0.5,)), Limits(rate=10, seconds=1.0))
    summary = probe.tally.summary()
    assert (summary.asked, summary.waiting, len(seen)) == (10, 0, 10)


def test_a_server_that_hangs_is_given_up_and_never_has_more_than_a_bound_in_flight() -> None:
    asker = ScriptedAsker((1000.0,))
    probe, seen = probed(asker, Limits(rate=50, seconds=4.0, timeout=2.0))
    summary = probe.tally.summary()
    assert asker.most_open == MOST_IN_FLIGHT
    assert summary.not_sent > 0
    assert summary.asked + summary.not_sent <= 4 * 50
    assert summary.failed == summary.asked
    assert {entry.reply.problem for entry in seen} == {"no answer in 2 s"}


@given(st.floats(0.5, 50), st.lists(st.floats(0, 8), min_size=1, max_size=30))
def test_slow_answers_never_make_it_faster_than_asked(rate: float, delays: list[float]) -> None:
    asker = ScriptedAsker(delays)
    probed(asker, Limits(rate=rate, count=40))
    gaps = [after - before for before, after in zip(asker.sent_at, asker.sent_at[1:], strict=False)]
    assert min(gaps) >= 1 / rate - HAIR


def test_cancelled_it_leaves_what_is_in_flight_and_closes() -> None:
    asker = ScriptedAsker((1000.0,))

    async def story() -> Probe:
        probe = Probe(asker, Limits(rate=5), lambda _: None)
        task = asyncio.get_running_loop().create_task(probe.run())
        await asyncio.sleep(1.1)
        task.cancel()
        await asyncio.wait({task})
        return probe

    probe = run_virtually(story())
    assert (probe.tally.summary().asked, probe.tally.summary().waiting) == (6, 6)
    assert asker.closed
    assert asker.open_now == 0


def test_a_faster_rate_holds_from_the_next_request_on() -> None:
    asker = ScriptedAsker()

    async def story() -> None:
        probe = Probe(asker, Limits(rate=1, count=12), lambda _: None)
        task = asyncio.get_running_loop().create_task(probe.run())
        await asyncio.sleep(1.5)
        probe.rate = 10
        await task

    run_virtually(story())
    gaps = [after - before for before, after in zip(asker.sent_at, asker.sent_at[1:], strict=False)]
    assert gaps == pytest.approx([1.0, 1.0, *[0.1] * 9], abs=1e-3)


class _Broken(ScriptedAsker):
    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    async def ask(self) -> Reply:
        raise self._error


def test_an_api_server_that_is_gone_is_a_failure_and_not_the_end() -> None:
    _, seen = probed(_Broken(UnreachableError("It does not answer.")), Limits(rate=5, count=3))
    assert [entry.reply for entry in seen] == [Reply(None, problem="It does not answer.")] * 3


def test_a_fault_of_ours_ends_the_probe_and_is_told() -> None:
    asker = _Broken(RuntimeError("a fault"))
    with pytest.raises(RuntimeError, match="a fault"):
        probed(asker, Limits(rate=5))
    assert asker.closed


def test_what_a_listener_raises_ends_the_probe() -> None:
    def listen(_: Seen) -> None:
        raise BrokenPipeError

    async def story() -> None:
        await Probe(ScriptedAsker(), Limits(rate=5), listen).run()

    with pytest.raises(BrokenPipeError):
        run_virtually(story())
