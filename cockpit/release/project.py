"""From one release's objects to its view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cockpit.release.endpoints import PodVersions, owner_prefix
from cockpit.release.inventory import Inventory
from cockpit.release.labels import HASH_KEYS, VERSION_KEYS, matches, template_selector
from cockpit.release.membership import Membership
from cockpit.release.podsets import count
from cockpit.release.revisions import Revision, revisions_of
from cockpit.release.roles import Situation, is_held, is_paused, roles_of, strategy_of
from cockpit.release.services import selected, service_views
from cockpit.release.splits import route_view, splits_of, traffic_of
from cockpit.release.states import Scene, state_of
from cockpit.release.version_names import version_names
from cockpit.release.view import (
    PodCounts,
    PodState,
    ReleaseView,
    Role,
    RouteView,
    ServiceView,
    Splits,
    VersionView,
)
from cockpit.release.workloads import Workload, workload
from cockpit.resources.services import Service

_LAST = datetime.max.replace(tzinfo=UTC)


def project(membership: Membership, inventory: Inventory, version_keys: frozenset[str] = VERSION_KEYS) -> ReleaseView:
    """Return the view of one release as its objects are now."""
    cast = _cast(membership, inventory, version_keys)
    services = service_views(membership, inventory, cast.pods, cast.versions)
    routes = _routes(cast)
    switched = _is_switched(cast, version_keys)
    splits = _splits(cast, services, routes, version_keys)
    roles = roles_of(Situation(cast.versions, cast.names, traffic_of(splits, routes or ()), switched))
    verdict = state_of(_scene(cast, services or (), routes or ()))
    return ReleaseView(
        namespace=membership.namespace,
        name=membership.name,
        strategy=strategy_of(cast.versions, cast.own_services(), routes or (), switched=switched),
        state=verdict.state,
        reason=verdict.reason,
        since=verdict.since,
        versions=tuple(_version_view(cast, position, role) for position, role in enumerate(roles)),
        services=services,
        routes=routes,
        splits=splits,
        members=membership.members,
        notes=_notes(cast),
    )


@dataclass(frozen=True, slots=True)
class _Cast:
    """The objects of one release, brought together: versions in the order of age, each with its name."""

    membership: Membership
    inventory: Inventory
    workloads: tuple[Workload, ...]
    versions: tuple[Revision, ...]
    names: tuple[str, ...]
    pods: PodVersions

    def version_of(self, service: str) -> str | None:
        """Return the one version that the Service's selector takes, None where it takes none or several."""
        found = None if service in self.membership.umbrellas else self.inventory.services.get(service)
        positions = selected(found.spec.selector, self.versions) if found else ()
        return self.names[positions[0]] if len(positions) == 1 else None

    def own_services(self) -> tuple[Service, ...]:
        """Return the Services that belong to this release alone."""
        services = self.inventory.services
        return tuple(services[name] for name in self.membership.services if name in services)


def _cast(membership: Membership, inventory: Inventory, version_keys: frozenset[str]) -> _Cast:
    found = (workload(inventory, ref) for ref in membership.workloads)
    workloads = tuple(entry for entry in found if entry is not None)
    history = [
        revision
        for entry in workloads
        for revision in revisions_of(entry, membership.revisions.get(entry.ref, ()), inventory)
    ]
    named = _naming_selectors(membership, inventory, version_keys)
    versions = sorted((entry for entry in history if entry.in_service or _is_named(entry, named)), key=_age)
    names = version_names(versions, history, version_keys)
    return _Cast(membership, inventory, workloads, tuple(versions), names, _pod_versions(versions, names))


def _age(revision: Revision) -> tuple[datetime, str, int]:
    return (revision.created_at or _LAST, revision.workload.ref, revision.number or 0)


def _naming_selectors(
    membership: Membership, inventory: Inventory, version_keys: frozenset[str]
) -> list[Mapping[str, str]]:
    """Return the selectors of the release's Services that name a version, by its hash or by a label."""
    services = (inventory.services.get(name) for name in (*membership.services, *membership.umbrellas))
    keys = version_keys | HASH_KEYS
    return [service.spec.selector for service in services if service and not keys.isdisjoint(service.spec.selector)]


def _is_named(revision: Revision, selectors: Iterable[Mapping[str, str]]) -> bool:
    return any(matches(template_selector(selector), revision.labels) for selector in selectors)


def _pod_versions(versions: Sequence[Revision], names: Sequence[str]) -> PodVersions:
    named = list(zip(versions, names, strict=True))
    return PodVersions(
        by_pod={pod.name: (name, pod) for version, name in named for pod in version.pods or ()},
        by_owner_name={owner_prefix(version.name): name for version, name in named if version.name},
    )


def _routes(cast: _Cast) -> tuple[RouteView, ...] | None:
    if "ingresses" in cast.inventory.unreadable:
        return None
    return tuple(route_view(rule, cast.version_of) for rule in cast.membership.rules)


def _splits(
    cast: _Cast,
    services: tuple[ServiceView, ...] | None,
    routes: tuple[RouteView, ...] | None,
    version_keys: frozenset[str],
) -> Splits:
    front_door = cast.membership.front_door
    door = cast.inventory.services.get(front_door)
    # Only a selector with a version key, or a pin, says which version it means.
    names_a_version = door is not None and not (version_keys | HASH_KEYS).isdisjoint(door.spec.selector)
    splits = splits_of(routes or (), services, front_door, cast.version_of(front_door) if names_a_version else None)
    # A route that cannot be read may say anything.
    return splits if routes is not None else Splits(endpoints=splits.endpoints, endpoints_of=splits.endpoints_of)


def _is_switched(cast: _Cast, version_keys: frozenset[str]) -> bool:
    """Say whether the front door's selector decides between workloads, and no route does."""
    own = frozenset(cast.membership.services)
    divided = any(len(own & {backend.service for backend in rule.backends}) > 1 for rule in cast.membership.rules)
    front_door = cast.inventory.services.get(cast.membership.front_door)
    if divided or front_door is None or len(cast.workloads) < 2:
        return False
    selector = front_door.spec.selector
    chosen = {cast.versions[position].workload.ref for position in selected(selector, cast.versions)}
    return len(chosen) == 1 and not (version_keys - HASH_KEYS).isdisjoint(selector)


def _scene(cast: _Cast, services: Sequence[ServiceView], routes: Sequence[RouteView]) -> Scene:
    routed = {backend.service for route in routes for backend in route.backends if (backend.share or 0) > 0}
    wanted = [version for version in cast.versions if version.workload.desired > 0]
    used = [
        service
        for service in services
        if service.type != "ExternalName"
        # A front door that selects nobody is shut: taking no workload's pods does not put it out of use.
        and (service.name in routed or _selects_any(service, wanted) or (service.front_door and bool(wanted)))
    ]
    return Scene(cast.membership, cast.inventory, cast.workloads, cast.versions, cast.names, services, used)


def _selects_any(service: ServiceView, wanted: Sequence[Revision]) -> bool:
    return bool(selected(service.selector, wanted))


def _version_view(cast: _Cast, position: int, role: Role) -> VersionView:
    revision = cast.versions[position]
    return VersionView(
        name=cast.names[position],
        role=role,
        workload=revision.workload.ref,
        revision=revision.number,
        hash=revision.hash,
        images=revision.images,
        change_cause=revision.change_cause,
        paused=is_paused(revision),
        created_at=revision.created_at,
        waiting="waits for you" if revision.current and is_held(revision, cast.versions) else "",
        counts=_counts(revision),
        pods=revision.pods,
    )


def _counts(revision: Revision) -> PodCounts:
    pods = revision.pods
    if pods is None:
        return PodCounts(desired=revision.desired, available=revision.available)
    ready = count(pods, PodState.READY)
    return PodCounts(
        desired=revision.desired,
        current=len(pods) - count(pods, PodState.TERMINATING, PodState.FINISHED),
        ready=ready,
        # The controller's number may be older than the pods that it counts.
        available=None if revision.available is None else min(revision.available, ready),
        failing=count(pods, PodState.FAILING),
        terminating=count(pods, PodState.TERMINATING),
    )


def _notes(cast: _Cast) -> tuple[str, ...]:
    refs = {entry.ref for entry in cast.workloads}
    notes = [
        f"HorizontalPodAutoscaler/{scaler.metadata.name} keeps {scaler.spec.scale_target_ref.name} between "
        f"{scaler.spec.min_replicas} and {scaler.spec.max_replicas} pods, also while it is paused."
        for _, scaler in sorted(cast.inventory.autoscalers.items())
        if f"{scaler.spec.scale_target_ref.kind}/{scaler.spec.scale_target_ref.name}" in refs
    ]
    notes += [
        f"PodDisruptionBudget/{budget.metadata.name} allows no eviction now: a node drain would wait."
        for _, budget in sorted(cast.inventory.disruption_budgets.items())
        if budget.status.disruptions_allowed == 0
        and any(matches(budget.spec.selector.match_labels, entry.template_labels) for entry in cast.workloads)
    ]
    return tuple(notes)
