"""How Istio divides the requests for a host: the first rule of a VirtualService that matches, then by weight.

Weights are relative; a missing one is 0, but a single destination gets everything. A subset that no DestinationRule
names, a Service that is not there and one without ready endpoints answer 503 for their share; a request that no rule
matches gets 404. A VirtualService whose several weights sum to 0 is what the admission webhook refuses, so it is not
taken up: its host is served as without it.
Sources: istio/istio, pkg/config/validation/validation.go (validateHTTPRouteDestinations); https://istio.io/latest/docs/
reference/config/networking/virtual-service/ (HTTPRoute, HTTPMatchRequest, StringMatch).
"""

from __future__ import annotations

from collections.abc import Iterator

from cockpit.training.api.store import Key
from cockpit.training.objects import Json, name_of, namespace_of
from cockpit.training.traffic.clients import Client, clients_of
from cockpit.training.traffic.demand import asked_of
from cockpit.training.traffic.entrances import Backend, Entrance, Part, World, entries, joined, spec_of
from cockpit.training.traffic.istio_rules import matches_of, rules_of
from cockpit.training.traffic.matching import Match, asked_paths

_NO_ROUTE, _NO_CLUSTER, _NO_HEALTHY = "NR", "NC", "UH"  # Envoy's response flags


def entrances(world: World) -> Iterator[Entrance]:
    """Yield what clients come in through; of two VirtualServices for a host the older one counts."""
    taken: set[str] = set()
    for service in world.of("VirtualService"):
        rules = list(rules_of(world, service))
        if not any(rule.get("route") for rule in rules) or any(_refused(rule) for rule in rules):
            continue
        for host in service["spec"].get("hosts") or ():
            name = _qualified(str(host), namespace_of(service))
            if name not in taken:
                taken.add(name)
                yield from _of_host(world, service, rules, str(host))


def _refused(rule: Json) -> bool:
    weights = [_weight(route) for route in rule.get("route") or ()]
    return any(weight < 0 for weight in weights) or (len(weights) > 1 and sum(weights) == 0)


def _of_host(world: World, service: Json, rules: list[Json], host: str) -> Iterator[Entrance]:
    matched = [(matches_of(rule), rule) for rule in rules]
    main = _main(world, service, rules, host)
    gateways = [name for name in service["spec"].get("gateways") or () if name != "mesh"]
    for asked in asked_paths(match.path for matches, _ in matched for match in matches):
        parts = [part for client in clients_of(service) for part in _parts(world, service, matched, asked, client)]
        yield Entrance(
            "istio",
            namespace_of(service),
            name_of(service),
            f"{host}{asked}",
            main,
            joined(parts),
            frozenset(_mentioned(world, service, rules)) | ({main.key} if main.key in world.services else set()),
            host,
            asked,
            asked=asked_of(service),
            gateway=bool(gateways),
        )


def _parts(
    world: World, service: Json, matched: list[tuple[list[Match], Json]], path: str, client: Client
) -> Iterator[Part]:
    found = (rule for matches, rule in matched if any(match.holds(path, client) for match in matches))
    rule = next(found, None)
    if rule is None:
        yield Part(client.share, None, 404, _NO_ROUTE)
        return
    routes: list[Json] = rule.get("route") or []
    if not routes:
        yield Part(client.share, None, _own_answer(rule))
        return
    weights = [1.0] if len(routes) == 1 else [_weight(route) for route in routes]
    for route, weight in zip(routes, weights, strict=True):
        yield _part(world, service, route, client.share * weight / sum(weights))


def _own_answer(rule: Json) -> int:
    """Return the status of a rule that leads to nobody: a redirect or a direct response."""
    if "redirect" in rule:
        return int((rule["redirect"] or {}).get("redirectCode") or 301)
    return int((rule.get("directResponse") or {}).get("status") or 404)


def _part(world: World, service: Json, route: Json, share: float) -> Part:
    destination = route.get("destination") or {}
    backend = Backend(*_key(str(destination.get("host", "")), namespace_of(service)))
    if backend.key not in world.services:
        return Part(share, None, 503, _NO_CLUSTER)
    if subset := str(destination.get("subset") or ""):
        labels = _subset(world, backend.key, subset)
        if labels is None:
            return Part(share, Backend(*backend.key, subset), 503, _NO_CLUSTER)
        backend = Backend(*backend.key, subset, labels)
    return Part(share, backend) if world.is_ready(backend) else Part(share, backend, 503, _NO_HEALTHY)


def _subset(world: World, key: Key, name: str) -> tuple[tuple[str, str], ...] | None:
    """Return the labels of a subset, None where no DestinationRule names it."""
    for rule in world.of("DestinationRule"):
        if _key(str(spec_of(rule).get("host", "")), namespace_of(rule)) == key:
            for subset in entries(spec_of(rule).get("subsets")):
                labels = subset.get("labels")
                if subset.get("name") == name:
                    return tuple(sorted(labels.items())) if isinstance(labels, dict) else ()
    return None


def _main(world: World, service: Json, rules: list[Json], host: str) -> Backend:
    """The Service that the host names, else the first one that any rule leads to."""
    own = _key(host, namespace_of(service))
    mentioned = _mentioned(world, service, rules)
    return Backend(*(own if own in world.services or not mentioned else mentioned[0]))


def _mentioned(world: World, service: Json, rules: list[Json]) -> list[Key]:
    """Return the Services that are there, of the last rule first: that is the one for everybody."""
    routes = [route for rule in reversed(rules) for route in rule.get("route") or ()]
    hosts = [str((route.get("destination") or {}).get("host", "")) for route in routes]
    return [key for host in hosts if (key := _key(host, namespace_of(service))) in world.services]


def _weight(route: Json) -> float:
    return float(route.get("weight") or 0)


def _qualified(host: str, namespace: str) -> str:
    return host if "." in host or host == "*" else f"{host}.{namespace}.svc.cluster.local"


def _key(host: str, namespace: str) -> Key:
    """Return namespace and name of the Service that a host names: a short name is of the object's own namespace."""
    name, _, rest = host.partition(".")
    return (rest.partition(".")[0] or namespace, name)
