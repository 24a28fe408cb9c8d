"""Events, as the core group serves them."""

from __future__ import annotations

from datetime import datetime

from cockpit.resources.meta import PodMeta, Slice


class ObjectReference(Slice, frozen=True):
    """What an event is about."""

    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""


class EventSeries(Slice, frozen=True):
    """Repetitions of an event, as writers of events.k8s.io record them."""

    count: int = 0
    last_observed_time: datetime | None = None


class Event(Slice, frozen=True):
    """v1 Event. Which of the times is set depends on who wrote it; see `last_seen`."""

    metadata: PodMeta = PodMeta()
    involved_object: ObjectReference = ObjectReference()
    type: str = "Normal"
    reason: str = ""
    message: str = ""
    count: int = 0
    last_timestamp: datetime | None = None
    event_time: datetime | None = None
    series: EventSeries | None = None


def last_seen(event: Event) -> datetime | None:
    """Return when the event happened last: series, then lastTimestamp, then eventTime, then its creation."""
    repeated = event.series.last_observed_time if event.series else None
    return repeated or event.last_timestamp or event.event_time or event.metadata.creation_timestamp


def times_seen(event: Event) -> int:
    """Return how often the event was seen, at least once."""
    return max(event.series.count if event.series else 0, event.count, 1)
