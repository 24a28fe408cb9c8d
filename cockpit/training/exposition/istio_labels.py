"""The labels by which Istio's proxies name both ends of a request, and those of the proxies themselves."""

from __future__ import annotations

from cockpit.training.objects import Json, name_of, namespace_of
from cockpit.training.traffic.entrances import Backend
from cockpit.training.traffic.pool import Where
from cockpit.training.traffic.profile import Profile

_CLUSTER = "Kubernetes"
_GATEWAY = ("istio-ingressgateway", "istio-system")
_PORT = 15090
_JOB = {"container": "istio-proxy", "endpoint": "http-envoy-prom", "job": "istio-system/envoy-stats-monitor"}


def source_of(where: Where) -> tuple[str, str]:
    """Return name and namespace of the workload that requests come from: a gateway's, or a client's in the mesh."""
    return _GATEWAY if where.gateway else ("clients", where.namespace)


def target_beside(pod: Json) -> dict[str, str]:
    """Return the target labels of the proxy beside an application."""
    address = f"{pod['status'].get('podIP', '')}:{_PORT}"
    return {**_JOB, "instance": address, "namespace": namespace_of(pod), "pod": name_of(pod)}


def target_of_source(workload: str, namespace: str) -> dict[str, str]:
    """Return the target labels of the proxy that requests come through."""
    pod = f"{workload}-5c8d7f9b64-m4v7q"
    return {**_JOB, "instance": f"10.244.0.7:{_PORT}", "namespace": namespace, "pod": pod}


def between(where: Where, who: Profile | None) -> dict[str, str]:
    """Return the labels of both ends; who answers is unknown where nobody does."""
    source, namespace = source_of(where)
    to = where.part.backend or where.main or Backend(where.namespace, where.host)
    return {
        "destination_app": who.app if who else "unknown",
        "destination_canonical_revision": who.version if who else "unknown",
        "destination_canonical_service": who.app if who else "unknown",
        "destination_cluster": _CLUSTER if who else "unknown",
        "destination_service": f"{to.service}.{to.namespace}.svc.cluster.local",
        "destination_service_name": to.service,
        "destination_service_namespace": to.namespace,
        "destination_version": who.version if who else "unknown",
        "destination_workload": who.workload if who else "unknown",
        "destination_workload_namespace": who.namespace if who else "unknown",
        "request_protocol": "http",
        "source_app": source,
        "source_canonical_revision": "latest",
        "source_canonical_service": source,
        "source_cluster": _CLUSTER,
        "source_version": "latest" if where.gateway else "unknown",
        "source_workload": source,
        "source_workload_namespace": namespace,
    }
