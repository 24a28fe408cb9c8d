"""gateway.networking.k8s.io/v1 HTTPRoute and GRPCRoute. Fields: https://gateway-api.sigs.k8s.io/reference/spec/."""

from __future__ import annotations

from cockpit.resources.meta import Condition, ObjectMeta, Slice


class ParentReference(Slice, frozen=True):
    """What a route hangs on: a Gateway, or in a mesh the Service whose requests it takes."""

    group: str = "gateway.networking.k8s.io"
    kind: str = "Gateway"
    name: str = ""
    namespace: str = ""
    section_name: str = ""
    port: int | None = None


class BackendRef(Slice, frozen=True):
    """One destination; `weight` None where a server without the definition's default left it out."""

    group: str = ""
    kind: str = "Service"
    name: str = ""
    namespace: str = ""
    port: int | None = None
    weight: int | None = None


class ValueMatch(Slice, frozen=True):
    """A header or a query parameter; `type` is Exact or RegularExpression."""

    type: str = "Exact"
    name: str = ""
    value: str = ""


class PathMatch(Slice, frozen=True):
    """A path; `type` is Exact, PathPrefix or RegularExpression."""

    type: str = "PathPrefix"
    value: str = "/"


class HttpMatch(Slice, frozen=True):
    """One of the alternatives of a rule: all that it says must hold."""

    path: PathMatch = PathMatch()
    headers: tuple[ValueMatch, ...] = ()
    query_params: tuple[ValueMatch, ...] = ()
    method: str = ""


class GrpcMethodMatch(Slice, frozen=True):
    """A gRPC service and method; "" is any."""

    type: str = "Exact"
    service: str = ""
    method: str = ""


class GrpcMatch(Slice, frozen=True):
    """One of the alternatives of a rule of a GRPCRoute."""

    method: GrpcMethodMatch = GrpcMethodMatch()
    headers: tuple[ValueMatch, ...] = ()


class SessionPersistence(Slice, frozen=True):
    """`sessionPersistence` of a rule: a client keeps its backend; `type` is Cookie or Header."""

    type: str = "Cookie"
    session_name: str = ""


class HttpRouteRule(Slice, frozen=True):
    """One rule: no matches stand for every request."""

    name: str = ""
    matches: tuple[HttpMatch, ...] = ()
    backend_refs: tuple[BackendRef, ...] = ()
    session_persistence: SessionPersistence | None = None


class GrpcRouteRule(Slice, frozen=True):
    """One rule of a GRPCRoute."""

    name: str = ""
    matches: tuple[GrpcMatch, ...] = ()
    backend_refs: tuple[BackendRef, ...] = ()
    session_persistence: SessionPersistence | None = None


class HttpRouteSpec(Slice, frozen=True):
    """`spec` of an HTTPRoute."""

    parent_refs: tuple[ParentReference, ...] = ()
    hostnames: tuple[str, ...] = ()
    rules: tuple[HttpRouteRule, ...] = ()


class GrpcRouteSpec(Slice, frozen=True):
    """`spec` of a GRPCRoute."""

    parent_refs: tuple[ParentReference, ...] = ()
    hostnames: tuple[str, ...] = ()
    rules: tuple[GrpcRouteRule, ...] = ()


class RouteCondition(Condition, frozen=True):
    """A condition; it speaks of the generation that it names."""

    observed_generation: int = 0


class RouteParentStatus(Slice, frozen=True):
    """What one controller made of the route for one parent."""

    parent_ref: ParentReference = ParentReference()
    controller_name: str = ""
    conditions: tuple[RouteCondition, ...] = ()


class RouteStatus(Slice, frozen=True):
    """`status` of a route; no parents where no controller took it."""

    parents: tuple[RouteParentStatus, ...] = ()


class HttpRoute(Slice, frozen=True):
    """gateway.networking.k8s.io/v1 HTTPRoute."""

    metadata: ObjectMeta = ObjectMeta()
    spec: HttpRouteSpec = HttpRouteSpec()
    status: RouteStatus = RouteStatus()


class GrpcRoute(Slice, frozen=True):
    """gateway.networking.k8s.io/v1 GRPCRoute."""

    metadata: ObjectMeta = ObjectMeta()
    spec: GrpcRouteSpec = GrpcRouteSpec()
    status: RouteStatus = RouteStatus()
