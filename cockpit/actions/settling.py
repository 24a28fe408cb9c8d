"""What controllers make of a stage: rollouts go to their end, replicas become what is asked for.

Pods that a controller starts are taken to become ready: a rolling update takes no old pod away before that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cockpit.actions.stage import Stage, StagedPod, Target
from cockpit.release.rollouts import partition_of
from cockpit.release.workloads import Workload
from cockpit.resources.workloads import DaemonSet, Deployment, StatefulSet


def settled(stage: Stage) -> Stage:
    """Return the stage when every controller of the release is at rest."""
    pods = [pod for pod in stage.pods if pod.workload not in stage.targets]
    done: dict[str, int] = {}
    for ref, target in stage.targets.items():
        found = stage.workload(ref)
        if found is not None:
            own = [pod for pod in stage.pods if pod.workload == ref]
            pods += _settled(found, own, target, stage.settled.get(ref, found.desired))
            done[ref] = found.desired
    return replace(stage.with_pods(pods), settled=done)


def interrupted(stage: Stage) -> Stage:
    """Return the stage while workloads that may take all their pods away at once have none."""
    gone = {ref for ref in stage.targets if gap_of(stage, ref) and is_rolling(stage, ref)}
    if not gone:
        return stage
    return stage.with_pods(pod for pod in stage.pods if pod.workload not in gone)


def is_rolling(stage: Stage, ref: str) -> bool:
    """Say whether a workload has pods that its controller will replace by those of another template."""
    return any(pod.workload == ref and is_doomed(stage, pod) for pod in stage.pods)


def is_doomed(stage: Stage, pod: StagedPod) -> bool:
    """Say whether a rollout that is on takes this pod away."""
    target, found = stage.targets.get(pod.workload), stage.workload(pod.workload) if pod.workload else None
    if target is None or found is None or pod.revision == target.revision:
        return False
    return not _stays(found, pod)


def _stays(found: Workload, pod: StagedPod) -> bool:
    """Say whether a pod of another template is left alone."""
    source = found.source
    if isinstance(source, Deployment):
        return source.spec.paused
    if found.kind == "ReplicaSet" or _updates_on_delete(found):
        return True
    return isinstance(source, StatefulSet) and _ordinal(pod) < partition_of(source)


def _updates_on_delete(found: Workload) -> bool:
    strategy = getattr(found.source.spec, "update_strategy", None)
    return strategy is not None and strategy.type == "OnDelete"


def gap_of(stage: Stage, ref: str) -> str:
    """Return why a workload has no pod for a while when it replaces them, "" where it always keeps some."""
    found = stage.workload(ref)
    if found is None:
        return ""
    if isinstance(found.source, Deployment):
        strategy = found.source.spec.strategy
        if strategy.type == "Recreate":
            return "its strategy is Recreate"
        rolling = strategy.rolling_update
        missing = rolling.max_unavailable if rolling else None
        return "all its pods may be missing at once" if missing is not None and _all(missing, found.desired) else ""
    number = sum(pod.workload == ref for pod in stage.pods)
    rolling = found.source.spec.update_strategy.rolling_update if isinstance(found.source, DaemonSet) else None
    if rolling is not None and rolling.max_surge not in {None, 0, "0%"}:
        return ""
    return "it ends its only pod before it starts the next" if number == 1 and found.kind != "ReplicaSet" else ""


def _all(missing: int | str, desired: int) -> bool:
    """Say whether so many pods, or so many percent, are all of them."""
    if isinstance(missing, int):
        return missing >= desired
    return missing == "100%"


def _settled(found: Workload, own: Sequence[StagedPod], target: Target, before: int) -> list[StagedPod]:
    if isinstance(found.source, Deployment) and found.source.spec.paused:
        return _scaled(found, own, target, before)
    if found.kind in {"Deployment", "ReplicaSet"}:
        return _resized([pod for pod in own if pod.revision == target.revision or _stays(found, pod)], found, target)
    number = len(own) if found.kind == "DaemonSet" else found.desired
    kept = [pod if _stays(found, pod) or pod.revision == target.revision else _of(pod, target) for pod in own]
    return _resized(sorted(kept, key=_ordinal), found, target, number)


def _of(pod: StagedPod, target: Target) -> StagedPod:
    """Return the pod of a set that takes the place of one with another template."""
    labels: Mapping[str, str] = {**pod.labels, **target.labels}
    return replace(pod, labels=labels, ready=True, revision=target.revision, version=target.version)


def _resized(pods: Sequence[StagedPod], found: Workload, target: Target, number: int | None = None) -> list[StagedPod]:
    """Return as many pods as are asked for: those that are there, ready by then, and new ones."""
    wanted = found.desired if number is None else number
    # A ReplicaSet takes pods away that are not ready first; a StatefulSet those with the highest ordinals.
    kept = sorted(pods, key=lambda pod: not pod.ready) if found.kind != "StatefulSet" else list(pods)
    kept = [pod if pod.ready else replace(pod, ready=True) for pod in kept[:wanted]]
    fresh = range(len(kept), wanted)
    return kept + [_fresh(found, target, position) for position in fresh]


def _fresh(found: Workload, target: Target, position: int) -> StagedPod:
    name = f"{found.metadata.name}-{position}"
    return StagedPod(name, target.labels, True, found.ref, target.revision, target.version)


def _scaled(found: Workload, own: Sequence[StagedPod], target: Target, before: int) -> list[StagedPod]:
    """Scale the versions of a paused Deployment in proportion (pkg/controller/deployment/sync.go, scale)."""
    wanted = found.desired
    if wanted == before:
        return list(own)
    if not own or not before:
        return _resized(own, found, target)
    by_revision: dict[str, list[StagedPod]] = {}
    for pod in own:
        by_revision.setdefault(pod.revision, []).append(pod)
    scaled: list[StagedPod] = []
    for pods in by_revision.values():
        labels = Target(pods[0].revision, pods[0].labels, pods[0].version)
        scaled += _resized(pods, found, labels, round(len(pods) * wanted / before))
    return scaled


def _ordinal(pod: StagedPod) -> int:
    last = pod.name.rpartition("-")[2]
    return int(last) if last.isdecimal() and len(last) < 10 else 0
