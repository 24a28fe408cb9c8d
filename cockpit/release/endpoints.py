"""Endpoints of a Service: its slices joined, each endpoint with its version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cockpit.release.view import UNKNOWN_VERSION, EndpointView, PodView, Shares
from cockpit.resources.services import Endpoint, EndpointPort, EndpointSlice

# A pod's name is its owner's name and a dash, together cut to 58 characters, and five random ones
# (k8s.io/apiserver/pkg/storage/names/generate.go).
_NAME_BASE = 58
_RANDOM_CHARACTERS = 5


@dataclass(frozen=True, slots=True)
class PodVersions:
    """Tells the version of a pod: by the pods that were read, else by the owner's name in the pod's name."""

    by_pod: Mapping[str, tuple[str, PodView]]
    by_owner_name: Mapping[str, str]

    def version_of(self, pod: str) -> str:
        """Return the name of the pod's version, or "?"."""
        if pod in self.by_pod:
            return self.by_pod[pod][0]
        return self.by_owner_name.get(pod[:-_RANDOM_CHARACTERS].removesuffix("-"), UNKNOWN_VERSION)

    def pod(self, name: str) -> PodView | None:
        """Return the pod, or None where it was not read or belongs elsewhere."""
        found = self.by_pod.get(name)
        return found[1] if found else None


def owner_prefix(name: str) -> str:
    """Return what the names of a ReplicaSet's pods start with, without a dash at the end."""
    return f"{name}-"[:_NAME_BASE].removesuffix("-")


def endpoints_of(slices: Iterable[EndpointSlice], versions: PodVersions) -> tuple[EndpointView, ...]:
    """Return the Service's endpoints, one for each address and port, in the order of version, pod and address.

    An endpoint that stands in two slices while the controller moves it is listed once, as the better of the two.
    """
    found: dict[tuple[str, str, int | None, str], EndpointView] = {}
    for entry in slices:
        for endpoint in entry.endpoints:
            for address in endpoint.addresses:
                for port in entry.ports or (EndpointPort(),):
                    view = _view(endpoint, address, port, versions)
                    key = (address, port.protocol, port.port, port.name)
                    if key not in found or _serves_better(view, found[key]):
                        found[key] = view
    return tuple(sorted(found.values(), key=_order))


def split_of(endpoints: Iterable[EndpointView]) -> Shares | None:
    """Return the split that membership implies, or None where no endpoint would get anything.

    kube-proxy sends to ready endpoints; where there is none, to those that still serve while they terminate
    (pkg/proxy/topology.go, CategorizeEndpoints). A pod counts once, however many addresses and ports it has.
    """
    listed = tuple(endpoints)
    serving = {_backend(entry): entry.version for entry in listed if entry.ready}
    if not serving:
        serving = {_backend(entry): entry.version for entry in listed if entry.serving and entry.terminating}
    if not serving:
        return None
    counts: dict[str, int] = {}
    for version in serving.values():
        counts[version] = counts.get(version, 0) + 1
    return {version: number / len(serving) for version, number in sorted(counts.items())}


def ready_backends(endpoints: Iterable[EndpointView], ready_tells: bool = True) -> int:
    """Return how many pods, or addresses without a pod, are ready behind a Service.

    With publishNotReadyAddresses every address is `ready`; then (`ready_tells` False) those that serve are counted
    (k8s.io/endpointslice/utils.go, podToEndpoint).
    """
    ready = (entry for entry in endpoints if entry.ready)
    return len({_backend(entry) for entry in ready if ready_tells or (entry.serving and not entry.terminating)})


def _backend(endpoint: EndpointView) -> str:
    return endpoint.pod or endpoint.address


def _view(endpoint: Endpoint, address: str, port: EndpointPort, versions: PodVersions) -> EndpointView:
    conditions = endpoint.conditions
    target = endpoint.target_ref
    pod = target.name if target is not None and target.kind == "Pod" else None
    known = versions.pod(pod) if pod else None
    return EndpointView(
        address=address,
        port=port.port,
        port_name=port.name,
        protocol=port.protocol,
        pod=pod,
        version=versions.version_of(pod) if pod else UNKNOWN_VERSION,
        ready=conditions.ready is not False,
        serving=conditions.serving is not False,
        terminating=conditions.terminating is True,
        node=endpoint.node_name,
        created_at=known.created_at if known else None,
    )


def _serves_better(one: EndpointView, other: EndpointView) -> bool:
    return (one.ready, one.serving, not one.terminating) > (other.ready, other.serving, not other.terminating)


def _order(endpoint: EndpointView) -> tuple[bool, str, str, str, int]:
    unknown = endpoint.version == UNKNOWN_VERSION
    return (unknown, endpoint.version, endpoint.pod or "", endpoint.address, endpoint.port or 0)
