"""The DaemonSet controller: one pod on each node that takes it (k8s.io/kubernetes, pkg/controller/daemon)."""

from __future__ import annotations

from cockpit.training.api.kinds import DAEMON_SET, NODE, POD
from cockpit.training.api.store import Change, Key
from cockpit.training.controllers.nodes import Nodes
from cockpit.training.controllers.plane import Plane
from cockpit.training.controllers.pods import is_active, is_available, is_ready, next_available, pod_from_template
from cockpit.training.controllers.queue import WorkQueue
from cockpit.training.controllers.revisions import HASH_LABEL, current_revision, hash_of, prune
from cockpit.training.controllers.rollout import scaled_value
from cockpit.training.controllers.scheduling import as_daemon
from cockpit.training.objects import Json, is_deleting, labels_of, name_of, namespace_of, owner_reference, uid_of

_COMPONENT = "daemonset-controller"


class DaemonSetController:
    """Keeps the pods of DaemonSets."""

    def __init__(self, plane: Plane, nodes: Nodes) -> None:
        self._plane = plane
        self._nodes = nodes
        self.queue = WorkQueue(plane.clock, plane.chance, self.reconcile, (0.003, 0.015))

    def observe(self, change: Change) -> None:
        """Queue the DaemonSets that a change concerns: all of them where it is one of a node."""
        if change.kind is NODE:
            for workload in self._plane.store.items(DAEMON_SET):
                self.queue.add((namespace_of(workload), name_of(workload)))
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
        occupied = {_node_of(pod) for pod in pods}
        for node in self._places(workload):
            if node not in occupied:
                self._create_pod(workload, node, revision)
        self._clear(workload, pods)
        if workload["spec"]["updateStrategy"]["type"] == "RollingUpdate":
            surge, unavailable = self._limits(workload)
            if surge:
                self._surge(workload, pods, revision, surge)
            else:
                self._replace(workload, pods, revision, unavailable)
        self._write_status(workload, revision)
        prune(self._plane, workload, {revision})
        wait = next_available(pods, _min_ready(workload), self._plane.clock.now)
        if _min_ready(workload) and wait is not None:
            self.queue.add_after(key, wait)

    def _places(self, workload: Json, there: bool = False) -> list[str]:
        """Return the nodes that take a pod of the set, or that may keep the one which is `there`."""
        return self._nodes.fitting(as_daemon(workload["spec"]["template"]), there)

    def _clear(self, workload: Json, pods: list[Json]) -> None:
        """Delete the pods whose node does not keep them any more."""
        kept = self._places(workload, there=True)
        for pod in pods:
            if is_active(pod) and _node_of(pod) not in kept:
                self._delete_pod(workload, pod)

    def _limits(self, workload: Json) -> tuple[int, int]:
        """Return (surge, unavailable) in pods; both rounded up, at most one of them set."""
        rolling, count = workload["spec"]["updateStrategy"].get("rollingUpdate") or {}, len(self._places(workload))
        surge = scaled_value(rolling.get("maxSurge", 0), count, round_up=True)
        return surge, max(scaled_value(rolling.get("maxUnavailable", 1), count, round_up=True), 1)

    def _is_available(self, workload: Json, pod: Json) -> bool:
        return is_active(pod) and is_available(pod, _min_ready(workload), self._plane.clock.now)

    def _replace(self, workload: Json, pods: list[Json], revision: str, limit: int) -> None:
        """Delete old pods, and so make room for new ones: those that serve nobody go first, and cost nothing."""
        down = len(self._places(workload)) - sum(self._is_available(workload, pod) for pod in pods)
        for pod in sorted(_outdated(pods, revision), key=lambda pod: self._is_available(workload, pod)):
            available = self._is_available(workload, pod)
            if available and down >= limit:
                return
            down += available
            self._delete_pod(workload, pod)

    def _surge(self, workload: Json, pods: list[Json], revision: str, limit: int) -> None:
        """Start new pods beside old ones, and delete these once the new are available (rollingUpdate, update.go)."""
        new_on = {_node_of(pod): pod for pod in pods if labels_of(pod).get(HASH_LABEL) == revision}
        room = limit - sum(not self._is_available(workload, pod) for pod in new_on.values())
        for pod in _outdated(pods, revision):
            new = new_on.get(_node_of(pod))
            if new is not None:
                if self._is_available(workload, new):
                    self._delete_pod(workload, pod)
            elif not self._is_available(workload, pod) or room > 0:
                room -= self._is_available(workload, pod)
                self._create_pod(workload, _node_of(pod), revision)

    def _delete_pod(self, workload: Json, pod: Json) -> None:
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
        one_a_node = {_node_of(pod): pod for pod in sorted(pods, key=lambda pod: self._is_available(workload, pod))}
        available = sum(self._is_available(workload, pod) for pod in one_a_node.values())
        places = self._places(workload)
        wanted = len(places)
        status: Json = {
            "currentNumberScheduled": sum(node in places for node in one_a_node),
            "numberMisscheduled": sum(node not in places for node in one_a_node),
            "desiredNumberScheduled": wanted,
            "numberReady": len({_node_of(pod) for pod in pods if is_ready(pod)}),
            "observedGeneration": workload["metadata"]["generation"],
            "updatedNumberScheduled": len(
                {_node_of(pod) for pod in pods if labels_of(pod).get(HASH_LABEL) == revision}
            ),
            "numberAvailable": available,
        }
        if available < wanted:
            status["numberUnavailable"] = wanted - available
        where = (DAEMON_SET, namespace_of(workload), name_of(workload))
        self._plane.registry.replace(*where, {**workload, "status": status}, "status")


def _outdated(pods: list[Json], revision: str) -> list[Json]:
    return [pod for pod in pods if is_active(pod) and labels_of(pod).get(HASH_LABEL) != revision]


def _node_of(pod: Json) -> str:
    return str(pod["spec"].get("nodeName", ""))


def _min_ready(workload: Json) -> int:
    return int(workload["spec"].get("minReadySeconds", 0))
