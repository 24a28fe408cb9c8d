"""Whether a workload's template waits to be rolled out at all: changed while paused, no revision holds it yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cockpit.release.labels import HASH_KEYS, without
from cockpit.release.revisions import Revision
from cockpit.release.subject import Subject
from cockpit.release.workloads import Workload
from cockpit.resources.workloads import Container, Deployment


def is_pending(subject: Subject, workload: Workload) -> bool:
    """Say whether the workload's template is that of no revision, so that a resume would replace every pod.

    Told by images and labels; for the rest (environments, say) by the controller, which counts no
    updated pods then (pkg/controller/deployment/sync.go, calculateStatus).
    """
    current = newest(subject, workload)
    source = workload.source
    if current is None or not isinstance(source, Deployment):
        return False
    if _images(workload.containers) != _images(current.containers):
        return True
    if _labels(workload.template_labels) != _labels(current.labels):
        return True
    seen = source.status.observed_generation >= source.metadata.generation
    return source.spec.paused and seen and source.status.updated_replicas == 0 and bool(current.desired)


def newest(subject: Subject, workload: Workload) -> Revision | None:
    """Return the revision that the workload's controller made last."""
    mine = (entry for entry in subject.history if entry.workload.ref == workload.ref)
    return next((entry for entry in mine if entry.current), None)


def _images(containers: Sequence[Container]) -> list[tuple[str, str]]:
    return [(container.name, container.image) for container in containers]


def _labels(labels: Mapping[str, str]) -> dict[str, str]:
    return without(labels, HASH_KEYS)
