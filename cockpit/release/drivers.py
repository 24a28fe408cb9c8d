"""Controllers that release workloads step by step: Argo Rollouts and Flagger."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.release.inventory import Inventory
from cockpit.release.workloads import Workload
from cockpit.resources.progressive import Canary, Rollout
from cockpit.routing import argo_rollouts, flagger
from cockpit.routing.progress import Progress


def driven_by(inventory: Inventory, workloads: Iterable[Workload]) -> tuple[str, ...]:
    """Return the Rollouts among the workloads, and the Canaries that name one of them, KIND/NAME."""
    refs = {entry.ref for entry in workloads}
    rollouts = [ref for ref in sorted(refs) if ref.startswith("Rollout/")]
    canaries = sorted(inventory.routes().of(Canary).items())
    named = [f"Canary/{name}" for name, canary in canaries if flagger.target_of(canary) in refs]
    return (*rollouts, *named)


def progress_of(driven: Iterable[str], inventory: Inventory) -> tuple[Progress, ...]:
    """Return how the controllers named KIND/NAME stand; those that are gone are left out."""
    objects = inventory.routes()
    found: list[Progress] = []
    for ref in driven:
        kind, _, name = ref.partition("/")
        if kind == "Rollout" and (rollout := objects.of(Rollout).get(name)):
            found.append(argo_rollouts.progress_of(rollout))
        elif kind == "Canary" and (canary := objects.of(Canary).get(name)):
            found.append(flagger.progress_of(canary))
    return tuple(found)
