"""The picture: everything that the cockpit knows of a cluster at one moment, with how it knows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from cockpit.release.metrics_view import MetricsSourceView, ReleaseMetrics
from cockpit.release.view import ReleaseView, View


class SourceState(StrEnum):
    """How well one kind is known."""

    CONNECTING = "connecting"
    LIVE = "live"
    STALE = "stale"
    FORBIDDEN = "forbidden"
    ABSENT = "absent"
    FAILED = "failed"


ONLY_REFINES = frozenset({"ingressclasses"})
"""Kinds without which only a detail is not known: the role "view" does not include them, and nobody need be told twice.

A rule whose class decides what it means says so itself.
"""


class SourceView(View, frozen=True):
    """One watched kind: `kind` is its plural name, `observed_at` when it was heard last, by the server's clock."""

    kind: str
    state: SourceState
    observed_at: datetime | None = None
    message: str = ""


class EventView(View, frozen=True):
    """One event of the namespace that is open; `object` is KIND/NAME."""

    type: str
    reason: str
    message: str
    object: str
    object_uid: str
    count: int
    last_seen: datetime | None


class ConnectionState(StrEnum):
    """Whether the API server answers."""

    CONNECTING = "connecting"
    LIVE = "live"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"


class Picture(View, frozen=True):
    """A cluster at one moment. `namespaces` is empty for all.

    `observed_at` is when the server was heard last, by its own clock. `connection_message` is one sentence with the
    remedy, "" while the server answers. `events` is None where no namespace is open, or events cannot be read.
    """

    context: str
    namespaces: tuple[str, ...] = ()
    connection: ConnectionState = ConnectionState.CONNECTING
    connection_message: str = ""
    observed_at: datetime | None = None
    warnings: tuple[str, ...] = ()
    sources: tuple[SourceView, ...] = ()
    releases: tuple[ReleaseView, ...] = ()
    events: tuple[EventView, ...] | None = None
    metrics: Mapping[tuple[str, str], ReleaseMetrics] = msgspec.field(default_factory=dict)
    """What metrics tell of releases, by their key; a release is missing while it was not asked for."""
    metrics_source: MetricsSourceView = MetricsSourceView()
    complete: bool = False
    """Whether every kind was listed, or said that it cannot be: before that, releases are still being found."""
