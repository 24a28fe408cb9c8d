"""The objects of one release, brought together before anything is said about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cockpit.release.endpoints import PodVersions, owner_prefix
from cockpit.release.inventory import Inventory
from cockpit.release.labels import HASH_KEYS, matches, template_selector
from cockpit.release.membership import Membership
from cockpit.release.revisions import Revision, revisions_of
from cockpit.release.services import selected
from cockpit.release.version_names import version_names
from cockpit.release.workloads import Workload, workload
from cockpit.resources.services import Service
from cockpit.routing.rules import Backend

_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cast:
    """The objects of one release, brought together: versions in the order of age, each with its name."""

    membership: Membership
    inventory: Inventory
    workloads: tuple[Workload, ...]
    versions: tuple[Revision, ...]
    names: tuple[str, ...]
    history: tuple[Revision, ...]
    """Every known revision of the workloads, those in service among them."""
    pods: PodVersions

    def version_of(self, service: str) -> str | None:
        """Return the one version that the Service's selector takes, None where it takes none or several."""
        found = None if service in self.membership.umbrellas else self.inventory.services.get(service)
        positions = selected(found.spec.selector, self.versions) if found else ()
        return self.names[positions[0]] if len(positions) == 1 else None

    def version_behind(self, backend: Backend) -> str | None:
        """Return the one version that a backend of a route leads to, None where it leads to none or several."""
        if not backend.local:
            return None
        if not backend.subset:
            return self.version_of(backend.service)
        found = self.inventory.services.get(backend.service)
        if found is None or backend.problem:
            return None
        positions = selected({**found.spec.selector, **backend.labels}, self.versions)
        return self.names[positions[0]] if len(positions) == 1 else None

    def own_services(self) -> tuple[Service, ...]:
        """Return the Services that belong to this release alone."""
        services = self.inventory.services
        return tuple(services[name] for name in self.membership.services if name in services)


def cast_of(membership: Membership, inventory: Inventory, version_keys: frozenset[str]) -> Cast:
    """Return the objects of a release, its versions told from its history and named."""
    found = (workload(inventory, ref) for ref in membership.workloads)
    workloads = tuple(entry for entry in found if entry is not None)
    history = [
        revision
        for entry in workloads
        for revision in revisions_of(entry, membership.revisions.get(entry.ref, ()), inventory)
    ]
    named = _naming_selectors(membership, inventory, version_keys)
    versions = sorted((entry for entry in history if entry.in_service or _is_named(entry, named, history)), key=_age)
    names = version_names(versions, history, version_keys)
    return Cast(
        membership, inventory, workloads, tuple(versions), names, tuple(history), _pod_versions(versions, names)
    )


def _age(revision: Revision) -> tuple[datetime, str, int]:
    return (revision.created_at or _LAST, revision.workload.ref, revision.number or 0)


def _naming_selectors(
    membership: Membership, inventory: Inventory, version_keys: frozenset[str]
) -> list[Mapping[str, str]]:
    """Return the selectors of the release's Services that name a version, by its hash or by a label."""
    services = (inventory.services.get(name) for name in (*membership.services, *membership.umbrellas))
    keys = version_keys | HASH_KEYS
    subsets = (
        {**inventory.services[backend.service].spec.selector, **backend.labels}
        for rule in membership.rules
        for backend in rule.backends
        if backend.labels and backend.local and backend.service in inventory.services
    )
    selectors: list[Mapping[str, str]] = list(subsets)
    selectors += [service.spec.selector for service in services if service]
    return [selector for selector in selectors if not keys.isdisjoint(selector)]


def _is_named(revision: Revision, selectors: Iterable[Mapping[str, str]], history: Sequence[Revision]) -> bool:
    """Say whether a selector means a template without pods: one that takes a living template too means that one."""
    living = [other for other in history if other.in_service and other.workload.ref == revision.workload.ref]
    return any(
        _takes(selector, revision) and not any(_takes(selector, other) for other in living) for selector in selectors
    )


def _takes(selector: Mapping[str, str], revision: Revision) -> bool:
    return matches(template_selector(selector), revision.labels)


def _pod_versions(versions: Sequence[Revision], names: Sequence[str]) -> PodVersions:
    named = list(zip(versions, names, strict=True))
    return PodVersions(
        by_pod={pod.name: (name, pod) for version, name in named for pod in version.pods or ()},
        by_owner_name={owner_prefix(version.name): name for version, name in named if version.name},
    )
