"""What node_exporter's ipvs collector tells of kube-proxy: weight and connections of each endpoint, over all nodes.

Source of names and labels: https://github.com/prometheus/node_exporter/blob/master/collector/ipvs_linux.go
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cockpit.metrics.answer import Series
from cockpit.metrics.template import literal, pattern
from cockpit.release.metrics_view import IpvsEntry
from cockpit.release.view import ReleaseView

ABSENT = (
    "no series node_ipvs_backend_weight: kube-proxy does not run in ipvs mode, or node_exporter's ipvs collector "
    "is not scraped"
)
NO_SERVICE = "the release has no Service with an address of its own"

_THERE = "ipvs"
_METRICS = {
    "weight": "node_ipvs_backend_weight",
    "active": "node_ipvs_backend_connections_active",
    "inactive": "node_ipvs_backend_connections_inactive",
}
_REMOTE = "proto, local_port, remote_address, remote_port"

_Key = tuple[str, str, int, str, int]


def ipvs_questions(release: ReleaseView) -> Mapping[str, str]:
    """Return what to ask, by marks; nothing where the release has no Service that kube-proxy serves.

    A NodePort is served at each address of each node, so there the addresses are summed too, and `local_address` is "".
    The weight is the largest, for every node has the same, or is late.
    """
    services = [service for service in release.services or () if not service.umbrella]
    addresses = sorted({address for service in services for address in service.cluster_ips if address != "None"})
    ports = sorted({port.node_port for service in services for port in service.ports if port.node_port})
    found: dict[str, str] = {}
    if addresses:
        among = literal("|".join(map(pattern, addresses)))
        for name, metric in _METRICS.items():
            by = f"{'max' if name == 'weight' else 'sum'} by (local_address, {_REMOTE})"
            found[f"{_THERE}:{name}"] = f'{by} ({metric}{{local_address=~"{among}"}})'
        except_for = f',local_address!~"{among}"'
        found |= _node_ports(ports, except_for)
        found[_THERE] = f'count({_METRICS["weight"]}{{remote_address!=""}})'
    return found


def _node_ports(ports: Sequence[int], except_for: str) -> Mapping[str, str]:
    if not ports:
        return {}
    among = "|".join(map(str, ports))
    return {
        f"{_THERE}:node:{name}": f"{'max' if name == 'weight' else 'sum'} by ({_REMOTE}) "
        f'({metric}{{local_port=~"{among}"{except_for}}})'
        for name, metric in _METRICS.items()
    }


def ipvs_entries(answered: Mapping[str, Sequence[Series]]) -> tuple[IpvsEntry, ...] | None:
    """Return the real servers, in the order of their addresses, None where no ipvs collector is scraped.

    One of weight 0 stays: it is drained, and may hold connections.
    """
    if not answered.get(_THERE):
        return None
    rows: dict[_Key, dict[str, int]] = {}
    for mark, found in answered.items():
        if mark.startswith(f"{_THERE}:"):
            _collect(mark.rpartition(":")[2], found, rows)
    return tuple(_entry(key, row) for key, row in sorted(rows.items()))


def _collect(name: str, found: Iterable[Series], rows: dict[_Key, dict[str, int]]) -> None:
    for series in found:
        key = _key(series.labels)
        number = series.points[-1][1] if series.points else -1.0
        # NaN and what is below zero tell nothing.
        if key is not None and 0 <= number < 2**53:
            rows.setdefault(key, {})[name] = int(number)


def _key(labels: Mapping[str, str]) -> _Key | None:
    local, remote = labels.get("local_port", ""), labels.get("remote_port", "")
    if not (local.isascii() and local.isdigit() and remote.isascii() and remote.isdigit()):
        return None
    protocol, address = labels.get("proto", ""), labels.get("local_address", "")
    return protocol, address, int(local[:5]), labels.get("remote_address", ""), int(remote[:5])


def _entry(key: _Key, row: Mapping[str, int]) -> IpvsEntry:
    protocol, local_address, local_port, remote_address, remote_port = key
    return IpvsEntry(
        protocol=protocol,
        local_address=local_address,
        local_port=local_port,
        remote_address=remote_address,
        remote_port=remote_port,
        weight=row.get("weight"),
        active_connections=row.get("active"),
        inactive_connections=row.get("inactive"),
    )
