"""Finds a plan's release in a picture: by the uids of its workloads, for its name may change while the plan runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cockpit.actions.plan import Plan
from cockpit.release.inventory import Inventory
from cockpit.release.view import ReleaseView
from cockpit.resources.kinds import ROUTING
from cockpit.resources.meta import KubernetesObject
from cockpit.resources.references import ObjectRef


def is_of(plan: Plan, release: ReleaseView) -> bool:
    """Say whether a plan was made for a release."""
    if plan.namespace != release.namespace:
        return False
    if not plan.workload_uids:
        return plan.release == release.name
    return any(member.uid in plan.workload_uids for member in release.members)


def release_of(plan: Plan, releases: Iterable[ReleaseView]) -> ReleaseView | None:
    """Return the release that a plan was made for, None where it is not seen; of several the one of its name."""
    found = [release for release in releases if is_of(plan, release)]
    return next((release for release in found if release.name == plan.release), found[0] if found else None)


def object_in(inventory: Inventory, ref: ObjectRef) -> KubernetesObject | None:
    """Return an object that is watched, None where it is not there, or another one of its name is."""
    found = _objects(inventory, ref.kind).get(ref.name)
    return None if found is None or (ref.uid and found.metadata.uid != ref.uid) else found


def is_watched(inventory: Inventory, kind: str) -> bool:
    """Say whether an inventory tells of objects of a kind, be it late."""
    plurals = {"Deployment": "deployments", "StatefulSet": "statefulsets", "DaemonSet": "daemonsets"}
    plurals |= {"ReplicaSet": "replicasets", "Service": "services", "Ingress": "ingresses", "Pod": "pods"}
    plurals |= {entry.name: entry.plural for entry in ROUTING}
    return kind in plurals and plurals[kind] not in inventory.unreadable


def _objects(inventory: Inventory, kind: str) -> Mapping[str, KubernetesObject]:
    if kind == "Pod":
        return {name: pod for pods in inventory.pods_by_owner.values() for name, pod in pods.items()}
    found: dict[str, Mapping[str, KubernetesObject]] = {
        "Deployment": inventory.deployments,
        "ReplicaSet": inventory.replica_sets,
        "StatefulSet": inventory.stateful_sets,
        "DaemonSet": inventory.daemon_sets,
        "Service": inventory.services,
        "Ingress": inventory.ingresses,
    }
    found |= {entry.name: inventory.routing.get(entry.slice_type, {}) for entry in ROUTING}
    return found.get(kind, {})
