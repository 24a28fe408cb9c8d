"""Pods by state, and the numbers that follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from cockpit.release.view import PodState, PodView
from cockpit.resources.meta import Condition, condition
from cockpit.resources.pods import ContainerStatus, Pod

_STARTING_REASONS = frozenset({"", "ContainerCreating", "PodInitializing"})
# The kubelet writes readiness and container starts in different passes, with times cut to whole seconds.
_CLOCK_GRAIN = timedelta(seconds=1)


def pod_view(pod: Pod) -> PodView:
    """Return one pod's state. Everything that is neither ready, nor ending, over or on its way is failing."""
    ready = condition(pod.status.conditions, "Ready")
    state, reason = _state(pod, ready)
    return PodView(
        name=pod.metadata.name,
        uid=pod.metadata.uid,
        state=state,
        reason=reason,
        restarts=sum(status.restart_count for status in pod.status.container_statuses),
        node=pod.spec.node_name,
        address=pod.status.pod_ip,
        created_at=pod.metadata.creation_timestamp,
        changed_at=ready.last_transition_time if ready else None,
    )


def count(pods: Sequence[PodView], *states: PodState) -> int:
    """Return how many pods are in one of `states`."""
    return sum(pod.state in states for pod in pods)


def failure_words(pods: Iterable[PodView]) -> str:
    """Return the reasons of failing pods, the commonest first, e.g. "2 CrashLoopBackOff, 1 Unschedulable"."""
    reasons: dict[str, int] = {}
    for pod in pods:
        if pod.state is PodState.FAILING:
            reasons[pod.reason] = reasons.get(pod.reason, 0) + 1
    ordered = sorted(reasons.items(), key=lambda entry: (-entry[1], entry[0]))
    return ", ".join(f"{number} {reason}" for reason, number in ordered)


def _state(pod: Pod, ready: Condition | None) -> tuple[PodState, str]:
    if pod.metadata.deletion_timestamp is not None:
        return PodState.TERMINATING, ""
    if pod.status.phase == "Succeeded":
        return PodState.FINISHED, "Completed"
    if pod.status.phase == "Failed":
        # Controllers have replaced it already, and leave it to garbage collection: it tells of the past.
        return PodState.FINISHED, pod.status.reason or _first(_ended(pod)) or "Failed"
    if ready is not None and ready.status == "True":
        return PodState.READY, ""
    if failure := _failure(pod, ready):
        return PodState.FAILING, failure
    return PodState.STARTING, _first(_waiting(pod)) or (ready.reason if ready else "")


def _failure(pod: Pod, ready: Condition | None) -> str:
    """Return why a pod that is not ready will not become so by itself soon, "" where it may."""
    scheduled = condition(pod.status.conditions, "PodScheduled")
    if scheduled is not None and scheduled.status == "False" and scheduled.reason == "Unschedulable":
        return "Unschedulable"
    waiting = [reason for reason in _waiting(pod) if reason not in _STARTING_REASONS]
    if waiting:
        return waiting[0]
    if ended := _first(_ended(pod)):
        return ended
    if _crashed_before(pod):
        return "restarted after a crash"
    return "stopped being ready" if _was_ready(pod, ready) else ""


def _statuses(pod: Pod) -> tuple[ContainerStatus, ...]:
    return pod.status.init_container_statuses + pod.status.container_statuses


def _waiting(pod: Pod) -> Iterator[str]:
    for status in _statuses(pod):
        if status.state.waiting is not None:
            yield status.state.waiting.reason


def _ended(pod: Pod) -> Iterator[str]:
    for status in _statuses(pod):
        ended = status.state.terminated
        if ended is not None and ended.exit_code != 0:
            yield ended.reason or "Error"


def _crashed_before(pod: Pod) -> bool:
    return any(
        not status.ready and status.last_state.terminated is not None and status.last_state.terminated.exit_code != 0
        for status in pod.status.container_statuses
    )


def _was_ready(pod: Pod, ready: Condition | None) -> bool:
    """Say whether readiness was lost: a pod that was never ready turned unready before its containers started."""
    started = [
        status.state.running.started_at
        for status in pod.status.container_statuses
        if status.state.running is not None and status.state.running.started_at is not None
    ]
    if ready is None or ready.last_transition_time is None or not started:
        return False
    return ready.last_transition_time > max(started) + _CLOCK_GRAIN


def _first(reasons: Iterator[str]) -> str:
    return next((reason for reason in reasons if reason), "")
