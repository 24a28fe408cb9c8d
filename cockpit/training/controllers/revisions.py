"""ControllerRevisions: the history of StatefulSets and DaemonSets (k8s.io/kubernetes, pkg/controller/history)."""

from __future__ import annotations

from cockpit.training.api.kinds import CONTROLLER_REVISION, POD
from cockpit.training.controllers.history import template_hash
from cockpit.training.controllers.plane import Plane
from cockpit.training.objects import Json, labels_of, name_of, namespace_of, owner_reference, uid_of

HASH_LABEL = "controller-revision-hash"


def current_revision(plane: Plane, workload: Json) -> Json:
    """Return the revision of the workload's template, made or renumbered so that it is the newest."""
    template = {**workload["spec"]["template"], "$patch": "replace"}
    data = {"spec": {"template": template}}
    known = plane.store.owned(uid_of(workload), CONTROLLER_REVISION)
    newest = max((int(revision["revision"]) for revision in known), default=0)
    same = next((revision for revision in known if revision["data"] == data), None)
    if same is None:
        return _create(plane, workload, data, newest + 1)
    if same["revision"] == newest:
        return same
    return plane.registry.replace(
        CONTROLLER_REVISION, namespace_of(same), name_of(same), {**same, "revision": newest + 1}
    )


def revision_named(plane: Plane, workload: Json, name: str) -> Json | None:
    """Return one of the workload's revisions by its name."""
    known = plane.store.owned(uid_of(workload), CONTROLLER_REVISION)
    return next((revision for revision in known if name_of(revision) == name), None)


def hash_of(revision: Json) -> str:
    """Return a revision's bare hash."""
    return str(revision["metadata"]["labels"][HASH_LABEL])


def template_of(revision: Json) -> Json:
    """Return the pod template that a revision fixes."""
    return {key: value for key, value in revision["data"]["spec"]["template"].items() if key != "$patch"}


def prune(plane: Plane, workload: Json, named: set[str]) -> None:
    """Delete the oldest revisions beyond revisionHistoryLimit; those that are `named`, or that pods have, stay."""
    pods = plane.store.owned(uid_of(workload), POD)
    alive = named | {labels_of(pod).get(HASH_LABEL, "") for pod in pods}
    known = sorted(plane.store.owned(uid_of(workload), CONTROLLER_REVISION), key=lambda revision: revision["revision"])
    history = [revision for revision in known if not {name_of(revision), hash_of(revision)} & alive]
    limit = int(workload["spec"].get("revisionHistoryLimit", 10))
    for revision in history[: max(len(history) - limit, 0)]:
        plane.registry.delete(CONTROLLER_REVISION, namespace_of(revision), name_of(revision))


def _create(plane: Plane, workload: Json, data: Json, number: int) -> Json:
    hash_ = template_hash(workload["spec"]["template"], 0)
    labels = dict(workload["spec"]["template"].get("metadata", {}).get("labels") or {})
    metadata = {
        "name": f"{name_of(workload)}-{hash_}",
        "labels": {**labels, HASH_LABEL: hash_},
        "ownerReferences": [owner_reference(workload)],
    }
    body = {"metadata": metadata, "data": data, "revision": number}
    return plane.registry.create(CONTROLLER_REVISION, namespace_of(workload), body)
