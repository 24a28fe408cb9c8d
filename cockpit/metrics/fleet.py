"""Whose turn it is when a fleet does not fit into one refresh, and what is known of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cockpit.release.metrics_view import ReleaseMetrics
from cockpit.release.view import ReleaseView

Key = tuple[str, str]


class FleetOrder:
    """Begins each refresh with the releases that had to wait in the last one."""

    def __init__(self) -> None:
        self._known: dict[Key, ReleaseMetrics] = {}
        self._waiting: Key | None = None

    def known(self, key: Key) -> ReleaseMetrics | None:
        """Return what was read last of a release."""
        return self._known.get(key)

    def turn(self, releases: Sequence[ReleaseView]) -> Sequence[ReleaseView]:
        """Return the releases, the one that has waited first."""
        keys = [release.key for release in releases]
        start = keys.index(self._waiting) if self._waiting in keys else 0
        return [*releases[start:], *releases[:start]]

    def renewed(
        self, releases: Sequence[ReleaseView], read: Mapping[Key, ReleaseMetrics]
    ) -> Mapping[Key, ReleaseMetrics]:
        """Keep what was read, and return what is known of each release, new or old."""
        waiting = [release.key for release in self.turn(releases) if release.key not in read]
        self._waiting = waiting[0] if waiting else None
        there = {release.key for release in releases}
        self._known = {key: found for key, found in {**self._known, **read}.items() if key in there}
        return dict(self._known)
