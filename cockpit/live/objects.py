"""The objects of one namespace, indexed once so that a projection looks up rather than searches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, cast

from cockpit.release.inventory import Inventory
from cockpit.resources.ingress import Ingress
from cockpit.resources.kinds import (
    AUTOSCALER,
    CONTROLLER_REVISION,
    DAEMON_SET,
    DEPLOYMENT,
    DISRUPTION_BUDGET,
    ENDPOINT_SLICE,
    INGRESS,
    POD,
    REPLICA_SET,
    ROUTING,
    SERVICE,
    STATEFUL_SET,
    WATCHED,
    Kind,
)
from cockpit.resources.meta import KubernetesObject, controller_of
from cockpit.resources.pods import Pod
from cockpit.resources.scaling import HorizontalPodAutoscaler, PodDisruptionBudget
from cockpit.resources.services import EndpointSlice, Service, service_of
from cockpit.resources.workloads import ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet
from cockpit.routing.objects import ByType

_Object = TypeVar("_Object", bound=KubernetesObject)


class Grouped(Generic[_Object]):
    """Objects by name, and again in groups by a key that each of them has."""

    def __init__(self, key: Callable[[_Object], str]) -> None:
        self.by_name: dict[str, _Object] = {}
        self.groups: dict[str, dict[str, _Object]] = {}
        self._key = key

    def put(self, entry: _Object) -> set[str]:
        """Store an object; return the keys whose groups changed."""
        changed = self.remove(entry.metadata.name)
        key = self._key(entry)
        self.by_name[entry.metadata.name] = entry
        self.groups.setdefault(key, {})[entry.metadata.name] = entry
        return changed | {key}

    def remove(self, name: str) -> set[str]:
        """Forget the object of that name; return the keys whose groups changed."""
        old = self.by_name.pop(name, None)
        if old is None:
            return set()
        key = self._key(old)
        group = self.groups[key]
        del group[name]
        if not group:
            del self.groups[key]
        return {key}


def owner_uid(pod: Pod) -> str:
    """Return the uid of the pod's controller, "" for a bare pod."""
    owner = controller_of(pod.metadata)
    return owner.uid if owner else ""


class NamespaceObjects:
    """What is known of one namespace."""

    def __init__(self, namespace: str, cluster: ByType | None = None) -> None:
        """Take the objects of `cluster`, which are in no namespace, as they will be."""
        self.namespace = namespace
        self._cluster = {} if cluster is None else cluster
        self.removals = 0
        """Counts objects other than pods and EndpointSlices that went away: memberships may still name them."""
        self.pods: Grouped[Pod] = Grouped(owner_uid)
        self.slices: Grouped[EndpointSlice] = Grouped(service_of)
        self._plain: dict[str, dict[str, KubernetesObject]] = {
            kind.plural: {} for kind in (*WATCHED, *ROUTING) if kind not in (POD, ENDPOINT_SLICE)
        }
        self._routing: dict[type[KubernetesObject], dict[str, KubernetesObject]] = {
            kind.slice_type: self._plain[kind.plural] for kind in ROUTING if kind.namespaced
        }

    def named(self, kind: Kind) -> dict[str, KubernetesObject]:
        """Return the objects of one kind by name. Pods and EndpointSlices are changed through their groups only."""
        if kind == POD:
            return cast(dict[str, KubernetesObject], self.pods.by_name)
        if kind == ENDPOINT_SLICE:
            return cast(dict[str, KubernetesObject], self.slices.by_name)
        return self._plain[kind.plural]

    def inventory(self, unreadable: frozenset[str], stale: frozenset[str]) -> Inventory:
        """Return a view of the objects; it shares them, so it must not be kept across an await."""
        plain = self._plain
        return Inventory(
            namespace=self.namespace,
            deployments=cast(dict[str, Deployment], plain[DEPLOYMENT.plural]),
            replica_sets=cast(dict[str, ReplicaSet], plain[REPLICA_SET.plural]),
            stateful_sets=cast(dict[str, StatefulSet], plain[STATEFUL_SET.plural]),
            daemon_sets=cast(dict[str, DaemonSet], plain[DAEMON_SET.plural]),
            controller_revisions=cast(dict[str, ControllerRevision], plain[CONTROLLER_REVISION.plural]),
            services=cast(dict[str, Service], plain[SERVICE.plural]),
            ingresses=cast(dict[str, Ingress], plain[INGRESS.plural]),
            autoscalers=cast(dict[str, HorizontalPodAutoscaler], plain[AUTOSCALER.plural]),
            disruption_budgets=cast(dict[str, PodDisruptionBudget], plain[DISRUPTION_BUDGET.plural]),
            routing={**self._routing, **self._cluster},
            pods_by_owner=self.pods.groups,
            slices_by_service=self.slices.groups,
            unreadable=unreadable,
            stale=stale,
        )
