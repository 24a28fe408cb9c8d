"""Istio: VirtualServices, with the DestinationRules whose subsets they name.

Weights are relative to their sum; an absent one is 0; a single destination gets everything whatever its weight; several
that add up to 0, and negative ones, Istio refuses (pkg/config/validation/validation.go, validateHTTPRouteDestinations).
The first entry that matches decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cockpit.resources.istio import (
    DestinationRule,
    HttpRouteEntry,
    L4RouteEntry,
    RouteDestination,
    VirtualService,
)
from cockpit.resources.json_values import ABSENT, Json, Path
from cockpit.routing.apportion import FINEST, relative_weights
from cockpit.routing.istio_hosts import Subsets, host_of, subsets_of
from cockpit.routing.istio_matches import match_held, match_words, takes_all, uri_words
from cockpit.routing.objects import Objects
from cockpit.routing.rules import RELEASE_ANNOTATION, Backend, Rule
from cockpit.routing.system import Held, System, Weights

SYSTEM = "Istio"
_Entry = HttpRouteEntry | L4RouteEntry


@dataclass(frozen=True, slots=True)
class _Roots:
    """Which VirtualServices delegate to one: their names with hosts and the match of the entry that does."""

    name: str
    hosts: tuple[str, ...]
    match: str | None


def rules(objects: Objects) -> tuple[Rule, ...]:
    """Return one rule for each entry that leads to destinations; what is delegated is told where it is decided."""
    subsets = subsets_of(objects)
    roots = _roots(objects)
    found = objects.ordered(VirtualService)
    return tuple(rule for entry in found for rule in _rules(entry, subsets, roots.get(entry.metadata.name)))


def _roots(objects: Objects) -> dict[str, _Roots]:
    roots: dict[str, _Roots] = {}
    for service in objects.ordered(VirtualService):
        for entry in service.spec.http:
            delegate = entry.delegate
            if delegate is not None and delegate.namespace in {"", objects.namespace}:
                roots.setdefault(
                    delegate.name, _Roots(service.metadata.name, service.spec.hosts, match_words(entry.match))
                )
    return roots


def _rules(service: VirtualService, subsets: Subsets, root: _Roots | None) -> Iterator[Rule]:
    hosts = ",".join(service.spec.hosts or (root.hosts if root else ())) or "*"
    shadowed = False
    for number, entry in enumerate(service.spec.http):
        if entry.route:
            text = f"{hosts}{','.join(dict.fromkeys(map(uri_words, entry.match))) or '/'}"
            words = " and ".join(filter(None, (root.match if root else None, match_words(entry.match)))) or None
            place = ("spec", "http", str(number))
            yield _rule(service, place, text, words, entry, subsets, root, shadowed=shadowed)
        shadowed = shadowed or takes_all(entry.match)
    for protocol, entries in (("tls", service.spec.tls), ("tcp", service.spec.tcp)):
        for number, l4_entry in enumerate(entries):
            if l4_entry.route:
                place = ("spec", protocol, str(number))
                yield _rule(service, place, f"{protocol} {hosts}{_ports(l4_entry)}", None, l4_entry, subsets, root)


def _ports(entry: L4RouteEntry) -> str:
    ports = [str(match.port) for match in entry.match if match.port is not None]
    return f":{','.join(dict.fromkeys(ports))}" if ports else ""


def _rule(
    service: VirtualService,
    place: Path,
    text: str,
    match: str | None,
    entry: _Entry,
    subsets: Subsets,
    root: _Roots | None,
    *,
    shadowed: bool = False,
) -> Rule:
    name = service.metadata.name
    divides = len(entry.route) > 1
    backends = _backends(service, entry.route, subsets)
    problems = [_weight_problem(entry.route), *(backend.problem for backend in backends)]
    if shadowed:
        problems.insert(0, "Never reached: an entry before it takes every request.")
    if not service.spec.hosts and root is None:
        problems.append("It has no hosts, and no VirtualService of this namespace delegates to it.")
    return Rule(
        kind="VirtualService",
        name=name,
        text=text,
        backends=backends,
        objects=(name,),
        match=match,
        writable=divides,
        problem=" ".join(dict.fromkeys(filter(None, problems))),
        release=service.metadata.annotations.get(RELEASE_ANNOTATION, ""),
        system=SYSTEM,
        place=place,
        beside=(*subsets.holders(backends), *((f"VirtualService/{root.name}",) if root else ())),
        parts=FINEST if divides else 0,
        why_not="" if divides else "the entry has one destination, which gets everything: it needs a second to divide",
    )


def _backends(service: VirtualService, route: Sequence[RouteDestination], subsets: Subsets) -> tuple[Backend, ...]:
    shares = _shares([entry.weight or 0 for entry in route])
    found: list[Backend] = []
    for entry, share in zip(route, shares, strict=True):
        target = entry.destination
        host = host_of(target.host, service.metadata.namespace)
        labels, problem = subsets.labels(host, target.subset)
        found.append(
            Backend(
                service=host.service,
                weight=entry.weight,
                share=share,
                subset=target.subset or None,
                namespace=host.namespace,
                port=str(target.port.number) if target.port else "",
                kind=host.kind,
                labels=labels,
                problem=problem,
            )
        )
    return tuple(found)


def _shares(weights: Sequence[int]) -> tuple[float | None, ...]:
    if len(weights) == 1:
        return (1.0,)
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        return (None,) * len(weights)
    return tuple(weight / total for weight in weights)


def _weight_problem(route: Sequence[RouteDestination]) -> str:
    weights = [entry.weight or 0 for entry in route]
    negative = next((weight for weight in weights if weight < 0), None)
    if negative is not None:
        return f"Istio refuses weight {negative}: what the proxies do with it is not known."
    if len(weights) > 1 and not sum(weights):
        return "All weights are 0: Istio refuses that (total destination weight = 0), and what was before may go on."
    return ""


def weights(objects: Objects, rule: Rule) -> Weights | None:
    """Return the weights of one entry's destinations."""
    service = objects.of(VirtualService).get(rule.name)
    protocol, number = rule.place[1], int(rule.place[2])
    if service is None:
        return None
    l4_entries = service.spec.tls if protocol == "tls" else service.spec.tcp
    entries: Sequence[_Entry] = service.spec.http if protocol == "http" else l4_entries
    if number >= len(entries):
        return None
    entry = entries[number]
    held = tuple(
        ((*rule.place, "route", str(position), "weight"), ABSENT if target.weight is None else target.weight)
        for position, target in enumerate(entry.route)
    )
    matched = match_held(rule.place, entry.match) if isinstance(entry, HttpRouteEntry) else ()
    relied_on = (*matched, *_identities(rule.place, entry.route))
    return Weights(held, relied_on, lambda shares: _wanted(entry.route, shares))


def _wanted(route: Sequence[RouteDestination], shares: Sequence[float]) -> tuple[Json, ...]:
    return relative_weights(shares, [max(entry.weight or 0, 0) for entry in route])


def _identities(place: Path, route: Sequence[RouteDestination]) -> Iterator[Held]:
    for position, target in enumerate(route):
        root = (*place, "route", str(position), "destination")
        yield (*root, "host"), target.destination.host
        yield (*root, "subset"), target.destination.subset or ABSENT


ISTIO = System(names=(SYSTEM,), reads=(VirtualService, DestinationRule), rules=rules, weights=weights)
