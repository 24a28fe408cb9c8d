"""What the v1 Endpoints of a Service should hold: addresses in groups of one set of ports. Pure functions.

Sources: k8s.io/kubernetes, pkg/controller/endpoint/endpoints_controller.go and pkg/api/v1/endpoints/util.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from cockpit.training.controllers.endpoints import Ports, hostname_of, resolved_ports
from cockpit.training.controllers.pods import is_ready, phase_of
from cockpit.training.objects import Json, is_deleting, name_of, namespace_of, uid_of

MAX_ADDRESSES = 1000
"""Addresses an object; what is more is left out, and an annotation says so (maxCapacity)."""


def subsets(service: Json, pods: list[Json]) -> list[Json]:
    """Return the subsets that a Service's pods make, in an order of their own."""
    publish = bool(service["spec"].get("publishNotReadyAddresses"))
    groups: dict[Ports, tuple[list[Json], list[Json]]] = {}
    for pod in pods:
        if _belongs(pod, publish):
            for ports in _port_groups(service, pod):
                ready, unready = groups.setdefault(ports, ([], []))
                (ready if publish or is_ready(pod) else unready).append(_address(service, pod))
    return [_subset(ports, *groups[ports]) for ports in sorted(groups)]


def cut(found: list[Json], limit: int = MAX_ADDRESSES) -> tuple[list[Json], bool]:
    """Return at most `limit` addresses, ready ones first, and whether any were left out."""
    total = sum(len(subset.get(field) or ()) for subset in found for field in ("addresses", "notReadyAddresses"))
    if total <= limit:
        return found, False
    room, kept = limit, [dict(subset) for subset in found]
    for field in ("addresses", "notReadyAddresses"):
        for subset in kept:
            held = (subset.pop(field, None) or [])[:room]
            room -= len(held)
            if held:
                subset[field] = held
    return [subset for subset in kept if "addresses" in subset or "notReadyAddresses" in subset], True


def _belongs(pod: Json, publish: bool) -> bool:
    if not pod.get("status", {}).get("podIP") or phase_of(pod) in ("Succeeded", "Failed"):
        return False
    return publish or not is_deleting(pod)


def _port_groups(service: Json, pod: Json) -> Iterator[Ports]:
    """A pod that resolves none of the Service's ports is no address, except of a headless Service that has none."""
    ports = resolved_ports(service, pod)
    if ports or (not service["spec"].get("ports") and service["spec"].get("clusterIP") == "None"):
        yield ports


def _subset(ports: Ports, ready: list[Json], unready: list[Json]) -> Json:
    made: Json = {}
    for field, addresses in (("addresses", ready), ("notReadyAddresses", unready)):
        if addresses:
            made[field] = sorted(addresses, key=lambda address: (address["ip"], address["targetRef"]["uid"]))
    if ports:
        made["ports"] = [
            {**({"name": name} if name else {}), "port": number, "protocol": protocol}
            for name, protocol, number in ports
        ]
    return made


def _address(service: Json, pod: Json) -> Json:
    address: Json = {"ip": pod["status"]["podIP"]}
    if hostname := hostname_of(service, pod):
        address["hostname"] = hostname
    about = {"kind": "Pod", "namespace": namespace_of(pod), "name": name_of(pod), "uid": uid_of(pod)}
    return address | {"nodeName": pod["spec"].get("nodeName", ""), "targetRef": about}
