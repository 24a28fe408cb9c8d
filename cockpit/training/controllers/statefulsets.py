"""The StatefulSet controller: pods with fixed names, one after the other, updated from the highest ordinal down.

A pod that never gets ready blocks the next update too, also the one that would mend it: it has to be deleted by hand
(OrderedReady; kubernetes/kubernetes#67250, "Forced rollback" in the documentation). Volumes are not simulated.

Source: k8s.io/kubernetes, pkg/controller/statefulset/stateful_set_control.go.
"""

from __future__ import annotations

from cockpit.training.api.kinds import POD, STATEFUL_SET
from cockpit.training.api.store import Change, Key
from cockpit.training.controllers.plane import Plane
from cockpit.training.controllers.pods import is_active, is_available, is_ready, next_available, pod_from_template
from cockpit.training.controllers.queue import WorkQueue
from cockpit.training.controllers.revisions import HASH_LABEL, current_revision, prune, revision_named, template_of
from cockpit.training.objects import Json, is_deleting, labels_of, name_of, namespace_of, owner_reference, uid_of

_COMPONENT = "statefulset-controller"


class StatefulSetController:
    """Keeps the pods of StatefulSets."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self.queue = WorkQueue(plane.clock, plane.chance, self.reconcile, (0.003, 0.015))

    def observe(self, change: Change) -> None:
        """Queue the StatefulSets that a change concerns."""
        namespace = namespace_of(change.object)
        if change.kind is STATEFUL_SET:
            self.queue.add((namespace, name_of(change.object)))
        elif change.kind is POD:
            for owner in change.object["metadata"].get("ownerReferences") or ():
                if owner["kind"] == "StatefulSet":
                    self.queue.add((namespace, str(owner["name"])))

    def reconcile(self, key: Key) -> None:
        """Take one StatefulSet one step further."""
        workload = self._plane.store.get(STATEFUL_SET, *key)
        if workload is None or is_deleting(workload):
            return
        update = current_revision(self._plane, workload)
        current = name_of(update)
        if workload.get("status", {}).get("currentRevision"):
            current = str(workload["status"]["currentRevision"])
        self._step(workload, current, name_of(update))
        self._write_status(workload, current, name_of(update))
        prune(self._plane, workload, {current, name_of(update)})
        pods, minimum = self._plane.store.owned(uid_of(workload), POD), _min_ready(workload)
        wait = next_available(pods, minimum, self._plane.clock.now)
        if minimum and wait is not None:
            self.queue.add_after(key, wait)

    def _is_available(self, workload: Json, pod: Json) -> bool:
        return is_available(pod, _min_ready(workload), self._plane.clock.now)

    def _step(self, workload: Json, current: str, update: str) -> None:
        pods = {_ordinal(pod): pod for pod in self._plane.store.owned(uid_of(workload), POD)}
        first = _first_ordinal(workload)
        end = first + int(workload["spec"]["replicas"])
        ordered = workload["spec"].get("podManagementPolicy") != "Parallel"
        for ordinal in range(first, end):
            pod = pods.get(ordinal)
            if pod is None:
                self._create_pod(workload, ordinal, current if ordinal < _partition(workload) else update)
            if ordered and (pod is None or not is_active(pod) or not self._is_available(workload, pod)):
                return
        surplus = sorted((ordinal for ordinal in pods if not first <= ordinal < end), reverse=True)
        for ordinal in surplus[: 1 if ordered else None]:
            self._delete_pod(workload, pods[ordinal])
        if not surplus and workload["spec"]["updateStrategy"]["type"] == "RollingUpdate":
            self._update(workload, pods, update)

    def _update(self, workload: Json, pods: dict[int, Json], update: str) -> None:
        for ordinal in sorted(pods, reverse=True):
            pod = pods[ordinal]
            if ordinal < _partition(workload):
                return
            if not is_deleting(pod) and labels_of(pod).get(HASH_LABEL) != update:
                self._delete_pod(workload, pod)
                return
            if is_deleting(pod) or not self._is_available(workload, pod):
                return

    def _create_pod(self, workload: Json, ordinal: int, revision: str) -> None:
        found = revision_named(self._plane, workload, revision)
        template = template_of(found) if found else workload["spec"]["template"]
        name = f"{name_of(workload)}-{ordinal}"
        manifest = pod_from_template(template, {"name": name}, owner_reference(workload))
        manifest["metadata"]["labels"] |= {
            HASH_LABEL: revision,
            "statefulset.kubernetes.io/pod-name": name,
            "apps.kubernetes.io/pod-index": str(ordinal),
        }
        manifest["spec"] |= {"hostname": name, "subdomain": workload["spec"].get("serviceName", "")}
        self._plane.registry.create(POD, namespace_of(workload), manifest)
        message = f"create Pod {name} in StatefulSet {name_of(workload)} successful"
        self._plane.recorder.normal(workload, "SuccessfulCreate", message, _COMPONENT)

    def _delete_pod(self, workload: Json, pod: Json) -> None:
        if is_deleting(pod):
            return
        self._plane.registry.delete(POD, namespace_of(pod), name_of(pod))
        message = f"delete Pod {name_of(pod)} in StatefulSet {name_of(workload)} successful"
        self._plane.recorder.normal(workload, "SuccessfulDelete", message, _COMPONENT)

    def _write_status(self, workload: Json, current: str, update: str) -> None:
        pods = [pod for pod in self._plane.store.owned(uid_of(workload), POD) if is_active(pod)]
        ready = sum(is_ready(pod) for pod in pods)
        updated = sum(labels_of(pod).get(HASH_LABEL) == update for pod in pods)
        rolling = workload["spec"]["updateStrategy"]["type"] == "RollingUpdate"
        if rolling and updated == ready == int(workload["spec"]["replicas"]):
            current = update
        counts = {
            "readyReplicas": ready,
            "currentReplicas": sum(labels_of(pod).get(HASH_LABEL) == current for pod in pods),
            "updatedReplicas": updated,
        }
        status: Json = {
            "observedGeneration": workload["metadata"]["generation"],
            "replicas": len(pods),
            **{field: count for field, count in counts.items() if count},
            "currentRevision": current,
            "updateRevision": update,
            "collisionCount": 0,
            "availableReplicas": sum(self._is_available(workload, pod) for pod in pods),
        }
        where = (STATEFUL_SET, namespace_of(workload), name_of(workload))
        self._plane.registry.replace(*where, {**workload, "status": status}, "status")


def _ordinal(pod: Json) -> int:
    return int(name_of(pod).rpartition("-")[2])


def _partition(workload: Json) -> int:
    partition = int((workload["spec"]["updateStrategy"].get("rollingUpdate") or {}).get("partition", 0))
    return _first_ordinal(workload) + partition


def _first_ordinal(workload: Json) -> int:
    return int((workload["spec"].get("ordinals") or {}).get("start", 0))


def _min_ready(workload: Json) -> int:
    return int(workload["spec"].get("minReadySeconds", 0))
