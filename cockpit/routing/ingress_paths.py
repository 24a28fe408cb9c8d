"""Hosts and paths of Ingresses, and which controller reads an Ingress."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cockpit.resources.ingress import Ingress, IngressBackend, IngressClass, ServiceBackend
from cockpit.routing.objects import Objects
from cockpit.routing.rules import Backend

ALB_ALIBABA = "ingress.k8s.alibabacloud/alb"
ALB_AWS = "ingress.k8s.aws/alb"
F5_NGINX = "nginx.org/ingress-controller"

FOREIGN_TO_NGINX = frozenset(
    {
        ALB_ALIBABA,
        ALB_AWS,
        F5_NGINX,
        "traefik.io/ingress-controller",
        "haproxy.org/ingress-controller/haproxy",
        "ingress-controllers.konghq.com/kong",
        "cilium.io/ingress-controller",
        "openshift.io/ingress-to-route",
        "istio.io/ingress-controller",
    }
)
"""Controllers that do not read nginx.ingress.kubernetes.io/canary. Whoever runs ingress-nginx may call it anything."""


@dataclass(frozen=True, slots=True)
class Location:
    """A host and path of one ingress class, as routers tell them apart.

    ingress-nginx merges a canary only into a path of the same type (internal/ingress/controller/controller.go).
    """

    ingress_class: str
    host: str
    path: str
    path_type: str

    @property
    def text(self) -> str:
        """Host and path, * for every host."""
        return f"{self.host or '*'}{self.path}"


def backends_by_location(ingress: Ingress) -> dict[Location, tuple[ServiceBackend, ...]]:
    """Return the Services of each host and path, each Service once."""
    located: dict[Location, tuple[ServiceBackend, ...]] = {}
    for host, path, path_type, backend in _paths(ingress):
        if backend.service is None:
            continue
        location = Location(class_of(ingress), host, path, path_type)
        services = located.get(location, ())
        if all(entry.name != backend.service.name for entry in services):
            located[location] = (*services, backend.service)
    return located


def class_of(ingress: Ingress) -> str:
    """Return the class that an Ingress names, in the field or in the annotation of old, "" for none."""
    return ingress.spec.ingress_class_name or ingress.metadata.annotations.get("kubernetes.io/ingress.class", "")


def controller_of(ingress: Ingress, objects: Objects) -> str:
    """Return the controller of an Ingress's class, "" where that is not known."""
    found = objects.of(IngressClass).get(class_of(ingress))
    return found.spec.controller if found else ""


def backend(service: ServiceBackend, weight: int | None, share: float | None) -> Backend:
    """Return a backend of a rule."""
    return Backend(service.name, weight, share, port=service.port.name or str(service.port.number or ""))


def _paths(ingress: Ingress) -> Iterator[tuple[str, str, str, IngressBackend]]:
    if ingress.spec.default_backend is not None:
        yield "", "", "", ingress.spec.default_backend
    for rule in ingress.spec.rules:
        for path in rule.http.paths if rule.http else ():
            yield rule.host, path.path or "/", path.path_type, path.backend
