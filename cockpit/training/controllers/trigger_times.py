"""When the change began that a write of endpoints answers (k8s.io/endpointslice, util/trigger_time_tracker.go).

It is the earliest of what is new since the last write: a pod's change of readiness, or the birth of the Service.
"""

from __future__ import annotations

from cockpit.training.api.store import Key
from cockpit.training.objects import Json, condition_of, moment_of, name_of, namespace_of, timestamp

ANNOTATION = "endpoints.kubernetes.io/last-change-trigger-time"


class TriggerTimes:
    """Remembers, for each Service, the times that were seen before."""

    def __init__(self) -> None:
        self._seen: dict[Key, tuple[float, dict[str, float]]] = {}

    def of(self, service: Json, pods: list[Json]) -> str:
        """Return the time of what is new, "" where nothing is."""
        key = (namespace_of(service), name_of(service))
        born_before, pods_before = self._seen.get(key, (0.0, {}))
        born = moment_of(service["metadata"].get("creationTimestamp"))
        times = {name_of(pod): since for pod in pods if (since := _ready_changed(pod))}
        changed = [since for name, since in times.items() if since > pods_before.get(name, 0.0)]
        changed += [born] if born > born_before else []
        self._seen[key] = (born, times)
        return timestamp(min(changed)) if changed else ""

    def forget(self, key: Key) -> None:
        """Forget a Service that is gone."""
        self._seen.pop(key, None)


def with_trigger(annotations: dict[str, str], moment: str) -> dict[str, str]:
    """Return annotations that say when the change began, or no longer say it."""
    others = {name: value for name, value in annotations.items() if name != ANNOTATION}
    return others | ({ANNOTATION: moment} if moment else {})


def _ready_changed(pod: Json) -> float:
    return moment_of((condition_of(pod, "Ready") or {}).get("lastTransitionTime"))
