"""Scrape targets, and the labels that the Prometheus Operator gives to what is scraped from them."""

from __future__ import annotations

from collections.abc import Mapping

from cockpit.training.api.kinds import SERVICE
from cockpit.training.api.store import Store
from cockpit.training.controllers.application import default_port
from cockpit.training.objects import Json, name_of, namespace_of
from cockpit.training.promql.sample import Labels, labels_of
from cockpit.training.traffic.members import Members

KUBE_STATE_METRICS = {
    "container": "kube-state-metrics",
    "endpoint": "http",
    "instance": "10.244.0.5:8080",
    "job": "kube-state-metrics",
    "service": "kube-state-metrics",
}
"""Its ServiceMonitor has honorLabels: the namespace, pod and container of a series are those of the object."""

INGRESS_NGINX = {
    "container": "controller",
    "endpoint": "metrics",
    "instance": "10.244.0.6:10254",
    "job": "ingress-nginx-controller-metrics",
    "namespace": "ingress-nginx",
    "pod": "ingress-nginx-controller-7d4f9c6b58-x2k9p",
    "service": "ingress-nginx-controller-metrics",
}
"""Its chart's ServiceMonitor has no honorLabels: what the controller calls namespace and service is `exported_`."""


def services_of_pods(members: Members) -> dict[str, str]:
    """Return the name of the Service through which each pod, by its uid, is scraped: the first that has it."""
    found: dict[str, str] = {}
    for key in members.services():
        for uid in members.of(key):
            found.setdefault(uid, key[1])
    return found


def application_target(pod: Json, service: str, store: Store) -> dict[str, str]:
    """Return the labels of the application in a pod: a ServiceMonitor's, or a PodMonitor's where no Service has it."""
    container, port = pod["spec"]["containers"][0], default_port(pod)
    about = {
        "container": str(container["name"]),
        "instance": f"{pod['status'].get('podIP', '')}:{port}",
        "namespace": namespace_of(pod),
        "pod": name_of(pod),
    }
    if not service:
        return {**about, "endpoint": _container_port(container, port), "job": f"{namespace_of(pod)}/pods"}
    found = store.get(SERVICE, namespace_of(pod), service) or {}
    ports: list[Json] = (found.get("spec") or {}).get("ports") or [{}]
    named = str(ports[0].get("name") or ports[0].get("targetPort") or port)
    return {**about, "endpoint": named, "job": service, "service": service}


def series(name: str, own: Mapping[str, str], target: Mapping[str, str]) -> Labels:
    """Return the labels of a series; its own go before those of the target."""
    return labels_of(name, **{**target, **own})


def exporting(own: Mapping[str, str], target: Mapping[str, str]) -> dict[str, str]:
    """Return own labels as a scrape without honor_labels keeps them: those that the target has too are `exported_`."""
    return {f"exported_{name}" if name in target else name: value for name, value in own.items()}


def _container_port(container: Json, port: int) -> str:
    named = (str(entry.get("name") or "") for entry in container.get("ports") or () if entry["containerPort"] == port)
    return next(named, "") or str(port)
