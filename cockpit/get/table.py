"""The picture as a table: one line a version, so that a release's versions stand below each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from cockpit.columns import lined_up
from cockpit.release.view import ReleaseView, Shares, VersionView
from cockpit.resources.inert import inert

_HEADINGS = ("NAMESPACE", "RELEASE", "STRATEGY", "STATE", "VERSION", "ROLE", "READY", "CONFIGURED", "ENDPOINTS", "AGE")
_UNKNOWN = "?"
_NONE = "-"
_LEAST_SHOWN = 0.005


def table(releases: Iterable[ReleaseView], now: datetime) -> str:
    """Return the table, and below it the reasons of the releases that are not steady."""
    found = tuple(releases)
    rows = [_HEADINGS, *(row for release in found for row in _rows(release, now))]
    lines = lined_up(rows)
    reasons = [inert(f"{release.namespace}/{release.name}: {release.reason}") for release in found if release.reason]
    return "\n".join([*lines, *(["", *reasons] if reasons else [])])


def _rows(release: ReleaseView, now: datetime) -> Iterator[Sequence[str]]:
    head = (release.namespace, release.name, release.strategy.value, release.state.value)
    if not release.versions:
        yield tuple(map(inert, (*head, *[_NONE] * 6)))
    for position, version in enumerate(release.versions):
        shown = head if position == 0 else ("",) * len(head)
        yield tuple(map(inert, (*shown, *_version_cells(release, version, now))))


def _version_cells(release: ReleaseView, version: VersionView, now: datetime) -> tuple[str, ...]:
    return (
        version.name,
        version.role.value,
        f"{_number(version.counts.ready)}/{_number(version.counts.desired)}",
        _share(release.splits.configured, version.name),
        _share(release.splits.endpoints, version.name),
        _age(version.created_at, now),
    )


def _number(number: int | None) -> str:
    return _UNKNOWN if number is None else str(number)


def _share(shares: Shares | None, version: str) -> str:
    """Return a share in per cent; what is not nothing is never shown as 0 %, nor as all what is not all."""
    if shares is None:
        return _NONE
    share = shares.get(version, 0.0)
    if 0 < share < _LEAST_SHOWN:
        return "<1%"
    return ">99%" if 1 - _LEAST_SHOWN < share < 1 else f"{share:.0%}"


def _age(created_at: datetime | None, now: datetime) -> str:
    """Return an age in its largest unit, as kubectl shows it."""
    if created_at is None:
        return _UNKNOWN
    seconds = max(int((now - created_at).total_seconds()), 0)
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"
