"""Never faster than asked, and no burst after a stall."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from cockpit.metrics.probe.pace import Pace, changed, pace_of

HAIR = 1e-6
rates = st.floats(0.1, 50)
stalls = st.lists(st.tuples(st.floats(0, 30), st.booleans()), max_size=60)


def test_the_first_request_is_due_at_once_and_the_next_an_interval_later() -> None:
    pace, turn = pace_of(5, 100.0).turn(100.0, may_send=True)
    assert (turn.send, turn.not_sent, turn.wait) == (True, 0, 0.2)
    _, early = pace.turn(100.05, may_send=True)
    assert not early.send
    assert abs(early.wait - 0.15) < HAIR


def test_while_too_many_wait_a_request_that_is_due_is_told_as_not_sent() -> None:
    _, turn = pace_of(5, 100.0).turn(100.0, may_send=False)
    assert (turn.send, turn.not_sent) == (False, 1)


def test_a_stall_is_not_made_up_for() -> None:
    pace, _ = pace_of(5, 100.0).turn(100.0, may_send=True)
    pace, late = pace.turn(101.25, may_send=True)
    assert (late.send, late.not_sent) == (True, 5)
    assert not pace.turn(101.4, may_send=True)[1].send


@given(rates, stalls)
def test_two_requests_are_never_closer_than_an_interval_and_none_that_was_due_is_forgotten(
    rate: float, turns: list[tuple[float, bool]]
) -> None:
    now, sent, not_sent = 1000.0, [], 0
    pace = pace_of(rate, now)
    for seconds, may_send in turns:
        now += seconds
        pace, turn = pace.turn(now, may_send)
        not_sent += turn.not_sent
        sent += [now] if turn.send else []
    assert all(after - before >= 1 / rate - HAIR for before, after in itertools.pairwise(sent))
    assert len(sent) + not_sent <= (now - 1000.0) * rate + 1 + HAIR


@given(rates, rates, st.floats(0, 20))
def test_another_rate_keeps_its_distance_to_the_last_request(before: float, after: float, later: float) -> None:
    pace, _ = pace_of(before, 1000.0).turn(1000.0, may_send=True)
    now = 1000.0 + later
    other: Pace = changed(pace, after, now)
    assert other.due >= 1000.0 + 1 / after - HAIR
    assert other.turn(now, may_send=True)[1].not_sent == 0
