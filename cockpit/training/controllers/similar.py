"""Which events are folded into one because too many differ in their message only.

From the tenth message on within ten minutes, a recorder counts them under one event, whose message is that of the last.
Source: k8s.io/client-go, tools/record/events_cache.go (EventAggregator).
"""

from __future__ import annotations

from typing import TypeAlias

PREFIX = "(combined from similar events): "
_MOST_MESSAGES = 10
_INTERVAL = 600.0  # seconds
_MOST_GROUPS = 4096
Group: TypeAlias = tuple[str, ...]
"""What events have in common: the object, type, reason and who reports them."""


class SimilarEvents:
    """Remembers the messages of each group of events."""

    def __init__(self) -> None:
        self._messages: dict[Group, dict[str, None]] = {}
        self._last: dict[Group, float] = {}

    def folds(self, group: Group, message: str, now: float) -> bool:
        """Note a message, and tell whether it is one too many; `now` is seconds since the epoch."""
        messages = self._messages.pop(group, {})
        if now - self._last.get(group, now) > _INTERVAL:
            messages = {}
        messages[message] = None
        too_many = len(messages) >= _MOST_MESSAGES
        if too_many:
            del messages[next(iter(messages))]
        self._messages[group], self._last[group] = messages, now
        if len(self._messages) > _MOST_GROUPS:
            oldest = next(iter(self._messages))
            del self._messages[oldest], self._last[oldest]
        return too_many
