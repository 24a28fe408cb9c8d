"""Names of releases: that of the front door, unique in the namespace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cockpit.release.labels import HASH_KEYS
from cockpit.resources.services import Service
from cockpit.routing.rules import Rule

_TYPE_ORDER = {"LoadBalancer": 0, "NodePort": 1, "ClusterIP": 2}
_HEADLESS = 3
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Named:
    """What a release can take its name from. `covering` are the Services that stand for all of its workloads."""

    forced: str
    covering: tuple[Service, ...]
    rules: tuple[Rule, ...]
    services: tuple[str, ...]
    workload: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A name, how good its claim is (lower wins), and what the release is called where the claim fails."""

    name: str
    claim: int
    qualified: str
    front_door: str = ""


def name_releases(releases: Sequence[Named]) -> list[tuple[str, str]]:
    """Return each release's name with the name of its front-door Service, "" where no Service covers the release."""
    candidates = [_candidate(release) for release in releases]
    holders: dict[str, list[_Candidate]] = {}
    for candidate in candidates:
        holders.setdefault(candidate.name, []).append(candidate)
    names = _numbered([_unique(candidate, holders[candidate.name]) for candidate in candidates])
    return [(name, candidate.front_door) for name, candidate in zip(names, candidates, strict=True)]


def front_door_of(services: Sequence[Service], rules: Sequence[Rule]) -> Service | None:
    """Return the Service that users come in by: one with a route first, then by type, then the oldest, then by name."""
    routed = {service for rule in rules for service in rule.services}

    # Of an isolated canary's two Services either may be of the greater type: the one that was there first counts.
    all_pinned = all(not HASH_KEYS.isdisjoint(service.spec.selector) for service in services)

    def order(service: Service) -> tuple[bool, int, datetime, str]:
        name = service.metadata.name
        kind = _HEADLESS if service.spec.cluster_ip == "None" else _TYPE_ORDER.get(service.spec.type, _HEADLESS)
        age = service.metadata.creation_timestamp or _LAST
        return (name not in routed, 0 if all_pinned else kind, age, name)

    return min(services, key=order, default=None)


def _candidate(release: Named) -> _Candidate:
    front_door = front_door_of(release.covering, release.rules)
    door = front_door.metadata.name if front_door else ""
    if release.forced:
        return _Candidate(release.forced, 0, release.forced, door)
    if front_door:
        return _Candidate(door, 1, f"Service/{door}", door)
    if rule := _joining_rule(release):
        return _Candidate(rule.objects[0], 2, f"{rule.objects[0]}:{rule.text}")
    return _Candidate(release.workload.partition("/")[2] or release.services[0], 3, release.workload)


def _joining_rule(release: Named) -> Rule | None:
    """Return the rule that joins most of the release's Services; a rule for everybody before one for some requests."""
    own = frozenset(release.services)

    def order(rule: Rule) -> tuple[int, bool, str, str]:
        joined = own.intersection(rule.services)
        return (-len(joined), rule.match is not None, rule.objects[0], rule.text)

    return min((rule for rule in release.rules if len(rule.services) > 1), key=order, default=None)


def _numbered(names: Sequence[str]) -> list[str]:
    """Return the names with a number behind those that stand there already: annotations may say anything."""
    seen: dict[str, int] = {}
    numbered: list[str] = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        numbered.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return numbered


def _unique(candidate: _Candidate, holders: Sequence[_Candidate]) -> str:
    best = min(holder.claim for holder in holders)
    alone = sum(holder.claim == best for holder in holders) == 1
    return candidate.name if alone and candidate.claim == best else candidate.qualified
