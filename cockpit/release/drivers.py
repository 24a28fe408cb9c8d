"""Controllers that release workloads step by step: Argo Rollouts and Flagger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cockpit.release.inventory import Inventory
from cockpit.release.workloads import Workload
from cockpit.resources.progressive import Canary, Rollout
from cockpit.routing import argo_rollouts, flagger
from cockpit.routing.objects import Objects
from cockpit.routing.progress import Progress


def canaries_by_target(objects: Objects) -> Mapping[str, tuple[str, ...]]:
    """Return the Canaries of a namespace, KIND/NAME, by the workload that each of them names."""
    found: dict[str, tuple[str, ...]] = {}
    for canary in objects.ordered(Canary):
        target = flagger.target_of(canary)
        found[target] = (*found.get(target, ()), f"Canary/{canary.metadata.name}")
    return found


def driven_by(workloads: Iterable[Workload], canaries: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the Rollouts among the workloads, and the Canaries that name one of them, KIND/NAME."""
    refs = sorted(entry.ref for entry in workloads)
    rollouts = [ref for ref in refs if ref.startswith("Rollout/")]
    return (*rollouts, *(canary for ref in refs for canary in canaries.get(ref, ())))


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
