"""What a plan is made on: one release with everything around it in its namespace, at one moment."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.release.cast import cast_of
from cockpit.release.inventory import Inventory
from cockpit.release.labels import VERSION_KEYS
from cockpit.release.membership import Membership
from cockpit.release.project import project
from cockpit.release.revisions import Revision
from cockpit.release.view import ReleaseView
from cockpit.release.workloads import Workload


@dataclass(frozen=True, slots=True)
class Subject:
    """A release and its objects. `inventory` is a copy of the namespace's, so a subject may be kept.

    `versions` stand in the order of `view.versions`; `history` is every known revision of the workloads.
    """

    view: ReleaseView
    membership: Membership
    inventory: Inventory
    workloads: tuple[Workload, ...]
    versions: tuple[Revision, ...]
    history: tuple[Revision, ...]
    version_keys: frozenset[str] = VERSION_KEYS


def subject_of(membership: Membership, inventory: Inventory, version_keys: frozenset[str] = VERSION_KEYS) -> Subject:
    """Return a release as a subject for plans."""
    kept = _copied(inventory)
    cast = cast_of(membership, kept, version_keys)
    view = project(membership, kept, version_keys)
    return Subject(view, membership, kept, cast.workloads, cast.versions, cast.history, version_keys)


def _copied(inventory: Inventory) -> Inventory:
    """Return an inventory that the store does not change any more; the objects themselves are immutable."""
    return Inventory(
        namespace=inventory.namespace,
        deployments=dict(inventory.deployments),
        replica_sets=dict(inventory.replica_sets),
        stateful_sets=dict(inventory.stateful_sets),
        daemon_sets=dict(inventory.daemon_sets),
        controller_revisions=dict(inventory.controller_revisions),
        services=dict(inventory.services),
        ingresses=dict(inventory.ingresses),
        autoscalers=dict(inventory.autoscalers),
        disruption_budgets=dict(inventory.disruption_budgets),
        routing={kind: dict(objects) for kind, objects in inventory.routing.items()},
        pods_by_owner={owner: dict(pods) for owner, pods in inventory.pods_by_owner.items()},
        slices_by_service={service: dict(slices) for service, slices in inventory.slices_by_service.items()},
        unreadable=inventory.unreadable,
        stale=inventory.stale,
    )
