"""Pods for the traffic to come: a version that takes more of it is scaled up first, and its pods waited for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import structs

from cockpit.actions.change import HOLD_SECONDS, Change
from cockpit.actions.conditions import PodsReady
from cockpit.actions.scaling import SCALABLE, scale_change
from cockpit.actions.targets import Version
from cockpit.release.workloads import Workload
from cockpit.resources.workloads import Deployment

_LONGEST_SECONDS = 600.0


def scale_up(target: Version | None, needed: int) -> Iterator[Change]:
    """Yield the write that gives `target` at least `needed` pods, where it has fewer; it holds until they are ready.

    A DaemonSet has one pod a node and is left as it is; for its pods the guards look.
    """
    if target is None or target.workload.kind not in SCALABLE or target.workload.desired >= needed:
        return
    ready = PodsReady(target.workload.ref, target.revision.hash, needed)
    change = scale_change(target.workload, needed, hold=ready)
    yield structs.replace(change, hold_seconds=patience(target.workload))


def patience(workload: Workload) -> float:
    """Return how many seconds a workload's pods are waited for: its own deadline, from two minutes to ten."""
    source = workload.source
    deadline = source.spec.progress_deadline_seconds if isinstance(source, Deployment) else 0
    return max(HOLD_SECONDS, min(float(deadline), _LONGEST_SECONDS))


def scale_up_each(targets: Iterable[tuple[Version | None, int]]) -> tuple[Change, ...]:
    """Return the writes of `scale_up` for several routes: for each workload that which gives it the most pods."""
    most: dict[str, tuple[Version, int]] = {}
    for target, needed in targets:
        if target is not None and needed > most.get(target.workload.ref, (target, 0))[1]:
            most[target.workload.ref] = (target, needed)
    return tuple(change for target, needed in most.values() for change in scale_up(target, needed))


def desired(versions: Iterable[Version | None]) -> int:
    """Return how many pods the largest of some versions shall have."""
    return max((entry.workload.desired for entry in versions if entry is not None), default=0)
