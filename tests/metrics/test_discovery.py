"""Which Services may be a Prometheus."""

from __future__ import annotations

import pytest

from cockpit.metrics.discovery import MOST_CANDIDATES, candidates
from cockpit.resources.meta import ObjectMeta
from cockpit.resources.services import Service, ServicePort, ServiceSpec


def service(name: str, *ports: tuple[str, int], namespace: str = "monitoring", **labels: str) -> Service:
    known = {key.replace("__", "/").replace("_", "."): value for key, value in labels.items()}
    spec = ServiceSpec(ports=tuple(ServicePort(name=port, port=number) for port, number in ports))
    return Service(metadata=ObjectMeta(name=name, namespace=namespace, labels=known), spec=spec)


NAME = "app_kubernetes_io__name"
COMPONENT = "app_kubernetes_io__component"


@pytest.mark.parametrize(
    ("found", "path"),
    [
        (service("prometheus", ("http", 9090)), "http:prometheus:9090/proxy"),
        (service("prometheus-operated", ("web", 9090), ("grpc", 10901)), "http:prometheus-operated:9090/proxy"),
        (service("prometheus-k8s", ("web", 9090), ("reloader-web", 8080)), "http:prometheus-k8s:9090/proxy"),
        (
            service("kube-prometheus-stack-prometheus", ("http-web", 9090)),
            "http:kube-prometheus-stack-prometheus:9090/proxy",
        ),
        (service("my-prometheus-server", ("http", 80)), "http:my-prometheus-server:80/proxy"),
        (service("metrics-store", ("web", 9090), **{NAME: "prometheus"}), "http:metrics-store:9090/proxy"),
        (service("thanos-query-frontend", ("http", 9090)), "http:thanos-query-frontend:9090/proxy"),
        (service("mimir-nginx", ("http-metric", 80)), "http:mimir-nginx:80/proxy/prometheus"),
        (service("vmselect-main", ("http", 8481)), "http:vmselect-main:8481/proxy/select/0/prometheus"),
        (service("vmsingle-main", ("http", 8429)), "http:vmsingle-main:8429/proxy"),
        (service("prometheus", ("https", 443)), "https:prometheus:443/proxy"),
    ],
)
def test_usual_installations_are_found_with_their_port_and_path(found: Service, path: str) -> None:
    assert [each.path for each in candidates([found])] == [f"/api/v1/namespaces/monitoring/services/{path}"]


@pytest.mark.parametrize(
    "other",
    [
        service("shop", ("http", 80)),
        service("prometheus-operator", ("https", 443)),
        service("prometheus-node-exporter", ("metrics", 9100), **{NAME: "prometheus-node-exporter"}),
        service("prometheus-alertmanager", ("http", 9093), **{NAME: "alertmanager"}),
        service("thanos-storegateway", ("http", 10902), **{NAME: "thanos", COMPONENT: "storegateway"}),
        service("mimir-ingester", ("http", 8080), **{NAME: "mimir", COMPONENT: "ingester"}),
        service("prometheus", ("a", 1), ("b", 2)),
        service("prometheus"),
    ],
)
def test_what_stands_beside_a_prometheus_is_none(other: Service) -> None:
    assert candidates([other]) == ()


def test_what_sees_several_servers_goes_first_and_few_are_tried() -> None:
    found = candidates(
        [
            service("prometheus", ("http", 9090)),
            service("thanos-query", ("http", 9090)),
            *(service("prometheus", ("http", 9090), namespace=f"team-{number}") for number in range(20)),
        ]
    )
    assert found[0].service == "thanos-query"
    assert len(found) == MOST_CANDIDATES
