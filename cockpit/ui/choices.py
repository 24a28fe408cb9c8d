"""What there is to choose from before an act is planned: versions, revisions, workloads, containers, pods. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from cockpit.actions.acts import Act
from cockpit.release.labels import HASH_KEYS
from cockpit.release.revisions import Revision
from cockpit.release.subject import Subject
from cockpit.release.view import PodState, VersionView
from cockpit.release.workloads import Workload
from cockpit.ui.durations import age


class Choice(NamedTuple):
    """One thing to pick: `key` is the answer, `label` what is shown, `note` what else to know."""

    key: str
    label: str
    note: str = ""


_SCALABLE = frozenset({"Deployment", "StatefulSet", "ReplicaSet"})
_ROLLING = frozenset({"Deployment", "StatefulSet", "DaemonSet"})
_KINDS = {
    Act.PAUSE: frozenset({"Deployment"}),
    Act.RESUME: frozenset({"Deployment"}),
    Act.SCALE: _SCALABLE,
    Act.RESTART: _ROLLING,
    Act.SET_IMAGE: _ROLLING,
    Act.ROLLBACK: _ROLLING,
}


def workload_choices(subject: Subject, act: Act) -> tuple[Choice, ...]:
    """Return the workloads that an act can be done to, each with its versions and ready pods."""
    kinds = _KINDS.get(act, frozenset())
    fitting = [workload for workload in subject.workloads if workload.kind in kinds and _fits(subject, workload, act)]
    return tuple(Choice(workload.ref, workload.ref, _versions_of(subject, workload)) for workload in fitting)


def _fits(subject: Subject, workload: Workload, act: Act) -> bool:
    paused = any(version.paused for version in subject.view.versions if version.workload == workload.ref)
    if act in {Act.PAUSE, Act.RESUME}:
        return paused is (act is Act.RESUME)
    return act is not Act.ROLLBACK or len(_history(subject, workload.ref)) > 1


def _versions_of(subject: Subject, workload: Workload) -> str:
    mine = [version for version in subject.view.versions if version.workload == workload.ref]
    return ", ".join(f"{version.name} {_ready(version)}" for version in mine)


def _ready(version: VersionView) -> str:
    counts = version.counts
    ready, desired = ("?" if number is None else number for number in (counts.ready, counts.desired))
    return f"{ready}/{desired} ready"


def switch_choices(subject: Subject) -> tuple[Choice, ...]:
    """Return the versions that the front door could select instead of the one it selects."""
    door = next((service for service in subject.view.services or () if service.front_door), None)
    selector = door.selector if door else {}
    pairs = zip(subject.versions, subject.view.versions, strict=True)
    return tuple(
        Choice(view.name, view.name, f"{_ready(view)}   {', '.join(view.images)}")
        for revision, view in pairs
        if _is_target(revision, selector, subject.version_keys)
    )


def pin_choices(subject: Subject) -> tuple[Choice, ...]:
    """Return the Services that are pinned to a hash; none where the front door is, for that is what is meant then."""
    pinned = [service for service in subject.view.services or () if HASH_KEYS & frozenset(service.selector)]
    if any(service.front_door for service in pinned):
        return ()
    return tuple(Choice(service.name, f"Service/{service.name}") for service in pinned if not service.umbrella)


def _is_target(revision: Revision, selector: Mapping[str, str], version_keys: frozenset[str]) -> bool:
    keys = [key for key in selector if key in version_keys]
    identity = all(revision.labels.get(key) == value for key, value in selector.items() if key not in version_keys)
    carried = all(key in revision.labels for key in keys)
    return bool(keys) and identity and carried and any(revision.labels[key] != selector[key] for key in keys)


def _history(subject: Subject, workload: str) -> list[Revision]:
    mine = [revision for revision in subject.history if revision.workload.ref == workload]
    numbered = [revision for revision in mine if revision.number is not None]
    return sorted(numbered, key=lambda revision: revision.number or 0, reverse=True)


def revision_choices(subject: Subject, workload: str, now: datetime) -> tuple[Choice, ...]:
    """Return the revisions of a workload to go back to, the newest first, with images, cause and age."""
    return tuple(
        Choice(
            str(revision.number),
            f"revision {revision.number}  {', '.join(revision.images)}",
            "  ".join(filter(None, (revision.change_cause, age(revision.created_at, now)))),
        )
        for revision in _history(subject, workload)
        if not revision.current
    )


def container_choices(subject: Subject, workload: str) -> tuple[Choice, ...]:
    """Return the containers of a workload, each with its image."""
    found = next((entry for entry in subject.workloads if entry.ref == workload), None)
    return (
        tuple(Choice(container.name, container.name, container.image) for container in found.containers if found)
        if found
        else ()
    )


def failing_pod_choices(subject: Subject) -> tuple[Choice, ...]:
    """Return the pods of the release that do not serve, failing ones first, each with its version and reason."""
    pods = [(version.name, pod) for version in subject.view.versions for pod in version.pods or ()]
    idle = [(name, pod) for name, pod in pods if pod.state in {PodState.FAILING, PodState.STARTING}]
    idle.sort(key=lambda entry: entry[1].state is not PodState.FAILING)
    return tuple(Choice(pod.name, pod.name, f"{name}  {pod.state.value}  {pod.reason}".rstrip()) for name, pod in idle)


def replicas_of(subject: Subject, workload: str) -> int | None:
    """Return how many pods a workload asks for, None where it is not known."""
    found = next((entry for entry in subject.workloads if entry.ref == workload), None)
    return found.desired if found else None
