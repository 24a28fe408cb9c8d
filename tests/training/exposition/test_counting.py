"""What counters show of exact numbers of requests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.training.exposition.application import SERIES, values
from cockpit.training.exposition.counting import SECONDS, bound_text, histogram, shown
from cockpit.training.traffic.profile import Profile

_NUMBERS = st.floats(0, 1e7)
_PROFILES = st.builds(
    Profile,
    st.just("shop"),
    st.just("web"),
    st.just("web"),
    st.just("1"),
    st.floats(0, 1),
    st.floats(0.001, 0.5),
    st.floats(0.6, 20),
)


@given(exact=_NUMBERS, more=st.floats(0, 50), phase=st.floats(0, 1))
def test_what_is_shown_stays_near_and_never_falls(exact: float, more: float, phase: float) -> None:
    assert abs(shown(exact, phase) - exact) <= 9
    assert shown(exact + more, phase) >= shown(exact, phase)
    assert shown(0.0, phase) == 0


@given(exact=_NUMBERS, more=st.floats(0, 50), phase=st.floats(0, 1), profile=_PROFILES)
def test_no_series_of_an_application_falls_and_the_parts_sum_to_the_whole(
    exact: float, more: float, phase: float, profile: Profile
) -> None:
    before, after = values(exact, profile, phase), values(exact + more, profile, phase)
    assert all(one <= other for one, other in zip(before, after, strict=True))
    named = list(zip(SERIES, after, strict=True))
    statuses = [value for (name, _), value in named if name == "http_requests_total"]
    buckets = [value for (name, _), value in named if name.endswith("_bucket")]
    assert sum(statuses) == after[-1] == buckets[-1]
    assert buckets == sorted(buckets)


@given(number=st.integers(20_000, 10**6), profile=_PROFILES)
def test_half_of_the_requests_are_below_the_median_and_99_of_100_below_the_99th_percentile(
    number: int, profile: Profile
) -> None:
    found = histogram(number, profile.median, profile.p99, (profile.median, profile.p99))
    assert found.counts[0] / number == pytest.approx(0.5, abs=1e-3)
    assert found.counts[1] / number == pytest.approx(0.99, abs=1e-3)
    assert profile.median <= found.total / number


@pytest.mark.parametrize("number", [1, 10, 30, 60])
def test_the_first_requests_are_not_the_slowest_ones(number: int) -> None:
    found = histogram(number, 0.012, 0.048, SECONDS)
    assert dict(zip(SECONDS, found.counts, strict=False))[0.1] == number


def test_latencies_that_are_all_alike_have_one_bucket() -> None:
    assert histogram(10, 0.05, 0.05, SECONDS).counts == (0, 0, 0, 10, 10, 10, 10, 10, 10, 10, 10, 10)


def test_bounds_are_written_as_client_libraries_write_them() -> None:
    written = [bound_text(bound) for bound in SECONDS]
    assert written == ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10"]
