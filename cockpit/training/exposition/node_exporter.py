"""What node_exporter's ipvs collector says on each node, where kube-proxy runs in that mode (collector/ipvs_linux.go).

    node_ipvs_backend_weight                  gauge; 1, or 0 while a backend is drained
    node_ipvs_backend_connections_active      gauge; established
    node_ipvs_backend_connections_inactive    gauge; closing
Each node has every cluster address, and its own address with every node port. A TCP backend that is no endpoint any
more has weight 0 until its connections are closed, which is looked at once a minute; UDP goes at once
(k8s.io/kubernetes, pkg/proxy/ipvs/graceful_termination.go). Routers go to pods directly: connections of theirs are not
among these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor

from cockpit.training.api.kinds import POD, SERVICE
from cockpit.training.api.store import Store
from cockpit.training.controllers.load import Load, wobble
from cockpit.training.controllers.nodes import Nodes
from cockpit.training.exposition.targets import series
from cockpit.training.objects import Json, name_of, namespace_of, uid_of
from cockpit.training.promql.sample import Sample
from cockpit.training.traffic.members import Member, receivers

_ACTIVE, _INACTIVE = 1.5, 4.0  # seconds that a connection is used, and that it then takes to be forgotten
_DRAIN, _FORGET = 20.0, 60.0  # seconds until the last connection to a drained backend is closed, and is forgotten
_CHECK = 60.0  # seconds between two looks at drained backends
_UNEVEN = 30.0  # seconds for which connections are spread over the nodes in one way


@dataclass(frozen=True, slots=True)
class _Backend:
    """One backend of one Service: connections of all nodes together."""

    member: Member
    weight: int
    active: float
    inactive: float


def samples(store: Store, load: Load, nodes: Nodes, moment: float) -> Iterator[Sample]:
    """Yield the samples of all nodes."""
    for node in nodes.names():
        target = {"instance": f"{nodes.host_address(node)}:9100", "job": "node-exporter", "node": node}
        yield Sample(series("up", {}, target), 1.0)
    for service in store.items(SERVICE):
        if service["spec"].get("clusterIP") not in (None, "", "None"):
            backends = list(_backends(store, load, service, moment))
            for node in nodes.names():
                yield from _of_service(nodes, node, service, backends, moment - load.start)


def _backends(store: Store, load: Load, service: Json, moment: float) -> Iterator[_Backend]:
    key = (namespace_of(service), name_of(service))
    live = receivers(load.members.of(key), last_resort=True)
    direct = load.asks_directly(key)
    each = load.of_service(key, moment) / len(live) if live and direct else 0.0
    for member in live.values():
        yield _Backend(member, 1, each * _ACTIVE, each * _INACTIVE)
    for left in load.members.left(key, moment):
        if left.member.uid not in live:
            before = load.of_service(key, left.moment) / (len(live) + 1) if direct else 0.0
            if before and moment < load.start + ceil((left.moment + _FORGET - load.start) / _CHECK) * _CHECK:
                pod = store.get(POD, key[0], left.member.pod)
                lives = pod is not None and uid_of(pod) == left.member.uid
                yield _drained(left.member, before, moment - left.moment, lives)


def _drained(member: Member, rate: float, since: float, lives: bool) -> _Backend:
    """Clients close their connections one by one; the end of the pod closes all of them."""
    open_, known = max(1 - since / _DRAIN, 0.0) if lives else 0.0, max(1 - since / _FORGET, 0.0)
    return _Backend(member, 0, rate * _ACTIVE * open_, rate * (_ACTIVE * (1 - open_) + _INACTIVE) * known)


def _of_service(nodes: Nodes, node: str, service: Json, backends: list[_Backend], since: float) -> Iterator[Sample]:
    host = nodes.host_address(node)
    target = {"instance": f"{host}:9100", "job": "node-exporter", "node": node}
    slot, count = floor(since / _UNEVEN), len(nodes.names())
    for port in service["spec"].get("ports") or ():
        proto = str(port.get("protocol", "TCP"))
        if proto not in ("TCP", "UDP"):
            continue
        locals_ = [(str(service["spec"]["clusterIP"]), str(port["port"]))]
        if port.get("nodePort"):
            locals_.append((host, str(port["nodePort"])))
        for backend in backends:
            number = dict(backend.member.ports).get(str(port.get("name") or ""))
            for address, local_port in locals_ if number and (backend.weight or proto == "TCP") else ():
                own = {"local_address": address, "local_port": local_port, "proto": proto}
                own |= {"remote_address": backend.member.address, "remote_port": str(number)}
                chance = wobble(backend.member.uid, node, address, slot)
                part = 1 / (count * len(locals_))
                yield from _rows(own, target, backend, part, chance)


def _rows(
    own: dict[str, str], target: dict[str, str], backend: _Backend, part: float, chance: float
) -> Iterator[Sample]:
    active, inactive = (floor(number * part + chance) if number else 0 for number in (backend.active, backend.inactive))
    yield Sample(series("node_ipvs_backend_weight", own, target), float(backend.weight))
    yield Sample(series("node_ipvs_backend_connections_active", own, target), float(active))
    yield Sample(series("node_ipvs_backend_connections_inactive", own, target), float(inactive))
