"""A cockpit whose terminal is gone ends, whatever still waits for that terminal."""

from __future__ import annotations

from cockpit.ui.leaving import GRACE_SECONDS, leave_at_last


def test_the_process_ends_in_a_while_and_the_wait_itself_keeps_nothing_alive() -> None:
    ended: list[int] = []
    timer = leave_at_last(1, ended.append)
    try:
        assert timer.interval == GRACE_SECONDS
        assert timer.daemon
        timer.function(*timer.args)
        assert ended == [129]
    finally:
        timer.cancel()
