"""Services that no template satisfies: labels may have been put on the pods alone, by hand or by a webhook."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.release.inventory import Inventory
from cockpit.release.labels import Identity, matches
from cockpit.release.revision_index import Owned
from cockpit.release.selection import Selection
from cockpit.release.workloads import Workload
from cockpit.resources.services import Service


def match_pods(
    inventory: Inventory,
    services: Sequence[Service],
    selections: Sequence[Selection],
    workloads: Sequence[Workload],
    revisions: Sequence[Sequence[Owned]],
    identities: Sequence[Identity],
) -> tuple[Selection, ...]:
    """Return the selections, with those that found nothing decided by the pods of the workloads."""
    if not any(selects_pods_only(service, selection) for service, selection in zip(services, selections, strict=True)):
        return tuple(selections)
    workload_of = {
        uid: position
        for position, (workload, owned) in enumerate(zip(workloads, revisions, strict=True))
        for uid in (workload.metadata.uid, *(revision.metadata.uid for revision in owned))
        if uid
    }
    return tuple(
        (selects_pods_only(service, selection) and _by_pods(inventory, service, workload_of, identities)) or selection
        for service, selection in zip(services, selections, strict=True)
    )


def selects_pods_only(service: Service, selection: Selection) -> bool:
    """Say whether the Service has a selector that no workload's template satisfies."""
    return bool(service.spec.selector) and service.spec.type != "ExternalName" and not selection.covered


def _by_pods(
    inventory: Inventory, service: Service, workload_of: dict[str, int], identities: Sequence[Identity]
) -> Selection | None:
    matched = frozenset(
        workload_of[uid]
        for uid, pods in inventory.pods_by_owner.items()
        if uid in workload_of and any(matches(service.spec.selector, pod.metadata.labels) for pod in pods.values())
    )
    if not matched:
        return None
    return Selection(matched, umbrella=len({identities[position] for position in matched}) > 1, partial=True)
