"""The Endpoints controller: v1 Endpoints beside the slices, which the API server's proxy to Services still reads.

Source: k8s.io/kubernetes, pkg/controller/endpoint/endpoints_controller.go.
"""

from __future__ import annotations

from cockpit.training.api.kinds import ENDPOINTS, POD, SERVICE
from cockpit.training.api.store import Change, Key
from cockpit.training.controllers.plane import Plane
from cockpit.training.controllers.queue import WorkQueue
from cockpit.training.controllers.services import HEADLESS, Selection, has_selector
from cockpit.training.controllers.subsets import cut, subsets
from cockpit.training.controllers.trigger_times import TriggerTimes, with_trigger
from cockpit.training.objects import Json, Labels, annotations_of, is_deleting, labels_of, name_of, namespace_of

_MANAGED_BY = {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
_OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity"


class EndpointsController:
    """Writes v1 Endpoints. Its chance is its own, so that it changes no name of others."""

    def __init__(self, plane: Plane, selection: Selection) -> None:
        self._plane = plane
        self._selection = selection
        self._times = TriggerTimes()
        self.queue = WorkQueue(plane.clock, plane.chance.apart("endpoints"), self.reconcile, (0.005, 0.03))

    def observe(self, change: Change) -> None:
        """Queue the Services that a change concerns."""
        namespace = namespace_of(change.object)
        if change.kind in (SERVICE, ENDPOINTS):
            if change.kind is SERVICE or change.type == "DELETED":
                self.queue.add((namespace, name_of(change.object)))
        elif change.kind is POD:
            for name in self._selection.services(change):
                self.queue.add((namespace, name))

    def reconcile(self, key: Key) -> None:
        """Bring one Service's Endpoints up to date; without a selector they are somebody else's."""
        service = self._plane.store.get(SERVICE, *key)
        current = self._plane.store.get(ENDPOINTS, *key)
        if service is None:
            self._times.forget(key)
            if current is not None:
                self._plane.registry.delete(ENDPOINTS, *key)
        elif not is_deleting(service) and has_selector(service):
            self._write(service, current)

    def _write(self, service: Json, current: Json | None) -> None:
        namespace, name = namespace_of(service), name_of(service)
        pods = self._selection.pods(service)
        found, over = cut(subsets(service, pods))
        labels, moment = _labels(service), self._times.of(service, pods)
        before = current or {"metadata": {}}
        if current is not None and _same(current, found, labels, over):
            return
        annotations = _annotations(before, moment, over)
        metadata = {**before["metadata"], "name": name, "labels": labels, "annotations": annotations}
        body: Json = {**before, "metadata": metadata, "subsets": found}
        if not annotations:
            del metadata["annotations"]
        if not found:
            del body["subsets"]
        if current is None:
            self._plane.registry.create(ENDPOINTS, namespace, body)
        else:
            self._plane.registry.replace(ENDPOINTS, namespace, name, body)


def _same(current: Json, found: list[Json], labels: Labels, over: bool) -> bool:
    marked = _OVER_CAPACITY in annotations_of(current)
    return (current.get("subsets") or []) == found and labels_of(current) == labels and marked == over


def _annotations(before: Json, moment: str, over: bool) -> Labels:
    kept = {key: value for key, value in annotations_of(before).items() if key != _OVER_CAPACITY}
    return with_trigger(kept, moment) | ({_OVER_CAPACITY: "truncated"} if over else {})


def _labels(service: Json) -> Labels:
    headless = {HEADLESS: ""} if service["spec"].get("clusterIP") == "None" else {}
    return {**labels_of(service), **headless, **_MANAGED_BY}
