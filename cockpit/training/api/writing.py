"""How a write is meant, beside what it writes; and what a delete is told and did."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.training.api.failures import bad_request
from cockpit.training.api.kinds import POD, ApiKind
from cockpit.training.objects import Json

_LONGEST_GRACE = 2**31 - 1  # seconds


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """`manager` is who writes, "" for the cluster itself, whose fields are not noted (metadata.managedFields).

    `applied` is the body of a server-side apply, and `force` whether it takes over what others own. `through` is the
    kind that was asked for, where it is kept as another.
    """

    dry_run: bool = False
    manager: str = ""
    applied: Json | None = None
    force: bool = False
    through: ApiKind | None = None


PLAIN = WriteOptions()


@dataclass(frozen=True, slots=True)
class DeleteOptions:
    """metav1.DeleteOptions; `grace` is seconds, None for the object's own."""

    grace: int | None = None
    policy: str = "Background"
    uid: str = ""
    resource_version: str = ""


def delete_options(asked: Json) -> DeleteOptions:
    """Return metav1.DeleteOptions as they came.

    Raises:
        ApiError: 400, the grace is no number of seconds, or the preconditions are none.
    """
    grace = asked.get("gracePeriodSeconds")
    preconditions = asked.get("preconditions") or {}
    if not isinstance(preconditions, dict):
        raise bad_request("preconditions must be an object")
    orphans = asked.get("orphanDependents") in (True, "true")
    if grace is not None and not str(grace).isdigit():
        raise bad_request(f'gracePeriodSeconds: Invalid value: "{grace}": must be a whole number of seconds')
    return DeleteOptions(
        grace=None if grace is None else int(grace),
        policy="Orphan" if orphans else str(asked.get("propagationPolicy") or "Background"),
        uid=str(preconditions.get("uid") or ""),
        resource_version=str(preconditions.get("resourceVersion") or ""),
    )


@dataclass(frozen=True, slots=True)
class Deletion:
    """What a delete did: the object's last state, and whether it is gone already."""

    object: Json
    gone: bool


def finalizers_of(current: Json, policy: str) -> list[str]:
    """Return the finalizers that an object has when it is deleted by a policy."""
    finalizers = list(current["metadata"].get("finalizers") or ())
    added = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}.get(policy)
    return [*finalizers, added] if added and added not in finalizers else finalizers


def grace_of(kind: ApiKind, current: Json, asked: int | None) -> int:
    """Return the seconds that an object has left when it is deleted."""
    if kind is not POD or not current["spec"].get("nodeName"):
        return 0
    if current.get("status", {}).get("phase") in ("Succeeded", "Failed"):
        return 0
    grace = int(current["spec"].get("terminationGracePeriodSeconds", 30)) if asked is None else asked
    # A negative grace counts as one second (apiserver, pkg/registry/rest/delete.go); time itself ends somewhere, too.
    return 1 if grace < 0 else min(grace, _LONGEST_GRACE)
