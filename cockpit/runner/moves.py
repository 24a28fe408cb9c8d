"""Endpoints that joined or left Services, told from two views of a release. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cockpit.release.view import EndpointView, ReleaseView
from cockpit.runner.progress import EndpointMove

_Key = tuple[str, str, int | None, str]


def moves_between(before: ReleaseView | None, after: ReleaseView | None, milliseconds: int) -> tuple[EndpointMove, ...]:
    """Return which ready endpoints joined and left; nothing where either view cannot tell.

    An endpoint that is no longer ready has left: nobody is sent to it any more.
    """
    old, new = _ready(before), _ready(after)
    if old is None or new is None:
        return ()
    left = (_move(key, old[key], False, milliseconds) for key in old if key not in new)
    joined = (_move(key, new[key], True, milliseconds) for key in new if key not in old)
    return (*left, *joined)


def _ready(view: ReleaseView | None) -> Mapping[_Key, EndpointView] | None:
    """Return the ready endpoints of every Service, None where a Service's cannot be read."""
    if view is None or view.services is None or any(service.endpoints is None for service in view.services):
        return None
    return dict(_entries(view))


def _entries(view: ReleaseView) -> Iterator[tuple[_Key, EndpointView]]:
    for service in view.services or ():
        for entry in service.endpoints or ():
            if entry.ready:
                yield (service.name, entry.address, entry.port, entry.protocol), entry


def _move(key: _Key, entry: EndpointView, joined: bool, milliseconds: int) -> EndpointMove:
    address = f"[{entry.address}]" if ":" in entry.address else entry.address
    where = address if entry.port is None else f"{address}:{entry.port}"
    return EndpointMove(key[0], where, entry.pod or "", entry.version, joined, milliseconds)
