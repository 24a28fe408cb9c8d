"""Joins what metrics tell into a release's view: the observed split, and ipvs' figures of each endpoint. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from cockpit.live.left_pods import PodOf, pods_by_address
from cockpit.release.metrics_view import IpvsEntry, ReleaseMetrics
from cockpit.release.view import UNKNOWN_VERSION, EndpointView, ReleaseView, ServiceView

replace = msgspec.structs.replace

_Remote = tuple[str, int]
_Entries = Mapping[tuple[str, _Remote], Sequence[IpvsEntry]]


def joined(release: ReleaseView, metrics: ReleaseMetrics | None, pods: PodOf | None = None) -> ReleaseView:
    """Return `release` with what metrics tell of its splits and endpoints.

    `pods` are those by whose addresses drained endpoints are named, None for those that the release has now.
    """
    if metrics is None:
        return release
    splits = release.splits
    if metrics.observed is not None:
        seen = metrics.observed
        said = f"{seen.source}, {seen.samples:,.0f} in {seen.window}"
        splits = replace(splits, observed=seen.shares, observed_by=said)
    services = release.services
    if services is not None and metrics.ipvs:
        by_address = pods if pods is not None else pods_by_address(release)
        services = tuple(_weighed(service, metrics.ipvs, by_address) for service in services)
    return replace(release, splits=splits, services=services)


def _weighed(service: ServiceView, entries: Sequence[IpvsEntry], pods: PodOf) -> ServiceView:
    """Return a Service whose endpoints carry weight and connections, those of all its own addresses together.

    kube-proxy makes a virtual server of each cluster IP and port, and of each node's address and node port; the real
    servers behind them are the same, but connections are counted for each.
    """
    if service.endpoints is None:
        return service
    own = _own_entries(service, entries)
    endpoints = tuple(_with_figures(endpoint, own) for endpoint in service.endpoints)
    return replace(service, endpoints=endpoints, draining=tuple(_draining(service, own, pods)))


def _own_entries(service: ServiceView, entries: Sequence[IpvsEntry]) -> _Entries:
    ports = {(port.protocol, port.port) for port in service.ports}
    node_ports = {(port.protocol, port.node_port) for port in service.ports if port.node_port is not None}
    found: dict[tuple[str, _Remote], list[IpvsEntry]] = {}
    for entry in entries:
        place = (entry.protocol, entry.local_port)
        if (entry.local_address in service.cluster_ips and place in ports) or place in node_ports:
            found.setdefault((entry.protocol, (entry.remote_address, entry.remote_port)), []).append(entry)
    return found


def _with_figures(endpoint: EndpointView, own: _Entries) -> EndpointView:
    found = own.get((endpoint.protocol, (endpoint.address, endpoint.port or 0)), ())
    if not found:
        return endpoint
    return replace(
        endpoint,
        weight=max((entry.weight for entry in found if entry.weight is not None), default=None),
        active_connections=_sum(entry.active_connections for entry in found),
        inactive_connections=_sum(entry.inactive_connections for entry in found),
    )


def _sum(figures: Iterator[int | None]) -> int | None:
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known else None


def _draining(service: ServiceView, own: _Entries, pods: PodOf) -> Iterator[EndpointView]:
    """Yield what no EndpointSlice lists any more, and ipvs keeps with weight 0 until its connections end.

    Source: kubernetes pkg/proxy/ipvs/graceful_termination.go.
    """
    listed = {(endpoint.protocol, (endpoint.address, endpoint.port or 0)) for endpoint in service.endpoints or ()}
    for (protocol, (address, port)), found in sorted(own.items()):
        connections = (
            _sum(entry.active_connections for entry in found),
            _sum(entry.inactive_connections for entry in found),
        )
        if (protocol, (address, port)) in listed or any(entry.weight for entry in found) or not any(connections):
            continue
        pod, version = pods.get(address, (None, UNKNOWN_VERSION))
        yield EndpointView(
            address=address,
            port=port,
            port_name="",
            protocol=protocol,
            pod=pod,
            version=version,
            ready=False,
            serving=False,
            terminating=True,
            weight=0,
            active_connections=connections[0],
            inactive_connections=connections[1],
        )
