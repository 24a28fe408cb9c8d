"""The nodes: where pods go, and which address a pod gets there."""

from __future__ import annotations

from cockpit.training.api.kinds import NODE
from cockpit.training.api.registry import Registry
from cockpit.training.controllers.pod_status import RUNTIME
from cockpit.training.controllers.scheduling import obstacle, unschedulable
from cockpit.training.objects import Json, name_of, timestamp, uid_of

_KUBELET = "v1.36.0"
_BLOCK = 4096  # addresses a node: sixteen /24 of 10.244.0.0/16


class NoNodeError(Exception):
    """No node takes a pod; the text is the scheduler's."""


class Nodes:
    """Assigns pods to the emptiest node, and addresses that no other pod has."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._pods_on: dict[str, set[str]] = {}
        self._address_of: dict[str, str] = {}
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def add(self, name: str, zone: str, index: int, now: float) -> None:
        """Create a node; `index` is its place in the address plan, from 0."""
        labels = {
            "kubernetes.io/hostname": name,
            "kubernetes.io/os": "linux",
            "topology.kubernetes.io/zone": zone,
        }
        manifest: Json = {
            "metadata": {"name": name, "labels": labels},
            "spec": {"podCIDR": f"10.244.{index * 16}.0/20"},
        }
        manifest["status"] = _node_status(f"192.168.49.{10 + index}", name, now)
        self._registry.create(NODE, "", manifest)
        self._pods_on[name] = set()
        self._next[name] = index * _BLOCK

    def names(self) -> list[str]:
        """Return the names of all nodes."""
        return [name_of(node) for node in self._registry.store.items(NODE)]

    def fitting(self, pod: Json, there: bool = False) -> list[str]:
        """Return the nodes that a pod may go to, or where it may stay once it is `there`."""
        return [name_of(node) for node in self._registry.store.items(NODE) if not obstacle(pod, node, there)]

    def choose(self, pod: Json) -> str:
        """Assign a pod to the node with the fewest pods, of those that it may go to.

        Raises:
            NoNodeError: there is none.
        """
        obstacles = {name_of(node): obstacle(pod, node) for node in self._registry.store.items(NODE)}
        free = [name for name, why in obstacles.items() if not why]
        if not free:
            raise NoNodeError(unschedulable(list(obstacles.values())))
        name = min(free, key=lambda node: (len(self._pods_on.get(node, ())), node))
        self.occupy(uid_of(pod), name)
        return name

    def occupy(self, pod_uid: str, node: str) -> None:
        """Note that a pod is on a node."""
        self._pods_on.setdefault(node, set()).add(pod_uid)

    def address(self, pod_uid: str, node: str) -> str:
        """Return the pod's address, the same until the pod is gone."""
        if pod_uid not in self._address_of:
            self._address_of[pod_uid] = self._free(node)
            self._taken.add(self._address_of[pod_uid])
        return self._address_of[pod_uid]

    def host_address(self, node: str) -> str:
        """Return the node's own address."""
        found = self._registry.store.get(NODE, "", node)
        addresses = (found or {}).get("status", {}).get("addresses") or ()
        return next((str(entry["address"]) for entry in addresses if entry["type"] == "InternalIP"), "192.168.49.2")

    def zone(self, node: str) -> str:
        """Return the node's zone, or ""."""
        found = self._registry.store.get(NODE, "", node)
        return str(((found or {}).get("metadata", {}).get("labels") or {}).get("topology.kubernetes.io/zone", ""))

    def release(self, pod_uid: str) -> None:
        """Forget a pod that is gone; its address is free again."""
        for pods in self._pods_on.values():
            pods.discard(pod_uid)
        self._taken.discard(self._address_of.pop(pod_uid, ""))

    def _free(self, node: str) -> str:
        base = self._next.get(node, 0) // _BLOCK * _BLOCK
        while True:
            self._next[node] = base + (self._next.get(node, base) + 1 - base) % _BLOCK
            high, low = divmod(self._next[node], 256)
            address = f"10.244.{high}.{low}"
            if low not in (0, 1, 255) and address not in self._taken:
                return address


def _node_status(address: str, name: str, now: float) -> Json:
    moment = timestamp(now)
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "kubelet is posting ready status"}
    return {
        "addresses": [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}],
        "allocatable": {"cpu": "8", "memory": "32Gi", "pods": "250"},
        "capacity": {"cpu": "8", "memory": "32Gi", "pods": "250"},
        "conditions": [{**ready, "lastHeartbeatTime": moment, "lastTransitionTime": moment}],
        "nodeInfo": {"kubeletVersion": _KUBELET, "osImage": "Training Linux", "kernelVersion": "6.12.0",
                     "containerRuntimeVersion": f"{RUNTIME}://1", "architecture": "amd64", "operatingSystem": "linux"},
    }  # fmt: skip
