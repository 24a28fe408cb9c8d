"""Drift: a gap between where traffic is meant to go and where it was seen to go, and what likely makes it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import sqrt

from cockpit.release.view import Drift, ReleaseView, ServiceView, Shares

_DEVIATIONS = 3.0
"""A share that is told from n requests strays by chance; so many standard deviations are no drift."""
_NEAR = 0.5
"""Observed shares that are nearer to membership than by this part of the gap follow membership."""


def drift_of(release: ReleaseView, samples: float, least: float, changed_lately: bool = False) -> Drift | None:
    """Return the widest gap of at least `least`, beyond what chance makes of so many `samples`; None for none.

    What is meant is what routes and selectors say, else what membership implies. `changed_lately` says that the
    requests that were counted began before the last change.
    """
    splits = release.splits
    meant = splits.configured if splits.configured is not None else splits.endpoints
    seen = splits.observed
    if meant is None or seen is None or samples <= 0:
        return None
    names = dict.fromkeys((*meant, *seen))
    version = max(names, key=lambda name: abs(seen.get(name, 0.0) - meant.get(name, 0.0)))
    wanted, found = meant.get(version, 0.0), seen.get(version, 0.0)
    by_chance = _DEVIATIONS * sqrt(max(wanted * (1 - wanted), 1 / samples) / samples)
    if abs(found - wanted) < max(least, by_chance):
        return None
    # Where shares of two versions differ, one gets what the other lacks: the one that gets more is named.
    if found < wanted:
        version = max(names, key=lambda name: seen.get(name, 0.0) - meant.get(name, 0.0))
        wanted, found = meant.get(version, 0.0), seen.get(version, 0.0)
    cause = next(_causes(release, meant, seen, changed_lately))
    return Drift(version=version, meant=wanted, seen=found, cause=cause)


def _causes(release: ReleaseView, meant: Shares, seen: Shares, changed_lately: bool) -> Iterator[str]:
    """Yield what may make the gap, the likeliest first; the last one is always there."""
    ready = _ready(release)
    for version, share in meant.items():
        if share > 0 and not ready.get(version, 1) and seen.get(version, 0.0) < share:
            yield f"{version} is to get {share:.0%} and has no ready endpoint."
    if changed_lately:
        yield "The weights are not taken up yet: requests from before the change are still counted."
    sticky = [service.name for service in _own(release) if service.session_affinity]
    if sticky:
        yield f"Service/{sticky[0]} keeps each client at one pod (sessionAffinity), whatever the shares."
    if _follows_membership(release, meant, seen):
        yield (
            f"Requests follow the endpoints, past {release.splits.configured_by}: "
            "clients inside the cluster, or another route in front."
        )
    if release.splits.configured is None:
        yield "Clients keep connections open (cached or long-lived ones), so that new pods get less."
    yield (
        "Another route may be in front, the router may not have taken the weights up, "
        "or clients keep connections open to where they were led before."
    )


def _own(release: ReleaseView) -> Iterator[ServiceView]:
    return (service for service in release.services or () if not service.umbrella)


def _ready(release: ReleaseView) -> Mapping[str, int]:
    """Return the ready endpoints of each version, of those that can be read."""
    counts: dict[str, int] = {}
    services = list(_own(release))
    if any(service.endpoints is None for service in services):
        return counts
    for version in release.versions:
        counts[version.name] = sum(
            endpoint.ready and endpoint.version == version.name
            for service in services
            for endpoint in service.endpoints or ()
        )
    return counts


def _follows_membership(release: ReleaseView, meant: Shares, seen: Shares) -> bool:
    splits = release.splits
    if splits.configured is None or splits.endpoints is None or splits.endpoints == meant:
        return False
    return _distance(seen, splits.endpoints) < _NEAR * _distance(seen, meant)


def _distance(one: Shares, other: Shares) -> float:
    return max((abs(one.get(name, 0.0) - other.get(name, 0.0)) for name in (*one, *other)), default=0.0)
