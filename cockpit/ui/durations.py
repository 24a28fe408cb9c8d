"""Durations, ages and shares as short words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

UNKNOWN = "?"

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def age(since: datetime | None, now: datetime) -> str:
    """Return how long ago `since` was in at most six cells: 8s, 4m12s, 42m, 3h05m, 12d; `?` where it is not known."""
    return UNKNOWN if since is None else duration((now - since).total_seconds())


def duration(seconds: float) -> str:
    """Return a duration in at most six cells. A clock that runs ahead of the server's counts as no time at all."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < 10 * _MINUTE:
        return f"{whole // _MINUTE}m{whole % _MINUTE:02}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m"
    if whole < _DAY:
        return f"{whole // _HOUR}h{whole % _HOUR // _MINUTE:02}m"
    return f"{whole // _DAY}d"


def freshness(since: datetime | None, now: datetime) -> str:
    """Return the age of a picture, in tenths of a second while it is young."""
    if since is None:
        return UNKNOWN
    seconds = max(0.0, (now - since).total_seconds())
    return f"{seconds:.1f}s" if seconds < 10 else duration(seconds)


def percent(share: float | None) -> str:
    """Return a share of 1 as per cent; what is neither nothing nor everything is never rounded to it."""
    if share is None:
        return UNKNOWN
    if 0 < share < 0.01:
        return "<1%"
    if 0.99 < share < 1:
        return ">99%"
    return f"{share * 100:.0f}%"


def portions(shares: Sequence[float], total: int) -> tuple[int, ...]:
    """Divide `total` units by `shares` with the largest remainder; the units always sum to the shares' sum."""
    exact = [max(0.0, share) * total for share in shares]
    units = [int(value) for value in exact]
    left = round(sum(exact)) - sum(units)
    by_remainder = sorted(range(len(exact)), key=lambda index: (units[index] - exact[index], index))
    for index in by_remainder[: max(0, left)]:
        units[index] += 1
    return tuple(units)
