"""networking.k8s.io/v1 Ingress and IngressClass."""

from __future__ import annotations

from cockpit.resources.meta import ObjectMeta, Slice


class ServiceBackendPort(Slice, frozen=True):
    """A port of a Service, by name or by number."""

    name: str = ""
    number: int = 0


class ServiceBackend(Slice, frozen=True):
    """The Service that a path leads to."""

    name: str = ""
    port: ServiceBackendPort = ServiceBackendPort()


class IngressBackend(Slice, frozen=True):
    """A Service or, rarely, another resource, which decodes to None here."""

    service: ServiceBackend | None = None


class IngressPath(Slice, frozen=True):
    """One path of a host."""

    path: str = ""
    path_type: str = ""
    backend: IngressBackend = IngressBackend()


class IngressHttp(Slice, frozen=True):
    """`http` of a rule."""

    paths: tuple[IngressPath, ...] = ()


class IngressRule(Slice, frozen=True):
    """The paths of one host; "" is every host."""

    host: str = ""
    http: IngressHttp | None = None


class IngressSpec(Slice, frozen=True):
    """`spec` of an Ingress."""

    ingress_class_name: str = ""
    default_backend: IngressBackend | None = None
    rules: tuple[IngressRule, ...] = ()


class Ingress(Slice, frozen=True):
    """networking.k8s.io/v1 Ingress."""

    metadata: ObjectMeta = ObjectMeta()
    spec: IngressSpec = IngressSpec()


class IngressClassSpec(Slice, frozen=True):
    """`spec` of an IngressClass; `controller` says who reads the Ingresses of the class."""

    controller: str = ""


class IngressClass(Slice, frozen=True):
    """networking.k8s.io/v1 IngressClass: one of the cluster's, in no namespace."""

    metadata: ObjectMeta = ObjectMeta()
    spec: IngressClassSpec = IngressClassSpec()
