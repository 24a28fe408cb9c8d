"""Drift: a gap between where traffic is meant to go and where it was seen to go, and what likely makes it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt

from cockpit.release.view import Drift, ReleaseView, Role, ServiceView, Shares

_DEVIATIONS = 3.0
"""A share that is told from n requests strays by chance; so many standard deviations are no drift."""
_NEW = frozenset({Role.CANARY, Role.NEW, Role.PREVIEW})
_NEAR = 0.5
"""Observed shares that are nearer to membership than by this part of the gap follow membership."""


def drift_of(release: ReleaseView, samples: float, least: float, changed_lately: bool = False) -> Drift | None:
    """Return the widest gap of at least `least`, beyond what chance makes of so many `samples`; None for none.

    What is meant are `aims`: where they differ, whatever a mix of them makes is as it is meant to be, for it is not
    known how many requests come under which rule. `changed_lately` says that the requests that were counted began
    before the last change.
    """
    found_aims, observed = aims(release), release.splits.observed
    if not found_aims or observed is None or samples <= 0:
        return None
    meant = _nearest(found_aims, observed)
    version = max(meant, key=lambda name: abs(observed.get(name, 0.0) - meant[name]))
    wanted, found = meant[version], observed.get(version, 0.0)
    by_chance = _DEVIATIONS * sqrt(max(wanted * (1 - wanted), 1 / samples) / samples)
    if abs(found - wanted) < max(least, by_chance):
        return None
    # Where shares of two versions differ, one gets what the other lacks: the one that gets more is named.
    if found < wanted:
        more = max(meant, key=lambda name: observed.get(name, 0.0) - meant[name])
        if observed.get(more, 0.0) - meant[more] >= least:
            version, wanted, found = more, meant[more], observed.get(more, 0.0)
    cause = next(_causes(release, meant, observed, changed_lately))
    return Drift(version=version, meant=wanted, seen=found, cause=cause)


def aims(release: ReleaseView) -> tuple[Shares, ...]:
    """Return the shares that are meant: one for all, or one for each rule; none where they are not known.

    Without a route they are those of the step that a controller is at, else what membership implies.
    """
    splits, routes = release.splits, release.routes
    if splits.configured is not None:
        return (splits.configured,)
    if routes is None:
        return ()
    if routes:
        known = tuple(route.shares for route in routes if route.shares is not None)
        return known if len(known) == len(routes) else ()
    meant = _step(release) or splits.endpoints
    return () if meant is None else (meant,)


def _step(release: ReleaseView) -> Shares | None:
    """Return the shares of the step that the one controller of a release is at, of two versions."""
    weights = [entry.weight for entry in release.progress]
    new = [version.name for version in release.versions if version.role in _NEW]
    if len(weights) != 1 or weights[0] is None or len(new) != 1 or len(release.versions) != len(new) + 1:
        return None
    share = weights[0] / 100
    return {version.name: share if version.name in new else 1 - share for version in release.versions}


def _nearest(found: Sequence[Shares], seen: Shares) -> Shares:
    """Return what some mix of the aims could make of each version's share, the nearest to what was seen."""
    names = dict.fromkeys(name for shares in (*found, seen) for name in shares)
    told = {name: [shares.get(name, 0.0) for shares in found] for name in names}
    return {name: min(max(seen.get(name, 0.0), min(shares)), max(shares)) for name, shares in told.items()}


def _causes(release: ReleaseView, meant: Shares, seen: Shares, changed_lately: bool) -> Iterator[str]:
    """Yield what may make the gap, the likeliest first; the last one is always there."""
    ready = _ready(release)
    for version, share in meant.items():
        if share > 0 and not ready.get(version, 1) and seen.get(version, 0.0) < share:
            yield f"{version} is to get {share:.0%} and has no ready endpoint."
    yield from (f"The weights are not taken up yet: {route.pending}" for route in release.routes or () if route.pending)
    if changed_lately:
        yield "The weights are not taken up yet: requests from before the change are still counted."
    yield from _sticky(release)
    yield from _too_few(release, meant, sum(ready.values()))
    if _follows_membership(release, meant, seen):
        yield (
            f"Requests follow the endpoints, past {_divider(release)}: "
            "clients inside the cluster, or another route in front."
        )
    if not _divider(release):
        yield "Clients keep connections open (cached or long-lived ones), so that new pods get less."
    yield (
        "Another route may be in front, the router may not have taken the weights up, "
        "or clients keep connections open to where they were led before."
    )


def _sticky(release: ReleaseView) -> Iterator[str]:
    """Yield what keeps clients where they are."""
    for service in _own(release):
        if service.session_affinity:
            yield f"Service/{service.name} keeps each client at one pod (sessionAffinity), whatever the shares."
    yield from (f"{route.kind}/{route.name}: {route.sticky}." for route in release.routes or () if route.sticky)


def _too_few(release: ReleaseView, meant: Shares, pods: int) -> Iterator[str]:
    """Yield that a step is finer than one pod of all, where nothing but the number of pods makes shares."""
    implied = release.splits.endpoints
    if release.routes or not release.progress or implied is None or not pods:
        return
    if 0 < _distance(implied, meant) < 1 / pods:
        yield f"Too few pods for the step: without a route each of {pods} ready pods gets 1/{pods} ({1 / pods:.0%})."


def _divider(release: ReleaseView) -> str:
    """Return what divides the traffic otherwise than evenly, KIND/NAME; "" where nothing does."""
    first = next(iter(release.routes or ()), None)
    return release.splits.configured_by or (f"{first.kind}/{first.name}" if first else "")


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
    if not _divider(release) or splits.endpoints is None or splits.endpoints == meant:
        return False
    return _distance(seen, splits.endpoints) < _NEAR * _distance(seen, meant)


def _distance(one: Shares, other: Shares) -> float:
    return max((abs(one.get(name, 0.0) - other.get(name, 0.0)) for name in (*one, *other)), default=0.0)
