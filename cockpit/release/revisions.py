"""The pod templates of a workload that are in service or in history, with their pods."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cockpit.release.inventory import Inventory
from cockpit.release.podsets import count, pod_view
from cockpit.release.revision_index import hash_labels, hash_of
from cockpit.release.view import PodState, PodView
from cockpit.release.workloads import Workload
from cockpit.resources.pods import Pod
from cockpit.resources.progressive import Rollout
from cockpit.resources.workloads import Container, ControllerRevision, DaemonSet, ReplicaSet, StatefulSet

REVISION_ANNOTATION = "deployment.kubernetes.io/revision"
ROLLOUT_REVISION_ANNOTATION = "rollout.argoproj.io/revision"
CHANGE_CAUSE_ANNOTATION = "kubernetes.io/change-cause"
_NUMBER = re.compile(r"[0-9]{1,18}\Z")
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Revision:
    """One pod template of a workload. `pods` is None where pods, or what ties them to the template, cannot be read."""

    workload: Workload
    name: str
    """Name of the ReplicaSet or ControllerRevision, "" where only the workload's own template is known."""
    hash: str | None
    number: int | None
    labels: Mapping[str, str]
    containers: tuple[Container, ...]
    created_at: datetime | None
    change_cause: str
    current: bool
    desired: int | None
    available: int | None
    pods: tuple[PodView, ...] | None

    @property
    def in_service(self) -> bool:
        """Whether the template has, or should have, pods."""
        return self.current or bool(self.desired) or any(pod.state is not PodState.FINISHED for pod in self.pods or ())

    @property
    def images(self) -> tuple[str, ...]:
        """Images of the template's containers."""
        return tuple(container.image for container in self.containers)


def revisions_of(workload: Workload, names: Sequence[str], inventory: Inventory) -> tuple[Revision, ...]:
    """Return the revisions of a workload, the lowest number first.

    `names` are those of its ReplicaSets or ControllerRevisions; ones that are gone are passed over.
    """
    if workload.kind in {"Deployment", "Rollout", "ReplicaSet"}:
        found = [inventory.replica_sets[name] for name in names if name in inventory.replica_sets]
        revisions = _of_replica_sets(workload, found, inventory)
    else:
        history = [inventory.controller_revisions[name] for name in names if name in inventory.controller_revisions]
        revisions = _of_controller_revisions(workload, history, inventory)
    if not revisions:
        revisions = [_template_only(workload, inventory)]
    return tuple(sorted(revisions, key=lambda revision: (revision.number or 0, revision.name)))


def _of_replica_sets(workload: Workload, found: Sequence[ReplicaSet], inventory: Inventory) -> list[Revision]:
    newest = _rolled_out(workload, found) or max(found, key=_recency, default=None)
    return [
        Revision(
            workload=workload,
            name=entry.metadata.name,
            hash=None if workload.kind == "ReplicaSet" else hash_of(entry.metadata),
            number=_number(entry.metadata.annotations),
            labels=entry.spec.template.metadata.labels,
            containers=entry.spec.template.spec.containers,
            created_at=entry.metadata.creation_timestamp,
            change_cause=entry.metadata.annotations.get(CHANGE_CAUSE_ANNOTATION, ""),
            current=entry is newest,
            desired=entry.spec.replicas,
            available=entry.status.available_replicas,
            pods=_pods(inventory, entry.metadata.uid),
        )
        for entry in found
    ]


def _rolled_out(workload: Workload, found: Sequence[ReplicaSet]) -> ReplicaSet | None:
    """Return the ReplicaSet that a Rollout's status calls the current one, None where it names none."""
    source = workload.source
    wanted = source.status.current_pod_hash if isinstance(source, Rollout) else ""
    return next((entry for entry in found if wanted and hash_of(entry.metadata) == wanted), None)


def _recency(entry: ReplicaSet) -> tuple[int, datetime, str]:
    """Order ReplicaSets as the controller does: by revision, which a reused old ReplicaSet gets anew."""
    created = entry.metadata.creation_timestamp or _EARLIEST
    return (_number(entry.metadata.annotations) or 0, created, entry.metadata.name)


def _of_controller_revisions(
    workload: Workload, history: Sequence[ControllerRevision], inventory: Inventory
) -> list[Revision]:
    newest = max((entry.revision for entry in history), default=0)
    pods = _pods_by_hash(inventory, workload)
    revisions = [
        _of_controller_revision(workload, entry, pods, current=_is_update(workload, entry, newest)) for entry in history
    ]
    unknown = pods or {}
    revisions += _of_unknown_hashes(workload, unknown, update=_update_hash(workload, unknown, alone=not history))
    others = sum(revision.desired or 0 for revision in revisions if not revision.current)
    return [
        replace(revision, desired=max(workload.desired - others, 0)) if revision.current else revision
        for revision in revisions
    ]


def _of_controller_revision(
    workload: Workload, entry: ControllerRevision, pods: dict[str, tuple[PodView, ...]] | None, *, current: bool
) -> Revision:
    template = entry.data.spec.template
    told = _told_by_status(workload, entry.metadata.name)
    hashes = dict(hash_labels(workload.kind, entry))
    own = None if pods is None else pods.pop(hashes.get("controller-revision-hash", ""), ())
    return Revision(
        workload=workload,
        name=entry.metadata.name,
        hash=hash_of(entry.metadata),
        number=entry.revision,
        labels={**template.metadata.labels, **hashes},
        containers=template.spec.containers,
        created_at=entry.metadata.creation_timestamp,
        change_cause=entry.metadata.annotations.get(CHANGE_CAUSE_ANNOTATION, ""),
        current=current,
        desired=told if own is None else _living(own),
        available=None if own is None else count(own, PodState.READY),
        pods=own,
    )


def _told_by_status(workload: Workload, revision: str) -> int | None:
    """Return how many pods of a revision a StatefulSet's status counts, None where it does not say."""
    source = workload.source
    if not isinstance(source, StatefulSet):
        return None
    status = source.status
    if revision == status.update_revision:
        return status.updated_replicas
    return status.current_replicas if revision == status.current_revision else None


def _living(pods: Sequence[PodView]) -> int:
    return len(pods) - count(pods, PodState.TERMINATING, PodState.FINISHED)


def _update_hash(workload: Workload, pods: Mapping[str, tuple[PodView, ...]], *, alone: bool) -> str | None:
    """Return the hash of the template that is rolled out; a DaemonSet's is known only where there is but one."""
    if isinstance(workload.source, StatefulSet):
        return workload.source.status.update_revision
    return next(iter(pods)) if alone and len(pods) == 1 else None


def _of_unknown_hashes(
    workload: Workload, pods: Mapping[str, tuple[PodView, ...]], update: str | None
) -> list[Revision]:
    """Return revisions for pods whose ControllerRevision is gone, or not seen yet."""
    return [
        Revision(
            workload=workload,
            name=found,
            hash=found.rpartition("-")[2] or None,
            number=None,
            labels={**workload.template_labels, "controller-revision-hash": found},
            containers=workload.containers if found == update else (),
            created_at=None,
            change_cause="",
            current=found == update,
            desired=_living(own),
            available=count(own, PodState.READY),
            pods=own,
        )
        for found, own in sorted(pods.items())
    ]


def _is_update(workload: Workload, entry: ControllerRevision, newest: int) -> bool:
    source = workload.source
    if isinstance(source, StatefulSet) and source.status.update_revision:
        return entry.metadata.name == source.status.update_revision
    return entry.revision == newest


def _template_only(workload: Workload, inventory: Inventory) -> Revision:
    """Return the workload's own template as its one revision, for want of one that a controller has written.

    Its pods are those of the workload; from the status come the numbers that pods would tell if they could be read.
    """
    source = workload.source
    return Revision(
        workload=workload,
        name="",
        hash=None,
        number=_number(workload.metadata.annotations),
        labels=workload.template_labels,
        containers=workload.containers,
        created_at=workload.metadata.creation_timestamp,
        change_cause=workload.metadata.annotations.get(CHANGE_CAUSE_ANNOTATION, ""),
        current=True,
        desired=workload.desired,
        available=source.status.number_available if isinstance(source, DaemonSet) else source.status.available_replicas,
        pods=_pods_of(workload, inventory),
    )


def _pods_of(workload: Workload, inventory: Inventory) -> tuple[PodView, ...] | None:
    if workload.kind not in {"Deployment", "Rollout"}:
        return _pods(inventory, workload.metadata.uid)
    # A Deployment's or a Rollout's pods are tied to it by its ReplicaSets, and by nothing else.
    return None if "replicasets" in inventory.unreadable else _pods(inventory, "")


def _pods(inventory: Inventory, owner_uid: str) -> tuple[PodView, ...] | None:
    if "pods" in inventory.unreadable:
        return None
    return _views(inventory.pods_by_owner.get(owner_uid, {}).values()) if owner_uid else ()


def _pods_by_hash(inventory: Inventory, workload: Workload) -> dict[str, tuple[PodView, ...]] | None:
    if "pods" in inventory.unreadable:
        return None
    by_hash: dict[str, list[Pod]] = {}
    uid = workload.metadata.uid
    for pod in inventory.pods_by_owner.get(uid, {}).values() if uid else ():
        by_hash.setdefault(pod.metadata.labels.get("controller-revision-hash", ""), []).append(pod)
    return {found: _views(pods) for found, pods in by_hash.items()}


def _views(pods: Iterable[Pod]) -> tuple[PodView, ...]:
    views = [pod_view(pod) for pod in pods]
    views.sort(key=lambda view: view.name)
    return tuple(views)


def _number(annotations: Mapping[str, str]) -> int | None:
    written = annotations.get(REVISION_ANNOTATION) or annotations.get(ROLLOUT_REVISION_ANNOTATION, "")
    return int(written) if _NUMBER.match(written) else None
