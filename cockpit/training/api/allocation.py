"""Addresses and ports that the cluster hands out: clusterIP and nodePort of Services.

What is taken is read from the Services that exist, so nothing can leak.
Source: k8s.io/kubernetes, pkg/registry/core/service (storage/alloc.go, portallocator, ipallocator).
"""

from __future__ import annotations

from cockpit.training.api.failures import Cause, invalid, invalid_value
from cockpit.training.api.kinds import SERVICE
from cockpit.training.api.store import Store
from cockpit.training.chance import Chance
from cockpit.training.objects import Json, name_of, uid_of

NODE_PORTS = range(30000, 32768)
_CLUSTER_IP_PREFIX = "10.96."  # 10.96.0.0/16, kubeadm's range but narrower


class ServiceAllocator:
    """Gives Services what they lack and refuses what another one has."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def allocate(self, service: Json, previous: Json | None, chance: Chance) -> None:
        """Fill in clusterIP and nodePorts, in place; what the Service had before it keeps.

        Raises:
            ApiError: 422, a nodePort or clusterIP is taken or out of range.
        """
        if previous is not None:
            _keep(service["spec"], previous["spec"])
        others = [other for other in self._store.items(SERVICE) if other["metadata"]["uid"] != uid_of(service)]
        spec = service["spec"]
        if spec.get("type") == "ExternalName":
            return
        self._cluster_ip(service, {str(other["spec"].get("clusterIP", "")) for other in others}, chance)
        if spec.get("type") in ("NodePort", "LoadBalancer"):
            self._node_ports(service, others, chance)

    @staticmethod
    def _cluster_ip(service: Json, taken: set[str], chance: Chance) -> None:
        spec = service["spec"]
        wanted = str(spec.get("clusterIP") or "")
        if wanted and wanted != "None" and wanted in taken:
            message = f"failed to allocate IP {wanted}: provided IP is already allocated"
            cause = invalid_value("spec.clusterIPs", f'["{wanted}"]', message)
            raise invalid(SERVICE, name_of(service), [cause])
        address = wanted or _free_address(taken, chance)
        spec["clusterIP"], spec["clusterIPs"] = address, [address]

    @staticmethod
    def _node_ports(service: Json, others: list[Json], chance: Chance) -> None:
        taken = {port.get("nodePort") for other in others for port in other["spec"].get("ports") or ()}
        causes = []
        for index, port in enumerate(service["spec"].get("ports") or ()):
            if wanted := port.get("nodePort"):
                causes += _refusals(index, wanted, taken)
            else:
                port["nodePort"] = _free_port(taken, chance)
            taken.add(port["nodePort"])
        if causes:
            raise invalid(SERVICE, name_of(service), causes)


def _free_address(taken: set[str], chance: Chance) -> str:
    while True:
        address = f"{_CLUSTER_IP_PREFIX}{chance.below(256)}.{1 + chance.below(254)}"
        if address not in taken:
            return address


def _free_port(taken: set[object], chance: Chance) -> int:
    free = [port for port in NODE_PORTS if port not in taken]
    return free[chance.below(len(free))]


def _refusals(index: int, wanted: int, taken: set[object]) -> list[Cause]:
    field = f"spec.ports[{index}].nodePort"
    if wanted not in NODE_PORTS:
        bounds = f"{NODE_PORTS.start}-{NODE_PORTS.stop - 1}"
        message = f"provided port is not in the valid range. The range of valid ports is {bounds}"
        return [invalid_value(field, str(wanted), message)]
    return [invalid_value(field, str(wanted), "provided port is already allocated")] if wanted in taken else []


def _keep(spec: Json, before: Json) -> None:
    """Carry over what an update leaves out, and drop node ports that the new type no longer has."""
    if spec.get("type") == "ExternalName":
        return
    if before.get("clusterIP") and not spec.get("clusterIP"):
        spec["clusterIP"] = before["clusterIP"]
    had = {(port.get("port"), port.get("protocol")): port.get("nodePort") for port in before.get("ports") or ()}
    exposed = spec.get("type") in ("NodePort", "LoadBalancer")
    for index, port in enumerate(spec.get("ports") or ()):
        old = had.get((port.get("port"), port.get("protocol")))
        if exposed and old and not port.get("nodePort"):
            port["nodePort"] = old
        elif not exposed and "nodePort" in port and port["nodePort"] == old:
            spec["ports"][index] = {key: value for key, value in port.items() if key != "nodePort"}
