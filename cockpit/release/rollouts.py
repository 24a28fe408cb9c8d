"""What a workload's controller says of its rollout: done, under way, or at an end without success.

Sources: `kubectl rollout status` (kubectl pkg/polymorphichelpers/rollout_status.go) for when a rollout is complete;
pkg/controller/deployment/util/deployment_util.go for condition types and reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cockpit.release.workloads import Workload
from cockpit.resources.meta import Condition, condition
from cockpit.resources.progressive import Rollout as ArgoRollout
from cockpit.resources.workloads import DaemonSet, Deployment, ReplicaSet, StatefulSet
from cockpit.routing.argo_rollouts import progress_of


@dataclass(frozen=True, slots=True)
class Rollout:
    """`remaining` says in a few words what is still to come, "" when nothing is; `failure` why nothing will come."""

    remaining: str = ""
    failure: str = ""
    since: datetime | None = None
    unavailable_since: datetime | None = None
    """Since when the workload has fewer pods than it needs at least; None while it has them."""


def rollout_of(workload: Workload) -> Rollout:
    """Return what the workload's status tells."""
    source = workload.source
    if isinstance(source, Deployment):
        return _deployment(source)
    if isinstance(source, StatefulSet):
        return Rollout(_stateful_set(source))
    if isinstance(source, DaemonSet):
        return Rollout(_daemon_set(source))
    if isinstance(source, ArgoRollout):
        return _argo_rollout(source)
    return Rollout(_replica_set(source))


def _deployment(source: Deployment) -> Rollout:
    progressing = condition(source.status.conditions, "Progressing")
    available = condition(source.status.conditions, "Available")
    replica_failure = condition(source.status.conditions, "ReplicaFailure")
    remaining = _deployment_remaining(source)
    failure = ""
    if progressing is not None and progressing.status == "False":
        failure = _progress_failure(source, progressing) if remaining else ""
    elif replica_failure is not None and replica_failure.status == "True":
        failure = f"cannot create pods ({replica_failure.message or replica_failure.reason})"
    return Rollout(
        remaining=remaining,
        failure=failure,
        since=(progressing.last_update_time or progressing.last_transition_time) if progressing else None,
        unavailable_since=available.last_transition_time if available and available.status == "False" else None,
    )


def _progress_failure(source: Deployment, progressing: Condition) -> str:
    if progressing.reason == "ProgressDeadlineExceeded":
        return f"made no progress for {source.spec.progress_deadline_seconds} s"
    return f"cannot go on ({progressing.message or progressing.reason})"


def _deployment_remaining(source: Deployment) -> str:
    status, desired = source.status, source.spec.replicas
    if source.metadata.generation > status.observed_generation:
        return "the controller has not seen the last change yet"
    if status.updated_replicas < desired:
        return f"{status.updated_replicas} of {desired} pods are new"
    if status.replicas > status.updated_replicas:
        return f"{status.replicas - status.updated_replicas} old pods are still to go"
    if status.available_replicas < status.updated_replicas:
        return f"{status.available_replicas} of {status.updated_replicas} pods are available"
    return ""


def _stateful_set(source: StatefulSet) -> str:
    status, desired = source.status, source.spec.replicas
    if source.metadata.generation > status.observed_generation:
        return "the controller has not seen the last change yet"
    if status.ready_replicas < desired:
        return f"{status.ready_replicas} of {desired} pods are ready"
    if status.replicas > desired:
        return f"{status.replicas - desired} pods are still to go"
    wanted = max(desired - partition_of(source), 0)
    rolling = status.update_revision != status.current_revision and source.spec.update_strategy.type != "OnDelete"
    return f"{status.updated_replicas} of {wanted} pods are new" if rolling and status.updated_replicas < wanted else ""


def partition_of(source: StatefulSet) -> int:
    """Return how many pods, those with the lowest ordinals, keep the old template on purpose."""
    strategy = source.spec.update_strategy
    return strategy.rolling_update.partition if strategy.rolling_update else 0


def _daemon_set(source: DaemonSet) -> str:
    status = source.status
    desired = status.desired_number_scheduled
    if source.metadata.generation > status.observed_generation:
        return "the controller has not seen the last change yet"
    if status.updated_number_scheduled < desired and source.spec.update_strategy.type != "OnDelete":
        return f"{status.updated_number_scheduled} of {desired} pods are new"
    if status.number_available < desired:
        return f"{status.number_available} of {desired} pods are available"
    return ""


def _argo_rollout(source: ArgoRollout) -> Rollout:
    progress = progress_of(source)
    progressing = condition(source.status.conditions, "Progressing")
    since = (progressing.last_update_time or progressing.last_transition_time) if progressing else None
    if progress.phase == "Degraded":
        return Rollout(
            failure=f"is degraded ({progress.message or progress.waits or 'its status says no more'})", since=since
        )
    if progress.phase == "Progressing":
        step = f", step {progress.step} of {progress.steps}" if progress.step else ""
        return Rollout(remaining=f"{progress.message or 'under way'}{step}", since=since)
    return Rollout(since=progress.paused_since or since)


def _replica_set(source: ReplicaSet) -> str:
    if source.status.available_replicas < source.spec.replicas:
        return f"{source.status.available_replicas} of {source.spec.replicas} pods are available"
    return ""
