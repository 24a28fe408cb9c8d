"""Events (core/v1), as client-go's recorder writes them: repeated ones are counted, similar ones folded, all expire.

Source: k8s.io/client-go, tools/record; the lifetime is kube-apiserver's --event-ttl of one hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cockpit.training.api.failures import ApiError
from cockpit.training.api.kinds import EVENT
from cockpit.training.api.registry import Registry
from cockpit.training.api.store import Change
from cockpit.training.clock import SimulatedClock
from cockpit.training.controllers.similar import PREFIX, Group, SimilarEvents
from cockpit.training.objects import Json, moment_of, name_of, namespace_of, timestamp, uid_of

EVENT_LIFETIME = 3600.0  # seconds
_NAMESPACE_OF_CLUSTER_WIDE = "default"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened: the node of whoever reports it, and the field of the object that it is about."""

    host: str = ""
    field: str = ""


NOWHERE = Place()


class Recorder:
    """Writes events about objects."""

    def __init__(self, registry: Registry, clock: SimulatedClock) -> None:
        self._registry = registry
        self._clock = clock
        self._names: dict[tuple[str, ...], str] = {}
        self._similar = SimilarEvents()
        self._serial = 0

    def normal(self, about: Json, reason: str, message: str, component: str, at: Place = NOWHERE) -> None:
        """Record that something happened as it should."""
        self._record(about, "Normal", reason, message, component, at)

    def warning(self, about: Json, reason: str, message: str, component: str, at: Place = NOWHERE) -> None:
        """Record that something went wrong."""
        self._record(about, "Warning", reason, message, component, at)

    def observe(self, change: Change) -> None:
        """Let every new event end after its time, whoever wrote it."""
        if change.kind is EVENT and change.type == "ADDED":
            namespace, name = namespace_of(change.object), name_of(change.object)
            self._clock.call_later(EVENT_LIFETIME, lambda: self._expire(namespace, name))

    def _record(
        self, about: Json, type_: Literal["Normal", "Warning"], reason: str, message: str, component: str, at: Place
    ) -> None:
        group: Group = (uid_of(about), type_, reason, component, at.host)
        same: Group = (*group, message)
        if self._similar.folds(group, message, self._clock.now):
            same, message = group, PREFIX + message
        namespace = namespace_of(about) or _NAMESPACE_OF_CLUSTER_WIDE
        try:
            if not self._count_again(namespace, self._names.get(same, ""), message):
                self._names[same] = self._create(about, namespace, type_, reason, message, component, at)
        except ApiError:
            # The namespace is gone or going: a real recorder drops the event as well.
            return

    def _count_again(self, namespace: str, name: str, message: str) -> bool:
        known = self._registry.store.get(EVENT, namespace, name) if name else None
        if known is None:
            return False
        counted = {"count": known["count"] + 1, "message": message, "lastTimestamp": timestamp(self._clock.now)}
        self._registry.replace(EVENT, namespace, name, {**known, **counted})
        return True

    def _create(
        self, about: Json, namespace: str, type_: str, reason: str, message: str, component: str, at: Place
    ) -> str:
        self._serial += 1
        moment = timestamp(self._clock.now)
        name = f"{name_of(about)}.{int(self._clock.now * 1e6) * 1000 + self._serial % 1000:x}"
        event: Json = {
            "metadata": {"name": name},
            "involvedObject": _reference(about) | ({"fieldPath": at.field} if at.field else {}),
            "reason": reason,
            "message": message,
            "source": {"component": component} | ({"host": at.host} if at.host else {}),
            "firstTimestamp": moment,
            "lastTimestamp": moment,
            "count": 1,
            "type": type_,
            "eventTime": None,
            "reportingComponent": "" if message.startswith(PREFIX) else component,  # as the aggregator leaves it
            "reportingInstance": "" if message.startswith(PREFIX) else at.host,
        }
        self._registry.create(EVENT, namespace, event)
        return name

    def _expire(self, namespace: str, name: str) -> None:
        event = self._registry.store.get(EVENT, namespace, name)
        if event is None:
            return
        last = event.get("lastTimestamp") or event["metadata"]["creationTimestamp"]
        left = moment_of(last) + EVENT_LIFETIME - self._clock.now
        if left > 0:
            self._clock.call_later(left, lambda: self._expire(namespace, name))
            return
        self._registry.delete(EVENT, namespace, name)
        self._names = {same: known for same, known in self._names.items() if known != name}


def _reference(about: Json) -> Json:
    metadata = about["metadata"]
    reference = {"kind": about["kind"], "apiVersion": about["apiVersion"], "name": metadata["name"]}
    if metadata.get("namespace"):
        reference["namespace"] = metadata["namespace"]
    return reference | {"uid": metadata["uid"], "resourceVersion": metadata.get("resourceVersion", "")}
