"""Ingress: plain paths, ingress-nginx's canary pair, and Alibaba Cloud's weight per Service on one path.

Sources: ingress-nginx `internal/ingress/annotations/canary/main.go` and `rootfs/etc/nginx/lua/balancer.lua`; the older
form of Alibaba Cloud's controller, `ingress.aliyun.weight/SERVICE`, gives the named Service so many of 100 requests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cockpit.resources.ingress import Ingress, IngressBackend
from cockpit.routing.nginx_canary import NginxCanary, nginx_canary
from cockpit.routing.rules import Backend, Rule

ALIYUN_WEIGHT_PREFIX = "ingress.aliyun.weight/"
_PERCENT = re.compile(r"[0-9]{1,3}\Z")
RELEASE_ANNOTATION = "cockpit.dev/release"


@dataclass(frozen=True, slots=True)
class _Location:
    """A host and path of one ingress class, as routers tell them apart.

    ingress-nginx merges a canary only into a path of the same type (internal/ingress/controller/controller.go).
    """

    ingress_class: str
    host: str
    path: str
    path_type: str

    @property
    def text(self) -> str:
        return f"{self.host or '*'}{self.path}"


def rules_of(ingresses: Iterable[Ingress]) -> tuple[Rule, ...]:
    """Return the rules of a namespace's Ingresses, one for each host and path, and one for each canary's own match."""
    stable: list[tuple[_Location, Ingress, tuple[str, ...]]] = []
    canaries: dict[_Location, list[tuple[Ingress, NginxCanary, str]]] = {}
    for ingress in sorted(ingresses, key=lambda entry: entry.metadata.name):
        canary = nginx_canary(ingress.metadata.annotations)
        for location, services in _services_by_location(ingress).items():
            if canary:
                canaries.setdefault(location, []).append((ingress, canary, services[0]))
            else:
                stable.append((location, ingress, services))
    rules: list[Rule] = []
    for location, ingress, services in stable:
        # ingress-nginx takes one canary a rule; its webhook refuses a second.
        found = canaries.pop(location, [])
        rules += (
            _canary_rules(location, ingress, services, *found[0]) if found else [_rule(location, ingress, services)]
        )
    for location, found in canaries.items():
        rules += [_orphan(location, ingress, service) for ingress, _, service in found]
    return tuple(rules)


def _services_by_location(ingress: Ingress) -> dict[_Location, tuple[str, ...]]:
    located: dict[_Location, tuple[str, ...]] = {}
    for host, path, path_type, backend in _paths(ingress):
        if backend.service is None:
            continue
        location = _Location(_class_of(ingress), host, path, path_type)
        services = located.get(location, ())
        if backend.service.name not in services:
            located[location] = (*services, backend.service.name)
    return located


def _paths(ingress: Ingress) -> Iterator[tuple[str, str, str, IngressBackend]]:
    if ingress.spec.default_backend is not None:
        yield "", "", "", ingress.spec.default_backend
    for rule in ingress.spec.rules:
        for path in rule.http.paths if rule.http else ():
            yield rule.host, path.path or "/", path.path_type, path.backend


def _class_of(ingress: Ingress) -> str:
    return ingress.spec.ingress_class_name or ingress.metadata.annotations.get("kubernetes.io/ingress.class", "")


def _rule(location: _Location, ingress: Ingress, services: tuple[str, ...]) -> Rule:
    backends = _aliyun_backends(services, ingress.metadata.annotations)
    return Rule(
        kind="Ingress",
        name=ingress.metadata.name,
        text=location.text,
        backends=backends,
        objects=(ingress.metadata.name,),
        writable=len(services) > 1 and all(backend.share is not None for backend in backends),
        release=ingress.metadata.annotations.get(RELEASE_ANNOTATION, ""),
    )


def _aliyun_backends(services: tuple[str, ...], annotations: Mapping[str, str]) -> tuple[Backend, ...]:
    """Return the backends of one path: the named Service gets its weight of 100, the other one the rest."""
    if len(services) == 1:
        return (Backend(services[0], None, 1.0),)
    weights = {name: _percent(annotations.get(ALIYUN_WEIGHT_PREFIX + name)) for name in services}
    named = [name for name, weight in weights.items() if weight is not None]
    if len(services) != 2 or len(named) != 1:
        return tuple(Backend(name, weights[name], None) for name in services)
    weight = weights[named[0]] or 0
    parts = {name: weight if name == named[0] else 100 - weight for name in services}
    return tuple(Backend(name, part, part / 100) for name, part in parts.items())


def _percent(value: str | None) -> int | None:
    """Return the weight, or None where the annotation is absent or not a number from 0 to 100."""
    if value is None or not _PERCENT.match(value) or int(value) > 100:
        return None
    return int(value)


def _canary_rules(
    location: _Location,
    ingress: Ingress,
    services: tuple[str, ...],
    canary_ingress: Ingress,
    canary: NginxCanary,
    canary_service: str,
) -> list[Rule]:
    """Return the canary's own matches first, as the router asks them, then the weighted rule."""
    names = (ingress.metadata.name, canary_ingress.metadata.name)
    annotation = canary_ingress.metadata.annotations.get(RELEASE_ANNOTATION) or ingress.metadata.annotations.get(
        RELEASE_ANNOTATION, ""
    )
    share = min(max(canary.weight / canary.total, 0.0), 1.0)
    weighted = (
        Backend(services[0], max(canary.total - canary.weight, 0), 1.0 - share),
        Backend(canary_service, canary.weight, share),
    )
    rule = Rule(
        kind="Ingress",
        name=canary_ingress.metadata.name,
        text=location.text,
        backends=weighted,
        objects=names,
        writable=True,
        problem=canary.problem,
        release=annotation,
    )
    matched = (Backend(canary_service, None, 1.0),)
    return [
        *(
            Rule(
                "Ingress", canary_ingress.metadata.name, location.text, matched, names, match=match, release=annotation
            )
            for match in canary.matches
        ),
        rule,
    ]


def _orphan(location: _Location, ingress: Ingress, service: str) -> Rule:
    return Rule(
        kind="Ingress",
        name=ingress.metadata.name,
        text=location.text,
        backends=(Backend(service, None, 0.0),),
        objects=(ingress.metadata.name,),
        problem="ignored by ingress-nginx: no Ingress of the same class, host and path without the canary annotation",
        release=ingress.metadata.annotations.get(RELEASE_ANNOTATION, ""),
    )
