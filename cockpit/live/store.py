"""All objects under watch, and what has changed among them since somebody last asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cockpit.live.objects import NamespaceObjects
from cockpit.resources.kinds import ENDPOINT_SLICE, POD, SERVICE, Kind
from cockpit.resources.meta import KubernetesObject
from cockpit.resources.pods import Pod
from cockpit.resources.progressive import Rollout
from cockpit.resources.services import EndpointSlice
from cockpit.resources.workloads import DaemonSet, Deployment, ReplicaSet, StatefulSet

_WORKLOADS = (Deployment, ReplicaSet, StatefulSet, DaemonSet, Rollout)


@dataclass(slots=True)
class Changes:
    """What changed in one namespace, as far as it decides which releases to look at again."""

    structure: bool = False
    """Which objects make a release may have changed."""
    everything: bool = False
    """Any release may look different."""
    owners: set[str] = field(default_factory=set)
    """Uids of workloads that changed, or whose pods did."""
    services: set[str] = field(default_factory=set)
    """Names of Services that changed, or whose endpoints did."""
    pod_labels: bool = False
    """Pods came, went or were labelled anew: a Service that no template satisfies may match them."""

    def add(self, other: Changes) -> None:
        """Take in what `other` holds."""
        self.structure |= other.structure
        self.everything |= other.everything
        self.owners |= other.owners
        self.services |= other.services
        self.pod_labels |= other.pod_labels


class Store:
    """Objects by namespace. An object that comes again with the same resourceVersion is no change."""

    def __init__(self) -> None:
        self.namespaces: dict[str, NamespaceObjects] = {}
        self.cluster: dict[type[KubernetesObject], dict[str, KubernetesObject]] = {}
        """Objects that are in no namespace."""
        self._changes: dict[str, Changes] = {}

    def put(self, kind: Kind, objects: Sequence[KubernetesObject]) -> None:
        """Store objects as they are now."""
        for entry in objects:
            self._put(kind, entry)

    def remove(self, kind: Kind, namespace: str, name: str) -> None:
        """Forget one object."""
        if not kind.namespaced:
            self._of_cluster(kind, name, None)
            return
        place = self.namespaces.get(namespace)
        old = place.named(kind).get(name) if place else None
        if place is None or old is None:
            return
        changes = self._changes.setdefault(namespace, Changes())
        if kind == POD:
            changes.owners |= place.pods.remove(name)
            changes.pod_labels = True
        elif kind == ENDPOINT_SLICE:
            changes.services |= place.slices.remove(name)
        else:
            del place.named(kind)[name]
            place.removals += 1
            changes.structure = True
            changes.everything = True

    def keep_only(self, kind: Kind, scope: str | None, names: frozenset[tuple[str, str]]) -> None:
        """Forget the objects of a kind, in one namespace or (None) in all, that are not among `names`."""
        if not kind.namespaced:
            for name in [name for name in self.cluster.get(kind.slice_type, {}) if ("", name) not in names]:
                self._of_cluster(kind, name, None)
            return
        places = list(self.namespaces.values()) if scope is None else [self.namespaces.get(scope)]
        for place in places:
            if place is None:
                continue
            for name in [name for name in place.named(kind) if (place.namespace, name) not in names]:
                self.remove(kind, place.namespace, name)

    def look_again(self, scope: str | None, *, structure: bool = False) -> None:
        """Mark every release of a namespace, or of all, as changed: what is known about their kinds has changed.

        `structure` says that this may decide which objects make a release.
        """
        for namespace in self.namespaces:
            if scope in {None, namespace}:
                self._changes.setdefault(namespace, Changes()).add(Changes(structure=structure, everything=True))

    def has_changes(self) -> bool:
        """Say whether anything changed since `take_changes`."""
        return bool(self._changes)

    def take_changes(self) -> dict[str, Changes]:
        """Return what changed by namespace, and begin anew."""
        taken, self._changes = self._changes, {}
        return taken

    def give_back(self, namespace: str, changes: Changes) -> None:
        """Return changes that could not be dealt with yet."""
        self._changes.setdefault(namespace, Changes()).add(changes)

    def _of_cluster(self, kind: Kind, name: str, entry: KubernetesObject | None) -> None:
        """Store or (None) forget an object that is in no namespace, and that every namespace's rules may hang on."""
        objects = self.cluster.setdefault(kind.slice_type, {})
        if objects.get(name) == entry:
            return
        if entry is None:
            del objects[name]
        else:
            objects[name] = entry
        self.look_again(None, structure=True)

    def _put(self, kind: Kind, entry: KubernetesObject) -> None:
        if not kind.namespaced:
            self._of_cluster(kind, entry.metadata.name, entry)
            return
        namespace = entry.metadata.namespace
        place = self.namespaces.get(namespace)
        if place is None:
            place = self.namespaces[namespace] = NamespaceObjects(namespace, self.cluster)
        old = place.named(kind).get(entry.metadata.name)
        version = entry.metadata.resource_version
        if old is not None and version and old.metadata.resource_version == version:
            return
        changes = self._changes.setdefault(namespace, Changes())
        if isinstance(entry, Pod):
            changes.owners |= place.pods.put(entry)
            changes.pod_labels |= old is None or _selected_otherwise(old, entry)
        elif isinstance(entry, EndpointSlice):
            changes.services |= place.slices.put(entry)
        else:
            place.named(kind)[entry.metadata.name] = entry
            _note(changes, kind, old, entry)


def _selected_otherwise(old: KubernetesObject, new: Pod) -> bool:
    """Say whether a pod may have come under another Service, or its Service under another workload."""
    before, after = old.metadata, new.metadata
    return before.labels != after.labels or before.owner_references != after.owner_references


def _note(changes: Changes, kind: Kind, old: KubernetesObject | None, new: KubernetesObject) -> None:
    """Note a change of anything but pods and EndpointSlices: most often a workload's status, which joins nothing."""
    if isinstance(new, _WORKLOADS):
        changes.owners.add(new.metadata.uid)
        changes.structure |= old is None or _joins_otherwise(old, new)
    elif kind == SERVICE:
        changes.services.add(new.metadata.name)
        changes.structure = True
    else:
        changes.structure = True
        changes.everything = True


def _joins_otherwise(old: KubernetesObject, new: Deployment | ReplicaSet | StatefulSet | DaemonSet | Rollout) -> bool:
    """Say whether more than the status differs. A DaemonSet's desired count stands in its status."""
    if not isinstance(old, _WORKLOADS) or isinstance(new, DaemonSet):
        return True
    before, after = old.metadata, new.metadata
    return (
        before.uid != after.uid
        or before.labels != after.labels
        or before.annotations != after.annotations
        or before.owner_references != after.owner_references
        or old.spec != new.spec
    )
