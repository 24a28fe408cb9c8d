"""Questions that the controllers of endpoints ask of Services."""

from __future__ import annotations

from cockpit.training.api.kinds import SERVICE
from cockpit.training.api.store import Change, Store
from cockpit.training.objects import Json, Labels, labels_of, namespace_of

HEADLESS = "service.kubernetes.io/headless"


def has_selector(service: Json) -> bool:
    """Tell whether the cluster keeps the Service's endpoints itself."""
    return bool(service["spec"].get("selector")) and service["spec"].get("type") != "ExternalName"


def selects(service: Json, labels: Labels) -> bool:
    """Tell whether the Service's selector matches some labels."""
    selector = service["spec"].get("selector") or {}
    return has_selector(service) and all(labels.get(key) == value for key, value in selector.items())


def services_of(store: Store, change: Change) -> list[Json]:
    """Return the Services that select a pod, or did before the change."""
    now = labels_of(change.object)
    before = labels_of(change.previous) if change.previous else now
    found = store.items(SERVICE, namespace_of(change.object))
    return [service for service in found if selects(service, now) or (before != now and selects(service, before))]
