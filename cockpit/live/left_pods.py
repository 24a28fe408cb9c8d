"""Which pod had an address: ipvs drains connections to pods that are gone, and knows only where they were."""

from __future__ import annotations

from collections.abc import Mapping, Set
from itertools import islice

from cockpit.release.view import UNKNOWN_VERSION, ReleaseView

_MOST_GONE = 1_000

Key = tuple[str, str]
PodOf = Mapping[str, tuple[str, str]]
"""Names of pod and version by address."""


def pods_by_address(release: ReleaseView) -> dict[str, tuple[str, str]]:
    """Return the pods that there are."""
    return {
        pod.address: (pod.name, version.name)
        for version in release.versions
        for pod in version.pods or ()
        if pod.address
    }


class LeftPods:
    """Remembers pods of each release; a pod that has an address now goes before those that had it."""

    def __init__(self) -> None:
        self._known: dict[Key, dict[str, tuple[str, str]]] = {}

    def noted(self, release: ReleaseView) -> PodOf:
        """Note the pods that there are, and return them with those that were; a version that is gone is unknown."""
        there = pods_by_address(release)
        gone = {address: pod for address, pod in self._known.get(release.key, {}).items() if address not in there}
        kept = dict(islice(gone.items(), max(0, len(gone) - _MOST_GONE), None))
        self._known[release.key] = {**kept, **there}
        versions = {version.name for version in release.versions}
        return {
            address: (pod, version if version in versions else UNKNOWN_VERSION)
            for address, (pod, version) in self._known[release.key].items()
        }

    def keep_only(self, keys: Set[Key]) -> None:
        """Forget all other releases."""
        self._known = {key: pods for key, pods in self._known.items() if key in keys}
