"""A namespace as a plan would leave it: Services, Ingresses, workloads and pods, each change applied in turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import msgspec

from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.patch import under_template
from cockpit.release.inventory import Inventory
from cockpit.release.podsets import pod_view
from cockpit.release.revisions import Revision
from cockpit.release.subject import Subject
from cockpit.release.view import PodState
from cockpit.release.workloads import Workload, workload
from cockpit.resources.ingress import Ingress
from cockpit.resources.json_values import ABSENT, Json, with_value
from cockpit.resources.kinds import ROUTING
from cockpit.resources.meta import KubernetesObject, controller_of
from cockpit.resources.nulls import without_nulls
from cockpit.resources.services import Service
from cockpit.resources.workloads import DaemonSet, Deployment, ReplicaSet, StatefulSet
from cockpit.routing.rules import Backend, Rule
from cockpit.routing.systems import rules_of

NEW = ""
"""Name of a revision that no controller has written yet."""

NEW_WORDS = "the new template"

_ROUTING = {kind.name: kind.slice_type for kind in ROUTING}
_Slice = TypeVar("_Slice", bound=KubernetesObject)
_HELD = {
    "Deployment": "deployments",
    "ReplicaSet": "replica_sets",
    "StatefulSet": "stateful_sets",
    "DaemonSet": "daemon_sets",
    "Service": "services",
    "Ingress": "ingresses",
}


@dataclass(frozen=True, slots=True)
class StagedPod:
    """One pod; `workload` is KIND/NAME or "", `revision` the name of its ReplicaSet or ControllerRevision."""

    name: str
    labels: Mapping[str, str]
    ready: bool
    workload: str
    revision: str
    version: str
    """What sentences call its version: "version green", "revision 3", "the new template"."""


@dataclass(frozen=True, slots=True)
class Target:
    """The template that a workload's pods are to be of."""

    revision: str
    labels: Mapping[str, str]
    version: str


@dataclass(frozen=True, slots=True)
class Stage:
    """Objects and pods at one moment of a plan."""

    inventory: Inventory
    pods: tuple[StagedPod, ...]
    targets: Mapping[str, Target]
    """By workload, those of the release only."""
    settled: Mapping[str, int]
    """By workload, the replicas that its controller last acted on."""
    found: dict[frozenset[tuple[str, str]], tuple[StagedPod, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )
    """Which of these pods a selector takes, where that was asked already: every guard asks it of thousands."""

    def service(self, name: str) -> Service | None:
        """Return a Service as it is now."""
        return self.inventory.services.get(name)

    def workload(self, ref: str) -> Workload | None:
        """Return a workload as it is now."""
        return workload(self.inventory, ref)

    def matching(self, selector: Mapping[str, str]) -> tuple[StagedPod, ...]:
        """Return the pods that a selector takes, ready or not."""
        wanted = frozenset(selector.items())
        if wanted not in self.found:
            pairs = selector.items()
            self.found[wanted] = tuple(pod for pod in self.pods if pairs <= pod.labels.items()) if wanted else ()
        return self.found[wanted]

    def ready_behind(self, service: str) -> tuple[StagedPod, ...]:
        """Return the ready pods behind a Service; none where there is none, or it leads elsewhere."""
        found = self.service(service)
        if found is None or found.spec.type == "ExternalName":
            return ()
        return tuple(pod for pod in self.matching(found.spec.selector) if pod.ready)

    def with_pods(self, pods: Iterable[StagedPod]) -> Stage:
        """Return the stage with other pods, of which nothing was asked yet."""
        return replace(self, pods=tuple(pods), found={})

    def rules(self) -> tuple[Rule, ...]:
        """Return every rule of the namespace's routes."""
        return rules_of(self.inventory.routes())

    def ready_at(self, backend: Backend) -> tuple[StagedPod, ...]:
        """Return the ready pods behind a backend of a route, of its subset only; none of another namespace's."""
        if not backend.local:
            return ()
        behind = self.ready_behind(backend.service)
        return (
            tuple(pod for pod in behind if backend.labels.items() <= pod.labels.items()) if backend.labels else behind
        )


def stage_of(subject: Subject) -> Stage:
    """Return the stage before the first change."""
    names = {
        (revision.workload.ref, revision.name): f"version {view.name}"
        for revision, view in zip(subject.versions, subject.view.versions, strict=True)
    }
    targets = {revision.workload.ref: _target(revision, names) for revision in subject.history if revision.current}
    for entry in subject.workloads:
        targets.setdefault(entry.ref, Target(NEW, entry.template_labels, NEW_WORDS))
    settled = {entry.ref: entry.desired for entry in subject.workloads}
    known = {pod.uid: pod.state for revision in subject.history for pod in revision.pods or ()}
    return Stage(subject.inventory, tuple(_pods(subject.inventory, names, known)), targets, settled)


def _target(revision: Revision, names: Mapping[tuple[str, str], str]) -> Target:
    number = f"revision {revision.number}" if revision.number else revision.name
    return Target(revision.name, revision.labels, names.get((revision.workload.ref, revision.name), number))


def _pods(
    inventory: Inventory, names: Mapping[tuple[str, str], str], known: Mapping[str, PodState]
) -> Iterator[StagedPod]:
    """Yield the pods that live; `known` are the states, by uid, that were told from them already."""
    owners = _owners(inventory)
    for uid, pods in inventory.pods_by_owner.items():
        ref, replica_set = owners.get(uid, ("", ""))
        for pod in pods.values():
            labels = pod.metadata.labels
            revision = replica_set or _set_revision(ref, labels.get("controller-revision-hash", ""))
            version = names.get((ref, revision), "no known version")
            state = known.get(pod.metadata.uid) or pod_view(pod).state
            if state not in {PodState.TERMINATING, PodState.FINISHED}:
                yield StagedPod(pod.metadata.name, labels, state is PodState.READY, ref, revision, version)


def _set_revision(ref: str, label: str) -> str:
    """Return the name of a ControllerRevision; pods of a DaemonSet carry only the last part of it."""
    kind, _, name = ref.partition("/")
    return f"{name}-{label}" if kind == "DaemonSet" and label else label


def _owners(inventory: Inventory) -> dict[str, tuple[str, str]]:
    """Return, by uid of what controls pods, the workload and the name of the ReplicaSet ("" for sets)."""
    owners: dict[str, tuple[str, str]] = {}
    for entry in inventory.replica_sets.values():
        above = controller_of(entry.metadata)
        ref = f"{above.kind}/{above.name}" if above else f"ReplicaSet/{entry.metadata.name}"
        owners[entry.metadata.uid] = (ref, entry.metadata.name)
    for stateful_set in inventory.stateful_sets.values():
        owners[stateful_set.metadata.uid] = (f"StatefulSet/{stateful_set.metadata.name}", "")
    for daemon_set in inventory.daemon_sets.values():
        owners[daemon_set.metadata.uid] = (f"DaemonSet/{daemon_set.metadata.name}", "")
    return owners


def applied(stage: Stage, change: Change, history: tuple[Revision, ...]) -> Stage:
    """Return the stage when the API server has taken a change, and no controller has acted on it."""
    if change.object.kind == "Pod":
        gone = change.kind is ChangeKind.DELETE
        return stage.with_pods(pod for pod in stage.pods if not gone or pod.name != change.object.name)
    inventory = _changed(stage.inventory, change)
    if inventory is None:
        return stage
    return _retargeted(replace(stage, inventory=inventory), change, history)


def _changed(inventory: Inventory, change: Change) -> Inventory | None:
    """Return the objects with a change applied, None where their kind plays no part."""
    routing = _ROUTING.get(change.object.kind)
    if routing is not None:
        routes: dict[str, KubernetesObject] = dict(inventory.routing.get(routing, {}))
        _apply(routes, change, routing)
        return replace(inventory, routing={**inventory.routing, routing: routes})
    held = _HELD.get(change.object.kind)
    if held is None:
        return None
    objects: dict[str, KubernetesObject] = dict(getattr(inventory, held))
    _apply(objects, change, _TYPES[change.object.kind])
    return replace(inventory, **{held: objects})  # type: ignore[arg-type]  # slices of the field's own kind


def _apply(objects: dict[str, KubernetesObject], change: Change, slice_type: type[KubernetesObject]) -> None:
    name = change.object.name
    if change.kind is ChangeKind.DELETE:
        objects.pop(name, None)
    elif change.kind is ChangeKind.CREATE:
        made = _decoded(change.manifest, slice_type)
        if made is not None:
            objects[name] = made
    elif name in objects:
        objects[name] = patched(objects[name], change)


_TYPES: dict[str, type[KubernetesObject]] = {
    "Deployment": Deployment,
    "ReplicaSet": ReplicaSet,
    "StatefulSet": StatefulSet,
    "DaemonSet": DaemonSet,
    "Service": Service,
    "Ingress": Ingress,
}


def patched(entry: _Slice, change: Change) -> _Slice:
    """Return a slice with the fields of a change; fields that a slice does not have change nothing in it."""
    plain: Json = msgspec.to_builtins(entry)
    for changed in change.fields:
        try:
            plain = with_value(plain, changed.path, ABSENT if changed.after is None else changed.after)
        except KeyError:
            continue
    # What does not fit is refused by the API server; its dry run says so, and here nothing has changed.
    return _decoded(plain, type(entry)) or entry


def _decoded(plain: Json, slice_type: type[_Slice]) -> _Slice | None:
    try:
        return msgspec.convert(without_nulls(plain), slice_type)
    except msgspec.ValidationError:
        return None


def _retargeted(stage: Stage, change: Change, history: tuple[Revision, ...]) -> Stage:
    """Return the stage with the template that a changed workload rolls out."""
    ref = change.object.short
    found = stage.workload(ref)
    if found is None or ref not in stage.targets or not changes_template(change):
        return stage
    source = change.template_from.name if change.template_from else NEW
    wanted = next((entry for entry in history if source and entry.name == source and entry.workload.ref == ref), None)
    if wanted is None:
        target = Target(source, found.template_labels, NEW_WORDS)
    else:
        target = _target(wanted, {(pod.workload, pod.revision): pod.version for pod in stage.pods})
    return replace(stage, targets={**stage.targets, ref: target})


def changes_template(change: Change) -> bool:
    """Say whether a change gives a workload another pod template."""
    return change.template_from is not None or any(
        under_template(entry.path) and entry.before != entry.after for entry in change.fields
    )
