"""The ReplicaSet controller: as many pods as asked for (k8s.io/kubernetes, pkg/controller/replicaset)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import log2

from cockpit.training.api.kinds import POD, REPLICA_SET
from cockpit.training.api.selectors import Requirement, all_hold, requirements_of
from cockpit.training.api.store import Change, Key
from cockpit.training.controllers.plane import Plane
from cockpit.training.controllers.pods import (
    is_active,
    is_available,
    is_ready,
    next_available,
    phase_of,
    pod_from_template,
)
from cockpit.training.controllers.queue import WorkQueue
from cockpit.training.controllers.quota import refused_by_quota
from cockpit.training.objects import (
    Json,
    annotations_of,
    condition_of,
    controller_uid,
    is_deleting,
    labels_of,
    moment_of,
    name_of,
    namespace_of,
    owner_reference,
    timestamp,
    uid_of,
)

_COMPONENT = "replicaset-controller"
_PHASES = {"Pending": 0, "": 1, "Unknown": 1, "Running": 2}
_AGAIN = 10.0  # seconds until a pod that was refused is asked for again
_DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"


class ReplicaSetController:
    """Creates and deletes the pods of ReplicaSets, and writes their status."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        # Quicker than the Deployment controller, so that old pods go before it makes room for new ones: in a real
        # cluster the two race, and nearly always end in this order.
        self.queue = WorkQueue(plane.clock, plane.chance, self.reconcile, (0.002, 0.006))

    def observe(self, change: Change) -> None:
        """Queue the ReplicaSets that a change concerns."""
        if change.kind is REPLICA_SET:
            self.queue.add((namespace_of(change.object), name_of(change.object)))
        elif change.kind is POD:
            for key in self._replica_sets_of(change.object):
                self.queue.add(key)

    def reconcile(self, key: Key) -> None:
        """Bring one ReplicaSet's pods to the number asked for."""
        replica_set = self._plane.store.get(REPLICA_SET, *key)
        if replica_set is None:
            return
        pods = self._claimed(replica_set)
        active = [pod for pod in pods if is_active(pod)]
        refusal = "" if is_deleting(replica_set) else self._scale(replica_set, active)
        pods = self._plane.store.owned(uid_of(replica_set), POD)
        self._write_status(replica_set, pods, refusal)
        if refusal:
            self.queue.add_after(key, _AGAIN)

    def _replica_sets_of(self, pod: Json) -> Iterator[Key]:
        namespace = namespace_of(pod)
        owners = [owner for owner in pod["metadata"].get("ownerReferences") or () if owner["kind"] == "ReplicaSet"]
        yield from ((namespace, str(owner["name"])) for owner in owners)
        if not owners and labels_of(pod):
            for candidate in self._plane.store.items(REPLICA_SET, namespace):
                if _selects(candidate, pod):
                    yield namespace, name_of(candidate)

    def _claimed(self, replica_set: Json) -> list[Json]:
        """Release pods that no longer match, adopt orphans that do, and return what belongs to the set."""
        selector = requirements_of(replica_set["spec"]["selector"])
        owned = self._plane.store.owned(uid_of(replica_set), POD)
        kept = [pod for pod in owned if self._keeps(replica_set, selector, pod)]
        if not is_deleting(replica_set):
            for pod in self._plane.store.ownerless(POD, namespace_of(replica_set)):
                if is_active(pod) and all_hold(selector, labels_of(pod)):
                    kept.append(self._own(pod, [owner_reference(replica_set)]))
        return kept

    def _keeps(self, replica_set: Json, selector: list[Requirement], pod: Json) -> bool:
        if all_hold(selector, labels_of(pod)):
            return True
        if not is_deleting(pod):
            others = [owner for owner in pod["metadata"]["ownerReferences"] if owner["uid"] != uid_of(replica_set)]
            self._own(pod, others)
        return False

    def _own(self, pod: Json, owners: list[Json]) -> Json:
        metadata = {**pod["metadata"], "ownerReferences": owners}
        return self._plane.registry.replace(POD, namespace_of(pod), name_of(pod), {**pod, "metadata": metadata})

    def _scale(self, replica_set: Json, active: list[Json]) -> str:
        """Create or delete what is missing or too much; return why a pod was refused, or ""."""
        missing = int(replica_set["spec"]["replicas"]) - len(active)
        for _ in range(missing):
            if refusal := refused_by_quota(self._plane.store, replica_set):
                self._plane.recorder.warning(replica_set, "FailedCreate", f"Error creating: {refusal}", _COMPONENT)
                return refusal
            self._create_pod(replica_set)
        if missing < 0:
            for pod in self._first_to_go(replica_set, active)[:-missing]:
                self._plane.registry.delete(POD, namespace_of(pod), name_of(pod))
                message = f"Deleted pod: {name_of(pod)}"
                self._plane.recorder.normal(replica_set, "SuccessfulDelete", message, _COMPONENT)
        return ""

    def _create_pod(self, replica_set: Json) -> None:
        name = {"generateName": f"{name_of(replica_set)}-"}
        manifest = pod_from_template(replica_set["spec"]["template"], name, owner_reference(replica_set))
        pod = self._plane.registry.create(POD, namespace_of(replica_set), manifest)
        message = f"Created pod: {name_of(pod)}"
        self._plane.recorder.normal(replica_set, "SuccessfulCreate", message, _COMPONENT)

    def _first_to_go(self, replica_set: Json, active: list[Json]) -> list[Json]:
        """Order pods by who is deleted first; on a crowded node the pods of all related ReplicaSets count."""
        crowd = Counter(str(pod["spec"].get("nodeName", "")) for pod in self._related(replica_set) if is_active(pod))
        now = self._plane.clock.now
        return sorted(active, key=lambda pod: deletion_rank(pod, crowd[str(pod["spec"].get("nodeName", ""))], now))

    def _related(self, replica_set: Json) -> list[Json]:
        """Return the pods of all ReplicaSets of the same owner (getIndirectlyRelatedPods)."""
        owner, store = controller_uid(replica_set), self._plane.store
        sets = store.owned(owner, REPLICA_SET) if owner else [replica_set]
        return [pod for found in sets for pod in store.owned(uid_of(found), POD)]

    def _write_status(self, replica_set: Json, pods: list[Json], refusal: str) -> None:
        min_ready = int(replica_set["spec"].get("minReadySeconds", 0))
        active = [pod for pod in pods if is_active(pod)]
        now = self._plane.clock.now
        status = _status(replica_set, active, len([pod for pod in pods if is_deleting(pod)]), now, min_ready)
        if refusal:
            status["conditions"] = [_failure(replica_set, refusal, now)]
        key = (namespace_of(replica_set), name_of(replica_set))
        self._plane.registry.replace(REPLICA_SET, *key, {**replica_set, "status": status}, "status")
        if min_ready:
            wait = next_available(active, min_ready, now)
            if wait is not None:
                self.queue.add_after(key, wait)


def deletion_rank(pod: Json, on_node: int, now: float) -> tuple[object, ...]:
    """Return a sort key, smallest first to go (pkg/controller/controller_utils.go, ActivePodsWithRanks).

    That is: unscheduled, pending, not ready, cheap to delete, on a crowded node, ready for a shorter time, restarted
    more often, younger. Times count by their order of magnitude only; among equals the uid decides.
    """
    ready = condition_of(pod, "Ready") or {}
    since = _magnitude(moment_of(ready.get("lastTransitionTime")), now) if is_ready(pod) else 0
    statuses = pod.get("status", {}).get("containerStatuses") or ()
    return (
        bool(pod["spec"].get("nodeName")),
        _PHASES.get(phase_of(pod), 1),
        is_ready(pod),
        _cost(pod),
        -on_node,
        since,
        -max((int(status.get("restartCount", 0)) for status in statuses), default=0),
        _magnitude(moment_of(pod["metadata"]["creationTimestamp"]), now),
        uid_of(pod),
    )


def _magnitude(since: float, now: float) -> int:
    """Return the binary order of magnitude of an age in nanoseconds (logarithmicRankDiff)."""
    return int(log2((now - since) * 1e9)) if now > since else -1


def _cost(pod: Json) -> int:
    text = annotations_of(pod).get(_DELETION_COST, "0")
    return int(text) if text.lstrip("-").isdigit() else 0


def _failure(replica_set: Json, refusal: str, now: float) -> Json:
    """Return the condition that says why there are too few pods."""
    before = condition_of(replica_set, "ReplicaFailure")
    since = before["lastTransitionTime"] if before else timestamp(now)
    return {
        "type": "ReplicaFailure",
        "status": "True",
        "lastTransitionTime": since,
        "reason": "FailedCreate",
        "message": refusal,
    }


def _selects(replica_set: Json, pod: Json) -> bool:
    return all_hold(requirements_of(replica_set["spec"]["selector"]), labels_of(pod))


def _status(replica_set: Json, active: list[Json], terminating: int, now: float, min_ready: int) -> Json:
    labels = (replica_set["spec"]["template"].get("metadata", {}).get("labels") or {}).items()
    ready = [pod for pod in active if is_ready(pod)]
    counts = {
        "fullyLabeledReplicas": sum(labels <= labels_of(pod).items() for pod in active),
        "readyReplicas": len(ready),
        "availableReplicas": sum(is_available(pod, min_ready, now) for pod in ready) if min_ready else len(ready),
    }
    status: Json = {"replicas": len(active), **{field: count for field, count in counts.items() if count}}
    status["terminatingReplicas"] = terminating
    status["observedGeneration"] = replica_set["metadata"]["generation"]
    return status
