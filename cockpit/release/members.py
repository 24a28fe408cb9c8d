"""The objects of a release by name: what commands find it by, and what the object view reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cockpit.release.inventory import Inventory
from cockpit.release.labels import matches
from cockpit.release.revision_index import Owned
from cockpit.release.view import MemberView
from cockpit.release.workloads import Workload
from cockpit.resources.kinds import kind_named
from cockpit.resources.meta import PodMeta
from cockpit.resources.workloads import ReplicaSet
from cockpit.routing.objects import Objects
from cockpit.routing.rules import Rule


def members_of(
    inventory: Inventory,
    workloads: Sequence[Workload],
    revisions: Iterable[Owned],
    services: Iterable[str],
    rules: Sequence[Rule],
    driven: Iterable[str],
    objects: Objects,
) -> tuple[MemberView, ...]:
    """Return workloads, Services, routes, what scales or protects the workloads, then the revisions with history."""
    found = [
        *(_member(entry.kind, entry.metadata) for entry in workloads),
        *(_member("Service", inventory.services[name].metadata) for name in services),
        *_routed(objects, rules, driven),
        *_keepers(inventory, workloads),
        *(_revision(entry) for entry in revisions),
    ]
    # A bare ReplicaSet is a workload and its own revision.
    return tuple(dict.fromkeys(found))


def _member(kind: str, metadata: PodMeta) -> MemberView:
    return MemberView(kind=kind, name=metadata.name, uid=metadata.uid)


def _revision(entry: Owned) -> MemberView:
    return _member("ReplicaSet" if isinstance(entry, ReplicaSet) else "ControllerRevision", entry.metadata)


def _routed(objects: Objects, rules: Iterable[Rule], driven: Iterable[str]) -> Iterator[MemberView]:
    """Yield the objects that make the release's rules and those that drive it, kind by kind."""
    named = {(rule.kind, name) for rule in rules for name in rule.objects}
    refs = (*driven, *(ref for rule in rules for ref in rule.beside))
    named |= {(kind, name) for kind, _, name in (ref.partition("/") for ref in refs)}
    for kind, name in sorted(named):
        found = objects.of(kind_named(kind).slice_type).get(name)
        if found is not None:
            yield _member(kind, found.metadata)


def _keepers(inventory: Inventory, workloads: Sequence[Workload]) -> Iterator[MemberView]:
    """Yield the autoscalers and disruption budgets of the workloads."""
    refs = {entry.ref for entry in workloads}
    for _, autoscaler in sorted(inventory.autoscalers.items()):
        target = autoscaler.spec.scale_target_ref
        if f"{target.kind}/{target.name}" in refs:
            yield _member("HorizontalPodAutoscaler", autoscaler.metadata)
    for _, budget in sorted(inventory.disruption_budgets.items()):
        if any(matches(budget.spec.selector.match_labels, entry.template_labels) for entry in workloads):
            yield _member("PodDisruptionBudget", budget.metadata)
