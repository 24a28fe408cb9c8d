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
from typing import NamedTuple

from cockpit.training.api.kinds import POD, SERVICE
from cockpit.training.api.store import Store
from cockpit.training.controllers.load import Load, wobble
from cockpit.training.controllers.nodes import Nodes
from cockpit.training.exposition.targets import series
from cockpit.training.objects import Json, name_of, namespace_of, uid_of
from cockpit.training.promql.sample import Labels, Sample
from cockpit.training.traffic.members import Member, receivers

_NAMES = (
    "node_ipvs_backend_weight",
    "node_ipvs_backend_connections_active",
    "node_ipvs_backend_connections_inactive",
)
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


class _Place(NamedTuple):
    """One backend of one virtual server of one node."""

    node: str
    host: str
    local_address: str
    local_port: int
    remote_address: str
    remote_port: int
    proto: str


@dataclass(slots=True)
class _Row:
    """The series of a place; `chance`, from 0 to 1, says for a while how connections are spread over the nodes."""

    labels: tuple[Labels, ...]
    slot: int | None = None
    chance: float = 0.0

    def samples(self, backend: _Backend, parts: int) -> Iterator[Sample]:
        """Return the samples, where the connections of a backend are in so many places."""
        numbers = (backend.active, backend.inactive)
        connections = (float(floor(number / parts + self.chance)) if number else 0.0 for number in numbers)
        return map(Sample, self.labels, (float(backend.weight), *connections))


class NodeExporter:
    """The series of all nodes; labels are kept from scrape to scrape for as long as they are needed."""

    def __init__(self, store: Store, load: Load, nodes: Nodes) -> None:
        self._store = store
        self._load = load
        self._nodes = nodes
        self._known: dict[_Place, _Row] = {}
        self._used: dict[_Place, _Row] = {}

    def samples(self, moment: float) -> Iterator[Sample]:
        """Yield the samples of all nodes."""
        hosts = {node: self._nodes.host_address(node) for node in self._nodes.names()}
        for node, host in hosts.items():
            yield Sample(series("up", {}, _target(node, host)), 1.0)
        slot = floor((moment - self._load.start) / _UNEVEN)
        for service in self._store.items(SERVICE):
            if service["spec"].get("clusterIP") not in (None, "", "None"):
                backends = list(_backends(self._store, self._load, service, moment))
                for place, backend, parts in _places(service, backends, hosts):
                    yield from self._row(place, backend.member.uid, slot).samples(backend, parts)
        self._known, self._used = self._used, {}

    def _row(self, place: _Place, uid: str, slot: int) -> _Row:
        row = self._known.get(place)
        if row is None:
            row = _Row(_labels(place))
        if row.slot != slot:
            row.slot, row.chance = slot, wobble(uid, place.node, place.local_address, slot)
        self._used[place] = row
        return row


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


def _places(service: Json, backends: list[_Backend], hosts: dict[str, str]) -> Iterator[tuple[_Place, _Backend, int]]:
    """Yield where each backend is found, and in how many places its connections are."""
    for port in service["spec"].get("ports") or ():
        proto, node_port = str(port.get("protocol", "TCP")), port.get("nodePort")
        parts = len(hosts) * (2 if node_port else 1)
        for backend in backends if proto in ("TCP", "UDP") else ():
            number = dict(backend.member.ports).get(str(port.get("name") or ""))
            if number is None or not (backend.weight or proto == "TCP"):
                continue
            remote = (backend.member.address, number)
            for node, host in hosts.items():
                yield _Place(node, host, service["spec"]["clusterIP"], port["port"], *remote, proto), backend, parts
                if node_port:
                    yield _Place(node, host, host, node_port, *remote, proto), backend, parts


def _target(node: str, host: str) -> dict[str, str]:
    return {"instance": f"{host}:9100", "job": "node-exporter", "node": node}


def _labels(place: _Place) -> tuple[Labels, ...]:
    own = {
        "local_address": place.local_address,
        "local_port": str(place.local_port),
        "proto": place.proto,
        "remote_address": place.remote_address,
        "remote_port": str(place.remote_port),
    }
    return tuple(series(name, own, _target(place.node, place.host)) for name in _NAMES)
