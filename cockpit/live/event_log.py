"""The events of the namespace that is open."""

from __future__ import annotations

from cockpit.live.picture import EventView
from cockpit.resources.events import Event, last_seen, times_seen
from cockpit.resources.meta import KubernetesObject

LONGEST = 2000
"""How many of the newest events a picture carries."""


class EventLog:
    """Events by name. The server forgets them after an hour, and says so."""

    def __init__(self) -> None:
        self._events: dict[str, Event] = {}
        self._views: tuple[EventView, ...] | None = ()

    def put(self, entry: KubernetesObject) -> None:
        """Store an event as it is now."""
        if isinstance(entry, Event):
            self._events[entry.metadata.name] = entry
            self._views = None

    def remove(self, name: str) -> None:
        """Forget one event."""
        if self._events.pop(name, None) is not None:
            self._views = None

    def keep_only(self, names: frozenset[str]) -> None:
        """Forget the events that are not among `names`."""
        for name in self._events.keys() - names:
            self.remove(name)

    def views(self) -> tuple[EventView, ...]:
        """Return the events, the newest first."""
        if self._views is None:
            newest = sorted(self._events.values(), key=_age_key, reverse=True)
            self._views = tuple(_view(event) for event in newest[:LONGEST])
        return self._views


def _age_key(event: Event) -> tuple[float, str]:
    seen = last_seen(event)
    return (seen.timestamp() if seen else 0.0, event.metadata.name)


def _view(event: Event) -> EventView:
    about = event.involved_object
    return EventView(
        type=event.type,
        reason=event.reason,
        message=event.message,
        object=f"{about.kind}/{about.name}",
        object_uid=about.uid,
        count=times_seen(event),
        last_seen=last_seen(event),
    )
