"""Remembers which endpoints joined or left a short while ago, by comparing successive pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cockpit.release.view import EndpointView

SHOWN_FOR = timedelta(seconds=12)
"""How long an endpoint is marked as having joined, or still listed after it left."""

EndpointKey = tuple[str, str, int | None, str]
"""Service, address, port, protocol."""


@dataclass(frozen=True, slots=True)
class Recent:
    """What is remembered: endpoints of the last picture, and when others joined or left."""

    present: Mapping[EndpointKey, EndpointView] = field(default_factory=dict)
    joined: Mapping[EndpointKey, datetime] = field(default_factory=dict)
    left: Mapping[EndpointKey, tuple[EndpointView, datetime]] = field(default_factory=dict)
    started: bool = False
    """Whether a picture was seen at all: the endpoints of the first one did not join, they were there."""


NOTHING = Recent()


def key_of(service: str, endpoint: EndpointView) -> EndpointKey:
    """Return what tells an endpoint from all others of a release."""
    return (service, endpoint.address, endpoint.port, endpoint.protocol)


def without_oldest(recent: Recent, count: int) -> Recent:
    """Return `recent` without the `count` endpoints that left first."""
    kept = sorted(recent.left.items(), key=lambda entry: entry[1][1])[count:]
    return replace(recent, left=dict(kept))


def advance(before: Recent, endpoints: Iterable[tuple[str, EndpointView]], now: datetime) -> Recent:
    """Return what to remember after a picture with `endpoints` (name of the Service, endpoint) at `now`."""
    present = {key_of(service, endpoint): endpoint for service, endpoint in endpoints}
    if not before.started:
        return Recent(present=present, started=True)
    joined = {key: at for key, at in before.joined.items() if key in present and now - at < SHOWN_FOR}
    left = {key: entry for key, entry in before.left.items() if key not in present and now - entry[1] < SHOWN_FOR}
    joined |= {key: now for key in present if key not in before.present}
    left |= {key: (endpoint, now) for key, endpoint in before.present.items() if key not in present}
    return Recent(present, joined, left, started=True)
