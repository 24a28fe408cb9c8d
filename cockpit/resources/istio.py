"""networking.istio.io/v1 VirtualService and DestinationRule.

Fields: https://istio.io/latest/docs/reference/config/networking/virtual-service/ and .../destination-rule/.
"""

from __future__ import annotations

from collections.abc import Mapping

from cockpit.resources.meta import ObjectMeta, Slice


class StringMatch(Slice, frozen=True):
    """Exactly one of the three; none of them asks only that the value is there."""

    exact: str | None = None
    prefix: str | None = None
    regex: str | None = None


class HttpMatchRequest(Slice, frozen=True):
    """One of the alternatives of an HTTP route: all that it says must hold."""

    uri: StringMatch | None = None
    scheme: StringMatch | None = None
    method: StringMatch | None = None
    authority: StringMatch | None = None
    headers: Mapping[str, StringMatch] = {}
    without_headers: Mapping[str, StringMatch] = {}
    query_params: Mapping[str, StringMatch] = {}
    source_labels: Mapping[str, str] = {}
    source_namespace: str = ""
    gateways: tuple[str, ...] = ()
    port: int | None = None


class L4Match(Slice, frozen=True):
    """One of the alternatives of a TLS or TCP route."""

    port: int | None = None
    sni_hosts: tuple[str, ...] = ()


class DestinationPort(Slice, frozen=True):
    """The port of a destination."""

    number: int = 0


class Destination(Slice, frozen=True):
    """A host and, of it, a subset; a short host belongs to the namespace of the VirtualService."""

    host: str = ""
    subset: str = ""
    port: DestinationPort | None = None


class RouteDestination(Slice, frozen=True):
    """One destination of a route; an absent weight is 0 (proto3)."""

    destination: Destination = Destination()
    weight: int | None = None


class Delegate(Slice, frozen=True):
    """The VirtualService that decides in this one's place."""

    name: str = ""
    namespace: str = ""


class HttpRouteEntry(Slice, frozen=True):
    """One entry of `spec.http`; the first that matches decides."""

    name: str = ""
    match: tuple[HttpMatchRequest, ...] = ()
    route: tuple[RouteDestination, ...] = ()
    delegate: Delegate | None = None


class L4RouteEntry(Slice, frozen=True):
    """One entry of `spec.tcp` or `spec.tls`."""

    match: tuple[L4Match, ...] = ()
    route: tuple[RouteDestination, ...] = ()


class VirtualServiceSpec(Slice, frozen=True):
    """`spec` of a VirtualService; one without hosts is there to be delegated to."""

    hosts: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    http: tuple[HttpRouteEntry, ...] = ()
    tls: tuple[L4RouteEntry, ...] = ()
    tcp: tuple[L4RouteEntry, ...] = ()


class VirtualService(Slice, frozen=True):
    """networking.istio.io/v1 VirtualService."""

    metadata: ObjectMeta = ObjectMeta()
    spec: VirtualServiceSpec = VirtualServiceSpec()


class Subset(Slice, frozen=True):
    """A part of a host's pods, by labels."""

    name: str = ""
    labels: Mapping[str, str] = {}


class DestinationRuleSpec(Slice, frozen=True):
    """`spec` of a DestinationRule."""

    host: str = ""
    subsets: tuple[Subset, ...] = ()


class DestinationRule(Slice, frozen=True):
    """networking.istio.io/v1 DestinationRule."""

    metadata: ObjectMeta = ObjectMeta()
    spec: DestinationRuleSpec = DestinationRuleSpec()
