"""What a probe counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.metrics.probe.tally import MOST_VERSIONS, OTHERS, Latencies, Reply, Seen, Tally
from cockpit.metrics.probe.words import asked_words, latency_words, shares_words, summary_words


def tally_of(*replies: Reply, seconds: float = 0.048) -> Tally:
    tally = Tally()
    for number, reply in enumerate(replies):
        tally.asked += 1
        tally.add(Seen(number, float(number), number + seconds, reply))
    return tally


OK, BAD, NONE = Reply(200, "v1"), Reply(503, "v2"), Reply(None, problem="connection refused")


def test_answers_below_400_are_well_and_all_else_fails() -> None:
    summary = tally_of(OK, Reply(302, "v1"), Reply(404, "v1"), BAD, NONE).summary()
    assert (summary.asked, summary.answered, summary.failed) == (5, 4, 3)
    assert summary.versions == {"v1": 3, "v2": 1}
    assert summary.problem == "connection refused"


def test_with_nothing_seen_there_is_no_latency_and_no_share() -> None:
    summary = Tally().summary()
    assert (summary.p50, summary.p99, summary.versions) == (None, None, {})
    assert summary_words(summary) == "0 asked, 0 failed"


def test_a_failure_is_the_writes_when_its_request_was_under_way_in_the_three_seconds_after_it() -> None:
    tally = Tally()
    tally.mark(10.0, "switch")
    spans = [(9.0, 9.9), (9.9, 10.1), (12.9, 15.0), (13.1, 13.2)]
    for number, (sent, ended) in enumerate(spans):
        tally.asked += 1
        tally.add(Seen(number, sent, ended, BAD))
    assert asked_words(tally.summary()) == "4 asked, 4 failed (2 in the 3 s after the switch)"


def test_what_was_not_sent_and_what_still_waits_is_said() -> None:
    tally = tally_of(OK, OK, BAD)
    tally.asked += 1
    tally.not_sent = 7
    words = summary_words(tally.summary())
    assert words.startswith("4 asked, 1 failed, 7 not sent, 1 without an answer yet, p50 48 ms, p99 48 ms")
    assert words.endswith("v1 67% v2 33%")


def test_an_application_that_says_another_version_each_time_fills_no_memory() -> None:
    summary = tally_of(*(Reply(200, f"v{number}") for number in range(1000))).summary()
    assert len(summary.versions) == MOST_VERSIONS + 1
    assert summary.versions[OTHERS] == 1000 - MOST_VERSIONS


@given(st.lists(st.floats(1e-4, 100), min_size=1, max_size=200), st.floats(0.01, 1))
def test_percentiles_are_those_of_nearest_rank_within_a_per_cent(durations: list[float], share: float) -> None:
    latencies = Latencies()
    for seconds in durations:
        latencies.add(seconds)
    exact = sorted(durations)[max(0, -(-len(durations) * share // 1).__int__() - 1)]
    assert latencies.percentile(share) == pytest.approx(exact, rel=0.0101)


def test_shares_are_never_rounded_to_nothing_or_to_everything() -> None:
    assert shares_words({"v1": 999, "v2": 1}) == "v1 >99% v2 <1%"
    assert shares_words({"v1": 61, "v2": 39}) == "v1 61% v2 39%"


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, "?"), (0.0008, "0.8 ms"), (0.048, "48 ms"), (0.9996, "1000 ms"), (1.25, "1.2 s")]
)
def test_latencies_have_their_unit(seconds: float | None, words: str) -> None:
    assert latency_words(seconds) == words
