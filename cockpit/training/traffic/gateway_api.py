"""How a Gateway divides requests by HTTPRoutes and GRPCRoutes: the most specific match, then by weight.

Weights count within their rule and never make up for each other: a backend that is not there, or of another namespace
without a ReferenceGrant, answers 500 for its share, a Service without ready endpoints 503, a rule without any weight
500, and a request that no rule matches gets 404.
Source: https://gateway-api.sigs.k8s.io/reference/spec/ (HTTPRouteRule, HTTPBackendRef, ReferenceGrant).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cockpit.training.api.store import Key
from cockpit.training.objects import Json, name_of, namespace_of
from cockpit.training.traffic.clients import Client, clients_of
from cockpit.training.traffic.demand import asked_of
from cockpit.training.traffic.entrances import Backend, Entrance, Part, World, entries, joined, spec_of
from cockpit.training.traffic.gateway_matches import matches_of, specificity
from cockpit.training.traffic.matching import Match, asked_paths

_KINDS = ("HTTPRoute", "GRPCRoute")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One match of one rule of a route."""

    kind: str
    route: Json
    rule: Json
    match: Match


def entrances(world: World) -> Iterator[Entrance]:
    """Yield what clients come in through: a path of a host of the parents that some routes share."""
    groups: dict[tuple[str, str, str], list[_Candidate]] = {}
    for kind in _KINDS:
        for route in world.of(kind):
            found = [_Candidate(kind, route, rule, match) for rule in _rules(route) for match in matches_of(kind, rule)]
            for host in route["spec"].get("hostnames") or ("",):
                for parent in _parents(route):
                    groups.setdefault((kind, parent, str(host)), []).extend(found)
    for (_, parent, host), candidates in groups.items():
        ranked = sorted(candidates, key=lambda candidate: specificity(candidate.match))
        for path in asked_paths(candidate.match.path for candidate in candidates):
            yield _entrance(world, ranked, _service(world, parent), host, path)


def _rules(route: Json) -> list[Json]:
    return [rule for rule in route["spec"].get("rules") or () if isinstance(rule, dict)]


def _parents(route: Json) -> list[str]:
    """Return the Gateways (or, in a mesh, the Services) that a route belongs to; one without any serves nobody."""
    own = namespace_of(route)
    parents: list[Json] = route["spec"].get("parentRefs") or []
    return list(dict.fromkeys(f"{ref.get('kind')}/{ref.get('namespace', own)}/{ref.get('name')}" for ref in parents))


def _service(world: World, parent: str) -> list[Key]:
    """Return the Service that is the parent of routes in a mesh, nothing where it is a Gateway."""
    kind, namespace, name = parent.split("/", 2)
    return [(namespace, name)] if kind == "Service" and (namespace, name) in world.services else []


def _entrance(world: World, ranked: list[_Candidate], parent: list[Key], host: str, path: str) -> Entrance:
    """The route is the one that serves clients who carry nothing, else the first that is for the path."""
    meant = [candidate for candidate in ranked if candidate.match.path.holds(path)]
    plain = next((candidate for candidate in meant if candidate.match.holds(path, Client(1.0))), meant[0])
    routes = [plain.route, *(candidate.route for candidate in meant if candidate.route is not plain.route)]
    parts = [part for client in clients_of(*routes) for part in _parts(world, ranked, path, client)]
    refs = [(candidate, ref) for candidate in (plain, *meant) for ref in candidate.rule.get("backendRefs") or ()]
    mentioned = parent + [key for candidate, ref in refs if (key := _key(ref, candidate.route)) in world.services]
    return Entrance(
        "gateway",
        namespace_of(plain.route),
        name_of(plain.route),
        f"{host or '*'}{path}",
        Backend(*mentioned[0]) if mentioned else None,
        joined(parts),
        frozenset(mentioned),
        host,
        path,
        asked=asked_of(plain.route),
    )


def _parts(world: World, ranked: list[_Candidate], path: str, client: Client) -> Iterator[Part]:
    found = (candidate for candidate in ranked if candidate.match.holds(path, client))
    chosen = next(found, None)
    if chosen is None:
        yield Part(client.share, None, 404)
        return
    if (code := _redirect(chosen.rule)) is not None:
        yield Part(client.share, None, code)
        return
    refs: list[Json] = chosen.rule.get("backendRefs") or []
    weights = [float(ref.get("weight", 1)) for ref in refs]
    if sum(weights) <= 0:
        yield Part(client.share, None, 500)
        return
    for ref, weight in zip(refs, weights, strict=True):
        yield _part(world, chosen, ref, client.share * weight / sum(weights))


def _redirect(rule: Json) -> int | None:
    """Return the status with which a rule sends clients elsewhere, None where it does not."""
    found = (entry for entry in rule.get("filters") or () if entry.get("type") == "RequestRedirect")
    redirect = next(found, None)
    return None if redirect is None else int((redirect.get("requestRedirect") or {}).get("statusCode") or 302)


def _part(world: World, chosen: _Candidate, ref: Json, share: float) -> Part:
    backend = Backend(*_key(ref, chosen.route))
    if refusal(world, chosen.kind, chosen.route, ref):
        return Part(share, None, 500)
    return Part(share, backend) if world.is_ready(backend) else Part(share, backend, 503)


def refusal(world: World, kind: str, route: Json, ref: Json) -> str:
    """Return why a backendRef of a route leads nowhere, as the reason of ResolvedRefs says it; "" where it leads."""
    if (ref.get("group") or "", ref.get("kind") or "Service") != ("", "Service"):
        return "InvalidKind"
    namespace, name = _key(ref, route)
    if not _granted(world, kind, namespace_of(route), Backend(namespace, name)):
        return "RefNotPermitted"
    return "" if (namespace, name) in world.services else "BackendNotFound"


def _granted(world: World, kind: str, own: str, backend: Backend) -> bool:
    if backend.namespace == own:
        return True
    grants = (spec_of(grant) for grant in world.of("ReferenceGrant") if namespace_of(grant) == backend.namespace)
    return any(_lets(grant, kind, own, backend.service) for grant in grants)


def _lets(grant: Json, kind: str, namespace: str, service: str) -> bool:
    """Tell whether the spec of a grant lets routes of a kind and namespace refer to a Service."""
    sources = [(entry.get("kind"), entry.get("namespace")) for entry in entries(grant.get("from"))]
    targets = (entry for entry in entries(grant.get("to")) if entry.get("kind") == "Service")
    return (kind, namespace) in sources and any(target.get("name") in (None, "", service) for target in targets)


def _key(ref: Json, route: Json) -> Key:
    return (str(ref.get("namespace") or namespace_of(route)), str(ref.get("name", "")))
