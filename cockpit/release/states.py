"""The state of a release, with a reason that names the object and the remedy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cockpit.release.endpoints import ready_backends
from cockpit.release.inventory import Inventory
from cockpit.release.membership import Membership
from cockpit.release.podsets import count, failure_words
from cockpit.release.revisions import Revision
from cockpit.release.roles import is_paused, rolls
from cockpit.release.rollouts import Rollout, rollout_of
from cockpit.release.view import PodState, PodView, ServiceView, State
from cockpit.release.workloads import Workload

_ALWAYS_NEEDED = ("deployments", "replicasets", "pods", "services")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state, why, and since when (None where the API does not tell)."""

    state: State
    reason: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What a state is judged by. `used` are the Services in use; `versions` go with `names`."""

    membership: Membership
    inventory: Inventory
    workloads: Sequence[Workload]
    versions: Sequence[Revision]
    names: Sequence[str]
    used: Sequence[ServiceView]

    def rollouts(self) -> list[tuple[Workload, Rollout]]:
        """Return each workload with what its status tells."""
        return [(workload, rollout_of(workload)) for workload in self.workloads]


def state_of(scene: Scene) -> Verdict:
    """Return the first state that applies, the gravest first."""
    for judge in _JUDGES:
        verdict = judge(scene)
        if verdict is not None:
            return verdict
    since = [rollout.since for _, rollout in scene.rollouts() if rollout.since is not None]
    return Verdict(State.STEADY, since=max(since, default=_oldest(scene)))


def _unknown(scene: Scene) -> Verdict | None:
    needed = [*_ALWAYS_NEEDED, *(["endpointslices"] if scene.membership.services else [])]
    stale = [kind for kind in needed if kind in scene.inventory.stale]
    if stale:
        words = f"No news of {_listed(stale)}: what is shown is old. Wait for the connection, or look with kubectl."
        return Verdict(State.UNKNOWN, words)
    unreadable = [kind for kind in needed if kind in scene.inventory.unreadable]
    if unreadable:
        words = f"{_listed(unreadable)} cannot be read, so health is not known; ask for the right to list them."
        return Verdict(State.UNKNOWN, words)
    return None


def _outage(scene: Scene) -> Verdict | None:
    for service in scene.used:
        if service.endpoints is None or ready_backends(service.endpoints):
            continue
        since = [rollout.available_since for _, rollout in scene.rollouts() if rollout.available_since is not None]
        return Verdict(State.OUTAGE, _outage_reason(scene, service), max(since, default=None))
    return None


def _outage_reason(scene: Scene, service: ServiceView) -> str:
    start = f"Service/{service.name} has no ready endpoint"
    if service.problem:
        return f"{start}: it {service.problem}"
    pods = _pods(scene)
    failing = failure_words(pods)
    if failing:
        return f"{start}: pods fail ({failing}); mend them, or roll back."
    starting = count(pods, PodState.STARTING)
    if starting:
        return f"{start}: {_number(starting, 'pod')} still starting; wait, or roll back if they do not come up."
    return f"{start}: no ready pod matches its selector; scale up, or select a version that serves."


def _stuck(scene: Scene) -> Verdict | None:
    for name in scene.membership.dangling:
        service = scene.inventory.services.get(name)
        if service is not None:
            return Verdict(State.STUCK, f"Service/{name} {_DANGLING}", service.metadata.creation_timestamp)
    for workload, rollout in scene.rollouts():
        if rollout.failure:
            failing = failure_words(_pods(scene, workload))
            because = f": {failing}" if failing else ""
            words = f"{workload.ref} {rollout.failure}{because}; mend the new version, or roll back."
            return Verdict(State.STUCK, words, rollout.since)
    return None


_DANGLING = "selects a pod-template-hash that no ReplicaSet has; take the hash out of its selector."


def _degraded(scene: Scene) -> Verdict | None:
    for revision, name in zip(scene.versions, scene.names, strict=True):
        failing = failure_words(revision.pods or ())
        if failing:
            total = len(revision.pods or ())
            words = (
                f"{_number(count(revision.pods or (), PodState.FAILING), 'pod')} of {total} of version {name} "
                f"({revision.workload.ref}) fail: {failing}; look at their logs, or roll back."
            )
            times = [pod.changed_at for pod in revision.pods or () if pod.state is PodState.FAILING]
            known = [moment for moment in times if moment is not None]
            return Verdict(State.DEGRADED, words, min(known, default=None))
    return None


def _paused(scene: Scene) -> Verdict | None:
    for revision, name in zip(scene.versions, scene.names, strict=True):
        if not (revision.current and is_paused(revision)):
            continue
        since = rollout_of(revision.workload).since
        if rolls(revision, scene.versions):
            ready = count(revision.pods or (), PodState.READY)
            words = (
                f"{revision.workload.ref} is paused with {_number(ready, 'ready pod')} on {name}: "
                "resume to go on, or roll back."
            )
        else:
            words = f"{revision.workload.ref} is paused: changes to its template wait until it is resumed."
        return Verdict(State.PAUSED, words, since)
    return None


def _progressing(scene: Scene) -> Verdict | None:
    for workload, rollout in scene.rollouts():
        if rollout.remaining:
            choice = "wait, or pause it to look closer" if workload.kind == "Deployment" else "wait, or see its events"
            words = f"{workload.ref} is rolling: {rollout.remaining}; {choice}."
            return Verdict(State.PROGRESSING, words, rollout.since)
    return None


_JUDGES: tuple[Callable[[Scene], Verdict | None], ...] = (
    _unknown,
    _outage,
    _stuck,
    _degraded,
    _paused,
    _progressing,
)


def _pods(scene: Scene, workload: Workload | None = None) -> list[PodView]:
    return [
        pod
        for revision in scene.versions
        if workload is None or revision.workload.ref == workload.ref
        for pod in revision.pods or ()
    ]


def _oldest(scene: Scene) -> datetime | None:
    created = [workload.metadata.creation_timestamp for workload in scene.workloads]
    return max((moment for moment in created if moment is not None), default=None)


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _listed(kinds: Sequence[str]) -> str:
    return kinds[0] if len(kinds) == 1 else f"{', '.join(kinds[:-1])} and {kinds[-1]}"
