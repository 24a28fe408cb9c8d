"""What a reader remembers of releases: the last metrics, pods that are gone, sources that were silent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from cockpit.release.metrics_view import ReleaseMetrics
from cockpit.release.view import ReleaseView

_MOST_RELEASES = 1_000
_MOST_PODS = 2_000

Key = tuple[str, str]


class Memory:
    """Keeps what the last refreshes told, for as long as it matters: `span` is what a sparkline shows."""

    def __init__(self, span: timedelta) -> None:
        self._span = span
        self._last: dict[Key, ReleaseMetrics] = {}
        self._pods: dict[Key, dict[str, dict[str, datetime]]] = {}
        self._silent: dict[Key, set[tuple[str, str]]] = {}

    def last(self, key: Key) -> ReleaseMetrics | None:
        """Return what was kept last."""
        return self._last.get(key)

    def keep(self, key: Key, read: ReleaseMetrics) -> None:
        """Keep it; the release that was not read for longest makes room."""
        self._last.pop(key, None)
        self._last[key] = read
        while len(self._last) > _MOST_RELEASES:
            self._last.pop(next(iter(self._last)))

    def gone_pods(self, release: ReleaseView, now: datetime) -> Mapping[str, Sequence[str]]:
        """Note the pods that there are, and return those by version that were there within the span.

        A name that another version has now, as pods of a StatefulSet keep theirs, is that one's alone.
        """
        taken = {pod.name: version.name for version in release.versions for pod in version.pods or ()}
        seen = self._pods.pop(release.key, {})
        for version in release.versions:
            pods = seen.setdefault(version.name, {})
            pods.update({pod.name: now for pod in version.pods or ()})
            kept = {name: at for name, at in pods.items() if taken.get(name, version.name) == version.name}
            recent = sorted(((at, name) for name, at in kept.items() if now - at <= self._span), reverse=True)
            seen[version.name] = {name: at for at, name in recent[:_MOST_PODS]}
        there = {version.name for version in release.versions}
        seen = {name: pods for name, pods in seen.items() if name in there}
        self._pods[release.key] = seen
        if len(self._pods) > _MOST_RELEASES:
            self._pods.pop(next(iter(self._pods)))
        return {version: tuple(pods) for version, pods in seen.items()}

    def silent(self, key: Key) -> Collection[tuple[str, str]]:
        """Return the (metric, way) that answered nothing for the release."""
        return frozenset(self._silent.get(key, ()))

    def note_silence(self, key: Key, entries: Iterable[tuple[str, str]]) -> None:
        """Note (metric, way) that answered nothing for any version of the release.

        A way that is silent although it was known to be was asked because all others are: they all get another chance.
        """
        silent = self._silent.pop(key, set())
        for metric, way in entries:
            if (metric, way) in silent:
                silent = {entry for entry in silent if entry[0] != metric}
            else:
                silent.add((metric, way))
        self._silent[key] = silent
        if len(self._silent) > _MOST_RELEASES:
            self._silent.pop(next(iter(self._silent)))
