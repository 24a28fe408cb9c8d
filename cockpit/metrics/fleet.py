"""The questions of a fleet: those that many releases share are asked once; and whose turn it is when not all fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import msgspec

from cockpit.metrics.answer import Series
from cockpit.metrics.asks import REPLICA_SET, Ask, Shared
from cockpit.metrics.packing import chunked
from cockpit.release.metrics_view import ReleaseMetrics
from cockpit.release.view import ReleaseView

Key = tuple[str, str]

_SHARED = "s"

Picked = Mapping[tuple[str, str], Sequence[Series]]
"""Series by mark and ReplicaSet, "" where they are not grouped."""


class FleetAsks(msgspec.Struct, frozen=True):
    """The asks of each release by their marks, the expressions by marks of their own, and which ask rests on which."""

    by_release: Mapping[Key, Mapping[str, Ask]]
    expressions: Mapping[str, str]
    rests_on: Mapping[str, str]

    def waits(self, key: Key, marks: Set[str]) -> bool:
        """Say whether something that a release wants to know is among the marks of what was not asked."""
        return any(self.rests_on[mark] in marks for mark in self.by_release[key])

    def answers(self, key: Key, found: Picked) -> Mapping[str, Sequence[Series]]:
        """Return the series of a release by the marks of its asks."""
        return {
            mark: [
                series
                for series in found.get((self.rests_on[mark], ask.pick.get(REPLICA_SET, "")), ())
                if ask.pick.items() <= series.labels.items()
            ]
            for mark, ask in self.by_release[key].items()
        }


def picked(answered: Mapping[str, Sequence[Series]]) -> Picked:
    """Return the series of answers by their marks and by the label that questions for the fleet group by."""
    found: dict[tuple[str, str], list[Series]] = {}
    for mark, several in answered.items():
        for series in several:
            found.setdefault((mark, series.labels.get(REPLICA_SET, "")), []).append(series)
    return found


def fleet_asks(asks: Mapping[Key, Sequence[Ask]]) -> FleetAsks:
    """Return what to ask for releases, by namespace and name, in their order."""
    shared = _shared_marks(asks)
    by_release: dict[Key, dict[str, Ask]] = {}
    own: dict[str, str] = {}
    rests_on: dict[str, str] = {}
    for place, (key, wanted) in enumerate(asks.items()):
        marked = {f"{place}.{number}": ask for number, ask in enumerate(wanted)}
        by_release[key] = marked
        for mark, ask in marked.items():
            rests_on[mark] = mark if ask.shared is None else shared[ask.shared, key[0]][0]
            if ask.shared is None:
                own[mark] = ask.promql
    return FleetAsks(by_release, {**dict(shared.values()), **own}, rests_on)


def _shared_marks(asks: Mapping[Key, Sequence[Ask]]) -> Mapping[tuple[Shared, str], tuple[str, str]]:
    """Return mark and expression of the shared questions, by question and namespace."""
    wanted: dict[Shared, dict[str, None]] = {}
    for (namespace, _), found in asks.items():
        for ask in found:
            if ask.shared is not None:
                wanted.setdefault(ask.shared, {})[namespace] = None
    marks: dict[tuple[Shared, str], tuple[str, str]] = {}
    for question, names in wanted.items():
        for chunk in chunked(list(names)):
            mark = f"{_SHARED}{len(set(marks.values()))}"
            entry = (mark, question.promql(chunk))
            marks.update({(question, name): entry for name in chunk})
    return marks


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
