"""A Deployment's status and conditions (k8s.io/kubernetes, pkg/controller/deployment: sync.go, progress.go)."""

from __future__ import annotations

from cockpit.training.controllers.rollout import max_unavailable, replicas_of, status_total, total
from cockpit.training.objects import Json, condition_of, moment_of, name_of, timestamp

NO_DEADLINE = 2147483647
_COUNTS = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas")


def has_deadline(deployment: Json) -> bool:
    """Tell whether progress is timed; without a deadline there is no Progressing condition at all."""
    return bool(deployment["spec"].get("progressDeadlineSeconds", NO_DEADLINE) != NO_DEADLINE)


def with_condition(status: Json, kind: str, value: str, reason: str, message: str, now: float) -> Json:
    """Return the status with a condition set; one of the same status and reason stays as it is."""
    conditions = list(status.get("conditions") or ())
    current = next((entry for entry in conditions if entry["type"] == kind), None)
    if current is not None and (current["status"], current["reason"]) == (value, reason):
        return status
    changed = current is None or current["status"] != value
    condition = {
        "type": kind,
        "status": value,
        "lastUpdateTime": timestamp(now),
        "lastTransitionTime": timestamp(now) if changed or current is None else current["lastTransitionTime"],
        "reason": reason,
        "message": message,
    }
    return {**status, "conditions": [*(entry for entry in conditions if entry["type"] != kind), condition]}


def without_condition(status: Json, kind: str) -> Json:
    """Return the status without a condition."""
    kept = [entry for entry in status.get("conditions") or () if entry["type"] != kind]
    return {**status, "conditions": kept}


def counted_status(deployment: Json, every: list[Json], new: Json | None, now: float) -> Json:
    """Return the status with counts and the Available condition brought up to date."""
    available = status_total(every, "availableReplicas")
    counts = {
        "observedGeneration": deployment["metadata"]["generation"],
        "replicas": status_total(every, "replicas"),
        "updatedReplicas": status_total([new] if new else [], "replicas"),
        "readyReplicas": status_total(every, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(total(every) - available, 0),
    }
    status: Json = {field: count for field, count in counts.items() if count}
    status["terminatingReplicas"] = status_total(every, "terminatingReplicas")
    for field in ("collisionCount", "conditions"):
        if deployment["status"].get(field):
            status[field] = deployment["status"][field]
    if available >= replicas_of(deployment) - max_unavailable(deployment):
        message = "Deployment has minimum availability."
        return with_condition(status, "Available", "True", "MinimumReplicasAvailable", message, now)
    message = "Deployment does not have minimum availability."
    return with_condition(status, "Available", "False", "MinimumReplicasUnavailable", message, now)


def progressed_status(deployment: Json, status: Json, new: Json | None, now: float) -> Json:
    """Return the status with the Progressing condition brought up to date (syncRolloutStatus)."""
    if not has_deadline(deployment):
        return without_condition(status, "Progressing")
    current = condition_of(deployment, "Progressing")
    finished = current is not None and current["reason"] == "NewReplicaSetAvailable"
    if finished and _count(status, "replicas") == _count(status, "updatedReplicas"):
        return status
    subject = f'ReplicaSet "{name_of(new)}"' if new else f'Deployment "{name_of(deployment)}"'
    if is_complete(deployment, status):
        message = f"{subject} has successfully progressed."
        return with_condition(status, "Progressing", "True", "NewReplicaSetAvailable", message, now)
    if _progressed(deployment["status"], status):
        return _progressing(status, current, f"{subject} is progressing.", now)
    if timed_out(deployment, now):
        message = f"{subject} has timed out progressing."
        return with_condition(status, "Progressing", "False", "ProgressDeadlineExceeded", message, now)
    return status


def with_failure(status: Json, new: Json | None, old: list[Json], now: float) -> Json:
    """Return the status with what keeps ReplicaSets from making pods, the new one first (getReplicaFailures)."""
    found = (condition_of(replica_set, "ReplicaFailure") for replica_set in [*([new] if new else []), *old])
    failure = next((condition for condition in found if condition is not None), None)
    if failure is None:
        present = any(entry["type"] == "ReplicaFailure" for entry in status.get("conditions") or ())
        return without_condition(status, "ReplicaFailure") if present else status
    return with_condition(status, "ReplicaFailure", failure["status"], failure["reason"], failure["message"], now)


def _progressing(status: Json, current: Json | None, message: str, now: float) -> Json:
    """Any progress renews the time from which the deadline counts."""
    renewed = without_condition(status, "Progressing")
    renewed = with_condition(renewed, "Progressing", "True", "ReplicaSetUpdated", message, now)
    if current is not None and current["status"] == "True":
        renewed["conditions"][-1]["lastTransitionTime"] = current["lastTransitionTime"]
    return renewed


def is_complete(deployment: Json, status: Json) -> bool:
    """Tell whether every pod is new and available, and no old one is left."""
    wanted = replicas_of(deployment)
    counts = (_count(status, field) for field in ("updatedReplicas", "replicas", "availableReplicas"))
    return all(count == wanted for count in counts)


def timed_out(deployment: Json, now: float) -> bool:
    """Tell whether the progress deadline has passed."""
    condition = condition_of(deployment, "Progressing")
    if condition is None or condition["reason"] == "NewReplicaSetAvailable":
        return False
    return condition["reason"] == "ProgressDeadlineExceeded" or deadline(deployment) < now


def deadline(deployment: Json) -> float:
    """Return when the progress deadline passes, in seconds since the epoch."""
    condition = condition_of(deployment, "Progressing") or {}
    return moment_of(condition.get("lastUpdateTime")) + float(deployment["spec"].get("progressDeadlineSeconds", 600))


def paused_status(deployment: Json, now: float) -> Json:
    """Return the status with pausing and resuming noted in the Progressing condition (checkPausedConditions)."""
    status, condition = deployment["status"], condition_of(deployment, "Progressing")
    if not has_deadline(deployment) or (condition and condition["reason"] == "ProgressDeadlineExceeded"):
        return dict(status)
    noted = condition is not None and condition["reason"] == "DeploymentPaused"
    paused = bool(deployment["spec"].get("paused"))
    if paused and not noted:
        return with_condition(status, "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", now)
    if noted and not paused:
        return with_condition(status, "Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed", now)
    return dict(status)


def _progressed(before: Json, after: Json) -> bool:
    grew = any(_count(after, field) > _count(before, field) for field in _COUNTS[1:4])
    return grew or _old(after) < _old(before)


def _old(status: Json) -> int:
    return _count(status, "replicas") - _count(status, "updatedReplicas")


def _count(status: Json, field: str) -> int:
    return int(status.get(field, 0))
