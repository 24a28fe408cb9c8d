"""Which Services of a cluster may be a Prometheus, the most promising first. Pure.

Names, labels and ports are those of the usual installations: prometheus-operator and kube-prometheus, the charts of
prometheus-community, Thanos, Mimir and VictoriaMetrics, and the single manifests that they are copied from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import msgspec

from cockpit.metrics.proxied import Backend
from cockpit.resources.services import Service, ServicePort

MOST_CANDIDATES = 8
"""So many are tried at most: each costs a request."""

_NAME_LABELS = ("app.kubernetes.io/name", "app", "k8s-app")


class _Kind(msgspec.Struct, frozen=True):
    """One kind of server: what its Services are called, where they listen, and the path of their API.

    `labels` are values of the labels that name an application, `components` of app.kubernetes.io/component; where both
    are there both have to fit.
    """

    name: re.Pattern[str]
    labels: frozenset[str]
    ports: tuple[str | int, ...]
    prefix: str = ""
    components: frozenset[str] = frozenset()


# What sees the series of several servers goes first.
_KINDS = (
    _Kind(
        re.compile(r"(.+-)?thanos-(query-frontend|query|querier)"),
        frozenset({"thanos-query", "thanos-query-frontend", "thanos"}),
        ("http", "web", 9090, 10902),
        components=frozenset({"query", "query-frontend", "query-layer"}),
    ),
    _Kind(
        re.compile(r"(.+-)?mimir-(gateway|nginx|query-frontend)"),
        frozenset({"mimir"}),
        ("http", "http-metric", 80, 8080),
        "/prometheus",
        frozenset({"gateway", "nginx", "query-frontend"}),
    ),
    _Kind(
        re.compile(r"vmselect(-.+)?|.+-vmselect"),
        frozenset({"vmselect"}),
        ("http", 8481),
        "/select/0/prometheus",
    ),
    _Kind(
        re.compile(r"vmsingle(-.+)?|(.+-)?(victoria-metrics|victoriametrics)(-single)?(-server)?"),
        frozenset({"vmsingle", "victoria-metrics-single", "victoria-metrics"}),
        ("http", 8428, 8429),
    ),
    _Kind(
        re.compile(r"(.+-)?prometheus(-(operated|k8s|server|service|main|stack-prometheus))?"),
        frozenset({"prometheus", "prometheus-server", "kube-prometheus-stack-prometheus"}),
        ("web", "http-web", "http", 9090, 80),
        components=frozenset({"prometheus", "server"}),
    ),
)
_OTHER_PARTS = re.compile(
    r"operator|node-exporter|alertmanager|pushgateway|adapter|kube-state|blackbox|grafana|webhook"
)


def candidates(services: Iterable[Service]) -> tuple[Backend, ...]:
    """Return the ports behind which Prometheus may answer, at most `MOST_CANDIDATES`."""
    found: list[tuple[int, int, str, str, Backend]] = []
    for service in services:
        for rank, kind in enumerate(_KINDS):
            claim = _claim(service, kind)
            port = _port(service, kind) if claim else None
            if claim and port is not None:
                meta = service.metadata
                found.append((rank, -claim, meta.namespace, meta.name, _backend(service, port, kind)))
                break
    return tuple(entry[-1] for entry in sorted(found, key=lambda entry: entry[:-1])[:MOST_CANDIDATES])


def _claim(service: Service, kind: _Kind) -> int:
    """Say how well a Service fits: 2 by name and label, 1 by one of them, 0 not at all."""
    if service.spec.type == "ExternalName" or _OTHER_PARTS.search(service.metadata.name):
        return 0
    labels = service.metadata.labels
    component = labels.get("app.kubernetes.io/component", "")
    if component and kind.components and component not in kind.components:
        return 0
    named = bool(kind.name.fullmatch(service.metadata.name))
    return named + _is_labelled(labels, kind)


def _is_labelled(labels: Mapping[str, str], kind: _Kind) -> bool:
    return any(labels.get(label) in kind.labels for label in _NAME_LABELS)


def _port(service: Service, kind: _Kind) -> ServicePort | None:
    """Return the port that is usual for the kind, by its name or number, or the only one."""
    ports = [port for port in service.spec.ports if port.protocol == "TCP"]
    for usual in kind.ports:
        for port in ports:
            if usual in {port.name, port.port}:
                return port
    return ports[0] if len(ports) == 1 else None


def _backend(service: Service, port: ServicePort, kind: _Kind) -> Backend:
    secure = port.app_protocol == "https" or port.name == "https" or port.port in {443, 8443}
    return Backend(
        namespace=service.metadata.namespace,
        service=service.metadata.name,
        port=str(port.port),
        scheme="https" if secure else "http",
        prefix=kind.prefix,
    )
