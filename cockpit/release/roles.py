"""Roles of versions, and the strategy that they add up to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cockpit.release.labels import HASH_KEYS
from cockpit.release.revisions import Revision
from cockpit.release.rollouts import partition_of
from cockpit.release.view import Role, RouteView, Strategy
from cockpit.resources.progressive import Rollout
from cockpit.resources.services import Service
from cockpit.resources.workloads import DaemonSet, Deployment, StatefulSet
from cockpit.routing.argo_rollouts import is_waiting

_LAST = datetime.max.replace(tzinfo=UTC)
_TRACK_KEYS = frozenset({"track", "release-track"})


@dataclass(frozen=True, slots=True)
class Situation:
    """What roles depend on: the versions with their names, where traffic goes, and who decides it."""

    versions: Sequence[Revision]
    names: Sequence[str]
    traffic: Mapping[str, float]
    switched: bool
    """Whether the front door's selector names one version of several by a key that a person chose."""


def is_paused(revision: Revision) -> bool:
    """Say whether the revision's workload is a Deployment or a Rollout that is paused by hand."""
    source = revision.workload.source
    return isinstance(source, Deployment | Rollout) and source.spec.paused


def rolls(revision: Revision, versions: Sequence[Revision]) -> bool:
    """Say whether the workload of `revision` has more than one version in service."""
    return sum(other.workload.ref == revision.workload.ref for other in versions) > 1


def is_held(revision: Revision, versions: Sequence[Revision]) -> bool:
    """Say whether a rollout stops half-way until somebody lets it go on: by a pause, or by a partition."""
    source = revision.workload.source
    partitioned = isinstance(source, StatefulSet) and partition_of(source) > 0
    waiting = isinstance(source, Rollout) and is_waiting(source)
    return (is_paused(revision) or partitioned or waiting) and rolls(revision, versions)


def roles_of(situation: Situation) -> tuple[Role, ...]:
    """Return the role of each version."""
    leader = _leader(situation)
    return tuple(_role(position, leader, situation) for position in range(len(situation.versions)))


def _age(revision: Revision) -> datetime:
    return revision.created_at or _LAST


def _leader(situation: Situation) -> int:
    """Return the version with most of the traffic; a tie goes to the one that was there before.

    What rolls in does not lead while the version that it replaces serves: half-way through, nobody calls it stable.
    """
    declared = list(situation.traffic)

    def order(position: int) -> tuple[bool, float, datetime, int, str]:
        revision = situation.versions[position]
        rolling_in = revision.current and _replaces_what_serves(revision, situation)
        name = situation.names[position]
        # Objects applied together have one age: then the first backend of the route is the one that was there before.
        place = declared.index(name) if name in declared else len(declared)
        return (rolling_in, -situation.traffic.get(name, 0.0), _age(revision), place, name)

    return min(range(len(situation.versions)), key=order, default=0)


def _replaces_what_serves(revision: Revision, situation: Situation) -> bool:
    return any(
        other.workload.ref == revision.workload.ref and not other.current and situation.traffic.get(name, 0.0) > 0
        for other, name in zip(situation.versions, situation.names, strict=True)
    )


def _role(position: int, leader: int, situation: Situation) -> Role:
    revision = situation.versions[position]
    if position == leader:
        return Role.ACTIVE if situation.switched else Role.STABLE
    if rolls(revision, situation.versions):
        if not revision.current:
            return Role.OLD
        return Role.CANARY if is_held(revision, situation.versions) else Role.NEW
    if situation.traffic.get(situation.names[position], 0.0) > 0:
        return Role.CANARY
    # A version that waits, and came after the one that serves, is what traffic will be switched to.
    return Role.OLD if _is_older(position, leader, situation) else Role.PREVIEW


def _is_older(position: int, leader: int, situation: Situation) -> bool:
    """Say which of two was there first: by age, else by the order of the route's backends, else by name."""
    ages = (_age(situation.versions[position]), _age(situation.versions[leader]))
    if ages[0] != ages[1]:
        return ages[0] < ages[1]
    name, other = situation.names[position], situation.names[leader]
    declared = list(situation.traffic)
    if name in declared and other in declared:
        return declared.index(name) < declared.index(other)
    return name < other


def strategy_of(
    versions: Sequence[Revision],
    services: Sequence[Service],
    routes: Sequence[RouteView],
    *,
    switched: bool,
) -> Strategy:
    """Return the strategy that the objects show; a release with one version shows how its workload would roll."""
    pinned = sum(not HASH_KEYS.isdisjoint(service.spec.selector) for service in services)
    if pinned and any(rolls(revision, versions) for revision in versions):
        return Strategy.ISOLATED_CANARY
    own = {service.metadata.name for service in services}
    weighted = [route for route in routes if len(_destinations(route, own)) > 1]
    if any(route.match for route in routes) and not any(_divides(route) for route in weighted):
        return Strategy.AB
    if weighted:
        return Strategy.CANARY
    if switched:
        return Strategy.BLUE_GREEN
    return _by_workloads(versions)


def _destinations(route: RouteView, own: Collection[str]) -> set[tuple[str, str | None]]:
    """Return the Services of the release, and the subsets of them, that a rule leads to."""
    return {(backend.service, backend.subset) for backend in route.backends if backend.service in own}


def _divides(route: RouteView) -> bool:
    return sum((backend.share or 0) > 0 for backend in route.backends) > 1


def _by_workloads(versions: Sequence[Revision]) -> Strategy:
    workloads = {revision.workload.ref: revision.workload for revision in versions}
    if len(workloads) > 1:
        tracked = any(not _TRACK_KEYS.isdisjoint(workload.template_labels) for workload in workloads.values())
        return Strategy.CANARY if tracked else Strategy.BLUE_GREEN
    if any(is_held(revision, versions) for revision in versions):
        return Strategy.CANARY
    source = next((workload.source for workload in workloads.values()), None)
    if isinstance(source, Rollout):
        return Strategy.BLUE_GREEN if source.spec.strategy.blue_green is not None else Strategy.CANARY
    if isinstance(source, Deployment):
        return Strategy.RECREATE if source.spec.strategy.type == "Recreate" else Strategy.ROLLING
    if isinstance(source, StatefulSet | DaemonSet) and source.spec.update_strategy.type == "OnDelete":
        return Strategy.RECREATE
    return Strategy.ROLLING
