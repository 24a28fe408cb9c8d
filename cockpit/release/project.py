"""From one release's objects to its view."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.release.cast import Cast, cast_of
from cockpit.release.drivers import progress_of
from cockpit.release.inventory import ROUTE_KINDS, Inventory
from cockpit.release.labels import HASH_KEYS, VERSION_KEYS, matches
from cockpit.release.membership import Membership
from cockpit.release.podsets import count
from cockpit.release.revisions import Revision
from cockpit.release.roles import Situation, is_held, is_paused, roles_of, strategy_of
from cockpit.release.scene import Scene
from cockpit.release.services import selected, service_views
from cockpit.release.splits import route_view, splits_of, traffic_of
from cockpit.release.states import state_of
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


def project(membership: Membership, inventory: Inventory, version_keys: frozenset[str] = VERSION_KEYS) -> ReleaseView:
    """Return the view of one release as its objects are now."""
    cast = cast_of(membership, inventory, version_keys)
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
        progress=progress_of(membership.driven_by, inventory),
    )


def _routes(cast: Cast) -> tuple[RouteView, ...] | None:
    if not cast.membership.rules and not ROUTE_KINDS.isdisjoint(cast.inventory.unreadable):
        return None
    return tuple(route_view(rule, cast.version_behind) for rule in cast.membership.rules)


def _splits(
    cast: Cast,
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
    told = ROUTE_KINDS.isdisjoint(cast.inventory.unreadable)
    return splits if told else Splits(endpoints=splits.endpoints, endpoints_of=splits.endpoints_of)


def _is_switched(cast: Cast, version_keys: frozenset[str]) -> bool:
    """Say whether the front door's selector decides between workloads, and no route does."""
    own = frozenset(cast.membership.services)
    divided = any(
        len({(backend.service, backend.subset) for backend in rule.backends if backend.service in own}) > 1
        for rule in cast.membership.rules
    )
    front_door = cast.inventory.services.get(cast.membership.front_door)
    if divided or front_door is None or len(cast.workloads) < 2:
        return False
    selector = front_door.spec.selector
    chosen = {cast.versions[position].workload.ref for position in selected(selector, cast.versions)}
    return len(chosen) == 1 and not (version_keys - HASH_KEYS).isdisjoint(selector)


def _scene(cast: Cast, services: Sequence[ServiceView], routes: Sequence[RouteView]) -> Scene:
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


def _version_view(cast: Cast, position: int, role: Role) -> VersionView:
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


def _notes(cast: Cast) -> tuple[str, ...]:
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
