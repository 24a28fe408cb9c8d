"""The EndpointSlice controller: keeps the slices of every Service that has a selector."""

from __future__ import annotations

from cockpit.training.api.kinds import ENDPOINT_SLICE, POD, SERVICE
from cockpit.training.api.store import Change, Key
from cockpit.training.controllers.endpoints import Ports, desired, packed, ports_json
from cockpit.training.controllers.nodes import Nodes
from cockpit.training.controllers.plane import Plane
from cockpit.training.controllers.queue import WorkQueue
from cockpit.training.controllers.services import HEADLESS, Selection, has_selector
from cockpit.training.controllers.trigger_times import TriggerTimes, with_trigger
from cockpit.training.objects import (
    Json,
    Labels,
    annotations_of,
    is_deleting,
    labels_of,
    name_of,
    namespace_of,
    owner_reference,
    uid_of,
)

_SERVICE_NAME = "kubernetes.io/service-name"
_MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
_MANAGER = "endpointslice-controller.k8s.io"


class EndpointSliceController:
    """Writes EndpointSlices."""

    def __init__(self, plane: Plane, nodes: Nodes, selection: Selection) -> None:
        self._plane = plane
        self._selection = selection
        self._nodes = nodes
        self._times = TriggerTimes()
        self.queue = WorkQueue(plane.clock, plane.chance, self.reconcile, (0.005, 0.03))

    def observe(self, change: Change) -> None:
        """Queue the Services that a change concerns."""
        namespace = namespace_of(change.object)
        if change.kind is SERVICE:
            self.queue.add((namespace, name_of(change.object)))
        elif change.kind is ENDPOINT_SLICE and change.type == "DELETED":
            self.queue.add((namespace, labels_of(change.object).get(_SERVICE_NAME, "")))
        elif change.kind is POD:
            for name in self._selection.services(change):
                self.queue.add((namespace, name))

    def reconcile(self, key: Key) -> None:
        """Bring one Service's slices up to date; without a selector they are somebody else's."""
        service = self._plane.store.get(SERVICE, *key)
        if service is None:
            self._times.forget(key)
        if service is None or is_deleting(service) or not has_selector(service):
            return
        pods = self._selection.pods(service)
        moment = self._times.of(service, pods)
        existing = [
            slice_
            for slice_ in self._plane.store.owned(uid_of(service), ENDPOINT_SLICE)
            if labels_of(slice_).get(_MANAGED_BY) == _MANAGER
        ]
        keep, drop = packed(desired(service, pods, self._nodes.zone), existing)
        for slice_, ports, endpoints in keep:
            self._write(service, slice_, ports, endpoints, moment)
        for slice_ in drop:
            self._plane.registry.delete(ENDPOINT_SLICE, key[0], name_of(slice_))

    def _write(self, service: Json, slice_: Json, ports: Ports | None, endpoints: list[Json], moment: str) -> None:
        namespace = namespace_of(service)
        body: Json = {
            "addressType": "IPv4",
            "endpoints": endpoints or None,
            "ports": ports_json(ports) if endpoints else None,
        }
        labels = _labels(service)
        if slice_:
            if {**slice_, **body} == slice_ and labels_of(slice_) == labels:
                return
            metadata = _noted({**slice_["metadata"], "labels": labels}, slice_, moment)
            changed = {**slice_, **body, "metadata": metadata}
            self._plane.registry.replace(ENDPOINT_SLICE, namespace, name_of(slice_), changed)
            return
        owners = [owner_reference(service)]
        metadata = {"generateName": f"{name_of(service)}-", "labels": labels, "ownerReferences": owners}
        self._plane.registry.create(ENDPOINT_SLICE, namespace, {"metadata": _noted(metadata, {}, moment), **body})


def _noted(metadata: Json, slice_: Json, moment: str) -> Json:
    """Return a slice's metadata with the time of the change that it answers, or without."""
    annotations = with_trigger(annotations_of(slice_) if slice_ else {}, moment)
    bare = {key: value for key, value in metadata.items() if key != "annotations"}
    return bare | ({"annotations": annotations} if annotations else {})


def _labels(service: Json) -> Labels:
    own = {_MANAGED_BY: _MANAGER, _SERVICE_NAME: name_of(service)}
    if service["spec"].get("clusterIP") == "None":
        own[HEADLESS] = ""
    return {**labels_of(service), **own}
