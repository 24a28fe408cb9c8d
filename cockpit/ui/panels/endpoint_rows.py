"""Which rows ENDPOINTS has, before any of them is drawn: ipvsadm's virtual and real servers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf

from cockpit.release.view import EndpointView, PortView, ReleaseView, ServiceView
from cockpit.ui.marks import Places
from cockpit.ui.recent import EndpointKey, Recent, key_of


@dataclass(frozen=True, slots=True)
class LocalRow:
    """One address and port at which a Service is reached."""

    protocol: str
    address: str
    service: ServiceView


@dataclass(frozen=True, slots=True)
class RemoteRow:
    """One endpoint; `joined_at` and `left_at` are known for a short while after it happened."""

    key: EndpointKey
    endpoint: EndpointView
    joined_at: datetime | None = None
    left_at: datetime | None = None
    drains: bool = False
    """Whether only ipvs still knows it: it gets nothing new, and its connections go on."""


@dataclass(frozen=True, slots=True)
class NoteRow:
    """Says why there is no endpoint."""

    text: str


EndpointRow = LocalRow | RemoteRow | NoteRow


def endpoint_rows(release: ReleaseView, places: Places, recent: Recent) -> tuple[EndpointRow, ...]:
    """Return the rows of all Services: the front door first, those that serve other releases too last."""
    services = sorted(release.services or (), key=lambda service: (not service.front_door, service.umbrella))
    return tuple(row for service in services for row in _service_rows(service, places, recent))


def _service_rows(service: ServiceView, places: Places, recent: Recent) -> Iterator[EndpointRow]:
    known = _ordered(service, places, recent)
    claimed: set[int] = set()
    for port in service.ports:
        yield from _local_rows(service, port)
        behind = [endpoint for endpoint in known if _is_behind(endpoint, port, service)]
        claimed.update(map(id, behind))
        yield from _remote_rows(service, behind, recent)
    if not service.ports:
        yield LocalRow("-", ", ".join(service.cluster_ips) or service.type, service)
    # A slice written by hand may name ports that the Service does not.
    yield from _remote_rows(service, [endpoint for endpoint in known if id(endpoint) not in claimed], recent)
    yield from _why_none(service)


def _ordered(service: ServiceView, places: Places, recent: Recent) -> Sequence[EndpointView]:
    """Return the endpoints by version, then by age, so that a row stays where it is while others come and go."""
    left = (endpoint for key, (endpoint, _) in recent.left.items() if key[0] == service.name)

    def order(endpoint: EndpointView) -> tuple[int, float, str, int]:
        made = endpoint.created_at.timestamp() if endpoint.created_at else inf
        return (places.get(endpoint.version, len(places)), made, endpoint.address, endpoint.port or 0)

    return sorted((*(service.endpoints or ()), *_unlisted(service, left)), key=order)


def _unlisted(service: ServiceView, left: Iterable[EndpointView]) -> Iterator[EndpointView]:
    """Yield what no EndpointSlice lists: what ipvs still drains, and of what left a while ago the rest."""
    yield from service.draining
    drained = {(endpoint.protocol, endpoint.address, endpoint.port) for endpoint in service.draining}
    yield from (entry for entry in left if (entry.protocol, entry.address, entry.port) not in drained)


def _local_rows(service: ServiceView, port: PortView) -> Iterator[LocalRow]:
    addresses = [address for address in service.cluster_ips if address != "None"] or [_no_address(service)]
    for address in addresses:
        yield LocalRow(port.protocol, f"{bracketed(address)}:{port.port}", service)
    if port.node_port is not None:
        yield LocalRow(port.protocol, f"NodePort:{port.node_port}", service)


def _no_address(service: ServiceView) -> str:
    return "headless" if "None" in service.cluster_ips else service.type


def _is_behind(endpoint: EndpointView, port: PortView, service: ServiceView) -> bool:
    if len(service.ports) == 1:
        return True
    return endpoint.port_name == port.name and endpoint.protocol == port.protocol


def _remote_rows(service: ServiceView, endpoints: Sequence[EndpointView], recent: Recent) -> Iterator[RemoteRow]:
    for endpoint in endpoints:
        key = key_of(service.name, endpoint)
        left = recent.left.get(key)
        left_at = left[1] if left else None
        yield RemoteRow(key, endpoint, recent.joined.get(key), left_at, endpoint in service.draining)


def _why_none(service: ServiceView) -> Iterator[NoteRow]:
    if service.problem:
        yield NoteRow(service.problem)
    elif service.endpoints is None:
        yield NoteRow("endpointslices cannot be read")
    elif not service.endpoints:
        yield NoteRow("no endpoint")


def bracketed(address: str) -> str:
    """Return an address as it stands before a port."""
    return f"[{address}]" if ":" in address else address
