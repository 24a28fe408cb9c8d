"""Finds the releases of a namespace: workloads and Services joined by what traffic can reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from cockpit.release.components import Components
from cockpit.release.drivers import canaries_by_target, driven_by
from cockpit.release.inventory import Inventory
from cockpit.release.labels import HASH_KEYS, VERSION_KEYS, unknown_hash_keys
from cockpit.release.members import members_of
from cockpit.release.membership import Membership
from cockpit.release.naming import Named, name_releases
from cockpit.release.pod_matches import match_pods
from cockpit.release.revision_index import Owned, hash_labels, owned_revisions
from cockpit.release.selection import LabelIndex, Selection, identities_of, select
from cockpit.release.workloads import Workload, workloads_of
from cockpit.resources.services import Service
from cockpit.routing.objects import Objects
from cockpit.routing.rules import RELEASE_ANNOTATION, Rule
from cockpit.routing.systems import rules_of

__all__ = ["VERSION_KEYS", "infer"]


@dataclass(slots=True)
class _Release:
    """What one component has collected; positions index the namespace's workloads."""

    forced_name: str = ""
    workloads: list[int] = field(default_factory=list)
    services: list[str] = field(default_factory=list)
    umbrellas: list[str] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Namespace:
    """A namespace's objects, prepared for joining."""

    inventory: Inventory
    workloads: tuple[Workload, ...]
    revisions: tuple[tuple[Owned, ...], ...]
    services: tuple[Service, ...]
    selections: tuple[Selection, ...]
    routes: Objects
    rules: tuple[Rule, ...]
    canaries: Mapping[str, tuple[str, ...]]
    """Canaries by the workload that they name."""
    places: Mapping[str, int]
    """Positions of the Services by name."""

    def selected(self, names: Iterable[str]) -> Iterator[tuple[Service, Selection]]:
        """Yield Services with what they select, in the order of their names."""
        positions = sorted(self.places[name] for name in names)
        return ((self.services[position], self.selections[position]) for position in positions)

    def service_node(self, position: int) -> int:
        """Return the component node of a Service; workloads come first."""
        return len(self.workloads) + position


def infer(inventory: Inventory, version_keys: frozenset[str] = VERSION_KEYS) -> tuple[Membership, ...]:
    """Return the releases of a namespace, ordered by name.

    Pods play a part only for a Service that no template satisfies; EndpointSlices play none.
    """
    namespace = _prepare(inventory, version_keys)
    releases = _collect(namespace, _join(namespace))
    names = name_releases([_named(namespace, release) for release in releases])
    memberships = (_membership(namespace, release, name) for release, name in zip(releases, names, strict=True))
    return tuple(sorted(memberships, key=lambda membership: membership.name))


def _prepare(inventory: Inventory, version_keys: frozenset[str]) -> _Namespace:
    workloads = tuple(sorted(workloads_of(inventory), key=lambda entry: entry.ref))
    revisions = owned_revisions(inventory, workloads)
    hashes = {
        position: frozenset(label for revision in owned for label in hash_labels(workloads[position].kind, revision))
        for position, owned in enumerate(revisions)
    }
    index = LabelIndex(workloads, hashes)
    identities = identities_of(workloads, version_keys)
    services = tuple(service for _, service in sorted(inventory.services.items()))
    unknown = unknown_hash_keys(inventory.unreadable)
    selections = tuple(select(service, workloads, identities, index, version_keys, unknown) for service in services)
    selections = match_pods(inventory, services, selections, workloads, revisions, identities)
    selections = tuple(map(partial(_kept_apart, workloads), services, selections))
    routes = inventory.routes()
    places = {service.metadata.name: position for position, service in enumerate(services)}
    return _Namespace(
        inventory,
        workloads,
        revisions,
        services,
        selections,
        routes,
        rules_of(routes),
        canaries_by_target(routes),
        places,
    )


def _kept_apart(workloads: Sequence[Workload], service: Service, selection: Selection) -> Selection:
    """Make an umbrella of a Service over what the annotation puts into different releases."""
    annotated = [service.metadata, *(workloads[position].metadata for position in selection.covered)]
    names = {metadata.annotations.get(RELEASE_ANNOTATION, "") for metadata in annotated} - {""}
    return replace(selection, umbrella=True) if len(names) > 1 else selection


def _join(namespace: _Namespace) -> Components:
    components = Components(len(namespace.workloads) + len(namespace.services))
    _join_annotated(namespace, components)
    for position, selection in enumerate(namespace.selections):
        if not selection.umbrella:
            for workload in selection.covered:
                components.join(namespace.service_node(position), workload)
    nodes = _joinable_services(namespace)
    shared = _shared_idle_services(namespace.rules)
    for rule in namespace.rules:
        joined = [nodes[name] for name in rule.services if name in nodes and name not in shared]
        for node in joined[1:]:
            components.join(joined[0], node)
    return components


def _join_annotated(namespace: _Namespace, components: Components) -> None:
    """Let the annotation decide first: what carries one name is one release, whatever selectors say."""
    first: dict[str, int] = {}
    nodes = _joinable_services(namespace)
    annotated = [
        *(
            (node, entry.metadata.annotations.get(RELEASE_ANNOTATION, ""))
            for node, entry in enumerate(namespace.workloads)
        ),
        *(
            (nodes[service.metadata.name], service.metadata.annotations.get(RELEASE_ANNOTATION, ""))
            for service in namespace.services
            if service.metadata.name in nodes
        ),
        *((nodes[name], rule.release) for rule in namespace.rules for name in rule.services if name in nodes),
    ]
    for node, name in annotated:
        if name and not components.name_of(node):
            components.name(node, name)
            components.join(first.setdefault(name, node), node)


def _joinable_services(namespace: _Namespace) -> dict[str, int]:
    return {
        service.metadata.name: namespace.service_node(position)
        for position, service in enumerate(namespace.services)
        if not namespace.selections[position].umbrella
    }


def _shared_idle_services(rules: Iterable[Rule]) -> frozenset[str]:
    """Return Services that get nothing beside different ones that do: a maintenance page joins nothing."""
    beside: dict[str, set[frozenset[str]]] = {}
    for rule in rules:
        idle = {backend.service for backend in rule.backends if backend.share == 0.0 and backend.local}
        for name in idle if rule.match is None else ():
            beside.setdefault(name, set()).add(frozenset(rule.services) - idle)
    return frozenset(name for name, partners in beside.items() if len(partners) > 1)


def _collect(namespace: _Namespace, components: Components) -> list[_Release]:
    releases: dict[int, _Release] = {}

    def release_of(node: int) -> _Release:
        return releases.setdefault(components.find(node), _Release(components.name_of(node)))

    for position in range(len(namespace.workloads)):
        release_of(position).workloads.append(position)
    by_service: dict[str, list[_Release]] = {}
    routed = {name for rule in namespace.rules for name in rule.services}
    for position, (service, selection) in enumerate(zip(namespace.services, namespace.selections, strict=True)):
        name = service.metadata.name
        node = namespace.service_node(position)
        if selection.umbrella:
            listed = {components.find(workload): release_of(workload) for workload in selection.matched}
            for release in listed.values():
                release.umbrellas.append(name)
            by_service[name] = list(listed.values())
        elif selection.dangling or components.find(node) in releases or _leads_nowhere(service, name in routed):
            release_of(node).services.append(name)
            by_service[name] = [release_of(node)]
    _attach_rules(namespace, by_service)
    return list(releases.values())


def _leads_nowhere(service: Service, routed: bool) -> bool:
    """Say whether a route leads to a Service that takes no workload's pods: users get errors, and somebody must see."""
    return routed and service.spec.type != "ExternalName"


def _attach_rules(namespace: _Namespace, by_service: dict[str, list[_Release]]) -> None:
    for rule in namespace.rules:
        reached = {id(release): release for name in rule.services for release in by_service.get(name, ())}
        for release in reached.values():
            release.rules.append(rule)


def _covering(namespace: _Namespace, release: _Release) -> list[Service]:
    """Return the Services that stand for every workload of the release; pinned ones only where there is no other."""
    wanted = frozenset(release.workloads)
    found = [
        service
        for service, selection in namespace.selected(release.services)
        if not selection.partial and (selection.covered >= wanted or not wanted)
    ]
    return [service for service in found if HASH_KEYS.isdisjoint(service.spec.selector)] or found


def _named(namespace: _Namespace, release: _Release) -> Named:
    return Named(
        forced=release.forced_name,
        covering=tuple(_covering(namespace, release)),
        rules=tuple(release.rules),
        services=tuple(sorted(release.services)),
        workload=min((namespace.workloads[position].ref for position in release.workloads), default=""),
    )


def _membership(namespace: _Namespace, release: _Release, name: tuple[str, str]) -> Membership:
    workloads = sorted((namespace.workloads[position] for position in release.workloads), key=lambda entry: entry.ref)
    revisions = {namespace.workloads[position].ref: namespace.revisions[position] for position in release.workloads}
    driven = driven_by(workloads, namespace.canaries)
    return Membership(
        namespace=namespace.inventory.namespace,
        name=name[0],
        front_door=name[1],
        workloads=tuple(entry.ref for entry in workloads),
        revisions={ref: tuple(owned.metadata.name for owned in found) for ref, found in sorted(revisions.items())},
        services=tuple(sorted(release.services)),
        umbrellas=tuple(sorted(release.umbrellas)),
        dangling=_services_with(namespace, release, lambda selection: selection.dangling),
        partial=_services_with(namespace, release, lambda selection: selection.partial),
        rules=tuple(release.rules),
        owners=_owners(workloads, revisions.values()),
        driven_by=driven,
        members=members_of(
            namespace.inventory,
            workloads,
            [owned for ref in sorted(revisions) for owned in revisions[ref]],
            (*sorted(release.services), *sorted(release.umbrellas)),
            release.rules,
            driven,
            namespace.routes,
        ),
    )


def _services_with(namespace: _Namespace, release: _Release, quality: Callable[[Selection], bool]) -> tuple[str, ...]:
    listed = frozenset((*release.services, *release.umbrellas))
    return tuple(service.metadata.name for service, selection in namespace.selected(listed) if quality(selection))


def _owners(workloads: Sequence[Workload], revisions: Iterable[tuple[Owned, ...]]) -> frozenset[str]:
    uids = {entry.metadata.uid for entry in workloads}
    uids.update(revision.metadata.uid for owned in revisions for revision in owned)
    return frozenset(uids - {""})
