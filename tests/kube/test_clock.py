"""The server's clock and the waits between tries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.kube.backoff import Backoff
from cockpit.kube.clock import Clock, ServerTime
from cockpit.kube.errors import seconds_to_wait

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def header(when: datetime) -> str:
    return format_datetime(when, usegmt=True)


@given(st.integers(-10_000_000, 10_000_000), st.integers(0, 999_999))
def test_the_server_s_time_is_never_more_than_a_second_off(seconds: int, microseconds: int) -> None:
    true = NOON + timedelta(seconds=seconds, microseconds=microseconds)
    clock = ServerTime(lambda: NOON)
    clock.hear(header(true.replace(microsecond=0)))
    assert abs(clock.now() - true) <= timedelta(seconds=1)


def test_a_clock_that_agrees_is_left_alone() -> None:
    local = NOON + timedelta(milliseconds=700)
    clock = ServerTime(lambda: local)
    clock.hear(header(NOON))
    assert clock.now() == local


@pytest.mark.parametrize("said", ["", "yesterday", "Sat, 21 Nov 2026 12:00:00"])
def test_a_date_that_cannot_be_read_changes_nothing(said: str) -> None:
    clock = ServerTime(lambda: NOON)
    clock.hear(said)
    assert clock.now() == NOON


@given(st.lists(st.none() | st.floats(0, 300), max_size=40), st.floats(0, 1))
def test_no_wait_is_shorter_than_asked_for_or_longer_than_half_a_minute(
    asked: list[float | None], chance: float
) -> None:
    backoff = Backoff(Clock(uniform=lambda least, most: least + (most - least) * chance))
    for retry_after in asked:
        wait = backoff.next_seconds(retry_after)
        assert (0.25 <= wait <= 30) if retry_after is None else (retry_after <= wait <= retry_after + 0.5)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("99999", 300.0),
        ("Sat, 21 Nov 2026 12:00:09 GMT", 9.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("Sat, 21 Nov 2026 12:00:09", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert seconds_to_wait({"Retry-After": value}, NOON) == seconds
