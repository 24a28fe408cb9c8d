"""Isolate a canary: the stable Service pinned to one revision, a second Service for the other.

The pin comes first: while the stable Service still takes both versions, a Service of its own isolates nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from cockpit.actions.canary_service import canary_name, canary_service
from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.conditions import AnyCondition, EndpointsOnly, EndpointsReady, Paused, ServiceExists
from cockpit.actions.doors import leads_to, other_ways
from cockpit.actions.drafts import Draft, Task
from cockpit.actions.fields import PINNED, SELECTOR, annotation_fields, selector_given
from cockpit.actions.pausing import is_paused, pause_change
from cockpit.actions.pins import (
    hash_label,
)
from cockpit.actions.targets import (
    Version,
    in_service,
    ref_of,
    service_for,
    version_named,
    versions_of,
)
from cockpit.actions.wording import counted, listed
from cockpit.errors import CockpitError
from cockpit.release.labels import HASH_KEYS, matches, template_selector, without
from cockpit.release.rollouts import partition_of
from cockpit.release.subject import Subject
from cockpit.release.view import Role
from cockpit.resources.services import Service
from cockpit.resources.workloads import StatefulSet


def isolate(task: Task) -> Draft:
    """Return what gives each of two versions a Service of its own.

    Raises:
        UsageError: the name or the node port for the second Service cannot be.
        CockpitError: there are no two versions behind the Service that a hash tells apart.
    """
    service = service_for(task.subject, task.request)
    stable, canary = _pair(task, service)
    name = canary_name(task, service)
    changes = [*_pause(task, canary), *_pin(task, service, stable), canary_service(task, service, canary, name)]
    expects: list[AnyCondition] = [
        EndpointsOnly(service.metadata.name, stable.workload.ref, stable.revision.hash),
        ServiceExists(name, exists=True),
    ]
    if canary.view.counts.ready:
        expects.append(EndpointsReady(name, canary.ready, canary.workload.ref, canary.revision.hash))
    balancer = service.spec.type == "LoadBalancer"
    return Draft(
        title=f"Isolate {canary.name} of Service/{service.metadata.name} on Service/{name}",
        why="Each version answers on an address of its own, and the canary gets no traffic of the others."
        + (" The second Service asks for a second load balancer, which may cost money." if balancer else ""),
        changes=tuple(changes),
        expects=tuple(expects),
        effects=tuple(_effects(task, service, stable, canary, name)),
    )


def _pair(task: Task, service: Service) -> tuple[Version, Version]:
    """Return the version that keeps the Service, and the one that is isolated.

    Raises:
        CockpitError: there are no two.
    """
    taken = _takeable(task.subject, service)
    if len(taken) < 2:
        raise CockpitError(
            f"Only one version is behind Service/{service.metadata.name}: there is nothing to isolate. "
            "Set a new image and pause first."
        )
    canary = version_named(task.subject, task.request.version) if task.request.version else _newest(taken)
    others = [entry for entry in taken if entry.name != canary.name]
    if len(others) == len(taken):
        raise CockpitError(f"{canary.name} is not behind Service/{service.metadata.name}.")
    leaders = [entry for entry in others if entry.view.role in {Role.STABLE, Role.ACTIVE}] or others
    stable = max(leaders, key=lambda entry: entry.ready)
    if stable.workload.ref != canary.workload.ref:
        # A pin to a hash would tear the release apart: no template of the other workload carries one.
        raise CockpitError(
            f"{stable.name} and {canary.name} come from two workloads, which no pin keeps together: "
            f"switch Service/{service.metadata.name} to one of them instead."
        )
    for version in (stable, canary):
        if hash_label(version.revision) is None:
            raise CockpitError(f"No hash tells the pods of {version.name} apart: {version.workload.kind} makes none.")
    return stable, canary


def _takeable(subject: Subject, service: Service) -> list[Version]:
    """Return the versions in service whose pods the selector takes, or would take without its hash."""
    selector = template_selector(without(service.spec.selector, HASH_KEYS))
    return [
        entry
        for entry in versions_of(subject)
        if entry.revision.in_service and matches(selector, entry.revision.labels)
    ]


def _newest(taken: list[Version]) -> Version:
    workloads = [entry.workload.ref for entry in taken]
    rolling_in = [entry for entry in taken if entry.revision.current and workloads.count(entry.workload.ref) > 1]
    new = rolling_in or [entry for entry in taken if entry.view.role in {Role.CANARY, Role.NEW}]
    if len(new) == 1:
        return new[0]
    raise CockpitError(f"Say which version to isolate: {listed((entry.name for entry in taken), 'or')}.")


def _pause(task: Task, canary: Version) -> Iterator[Change]:
    """Yield the pause that keeps both versions where they are, where the rollout would go on."""
    workload = canary.workload
    if len(in_service(task.subject, workload)) < 2 or is_paused(workload):
        return
    if workload.kind != "Deployment":
        if isinstance(workload.source, StatefulSet) and partition_of(workload.source):
            return
        raise CockpitError(f"{workload.ref} cannot be paused, and its rollout would take the pin's pods away.")
    yield structs.replace(pause_change(workload), hold=Paused(workload.ref, paused=True))


def _pin(task: Task, service: Service, stable: Version) -> Iterator[Change]:
    """Yield the pin of the Service to the stable version, none where it is there."""
    key, value = hash_label(stable.revision) or ("", "")
    held = {entry: found for entry, found in service.spec.selector.items() if entry in HASH_KEYS}
    if held == {key: value}:
        return
    name = service.metadata.name
    if held:
        raise CockpitError(f"Service/{name} is pinned to {listed(held.values())}: take the pin out first (unisolate).")
    yield Change(
        kind=ChangeKind.PATCH,
        object=ref_of("Service", service.metadata),
        summary=f"pin Service/{name} to {value} ({stable.name})",
        fields=(
            FieldChange((*SELECTOR, key), after=value),
            *annotation_fields(service.metadata.annotations, {PINNED: f"{value} {task.stamp}"}),
        ),
        given=selector_given(service),
        hold=EndpointsOnly(name, stable.workload.ref, stable.revision.hash),
    )


def _effects(task: Task, service: Service, stable: Version, canary: Version, name: str) -> Iterator[str]:
    yield leads_to(service, [stable])
    ready = counted(canary.view.counts.ready, "pod")
    if service.spec.type not in {"NodePort", "LoadBalancer"}:
        yield f"Service {name} → {canary.name} ({ready})"
    elif task.request.node_port is None:
        yield f"{name} → {canary.name} ({ready}), its node port is chosen by the server"
    else:
        yield f"NodePort {task.request.node_port} of {name} → {canary.name} ({ready})"
    yield from other_ways(task.subject, canary, (service.metadata.name,))
