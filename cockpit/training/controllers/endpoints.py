"""What a Service's EndpointSlices should hold (k8s.io/endpointslice: utils.go, reconciler.go). Pure functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from cockpit.training.controllers.pods import is_ready, phase_of
from cockpit.training.objects import Json, is_deleting, name_of, namespace_of, uid_of

MAX_ENDPOINTS = 100
"""Endpoints a slice: --max-endpoints-per-slice of kube-controller-manager."""

Ports: TypeAlias = tuple[tuple[str, str, int], ...]  # name, protocol, number
Groups: TypeAlias = dict[Ports, dict[str, Json]]  # endpoints by pod uid


def desired(service: Json, pods: list[Json], zone_of: Callable[[str], str]) -> Groups:
    """Return the endpoints that a Service's pods make, grouped by the ports that they resolve to."""
    groups: Groups = {}
    for pod in pods:
        if pod.get("status", {}).get("podIP") and phase_of(pod) not in ("Succeeded", "Failed"):
            endpoint = _endpoint(service, pod, zone_of(str(pod["spec"].get("nodeName", ""))))
            groups.setdefault(resolved_ports(service, pod), {})[uid_of(pod)] = endpoint
    return groups


def packed(groups: Groups, existing: list[Json]) -> tuple[list[tuple[Json, Ports | None, list[Json]]], list[Json]]:
    """Spread endpoints over slices, moving as few as possible.

    Returns triples of slice ({} for one to create), ports (None for an empty one) and endpoints; and the slices to
    delete.
    """
    left = {ports: dict(endpoints) for ports, endpoints in groups.items()}
    kept: list[tuple[Json, Ports | None, list[Json]]] = []
    free: list[Json] = []
    for slice_ in existing:
        ports = _slice_ports(slice_)
        stays = [left[ports].pop(uid) for uid in _uids(slice_) if uid in left[ports]] if ports in left else []
        if stays:
            kept.append((slice_, ports, stays))
        else:
            free.append(slice_)
    for ports, endpoints in left.items():
        waiting = list(endpoints.values())
        for _, its_ports, held in kept:
            while its_ports == ports and waiting and len(held) < MAX_ENDPOINTS:
                held.append(waiting.pop(0))
        for start in range(0, len(waiting), MAX_ENDPOINTS):
            kept.append((free.pop(0) if free else {}, ports, waiting[start : start + MAX_ENDPOINTS]))
    if not kept:
        kept.append((free.pop(0) if free else {}, None, []))
    return kept, free


def ports_json(ports: Ports | None) -> list[Json] | None:
    """Return the `ports` of a slice; None, as Go writes a nil list, for the placeholder."""
    if ports is None:
        return None
    return [{"name": name, "protocol": protocol, "port": number} for name, protocol, number in ports]


def _slice_ports(slice_: Json) -> Ports:
    return tuple((port["name"], port["protocol"], port["port"]) for port in slice_.get("ports") or ())


def _uids(slice_: Json) -> list[str]:
    return [str((endpoint.get("targetRef") or {}).get("uid", "")) for endpoint in slice_.get("endpoints") or ()]


def hostname_of(service: Json, pod: Json) -> str:
    """Return the name that DNS gives the pod under a headless Service, or ""."""
    spec = pod["spec"]
    return str(spec.get("hostname", "")) if spec.get("subdomain") == name_of(service) else ""


def _endpoint(service: Json, pod: Json, zone: str) -> Json:
    publish = bool(service["spec"].get("publishNotReadyAddresses"))
    serving, terminating = is_ready(pod), is_deleting(pod)
    endpoint: Json = {
        "addresses": [pod["status"]["podIP"]],
        "conditions": {
            "ready": publish or (serving and not terminating),
            "serving": serving,
            "terminating": terminating,
        },
        "targetRef": {"kind": "Pod", "namespace": namespace_of(pod), "name": name_of(pod), "uid": uid_of(pod)},
        "nodeName": pod["spec"].get("nodeName", ""),
    }
    if hostname := hostname_of(service, pod):
        endpoint["hostname"] = hostname
    return endpoint | ({"zone": zone} if zone else {})


def resolved_ports(service: Json, pod: Json) -> Ports:
    """Return the ports of the Service that a pod resolves, with the numbers that they have there."""
    found = []
    for port in service["spec"].get("ports") or ():
        number = _number(port.get("targetPort", port["port"]), port, pod)
        if number is not None:
            found.append((str(port.get("name", "")), str(port.get("protocol", "TCP")), number))
    return tuple(found)


def _number(target: int | str, port: Json, pod: Json) -> int | None:
    if isinstance(target, int):
        return target or int(port["port"])
    named = (entry for container in pod["spec"]["containers"] for entry in container.get("ports") or ())
    return next((int(entry["containerPort"]) for entry in named if entry.get("name") == target), None)
