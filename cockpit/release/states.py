"""The state of a release, with a reason that names the object and the remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from cockpit.release.endpoints import ready_backends
from cockpit.release.podsets import count, failure_words
from cockpit.release.revisions import Revision
from cockpit.release.roles import is_held, is_paused
from cockpit.release.rollouts import partition_of, rollout_of
from cockpit.release.route_states import canary_tried, empty_subset, no_weight, nowhere
from cockpit.release.scene import Scene, Verdict
from cockpit.release.services import selected
from cockpit.release.view import PodState, PodView, ServiceView, State
from cockpit.release.workloads import Workload
from cockpit.resources.kinds import INGRESS, ROUTING, kind_named
from cockpit.resources.progressive import Rollout as ArgoRollout
from cockpit.resources.workloads import StatefulSet
from cockpit.routing import argo_rollouts

_PAUSABLE = frozenset({"Deployment", "Rollout"})
_KINDS_OF = {
    "Deployment": ("deployments", "replicasets"),
    "ReplicaSet": ("replicasets",),
    "StatefulSet": ("statefulsets", "controllerrevisions"),
    "DaemonSet": ("daemonsets", "controllerrevisions"),
    "Rollout": ("rollouts", "replicasets"),
}
_HEALTH_IS_KNOWN_WITHOUT = frozenset({"controllerrevisions", INGRESS.plural, *(kind.plural for kind in ROUTING)})
"""Kinds that, unreadable, leave gaps of their own in the view, and no doubt about the rest."""


def state_of(scene: Scene) -> Verdict:
    """Return the first state that applies, the gravest first."""
    for judge in _JUDGES:
        verdict = judge(scene)
        if verdict is not None:
            return verdict
    return Verdict(State.STEADY, since=_settled_at(scene))


def _needed_kinds(scene: Scene) -> list[str]:
    """Return the plural names of the kinds that the release is judged by."""
    membership = scene.membership
    kinds = [kind for workload in scene.workloads for kind in _KINDS_OF[workload.kind]]
    kinds += ["pods", "services"]
    kinds += ["endpointslices"] if membership.services or membership.umbrellas else []
    kinds += [kind_named(rule.kind).plural for rule in membership.rules]
    return list(dict.fromkeys(kinds))


def _unknown(scene: Scene) -> Verdict | None:
    needed = _needed_kinds(scene)
    stale = [kind for kind in needed if kind in scene.inventory.stale]
    if stale:
        words = f"No news of {_listed(stale)}: what is shown is old. Wait for the connection, or look with kubectl."
        return Verdict(State.UNKNOWN, words)
    unreadable = [kind for kind in needed if kind in scene.inventory.unreadable - _HEALTH_IS_KNOWN_WITHOUT]
    if unreadable:
        words = f"{_listed(unreadable)} cannot be read, so health is not known; ask for the right to list them."
        return Verdict(State.UNKNOWN, words)
    return None


def _outage(scene: Scene) -> Verdict | None:
    for service in scene.used:
        if service.endpoints is None or ready_backends(service.endpoints, _ready_tells(scene, service)):
            continue
        behind = [scene.versions[position] for position in selected(service.selector, scene.versions)]
        return Verdict(State.OUTAGE, _outage_reason(service, behind), _unavailable_since(behind))
    return None


def _ready_tells(scene: Scene, service: ServiceView) -> bool:
    """Say whether `ready` tells health: not where the Service publishes addresses that are not ready."""
    found = scene.inventory.services.get(service.name)
    return found is None or not found.spec.publish_not_ready_addresses


def _unavailable_since(behind: Sequence[Revision]) -> datetime | None:
    rollouts = [rollout_of(revision.workload) for revision in behind]
    times = [rollout.unavailable_since for rollout in rollouts if rollout.unavailable_since is not None]
    return max(times, default=None)


def _outage_reason(service: ServiceView, behind: Sequence[Revision]) -> str:
    start = f"Service/{service.name} has no ready endpoint"
    if service.problem:
        return f"{start}: it {service.problem}"
    pods = _pods(behind)
    failing = failure_words(pods)
    if failing:
        return f"{start}: pods fail ({failing}); mend them, or roll back."
    starting = count(pods, PodState.STARTING)
    if starting:
        return f"{start}: {_number(starting, 'pod')} still starting; wait, or roll back if they do not come up."
    remaining = [(revision.workload.ref, rollout_of(revision.workload).remaining) for revision in behind]
    for ref, still in remaining:
        if still:
            return f"{start}: {ref} is between versions ({still}); wait, or roll back if nothing comes up."
    selector = ", ".join(f"{key}={value}" for key, value in sorted(service.selector.items()))
    return f"{start}: no ready pod matches its selector {selector}; scale up, or select a version that serves."


def _stuck(scene: Scene) -> Verdict | None:
    for service in scene.services:
        if service.name in scene.membership.dangling:
            return Verdict(State.STUCK, f"Service/{service.name} {service.problem}")
    for workload, rollout in scene.rollouts():
        if rollout.failure:
            failing = failure_words(_pods(_own_versions(scene, workload)))
            because = f": {failing}" if failing else ""
            words = f"{workload.ref} {rollout.failure}{because}; mend the new version, or roll back."
            return Verdict(State.STUCK, words, rollout.since)
    return None


def _degraded(scene: Scene) -> Verdict | None:
    for revision, name in zip(scene.versions, scene.names, strict=True):
        failing = failure_words(revision.pods or ())
        if failing:
            number = count(revision.pods or (), PodState.FAILING)
            verb = "fails" if number == 1 else "fail"
            total = len(revision.pods or ())
            words = (
                f"{_number(number, 'pod')} of {total} of version {name} "
                f"({revision.workload.ref}) {verb}: {failing}; look at the logs, or roll back."
            )
            times = [pod.changed_at for pod in revision.pods or () if pod.state is PodState.FAILING]
            known = [moment for moment in times if moment is not None]
            return Verdict(State.DEGRADED, words, min(known, default=None))
    return None


def _paused(scene: Scene) -> Verdict | None:
    for revision, name in zip(scene.versions, scene.names, strict=True):
        if not revision.current:
            continue
        held = is_held(revision, scene.versions)
        words = _held_words(revision, name) if held else ""
        if not held and is_paused(revision):
            words = f"{revision.workload.ref} is paused: changes to its template wait until it is resumed."
        if words:
            return Verdict(State.PAUSED, words, rollout_of(revision.workload).since)
    return None


def _held_words(revision: Revision, name: str) -> str:
    """Return what is held back and how it goes on; "" while a partition is not reached yet."""
    ready = _number(count(revision.pods or (), PodState.READY), "ready pod")
    source = revision.workload.source
    if isinstance(source, ArgoRollout):
        progress = argo_rollouts.progress_of(source)
        step = f" at step {progress.step} of {progress.steps}" if progress.step else ""
        line = argo_rollouts.command(source, "promote")
        return f"{revision.workload.ref} waits{step} with {ready} on {name} ({progress.waits}): {line}"
    if isinstance(source, StatefulSet):
        if rollout_of(revision.workload).remaining:
            return ""
        held = _number(min(partition_of(source), source.spec.replicas), "pod")
        return f"{revision.workload.ref} has {ready} on {name}, and its partition holds {held} back: lower it to go on."
    return f"{revision.workload.ref} is paused with {ready} on {name}: resume to go on, or roll back."


def _progressing(scene: Scene) -> Verdict | None:
    for workload, rollout in scene.rollouts():
        if rollout.remaining:
            choice = (
                "wait, or pause it to look closer"
                if workload.kind in {"Deployment", "Rollout"}
                else "wait, or see its events"
            )
            doing = "rolling" if _own_versions(scene, workload)[1:] else "coming up"
            words = f"{workload.ref} is {doing}: {rollout.remaining}; {choice}."
            return Verdict(State.PROGRESSING, words, _moving_since(scene, workload))
    return None


def _own_versions(scene: Scene, workload: Workload) -> list[Revision]:
    return [revision for revision in scene.versions if revision.workload.ref == workload.ref]


def _moving_since(scene: Scene, workload: Workload) -> datetime | None:
    """Return when the first pod of the new version was made, or of those that still start; None where no pod tells.

    Conditions keep no more than the last step.
    """
    own = _own_versions(scene, workload)
    pods = _pods(revision for revision in own if revision.current)
    moving = pods if len(own) > 1 else [pod for pod in pods if pod.state is PodState.STARTING]
    return min((pod.created_at for pod in moving if pod.created_at is not None), default=None)


_JUDGES: tuple[Callable[[Scene], Verdict | None], ...] = (
    _unknown,
    _outage,
    nowhere,
    no_weight,
    empty_subset,
    _stuck,
    _degraded,
    _paused,
    canary_tried,
    _progressing,
)


def _pods(revisions: Iterable[Revision]) -> list[PodView]:
    return [pod for revision in revisions for pod in revision.pods or ()]


def _settled_at(scene: Scene) -> datetime | None:
    """Return when the last rollout ended, or, where no condition tells, when the newest template was made."""
    told = [rollout.since for _, rollout in scene.rollouts() if rollout.since is not None]
    made = [revision.created_at for revision in scene.versions if revision.current and revision.created_at]
    return max(told, default=max(made, default=None))


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _listed(kinds: Sequence[str]) -> str:
    return kinds[0] if len(kinds) == 1 else f"{', '.join(kinds[:-1])} and {kinds[-1]}"
