"""Gateway API: HTTPRoute and GRPCRoute.

Weights are relative to their sum in a rule; an absent one is 1, and the definition takes 0 to 1,000,000
(gateway-api `apis/v1/shared_types.go`). Filters and matches are never written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import structs

from cockpit.resources.gateway_api import (
    BackendRef,
    GrpcRoute,
    GrpcRouteRule,
    HttpMatch,
    HttpRoute,
    HttpRouteRule,
    RouteCondition,
    RouteParentStatus,
)
from cockpit.resources.json_values import ABSENT, Json, Path
from cockpit.resources.services import Service
from cockpit.routing.apportion import FINEST, relative_weights
from cockpit.routing.gateway_matches import match_held, match_words, method_words, path_words, place_words
from cockpit.routing.objects import Objects
from cockpit.routing.rules import RELEASE_ANNOTATION, Backend, Rule
from cockpit.routing.system import Held, System, Weights

SYSTEM = "Gateway API"
_DEFAULT_WEIGHT = 1
_JUDGED = frozenset({"Accepted", "ResolvedRefs", "PartiallyInvalid"})
_ANSWERS_ERROR = {"HTTPRoute": "answers 500", "GRPCRoute": "answers UNAVAILABLE"}

_Route = HttpRoute | GrpcRoute
_RouteRule = HttpRouteRule | GrpcRouteRule


def rules(objects: Objects) -> tuple[Rule, ...]:
    """Return one rule for each rule of each route that leads anywhere; those that only redirect have no backends."""
    routes: list[tuple[str, _Route]] = [("HTTPRoute", route) for route in objects.ordered(HttpRoute)]
    routes += [("GRPCRoute", route) for route in objects.ordered(GrpcRoute)]
    return tuple(rule for kind, route in routes for rule in _rules(kind, route, objects))


def _rules(kind: str, route: _Route, objects: Objects) -> Iterator[Rule]:
    said, pending = _said(route), _pending(route)
    declared: tuple[_RouteRule, ...] = route.spec.rules
    for number, rule in enumerate(declared):
        if rule.backend_refs:
            yield structs.replace(_rule(kind, route, number, rule, said, objects), pending=pending)


def _rule(kind: str, route: _Route, number: int, rule: _RouteRule, said: str, objects: Objects) -> Rule:
    name = route.metadata.name
    divides = len(rule.backend_refs) > 1
    return Rule(
        kind=kind,
        name=name,
        text=place_words(route.spec.hostnames, route.spec.parent_refs, _paths(rule)),
        backends=_backends(route, rule.backend_refs, objects),
        objects=(name,),
        match=match_words(rule.matches),
        writable=divides,
        problem=" ".join(filter(None, (_weight_problem(kind, rule.backend_refs), said))),
        release=route.metadata.annotations.get(RELEASE_ANNOTATION, ""),
        system=SYSTEM,
        place=("spec", "rules", str(number)),
        parts=FINEST if divides else 0,
        sticky=_sticky(rule),
        why_not="" if divides else "the rule has one backend: it needs a second backendRef to divide",
    )


def _paths(rule: _RouteRule) -> Iterator[str]:
    for match in rule.matches:
        yield path_words(match.path) if isinstance(match, HttpMatch) else method_words(match)


def _sticky(rule: _RouteRule) -> str:
    kept = rule.session_persistence
    return f"sessionPersistence keeps each client on its backend ({kept.type})" if kept else ""


def _weight(ref: BackendRef) -> int:
    return _DEFAULT_WEIGHT if ref.weight is None else ref.weight


def _backends(route: _Route, refs: Sequence[BackendRef], objects: Objects) -> tuple[Backend, ...]:
    weights = [_weight(ref) for ref in refs]
    valid = all(0 <= weight <= FINEST for weight in weights)
    total = sum(weights) or 1
    return tuple(
        Backend(
            service=ref.name,
            weight=ref.weight,
            share=weight / total if valid else None,
            namespace="" if ref.namespace in {"", route.metadata.namespace} else ref.namespace,
            port="" if ref.port is None else str(ref.port),
            kind=ref.kind,
            problem=_ref_problem(route, ref, objects),
        )
        for ref, weight in zip(refs, weights, strict=True)
    )


def _ref_problem(route: _Route, ref: BackendRef, objects: Objects) -> str:
    """Return why a reference to a Service of the same namespace cannot be followed: its share gets errors."""
    if ref.kind != "Service" or ref.namespace not in {"", route.metadata.namespace} or Service in objects.unknown:
        return ""
    found = objects.of(Service).get(ref.name)
    if found is None:
        return ""
    ports = {port.port for port in found.spec.ports}
    return "" if ref.port is None or ref.port in ports else f"Service/{ref.name} has no port {ref.port}"


def _weight_problem(kind: str, refs: Sequence[BackendRef]) -> str:
    weights = [_weight(ref) for ref in refs]
    wrong = next((weight for weight in weights if not 0 <= weight <= FINEST), None)
    if wrong is not None:
        return f"weight {wrong} is outside of 0 to {FINEST}: what the gateway does with it is not known."
    if not any(weights):
        return f"All weights are 0: the gateway {_ANSWERS_ERROR[kind]} to every request of the rule."
    return ""


def _said(route: _Route) -> str:
    """Return what the controllers of the route's parents say against it, "" where they say nothing."""
    parents = route.status.parents
    found = (sentence for parent in parents for sentence in _refused(parent, route.metadata.generation))
    return " ".join(dict.fromkeys(found))


def _refused(parent: RouteParentStatus, generation: int) -> Iterator[str]:
    for entry in parent.conditions:
        bad = entry.status == "True" if entry.type == "PartiallyInvalid" else entry.status == "False"
        if entry.type in _JUDGED and bad and not _is_older(entry, generation):
            said = f"{_parent(parent)}: {entry.type} is {entry.status} ({entry.reason}). {entry.message}"
            yield said.rstrip()


def _pending(route: _Route) -> str:
    """Return what the parents of the route have still to take up."""
    parents, generation = route.status.parents, route.metadata.generation
    if not parents:
        return "No gateway has taken the route: its status is empty."
    late = [_parent(parent) for parent in parents if any(_is_older(entry, generation) for entry in parent.conditions)]
    return f"{', '.join(dict.fromkeys(late))} has not taken up the last change yet." if late else ""


def _is_older(entry: RouteCondition, generation: int) -> bool:
    """Say whether a condition is about the route as it was before; what names no generation is taken at its word."""
    return entry.type in _JUDGED and 0 < entry.observed_generation < generation


def _parent(parent: RouteParentStatus) -> str:
    return f"{parent.parent_ref.kind}/{parent.parent_ref.name}"


def weights(objects: Objects, rule: Rule) -> Weights | None:
    """Return the weights of one rule's backendRefs."""
    kinds: dict[str, type[_Route]] = {"HTTPRoute": HttpRoute, "GRPCRoute": GrpcRoute}
    route = objects.of(kinds[rule.kind]).get(rule.name)
    number = int(rule.place[-1])
    if route is None or number >= len(route.spec.rules):
        return None
    declared: tuple[_RouteRule, ...] = route.spec.rules
    found = declared[number]
    refs = found.backend_refs
    held = tuple(
        ((*_ref_path(rule.place, position), "weight"), ABSENT if ref.weight is None else ref.weight)
        for position, ref in enumerate(refs)
    )
    relied_on = (*match_held(rule.place, found.matches), *_identities(rule.place, refs))
    return Weights(held, relied_on, lambda shares: _wanted(refs, shares))


def _wanted(refs: Sequence[BackendRef], shares: Sequence[float]) -> tuple[Json, ...]:
    return relative_weights(shares, [_weight(ref) for ref in refs])


def _ref_path(place: Path, position: int) -> Path:
    return (*place, "backendRefs", str(position))


def _identities(place: Path, refs: Sequence[BackendRef]) -> Iterator[Held]:
    for position, ref in enumerate(refs):
        yield (*_ref_path(place, position), "name"), ref.name
        yield (*_ref_path(place, position), "namespace"), ref.namespace or ABSENT


GATEWAY_API = System(names=(SYSTEM,), reads=(HttpRoute, GrpcRoute), rules=rules, weights=weights)
