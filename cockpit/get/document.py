"""Contract one, cockpit/v1: the picture as a document.

Shares are fractions of 1 per version name, None means not known or not readable, and no key is ever left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from cockpit.live.picture import Picture, SourceView
from cockpit.release.metrics_view import MetricsSourceView, MetricsState, MetricView, ReleaseMetrics
from cockpit.release.view import (
    BackendView,
    EndpointView,
    PodCounts,
    PortView,
    ReleaseView,
    RouteView,
    ServiceView,
    Shares,
    VersionView,
)

API_VERSION = "cockpit/v1"

Document = dict[str, object]


def document(picture: Picture, releases: Iterable[ReleaseView]) -> Document:
    """Return the picture with those `releases` of it that were asked for."""
    return {
        "apiVersion": API_VERSION,
        "context": picture.context,
        "observedAt": _time(picture.observed_at),
        "warnings": list(picture.warnings),
        "sources": [*(_source(source) for source in picture.sources), *_metrics_source(picture.metrics_source)],
        "releases": [_release(release, picture.metrics.get(release.key)) for release in releases],
    }


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _source(source: SourceView) -> Document:
    return {
        "kind": source.kind,
        "state": source.state.value,
        "observedAt": _time(source.observed_at),
        "message": source.message,
    }


def _metrics_source(source: MetricsSourceView) -> list[Document]:
    """Return how the source of metrics stands; where none is wanted, or none was asked yet, nothing stands there."""
    if source.state is MetricsState.OFF and not source.message:
        return []
    stands = {"state": source.state.value, "observedAt": _time(source.answered_at), "message": source.message}
    return [{"kind": "prometheus", **stands}]


def _release(release: ReleaseView, metrics: ReleaseMetrics | None) -> Document:
    return {
        "namespace": release.namespace,
        "name": release.name,
        "strategy": release.strategy.value,
        "state": release.state.value,
        "since": _time(release.since),
        "reason": release.reason,
        "versions": [_version(version) for version in release.versions],
        "services": None if release.services is None else [_service(service) for service in release.services],
        "routes": None if release.routes is None else [_route(route) for route in release.routes],
        "splits": {
            "configured": _shares(release.splits.configured),
            "endpoints": _shares(release.splits.endpoints),
            "observed": _shares(release.splits.observed),
        },
        "metrics": _metrics(metrics),
    }


def _metrics(metrics: ReleaseMetrics | None) -> Document | None:
    if metrics is None:
        return None
    return {
        version: {name: _metric(metric) for name, metric in by_name.items()}
        for version, by_name in metrics.by_version.items()
    }


def _metric(metric: MetricView) -> Document:
    return {
        "value": metric.value,
        "unit": metric.unit,
        "window": metric.window,
        "samples": metric.samples,
        "verdict": None if metric.verdict is None else metric.verdict.value,
        "source": metric.source,
    }


def _shares(shares: Shares | None) -> dict[str, float] | None:
    return None if shares is None else dict(shares)


def _version(version: VersionView) -> Document:
    return {
        "name": version.name,
        "role": version.role.value,
        "workload": version.workload,
        "revision": version.revision,
        "hash": version.hash,
        "images": list(version.images),
        "paused": version.paused,
        "pods": _counts(version.counts),
    }


def _counts(counts: PodCounts) -> Document:
    return {
        "desired": counts.desired,
        "current": counts.current,
        "ready": counts.ready,
        "available": counts.available,
        "failing": counts.failing,
        "terminating": counts.terminating,
    }


def _service(service: ServiceView) -> Document:
    return {
        "name": service.name,
        "type": service.type,
        "clusterIPs": list(service.cluster_ips),
        "selector": dict(service.selector),
        "frontDoor": service.front_door,
        "umbrella": service.umbrella,
        "ports": [_port(port) for port in service.ports],
        "split": _shares(service.split),
        "endpoints": None
        if service.endpoints is None
        else [_endpoint(entry) for entry in (*service.endpoints, *service.draining)],
    }


def _port(port: PortView) -> Document:
    return {
        "name": port.name,
        "protocol": port.protocol,
        "port": port.port,
        "targetPort": port.target_port,
        "nodePort": port.node_port,
    }


def _endpoint(endpoint: EndpointView) -> Document:
    return {
        "address": endpoint.address,
        "port": endpoint.port,
        "portName": endpoint.port_name,
        "protocol": endpoint.protocol,
        "pod": endpoint.pod,
        "version": endpoint.version,
        "ready": endpoint.ready,
        "serving": endpoint.serving,
        "terminating": endpoint.terminating,
        "weight": endpoint.weight,
        "activeConn": endpoint.active_connections,
        "inactConn": endpoint.inactive_connections,
    }


def _route(route: RouteView) -> Document:
    return {
        "kind": route.kind,
        "name": route.name,
        "rule": route.rule,
        "match": route.match,
        "writable": route.writable,
        "backends": [_backend(backend) for backend in route.backends],
        "shares": _shares(route.shares),
    }


def _backend(backend: BackendView) -> Document:
    return {
        "service": backend.service,
        "subset": backend.subset,
        "weight": backend.weight,
        "share": backend.share,
    }
