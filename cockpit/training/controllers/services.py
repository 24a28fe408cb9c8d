"""Services and the pods that they select, both ways, without asking every pair of them.

Pods are found by their labels, Services by one pair of their selector; whatever is found is then asked in full.
"""

from __future__ import annotations

from typing import TypeAlias

from cockpit.training.api.kinds import POD, SERVICE
from cockpit.training.api.store import Change, Store
from cockpit.training.objects import Json, Labels, labels_of, name_of, namespace_of

HEADLESS = "service.kubernetes.io/headless"
_Buckets: TypeAlias = dict[tuple[str, str, str], set[str]]  # names by namespace, key and value


def has_selector(service: Json) -> bool:
    """Tell whether the cluster keeps the Service's endpoints itself."""
    return bool(service["spec"].get("selector")) and service["spec"].get("type") != "ExternalName"


def selects(service: Json, labels: Labels) -> bool:
    """Tell whether the Service's selector matches some labels."""
    selector = service["spec"].get("selector") or {}
    return has_selector(service) and all(labels.get(key) == value for key, value in selector.items())


class Selection:
    """Who selects whom. It has to hear of a change before whoever asks."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pods: _Buckets = {}
        self._services: _Buckets = {}

    def observe(self, change: Change) -> None:
        """Keep the labels of pods, and one pair of each selector."""
        pairs_of = {POD: labels_of, SERVICE: _chosen}.get(change.kind)
        if pairs_of is None:
            return
        buckets = self._pods if change.kind is POD else self._services
        before = pairs_of(change.previous) if change.previous else {}
        after = pairs_of(change.object) if change.type != "DELETED" else {}
        if before == after:
            return
        namespace, name = namespace_of(change.object), name_of(change.object)
        for key, value in before.items():
            held = buckets.get((namespace, key, value), set())
            held.discard(name)
            if not held:
                buckets.pop((namespace, key, value), None)
        for key, value in after.items():
            buckets.setdefault((namespace, key, value), set()).add(name)

    def pods(self, service: Json) -> list[Json]:
        """Return the pods that a Service selects, in the order of their names."""
        namespace, selector = namespace_of(service), service["spec"].get("selector") or {}
        held = [self._pods.get((namespace, key, value), set()) for key, value in selector.items()]
        if not held or not has_selector(service):
            return []
        found = (self._store.get(POD, namespace, name) for name in sorted(set.intersection(*held)))
        return [pod for pod in found if pod is not None]

    def services(self, change: Change) -> list[str]:
        """Return the names, in order, of the Services that select a pod, or did before its change."""
        namespace, now = namespace_of(change.object), labels_of(change.object)
        before = labels_of(change.previous) if change.previous else now
        found = self._selecting(namespace, now)
        return sorted(found if before == now else found | self._selecting(namespace, before))

    def _selecting(self, namespace: str, labels: Labels) -> set[str]:
        names = {name for pair in labels.items() for name in self._services.get((namespace, *pair), ())}
        services = {name: self._store.get(SERVICE, namespace, name) for name in names}
        return {name for name, service in services.items() if service is not None and selects(service, labels)}


def _chosen(service: Json) -> Labels:
    """Return the last pair of a selector, which most often tells more than the first."""
    selector = service["spec"].get("selector") or {}
    last = max(selector, default="")
    return {last: selector[last]} if last and has_selector(service) else {}
