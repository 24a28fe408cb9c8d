"""What the rows of an open release are about: the object behind each, and what copying it gives. Pure."""

from __future__ import annotations

from cockpit.live.picture import EventView
from cockpit.release.view import EndpointView, ReleaseView
from cockpit.ui.panels.endpoint_rows import bracketed
from cockpit.ui.recent import Recent, key_of


def endpoint_at(release: ReleaseView, recent: Recent, key: object) -> EndpointView | None:
    """Return the endpoint that a row of ENDPOINTS is about."""
    for service in release.services or ():
        for endpoint in (*(service.endpoints or ()), *service.draining):
            if key_of(service.name, endpoint) == key:
                return endpoint
    return next((endpoint for left, (endpoint, _) in recent.left.items() if left == key), None)


def is_gone(release: ReleaseView, recent: Recent, key: object) -> bool:
    """Say whether a row is about an endpoint that left, and whose pod is not seen any more either."""
    left = next((endpoint for gone, (endpoint, _) in recent.left.items() if gone == key), None)
    alive = {pod.name for version in release.versions for pod in version.pods or ()}
    return left is not None and left.pod not in alive


def copied_text(release: ReleaseView, recent: Recent, key: object) -> str:
    """Return what copying a row gives: an address, a version's name, an event's message, else the release's name."""
    if isinstance(key, EventView):
        return key.message
    if isinstance(key, str):
        return key
    if endpoint := endpoint_at(release, recent, key):
        address = bracketed(endpoint.address)
        return address if endpoint.port is None else f"{address}:{endpoint.port}"
    return release.name


def object_of(release: ReleaseView, recent: Recent, key: object) -> str | None:
    """Return KIND/NAME of the object that a row is about, None where none is known."""
    if isinstance(key, EventView):
        return key.object if "/" in key.object else None
    if isinstance(key, str):
        return next((version.workload for version in release.versions if version.name == key), None)
    endpoint = endpoint_at(release, recent, key)
    return f"Pod/{endpoint.pod}" if endpoint and endpoint.pod else None
