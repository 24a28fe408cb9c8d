"""Who owns which revision: ReplicaSets of Deployments and Rollouts, ControllerRevisions of the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cockpit.release.inventory import Inventory
from cockpit.release.labels import HASH_KEYS
from cockpit.release.workloads import Workload
from cockpit.resources.meta import ObjectMeta, controller_of
from cockpit.resources.workloads import ControllerRevision, ReplicaSet

Owned = ReplicaSet | ControllerRevision


def owned_revisions(inventory: Inventory, workloads: Sequence[Workload]) -> tuple[tuple[Owned, ...], ...]:
    """Return the revisions of each workload, in the order of `workloads`; a bare ReplicaSet is its own revision."""
    replica_sets = _by_owner(inventory.replica_sets.values())
    controller_revisions = _by_owner(inventory.controller_revisions.values())
    return tuple(
        (entry.source,)
        if isinstance(entry.source, ReplicaSet)
        else _owned_by(entry, replica_sets if entry.kind in {"Deployment", "Rollout"} else controller_revisions)
        for entry in workloads
    )


def _by_owner(revisions: Iterable[Owned]) -> dict[tuple[str, str], list[Owned]]:
    by_owner: dict[tuple[str, str], list[Owned]] = {}
    for revision in revisions:
        owner = controller_of(revision.metadata)
        if owner is not None:
            by_owner.setdefault((owner.kind, owner.uid or owner.name), []).append(revision)
    return by_owner


def _owned_by(workload: Workload, by_owner: Mapping[tuple[str, str], Sequence[Owned]]) -> tuple[Owned, ...]:
    metadata = workload.metadata
    # An owner reference may lack the uid; then the name has to do.
    found = by_owner.get((workload.kind, metadata.uid)) or by_owner.get((workload.kind, metadata.name))
    return tuple(sorted(found or (), key=lambda revision: revision.metadata.name))


def hash_labels(kind: str, revision: Owned) -> frozenset[tuple[str, str]]:
    """Return the hash labels that pods of the revision carry, each key once."""
    if kind == "StatefulSet":
        # Pods of a StatefulSet carry the whole name of their ControllerRevision, those of a DaemonSet a bare hash.
        return frozenset({("controller-revision-hash", revision.metadata.name)})
    labels = dict(revision.metadata.labels)
    if isinstance(revision, ReplicaSet):
        labels |= revision.spec.template.metadata.labels
    return frozenset((key, value) for key, value in labels.items() if key in HASH_KEYS)


def hash_of(metadata: ObjectMeta) -> str:
    """Return the template hash of a ReplicaSet or ControllerRevision, from its label or else from its name."""
    for key in ("pod-template-hash", "rollouts-pod-template-hash", "controller.kubernetes.io/hash"):
        if found := metadata.labels.get(key):
            return found
    found = metadata.labels.get("controller-revision-hash") or metadata.name
    return found.rpartition("-")[2]
