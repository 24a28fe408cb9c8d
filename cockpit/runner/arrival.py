"""Whether what was written has come back: in the watched objects, and taken up by the controller that acts on it."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.actions.change import ChangeKind
from cockpit.release.inventory import Inventory
from cockpit.resources.meta import KubernetesObject
from cockpit.resources.references import ObjectRef
from cockpit.resources.workloads import DaemonSet, Deployment, ReplicaSet, StatefulSet
from cockpit.runner.find import is_watched, object_in


@dataclass(frozen=True, slots=True)
class Written:
    """An object as the server had it after a change."""

    kind: ChangeKind
    object: ObjectRef
    resource_version: str


def has_arrived(written: Written, inventory: Inventory) -> bool:
    """Say whether an object is known as it was written, or later; what is not watched counts as arrived."""
    if not is_watched(inventory, written.object.kind):
        return True
    found = object_in(inventory, written.object)
    if written.kind is ChangeKind.DELETE:
        return found is None or found.metadata.deletion_timestamp is not None
    if found is None:
        # What was patched and is gone will not come; what was created and is not there yet will.
        return written.kind is ChangeKind.PATCH
    return _is_as_late(found.metadata.resource_version, written.resource_version) and _is_taken_up(found)


def _is_taken_up(found: KubernetesObject) -> bool:
    """Say whether the controller has seen a workload as it is: before that, what it does is for what was there before.

    So asks `kubectl rollout status` first (kubectl pkg/polymorphichelpers/rollout_status.go).
    """
    if not isinstance(found, Deployment | ReplicaSet | StatefulSet | DaemonSet):
        return True
    return found.status.observed_generation >= found.metadata.generation


def _is_as_late(found: str, written: str) -> bool:
    """Compare versions of one object, which are numbers on every server that there is (KEP-5504)."""
    return int(found) >= int(written) if found.isdecimal() and written.isdecimal() else True
