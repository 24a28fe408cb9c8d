"""How each version of a release is found among series: by its Service, workload, hash, or pods. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from cockpit.metrics.pod_names import named_by_replica_set, pod_patterns, replica_set_of
from cockpit.metrics.template import Pattern, Value, pattern
from cockpit.release.view import ReleaseView, ServiceView, VersionView

_DEPLOYMENT = "Deployment"


class Joint(msgspec.Struct, frozen=True):
    """One version, as queries name it. `ways` are those that tell it apart from the release's other versions.

    `pods` has several expressions where the version has more pods than one query can name. `replica_set` is the name
    that its pods' names begin with, "" where they are named one by one. `canary` says that the version's Service is the
    canary of an ingress-nginx pair.
    """

    version: str
    values: Mapping[str, Value]
    ways: frozenset[str]
    pods: tuple[Pattern, ...] = ()
    replica_set: str = ""
    canary: bool = False


def joints_of(release: ReleaseView, gone: Mapping[str, Sequence[str]]) -> tuple[Joint, ...]:
    """Return a joint for each version. `gone` are pods by version that were there a little while ago."""
    workloads = Counter(version.workload for version in release.versions)
    hashes = Counter(version.hash for version in release.versions)
    services = _own_services(release)
    canaries = _canary_services(release)
    joints = []
    for version in release.versions:
        kind, _, name = version.workload.partition("/")
        service = services.get(version.name)
        pods = pod_patterns(version, gone.get(version.name, ()))
        ways = {
            "workload": workloads[version.workload] == 1 and bool(name),
            "hash": kind == _DEPLOYMENT and bool(version.hash) and hashes[version.hash] == 1,
            "service": service is not None,
            "pods": bool(pods),
        }
        joints.append(
            Joint(
                version=version.name,
                values=_values(release, version, name, service),
                ways=frozenset(way for way, holds in ways.items() if holds),
                pods=pods,
                replica_set=replica_set_of(version) if named_by_replica_set(version) else "",
                canary=service is not None and service.name in canaries,
            )
        )
    return tuple(joints)


def _values(
    release: ReleaseView, version: VersionView, workload: str, service: ServiceView | None
) -> Mapping[str, Value]:
    return {
        "namespace": release.namespace,
        "release": release.name,
        "version": version.name,
        "workload": workload,
        "hash": version.hash or "",
        "service": service.name if service else "",
        "ports": _ports(service),
    }


def _ports(service: ServiceView | None) -> Pattern:
    """Return an expression for what a router may call a port of the Service: its number, its name, or its target."""
    names = {
        str(value)
        for port in (service.ports if service else ())
        for value in (port.port, port.name, port.target_port)
        if value
    }
    return Pattern("|".join(pattern(name) for name in sorted(names)))


def _own_services(release: ReleaseView) -> Mapping[str, ServiceView]:
    """Return, by version, the routed Service behind which it is alone; the first of several."""
    services = {service.name: service for service in release.services or ()}
    own: dict[str, ServiceView] = {}
    for route in release.routes or ():
        for backend in route.backends:
            service = services.get(backend.service)
            version = _only_version(service) if service and not service.umbrella else None
            if service is not None and version is not None:
                own.setdefault(version, service)
    return own


def _only_version(service: ServiceView) -> str | None:
    behind = [version for version, share in (service.split or {}).items() if share > 0]
    return behind[0] if len(behind) == 1 else None


def _canary_services(release: ReleaseView) -> frozenset[str]:
    """Return the Services that ingress-nginx treats as canaries: what a match leads to, or the second of a pair.

    The order is that of `cockpit.routing.ingress`: the stable Service first.
    """
    found: set[str] = set()
    for route in release.routes or ():
        if route.kind != "Ingress":
            continue
        if route.match is not None:
            found.update(backend.service for backend in route.backends)
        elif len(route.backends) == 2 and route.backends[1].weight is not None:
            found.add(route.backends[1].service)
    return frozenset(found)
