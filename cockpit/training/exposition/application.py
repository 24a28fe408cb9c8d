"""The metrics of the simulated application: requests by method and status, and how long they took.

    http_requests_total{method,status}                                 counter
    http_request_duration_seconds_bucket|_sum|_count{le}               histogram, classic
All series are there from the start, at zero, so that a ratio of errors has a numerator before the first one.
"""

from __future__ import annotations

from cockpit.training.exposition.counting import SECONDS, bound_text, histogram, share_of, shown
from cockpit.training.traffic.profile import Profile

REQUESTS, DURATION = "http_requests_total", "http_request_duration_seconds"
_POSTS = 0.15  # share of the requests
_LES = (*(bound_text(bound) for bound in SECONDS), "+Inf")

SERIES: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    *((REQUESTS, (("method", method), ("status", status))) for method in ("GET", "POST") for status in ("200", "500")),
    *((f"{DURATION}_bucket", (("le", le),)) for le in _LES),
    (f"{DURATION}_sum", ()),
    (f"{DURATION}_count", ()),
)
"""Name and own labels of each series, in the order of `values`."""

FAMILIES = (
    (REQUESTS, "counter", "HTTP requests answered, by method and status."),
    (DURATION, "histogram", "Time that HTTP requests took, in seconds."),
)
"""Name, type and help of each family, in the order of `SERIES`."""


def values(exact: float, profile: Profile, phase: float) -> tuple[float, ...]:
    """Return the value of each series after so many requests since the container's start."""
    number = shown(exact, phase)
    posts = share_of(number, _POSTS)
    gets = number - posts
    failed_gets, failed_posts = share_of(gets, profile.errors), share_of(posts, profile.errors)
    took = histogram(number, profile.median, profile.p99, SECONDS)
    by_status = (gets - failed_gets, failed_gets, posts - failed_posts, failed_posts)
    return (*by_status, *took.counts, took.total, number)
