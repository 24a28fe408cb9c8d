"""The disruption controller: how many pods each PodDisruptionBudget lets go (pkg/controller/disruption)."""

from __future__ import annotations

from cockpit.training.api.eviction import covers
from cockpit.training.api.kinds import DEPLOYMENT, DISRUPTION_BUDGET, POD, REPLICA_SET, STATEFUL_SET, ApiKind
from cockpit.training.api.store import Change, Key, Store
from cockpit.training.chance import Chance
from cockpit.training.controllers.plane import Plane
from cockpit.training.controllers.pods import is_ready
from cockpit.training.controllers.queue import WorkQueue
from cockpit.training.controllers.rollout import replicas_of, scaled_value
from cockpit.training.objects import (
    Json,
    condition_of,
    controller_uid,
    is_deleting,
    moment_of,
    name_of,
    namespace_of,
    timestamp,
)

_SCALED: dict[str, ApiKind] = {"ReplicaSet": REPLICA_SET, "StatefulSet": STATEFUL_SET}
_SEEN_WITHIN = 120.0  # seconds in which a pod that was let go has to be seen going (DeletionTimeout)


class DisruptionController:
    """Writes the status of PodDisruptionBudgets. Its chance is its own, so that it changes no name of others."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self.queue = WorkQueue(plane.clock, Chance(0), self.reconcile, (0.01, 0.03))

    def observe(self, change: Change) -> None:
        """Queue the budgets that a change concerns."""
        namespace = namespace_of(change.object)
        if change.kind is DISRUPTION_BUDGET:
            self.queue.add((namespace, name_of(change.object)))
        elif change.kind in (POD, DEPLOYMENT, REPLICA_SET, STATEFUL_SET):
            for budget in self._plane.store.items(DISRUPTION_BUDGET, namespace):
                self.queue.add((namespace, name_of(budget)))

    def reconcile(self, key: Key) -> None:
        """Bring one budget's status up to date."""
        budget = self._plane.store.get(DISRUPTION_BUDGET, *key)
        if budget is None:
            return
        pods = [pod for pod in self._plane.store.items(POD, key[0]) if covers(budget, pod)]
        status = self._status(budget, pods)
        self._plane.registry.replace(DISRUPTION_BUDGET, *key, {**budget, "status": status}, "status")
        if status.get("disruptedPods"):
            self.queue.add_after(key, _SEEN_WITHIN)

    def _status(self, budget: Json, pods: list[Json]) -> Json:
        let_go = self._let_go(budget, pods)
        healthy = [pod for pod in pods if is_ready(pod) and not is_deleting(pod) and name_of(pod) not in let_go]
        expected, desired = _counts(budget["spec"], pods, self._plane.store)
        allowed = max(len(healthy) - desired, 0) if expected > 0 else 0
        counted: Json = {
            "observedGeneration": budget["metadata"]["generation"],
            "disruptionsAllowed": allowed,
            "currentHealthy": len(healthy),
            "desiredHealthy": desired,
            "expectedPods": expected,
            "conditions": [self._condition(budget, allowed > 0)],
        }
        return counted | ({"disruptedPods": let_go} if let_go else {})

    def _let_go(self, budget: Json, pods: list[Json]) -> dict[str, str]:
        """Return the pods that were let go by an eviction and are not seen going yet, with the time of it."""
        present = {name_of(pod) for pod in pods if not is_deleting(pod)}
        noted: dict[str, str] = (budget.get("status") or {}).get("disruptedPods") or {}
        oldest = self._plane.clock.now - _SEEN_WITHIN
        return {name: when for name, when in noted.items() if name in present and moment_of(when) > oldest}

    def _condition(self, budget: Json, allowed: bool) -> Json:
        before = condition_of(budget, "DisruptionAllowed") or {}
        status, reason = ("True", "SufficientPods") if allowed else ("False", "InsufficientPods")
        since = before.get("lastTransitionTime") if before.get("status") == status else None
        return {
            "type": "DisruptionAllowed",
            "status": status,
            "observedGeneration": budget["metadata"]["generation"],
            "lastTransitionTime": since or timestamp(self._plane.clock.now),
            "reason": reason,
            "message": "",
        }


def _counts(spec: Json, pods: list[Json], store: Store) -> tuple[int, int]:
    """Return how many pods there should be, and how many of them have to stay healthy (getExpectedPodCount)."""
    minimum, maximum = spec.get("minAvailable"), spec.get("maxUnavailable")
    if isinstance(minimum, int):
        return len(pods), minimum
    expected = _wanted(pods, store)
    if minimum is not None:
        return expected, scaled_value(minimum, expected, round_up=True)
    if maximum is None:
        return len(pods), 0
    return expected, max(expected - scaled_value(maximum, expected, round_up=True), 0)


def _wanted(pods: list[Json], store: Store) -> int:
    """Return how many pods the workloads of some pods ask for in all."""
    wanted: dict[str, int] = {}
    for pod in pods:
        for owner in pod["metadata"].get("ownerReferences") or ():
            kind = _SCALED.get(str(owner["kind"]))
            found = store.get(kind, namespace_of(pod), str(owner["name"])) if kind else None
            if found is not None:
                top = _deployment_of(found, store) or found
                wanted[str(top["metadata"]["uid"])] = replicas_of(top)
    return sum(wanted.values())


def _deployment_of(replica_set: Json, store: Store) -> Json | None:
    owner = controller_uid(replica_set)
    names = [entry["name"] for entry in replica_set["metadata"].get("ownerReferences") or () if entry["uid"] == owner]
    return store.get(DEPLOYMENT, namespace_of(replica_set), str(names[0])) if names else None
