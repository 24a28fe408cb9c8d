"""The DaemonSet controller: one pod a node (k8s.io/kubernetes, pkg/controller/daemon); maxSurge is not simulated."""

from __future__ import annotations

from cockpit.training.api.kinds import DAEMON_SET, POD
from cockpit.training.api.store import Change, Key
from cockpit.training.controllers.nodes import Nodes
from cockpit.training.controllers.plane import Plane
from cockpit.training.controllers.pods import is_active, is_available, is_ready, pod_from_template
from cockpit.training.controllers.queue import WorkQueue
from cockpit.training.controllers.revisions import HASH_LABEL, current_revision, hash_of
from cockpit.training.controllers.rollout import scaled_value
from cockpit.training.objects import Json, is_deleting, labels_of, name_of, namespace_of, owner_reference, uid_of

_COMPONENT = "daemonset-controller"


class DaemonSetController:
    """Keeps the pods of DaemonSets."""

    def __init__(self, plane: Plane, nodes: Nodes) -> None:
        self._plane = plane
        self._nodes = nodes
        self.queue = WorkQueue(plane.clock, plane.chance, self.reconcile, (0.003, 0.015))

    def observe(self, change: Change) -> None:
        """Queue the DaemonSets that a change concerns."""
        namespace = namespace_of(change.object)
        if change.kind is DAEMON_SET:
            self.queue.add((namespace, name_of(change.object)))
        elif change.kind is POD:
            for owner in change.object["metadata"].get("ownerReferences") or ():
                if owner["kind"] == "DaemonSet":
                    self.queue.add((namespace, str(owner["name"])))

    def reconcile(self, key: Key) -> None:
        """Take one DaemonSet one step further."""
        workload = self._plane.store.get(DAEMON_SET, *key)
        if workload is None or is_deleting(workload):
            return
        revision = hash_of(current_revision(self._plane, workload))
        pods = self._plane.store.owned(uid_of(workload), POD)
        occupied = {str(pod["spec"].get("nodeName", "")) for pod in pods}
        for node in self._nodes.names():
            if node not in occupied:
                self._create_pod(workload, node, revision)
        if workload["spec"]["updateStrategy"]["type"] == "RollingUpdate":
            self._update(workload, pods, revision)
        self._write_status(workload, revision)

    def _update(self, workload: Json, pods: list[Json], revision: str) -> None:
        rolling = workload["spec"]["updateStrategy"].get("rollingUpdate") or {}
        limit = max(scaled_value(rolling.get("maxUnavailable", 1), len(self._nodes.names()), round_up=True), 1)
        down = len(self._nodes.names()) - sum(is_active(pod) and is_ready(pod) for pod in pods)
        old = [pod for pod in pods if is_active(pod) and labels_of(pod).get(HASH_LABEL) != revision]
        for pod in sorted(old, key=is_ready):  # those that serve nobody go first, and cost nothing
            if is_ready(pod) and down >= limit:
                return
            down += is_ready(pod)
            self._plane.registry.delete(POD, namespace_of(pod), name_of(pod))
            message = f"Deleted pod: {name_of(pod)}"
            self._plane.recorder.normal(workload, "SuccessfulDelete", message, _COMPONENT)

    def _create_pod(self, workload: Json, node: str, revision: str) -> None:
        name = {"generateName": f"{name_of(workload)}-"}
        manifest = pod_from_template(workload["spec"]["template"], name, owner_reference(workload))
        generation = str(workload["metadata"]["generation"])
        manifest["metadata"]["labels"] |= {HASH_LABEL: revision, "pod-template-generation": generation}
        manifest["spec"]["nodeName"] = node
        pod = self._plane.registry.create(POD, namespace_of(workload), manifest)
        message = f"Created pod: {name_of(pod)}"
        self._plane.recorder.normal(workload, "SuccessfulCreate", message, _COMPONENT)

    def _write_status(self, workload: Json, revision: str) -> None:
        pods = [pod for pod in self._plane.store.owned(uid_of(workload), POD) if is_active(pod)]
        minimum = int(workload["spec"].get("minReadySeconds", 0))
        available = sum(is_available(pod, minimum, self._plane.clock.now) for pod in pods)
        wanted = len(self._nodes.names())
        status: Json = {
            "currentNumberScheduled": len(pods),
            "numberMisscheduled": 0,
            "desiredNumberScheduled": wanted,
            "numberReady": sum(is_ready(pod) for pod in pods),
            "observedGeneration": workload["metadata"]["generation"],
            "updatedNumberScheduled": sum(labels_of(pod).get(HASH_LABEL) == revision for pod in pods),
            "numberAvailable": available,
        }
        if available < wanted:
            status["numberUnavailable"] = wanted - available
        where = (DAEMON_SET, namespace_of(workload), name_of(workload))
        self._plane.registry.replace(*where, {**workload, "status": status}, "status")
