"""What the projection reads: the objects of one namespace, indexed the way that inference and pod sets ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cockpit.resources.ingress import Ingress, IngressClass
from cockpit.resources.kinds import CANARY, INGRESS, INGRESS_CLASS, ROLLOUT, ROUTING, SERVICE, WATCHED
from cockpit.resources.meta import KubernetesObject, controller_of
from cockpit.resources.pods import Pod
from cockpit.resources.scaling import HorizontalPodAutoscaler, PodDisruptionBudget
from cockpit.resources.services import EndpointSlice, Service, service_of
from cockpit.resources.workloads import ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet
from cockpit.routing.objects import ByType, Objects


@dataclass(frozen=True, slots=True)
class Inventory:
    """The objects of one namespace. Keys are object names, except where the field says otherwise.

    The mappings may be the store's own: whoever reads an inventory must not keep it across an await.
    """

    namespace: str
    deployments: Mapping[str, Deployment] = field(default_factory=dict)
    replica_sets: Mapping[str, ReplicaSet] = field(default_factory=dict)
    stateful_sets: Mapping[str, StatefulSet] = field(default_factory=dict)
    daemon_sets: Mapping[str, DaemonSet] = field(default_factory=dict)
    controller_revisions: Mapping[str, ControllerRevision] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    ingresses: Mapping[str, Ingress] = field(default_factory=dict)
    autoscalers: Mapping[str, HorizontalPodAutoscaler] = field(default_factory=dict)
    disruption_budgets: Mapping[str, PodDisruptionBudget] = field(default_factory=dict)
    routing: ByType = field(default_factory=dict)
    """Objects of traffic systems besides Ingresses, by the type of their slice and by name."""
    pods_by_owner: Mapping[str, Mapping[str, Pod]] = field(default_factory=dict)
    """Pods by name, by the uid of their controller; bare pods stand under ""."""
    slices_by_service: Mapping[str, Mapping[str, EndpointSlice]] = field(default_factory=dict)
    """EndpointSlices by name, by the name of their Service."""
    unreadable: frozenset[str] = frozenset()
    """Plural names of kinds that cannot be read: forbidden, not served, or not listed yet."""
    stale: frozenset[str] = frozenset()
    """Plural names of kinds that were read once and are not heard from any more."""

    def routes(self) -> Objects:
        """Return what traffic systems read."""
        by_type: dict[type[KubernetesObject], Mapping[str, KubernetesObject]] = {
            **self.routing,
            Ingress: self.ingresses,
            Service: self.services,
        }
        kinds = (*ROUTING, INGRESS, SERVICE)
        unknown = frozenset(kind.slice_type for kind in kinds if kind.plural in self.unreadable)
        return Objects(self.namespace, by_type, unknown)


ROUTE_KINDS = frozenset(kind.plural for kind in (INGRESS, *ROUTING) if kind not in {INGRESS_CLASS, ROLLOUT, CANARY})
"""Kinds, plural, that say where traffic goes: one that cannot be read may say anything."""

_FIELDS = {
    "Deployment": "deployments",
    "ReplicaSet": "replica_sets",
    "StatefulSet": "stateful_sets",
    "DaemonSet": "daemon_sets",
    "ControllerRevision": "controller_revisions",
    "Service": "services",
    "Ingress": "ingresses",
    "HorizontalPodAutoscaler": "autoscalers",
    "PodDisruptionBudget": "disruption_budgets",
}


def inventory_of(
    namespace: str,
    objects: Iterable[KubernetesObject],
    unreadable: frozenset[str] = frozenset(),
    stale: frozenset[str] = frozenset(),
) -> Inventory:
    """Index loose objects; those of other namespaces, and of kinds that a release does not need, are left out."""
    fields: dict[str, dict[str, KubernetesObject]] = {name: {} for name in _FIELDS.values()}
    routing: dict[type[KubernetesObject], dict[str, KubernetesObject]] = {kind.slice_type: {} for kind in ROUTING}
    pods_by_owner: dict[str, dict[str, Pod]] = {}
    slices_by_service: dict[str, dict[str, EndpointSlice]] = {}
    names = {kind.slice_type: kind.name for kind in WATCHED}
    for entry in objects:
        name = entry.metadata.name
        if entry.metadata.namespace != namespace and not isinstance(entry, IngressClass):
            continue
        if isinstance(entry, Pod):
            owner = controller_of(entry.metadata)
            pods_by_owner.setdefault(owner.uid if owner else "", {})[name] = entry
        elif isinstance(entry, EndpointSlice):
            slices_by_service.setdefault(service_of(entry), {})[name] = entry
        elif type(entry) in routing:
            routing[type(entry)][name] = entry
        elif (kind := names.get(type(entry))) in _FIELDS:
            fields[_FIELDS[kind]][name] = entry
    return Inventory(
        namespace=namespace,
        routing=routing,
        pods_by_owner=pods_by_owner,
        slices_by_service=slices_by_service,
        unreadable=unreadable,
        stale=stale,
        **fields,  # type: ignore[arg-type]  # each dict holds only slices of the kind that names its field
    )
