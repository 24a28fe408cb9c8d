"""Reads a thousand routes, system by system, and projects the releases that they make.

    python -m tests.bench.routes [ROUTES]

prints as JSON, in milliseconds of processor time, for each system and for all of them together: the median of `rules`,
from routes to their rules with shares, and of `rules and views`, as a release shows them.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable

from cockpit.release.splits import route_view
from cockpit.resources.gateway_api import BackendRef, HttpMatch, HttpRoute, HttpRouteRule, HttpRouteSpec, ValueMatch
from cockpit.resources.ingress import (
    Ingress,
    IngressBackend,
    IngressHttp,
    IngressPath,
    IngressRule,
    IngressSpec,
    ServiceBackend,
    ServiceBackendPort,
)
from cockpit.resources.istio import (
    Destination,
    DestinationRule,
    DestinationRuleSpec,
    HttpMatchRequest,
    HttpRouteEntry,
    RouteDestination,
    StringMatch,
    Subset,
    VirtualService,
    VirtualServiceSpec,
)
from cockpit.resources.meta import KubernetesObject, ObjectMeta
from cockpit.routing.objects import Objects, objects_of
from cockpit.routing.rules import Backend
from cockpit.routing.systems import rules_of

_ROUNDS = 15
_NGINX = "nginx.ingress.kubernetes.io/canary"


def _ingress(number: int, canary: bool) -> Ingress:
    name = f"web-{number}-canary" if canary else f"web-{number}"
    backend = IngressBackend(ServiceBackend(name, ServiceBackendPort(number=80)))
    rule = IngressRule(f"{number}.example", IngressHttp((IngressPath("/", "Prefix", backend),)))
    annotations = {_NGINX: "true", f"{_NGINX}-weight": "5"} if canary else {}
    return Ingress(
        ObjectMeta(name=name, namespace="shop", annotations=annotations), IngressSpec("nginx", None, (rule,))
    )


def _http_route(number: int) -> HttpRoute:
    old, new = f"web-{number}", f"web-{number}-canary"
    header = HttpMatch(headers=(ValueMatch(name="canary", value="true"),))
    rules = (
        HttpRouteRule(matches=(header,), backend_refs=(BackendRef(name=new, port=80, weight=1),)),
        HttpRouteRule(backend_refs=(BackendRef(name=old, port=80, weight=95), BackendRef(name=new, port=80, weight=5))),
    )
    return HttpRoute(
        ObjectMeta(name=old, namespace="shop"), HttpRouteSpec(hostnames=(f"{number}.example",), rules=rules)
    )


def _virtual_service(number: int) -> tuple[VirtualService, DestinationRule]:
    host = f"web-{number}"
    old, new = (Destination(host=host, subset=subset) for subset in ("v1", "v2"))
    http = (
        HttpRouteEntry(
            match=(HttpMatchRequest(headers={"canary": StringMatch(exact="true")}),),
            route=(RouteDestination(new, 100),),
        ),
        HttpRouteEntry(route=(RouteDestination(old, 95), RouteDestination(new, 5))),
    )
    metadata = ObjectMeta(name=host, namespace="shop")
    subsets = tuple(Subset(name, {"version": name}) for name in ("v1", "v2"))
    return (
        VirtualService(metadata, VirtualServiceSpec(hosts=(host,), http=http)),
        DestinationRule(metadata, DestinationRuleSpec(host, subsets)),
    )


def _objects(routes: int) -> dict[str, Objects]:
    """Return so many routes of each system, and so many of all of them together."""
    every: dict[str, list[KubernetesObject]] = {
        "ingress-nginx": [_ingress(number, canary) for number in range(routes // 2) for canary in (False, True)],
        "Gateway API": [_http_route(number) for number in range(routes)],
        "Istio": [entry for number in range(routes) for entry in _virtual_service(number)],
    }
    third = routes // 3
    mixed: list[KubernetesObject] = [
        *every["ingress-nginx"][:third],
        *every["Gateway API"][:third],
        *every["Istio"][: 2 * third],
    ]
    found = {system: objects_of("shop", objects) for system, objects in every.items()}
    return {**found, "all together": objects_of("shop", mixed)}


def _median_ms(work: Callable[[], object]) -> float:
    times = []
    for _ in range(_ROUNDS):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1000)
    return round(statistics.median(times), 1)


def _version(backend: Backend) -> str | None:
    return backend.subset or backend.service


def measure(routes: int) -> dict[str, float]:
    """Return the medians in milliseconds."""
    measured: dict[str, float] = {}
    for system, objects in _objects(routes).items():
        measured[f"rules: {system}"] = _median_ms(lambda objects=objects: rules_of(objects))  # type: ignore[misc]
        rules = rules_of(objects)
        measured[f"rules and views: {system}"] = _median_ms(
            lambda objects=objects: [route_view(rule, _version) for rule in rules_of(objects)]  # type: ignore[misc]
        )
        measured[f"number of rules: {system}"] = len(rules)
    return measured


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 1000), indent=1) + "\n")
