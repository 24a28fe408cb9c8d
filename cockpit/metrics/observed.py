"""The split that was observed: where requests went, by their rates. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from cockpit.release.metrics_view import ObservedSplit
from cockpit.release.view import ReleaseView, VersionView


def observed_split(
    release: ReleaseView, rates: Mapping[str, float | None], window: str, seconds: float, source: str, router: bool
) -> ObservedSplit | None:
    """Return the shares by requests a second, or None where they are not known or there was no request.

    The share of a version that has pods and is not counted would be unknown, and with it all others. Only a `router`
    counts for all of them: a version that it does not count got nothing from it.
    """
    known: dict[str, float] = {}
    for version in release.versions:
        rate = rates.get(version.name)
        if rate is not None:
            known[version.name] = rate
        elif not router and _may_serve(version):
            return None
    total = sum(known.values())
    if total <= 0:
        return None
    shares = {version.name: known.get(version.name, 0.0) / total for version in release.versions}
    return ObservedSplit(shares=shares, window=window, samples=total * seconds, source=source)


def _may_serve(version: VersionView) -> bool:
    counts = version.counts
    return counts.ready != 0 or bool(counts.terminating)
