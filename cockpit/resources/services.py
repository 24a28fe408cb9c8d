"""Service and EndpointSlice: what kube-proxy works from."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from cockpit.resources.meta import ObjectMeta, Slice

SERVICE_NAME_LABEL = "kubernetes.io/service-name"
"""Label of an EndpointSlice that names its Service (k8s.io/api/discovery/v1/well_known_labels.go)."""


class ServicePort(Slice, frozen=True):
    """One entry of `spec.ports`; `target_port` is a number, a container port's name, or None for the same as `port`."""

    name: str = ""
    protocol: str = "TCP"
    port: int = 0
    target_port: int | str | None = None
    node_port: int | None = None
    app_protocol: str = ""


class ClientIpConfig(Slice, frozen=True):
    """`sessionAffinityConfig.clientIP`; for so many seconds a client stays on its pod."""

    timeout_seconds: int = 10800


class SessionAffinityConfig(Slice, frozen=True):
    """`spec.sessionAffinityConfig`."""

    client_ip: ClientIpConfig | None = msgspec.field(name="clientIP", default=None)


class ServiceSpec(Slice, frozen=True):
    """`spec` of a Service; an absent selector means that somebody else writes the endpoints."""

    type: str = "ClusterIP"
    selector: Mapping[str, str] = {}
    cluster_ip: str = msgspec.field(name="clusterIP", default="")
    cluster_ips: tuple[str, ...] = msgspec.field(name="clusterIPs", default=())
    ports: tuple[ServicePort, ...] = ()
    session_affinity: str = "None"
    session_affinity_config: SessionAffinityConfig = SessionAffinityConfig()
    publish_not_ready_addresses: bool = False
    external_traffic_policy: str = ""
    ip_family_policy: str = ""
    ip_families: tuple[str, ...] = ()
    load_balancer_class: str = ""
    load_balancer_source_ranges: tuple[str, ...] = ()


class Service(Slice, frozen=True):
    """v1 Service."""

    metadata: ObjectMeta = ObjectMeta()
    spec: ServiceSpec = ServiceSpec()


class TargetReference(Slice, frozen=True):
    """The object behind an endpoint, in practice a Pod."""

    kind: str = ""
    name: str = ""
    uid: str = ""


class EndpointConditions(Slice, frozen=True):
    """Three bits with a meaning when absent: nil ready is true, nil serving is true, nil terminating is false.

    Source: k8s.io/api/discovery/v1/types.go, EndpointConditions.
    """

    ready: bool | None = None
    serving: bool | None = None
    terminating: bool | None = None


class Endpoint(Slice, frozen=True):
    """One entry of `endpoints`; controllers write exactly one address."""

    addresses: tuple[str, ...] = ()
    conditions: EndpointConditions = EndpointConditions()
    target_ref: TargetReference | None = None
    node_name: str = ""


class EndpointPort(Slice, frozen=True):
    """One entry of `ports`; `port` is the port of the pod, None means all ports."""

    name: str = ""
    protocol: str = "TCP"
    port: int | None = None


class EndpointSlice(Slice, frozen=True):
    """discovery.k8s.io/v1 EndpointSlice; a Service may have several, which have to be joined."""

    metadata: ObjectMeta = ObjectMeta()
    endpoints: tuple[Endpoint, ...] = ()
    ports: tuple[EndpointPort, ...] = ()


def service_of(slice_: EndpointSlice) -> str:
    """Return the name of the Service that the slice belongs to, "" where it has none."""
    return slice_.metadata.labels.get(SERVICE_NAME_LABEL, "")
