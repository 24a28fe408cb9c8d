"""Deployment, StatefulSet, DaemonSet, Rollout and bare ReplicaSet, read as what they are here: a workload."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cockpit.release.inventory import Inventory
from cockpit.resources.meta import LabelSelector, ObjectMeta, controller_of
from cockpit.resources.progressive import Rollout
from cockpit.resources.workloads import Container, DaemonSet, Deployment, ReplicaSet, StatefulSet


@dataclass(frozen=True, slots=True)
class Workload:
    """What inference and projection need of any workload; `desired` is a number of pods."""

    kind: str
    metadata: ObjectMeta
    selector: LabelSelector
    template_labels: Mapping[str, str]
    containers: tuple[Container, ...]
    desired: int
    source: Deployment | StatefulSet | DaemonSet | ReplicaSet | Rollout

    @property
    def ref(self) -> str:
        """KIND/NAME."""
        return f"{self.kind}/{self.metadata.name}"


def workloads_of(inventory: Inventory) -> Iterator[Workload]:
    """Yield every workload of the namespace; a ReplicaSet that something owns is no workload of its own."""
    for deployment in inventory.deployments.values():
        yield _workload("Deployment", deployment)
    for stateful_set in inventory.stateful_sets.values():
        yield _workload("StatefulSet", stateful_set)
    for daemon_set in inventory.daemon_sets.values():
        yield _daemon_set(daemon_set)
    for rollout in inventory.routes().of(Rollout).values():
        yield _rollout(rollout, inventory)
    for replica_set in inventory.replica_sets.values():
        if controller_of(replica_set.metadata) is None:
            yield _workload("ReplicaSet", replica_set)


def workload(inventory: Inventory, ref: str) -> Workload | None:
    """Return the workload KIND/NAME, or None where it is gone."""
    kind, _, name = ref.partition("/")
    if kind == "DaemonSet":
        daemon_set = inventory.daemon_sets.get(name)
        return _daemon_set(daemon_set) if daemon_set else None
    if kind == "Rollout":
        rollout = inventory.routes().of(Rollout).get(name)
        return _rollout(rollout, inventory) if rollout else None
    found: Deployment | StatefulSet | ReplicaSet | None = None
    if kind == "Deployment":
        found = inventory.deployments.get(name)
    elif kind == "StatefulSet":
        found = inventory.stateful_sets.get(name)
    elif kind == "ReplicaSet":
        found = inventory.replica_sets.get(name)
    return _workload(kind, found) if found else None


def _workload(kind: str, source: Deployment | StatefulSet | ReplicaSet) -> Workload:
    spec = source.spec
    template = spec.template
    return Workload(
        kind, source.metadata, spec.selector, template.metadata.labels, template.spec.containers, spec.replicas, source
    )


def _rollout(source: Rollout, inventory: Inventory) -> Workload:
    """Return a Rollout; its template may be that of a Deployment that it names."""
    spec, template = source.spec, source.spec.template
    named = spec.workload_ref
    if named is not None and named.kind == "Deployment" and named.name in inventory.deployments:
        template = inventory.deployments[named.name].spec.template
    labels, containers = template.metadata.labels, template.spec.containers
    return Workload("Rollout", source.metadata, spec.selector, labels, containers, spec.replicas, source)


def _daemon_set(source: DaemonSet) -> Workload:
    template = source.spec.template
    return Workload(
        "DaemonSet",
        source.metadata,
        source.spec.selector,
        template.metadata.labels,
        template.spec.containers,
        source.status.desired_number_scheduled,
        source,
    )
