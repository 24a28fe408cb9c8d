"""The lane of a probe: dots, latencies, counts, and what gives way."""

from __future__ import annotations

import pytest

from cockpit.metrics.probe.tally import Reply, Seen, Tally
from cockpit.metrics.probe.versions import Known
from cockpit.release.view import Role
from cockpit.ui.ink import VERSION_INKS, Ink, Line, plain, width_of
from cockpit.ui.lane import Lane, Write, other_rate
from cockpit.ui.panels.probe import probe_lines
from tests.ui.factory import version

PLACES = {"v1": 0, "v2": 1}
KNOWN = Known((version("v1", Role.STABLE, "web", "r"), version("v2", Role.CANARY, "web", "r", network=1)))


def lane(*replies: Reply | str, through_api: bool = True, running: bool = True, target: str = "service/web:80") -> Lane:
    """Return a lane with an answer a second, each 10 ms slower than the one before; a text is an act's write."""
    tally, trail = Tally(), list[Seen | Write]()
    for number, reply in enumerate(replies):
        if isinstance(reply, str):
            tally.mark(float(number), reply)
            trail.append(Write(reply))
            continue
        tally.asked += 1
        seen = Seen(number, float(number), number + 0.01 * (number + 1), reply)
        tally.add(seen)
        trail.append(seen)
    return Lane(target, through_api, 5.0, running, tuple(trail), tally.summary(), KNOWN)


V1, V2, BAD, NONE = Reply(200, "v1"), Reply(200, "v2"), Reply(503, "v2"), Reply(None, problem="connection refused")


def text_of(shown: tuple[Line, ...]) -> list[str]:
    return [plain(line).rstrip() for line in shown]


def test_nothing_is_drawn_where_nothing_was_probed() -> None:
    assert probe_lines(None, PLACES, 80, tall=True) == ()


def test_each_answer_is_the_mark_of_its_version_and_each_failure_a_cross() -> None:
    _, dots, *_ = probe_lines(lane(V1, V2, BAD, Reply(200, "v9"), NONE), PLACES, 80, tall=False)
    assert plain(dots).rstrip().endswith("●◆✖?✖")
    inks = [part.ink for part in dots if part.text in "●◆✖?"]
    assert inks == [VERSION_INKS[0], VERSION_INKS[1], Ink.ERROR, Ink.MUTED, Ink.ERROR]


def test_the_newest_answers_are_at_the_right_and_a_write_is_a_line_between_them() -> None:
    shown = lane(*[V1] * 200, "switch", V2)
    dots = text_of(probe_lines(shown, PLACES, 80, tall=False))[1]
    assert dots.endswith("●●│◆")
    assert len(dots) <= 80


def test_with_room_latencies_counts_and_the_last_answer_are_told() -> None:
    head, _, latency, counts = text_of(probe_lines(lane(V1, V1, V2, BAD), PLACES, 150, tall=True))
    assert head.startswith(" PROBE  service/web:80")
    assert head.endswith("✖ 503 in 40 ms   5/s")
    assert latency.endswith("▂▄▆█")
    assert "4 asked, 1 failed, p50 20 ms, p99 40 ms  ● v1 50%  ◆ v2 50%" in counts
    assert counts.endswith("past weights and routes: no observed split")


def test_where_nothing_answers_there_is_no_latency_and_no_share() -> None:
    head, _, latency, counts = text_of(probe_lines(lane(NONE, NONE), PLACES, 120, tall=True))
    assert "✖ connection refused in 20 ms" in head
    assert latency == " latency"
    assert "2 asked, 2 failed " in counts
    assert "%" not in counts


def test_what_goes_past_the_routes_says_so_where_rows_are_short_too() -> None:
    assert text_of(probe_lines(lane(V1), PLACES, 80, tall=False))[1].startswith(" past routes")
    assert text_of(probe_lines(lane(V1, through_api=False), PLACES, 80, tall=False))[1].startswith(" answers")


def test_failures_over_a_switch_are_counted_apart() -> None:
    counts = text_of(probe_lines(lane(V1, BAD, "switch", BAD, V2), PLACES, 80, tall=False))[0]
    assert counts.endswith("4 asked, 2 failed (1 in the 3 s after the switch)")


def test_while_requests_fail_the_reason_is_told_where_rows_are_short_too() -> None:
    assert text_of(probe_lines(lane(V1, NONE), PLACES, 80, tall=False))[0].endswith("1 failed: connection refused")
    assert "refused" not in text_of(probe_lines(lane(NONE, V1), PLACES, 80, tall=False))[0]


def test_a_probe_that_stopped_says_so() -> None:
    assert "stopped" in text_of(probe_lines(lane(V1, running=False), PLACES, 120, tall=True))[0]
    assert "stopped, 1 asked" in text_of(probe_lines(lane(V1, running=False), PLACES, 80, tall=False))[0]


@pytest.mark.parametrize("width", [60, 61, 80, 120, 200])
@pytest.mark.parametrize("tall", [True, False])
def test_no_line_is_wider_than_the_screen_and_the_failures_are_always_told(width: int, tall: bool) -> None:
    long = lane(*[V1, BAD, NONE] * 300, "set-image", BAD, target="https://a-very-long-name.example.com/" + "x" * 200)
    shown = probe_lines(long, PLACES, width, tall=tall)
    assert [width_of(line) for line in shown] == [width] * len(shown)
    assert any("901 asked, 601 failed" in plain(line) for line in shown)


def test_rates_go_up_and_down_within_their_bounds() -> None:
    assert [other_rate(rate, up=True) for rate in (1, 5, 7, 20, 50)] == [2, 10, 10, 50, 50]
    assert [other_rate(rate, up=False) for rate in (50, 7, 5, 1, 0.5)] == [20, 5, 2, 1, 0.5]
