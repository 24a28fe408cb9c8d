"""Ingress: plain paths, canary Ingresses beside them, and Services that share a path.

Who reads the annotations, the controller of the IngressClass tells; where that is not known, the annotations do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cockpit.resources.ingress import Ingress, IngressClass, ServiceBackend
from cockpit.routing import ack, alb_canary, nginx_canary
from cockpit.routing.canary import Canary
from cockpit.routing.ingress_paths import (
    ALB_ALIBABA,
    FOREIGN_TO_NGINX,
    Location,
    backend,
    backends_by_location,
    controller_of,
)
from cockpit.routing.ingress_weights import weights
from cockpit.routing.objects import Objects
from cockpit.routing.rules import RELEASE_ANNOTATION, Backend, Rule
from cockpit.routing.system import System

PLAIN = "Ingress"
_Stable = tuple[Location, Ingress, tuple[ServiceBackend, ...]]
_Canary = tuple[Ingress, Canary, ServiceBackend]


def rules(objects: Objects) -> tuple[Rule, ...]:
    """Return the rules of a namespace's Ingresses, one for each host and path, and one for each canary's own match."""
    stable: list[_Stable] = []
    canaries: dict[Location, list[_Canary]] = {}
    for ingress in objects.ordered(Ingress):
        canary = _canary(ingress, objects)
        for location, services in backends_by_location(ingress).items():
            if canary:
                canaries.setdefault(location, []).append((ingress, canary, services[0]))
            else:
                stable.append((location, ingress, services))
    found: list[Rule] = []
    for location, ingress, services in stable:
        found += _located(location, ingress, services, canaries.pop(location, []), objects)
    for location, alone in canaries.items():
        found += [_unused(location, *entry, _without_stable(entry[1])) for entry in alone]
    return tuple(found)


def _canary(ingress: Ingress, objects: Objects) -> Canary | None:
    annotations = ingress.metadata.annotations
    controller = controller_of(ingress, objects)
    if controller == ALB_ALIBABA:
        return alb_canary.alb_canary(annotations, sure=True)
    if controller not in FOREIGN_TO_NGINX and (found := nginx_canary.nginx_canary(annotations)):
        return found
    return alb_canary.alb_canary(annotations, sure=False) if not controller else None


def _located(
    location: Location,
    ingress: Ingress,
    services: tuple[ServiceBackend, ...],
    canaries: list[_Canary],
    objects: Objects,
) -> Iterator[Rule]:
    """Yield the rules of one host and path in the order in which they are asked."""
    if not canaries:
        yield from _shared(location, ingress, services, objects)
        return
    canaries = sorted(canaries, key=lambda entry: _order(*entry))
    taken, weighted = _taken(canaries), None
    for entry in canaries:
        if entry not in taken:
            yield _unused(location, *entry, "ignored by ingress-nginx, which takes one canary for each host and path")
            continue
        for match in entry[1].matches:
            yield _matched(location, ingress, entry, match)
        if entry[1].weight is not None and weighted is None:
            weighted = entry
    yield _weighted(location, ingress, services, weighted) if weighted else _base(location, ingress, services, canaries)


def _order(ingress: Ingress, canary: Canary, _: ServiceBackend) -> tuple[int, str]:
    place = alb_canary.order(ingress.metadata.annotations) if canary.system == alb_canary.SYSTEM else 0
    return (place, ingress.metadata.name)


def _taken(canaries: list[_Canary]) -> list[_Canary]:
    """Return the canaries that count: of ingress-nginx's the first one (its webhook refuses a second), of ALB's all."""
    return canaries[:1] if canaries[0][1].system == nginx_canary.SYSTEM else canaries


def _release(*ingresses: Ingress) -> str:
    return next((found for entry in ingresses if (found := entry.metadata.annotations.get(RELEASE_ANNOTATION))), "")


def _matched(location: Location, ingress: Ingress, entry: _Canary, match: str) -> Rule:
    holder, canary, service = entry
    return Rule(
        kind="Ingress",
        name=holder.metadata.name,
        text=location.text,
        backends=(backend(service, None, 1.0),),
        objects=(ingress.metadata.name, holder.metadata.name),
        match=match,
        problem=canary.problem if canary.weight is None else "",
        release=_release(holder, ingress),
        system=canary.system,
        why_not="what carries the match goes to the canary, whatever the weight",
    )


def _weighted(location: Location, ingress: Ingress, services: tuple[ServiceBackend, ...], entry: _Canary) -> Rule:
    holder, canary, service = entry
    share, weight = canary.share, canary.weight or 0
    rest = None if share is None else 1.0 - share
    return Rule(
        kind="Ingress",
        name=holder.metadata.name,
        text=location.text,
        backends=(
            backend(services[0], max(canary.total - weight, 0), rest),
            backend(service, weight if canary.known else None, share),
        ),
        objects=(ingress.metadata.name, holder.metadata.name),
        writable=not canary.why_not,
        problem=canary.problem,
        release=_release(holder, ingress),
        system=canary.system,
        parts=canary.total,
        why_not=canary.why_not,
        sticky=_sticky(ingress, holder) if canary.system == nginx_canary.SYSTEM else "",
    )


def _sticky(ingress: Ingress, canary: Ingress) -> str:
    """Return why clients of ingress-nginx stay on their side: it asks for their session before anything else.

    Source: ingress-nginx docs/user-guide/nginx-configuration/annotations.md, affinity-canary-behavior.
    """
    behaviour = canary.metadata.annotations.get(f"{nginx_canary.PREFIX}affinity-canary-behavior", "sticky")
    if ingress.metadata.annotations.get(f"{nginx_canary.PREFIX}affinity") != "cookie" or behaviour == "legacy":
        return ""
    return "session affinity keeps each client on its side, whatever the weight"


def _base(location: Location, ingress: Ingress, services: tuple[ServiceBackend, ...], canaries: list[_Canary]) -> Rule:
    """Return where requests go that match none of the canaries, when none of them takes a share."""
    return Rule(
        kind="Ingress",
        name=ingress.metadata.name,
        text=location.text,
        backends=(backend(services[0], None, 1.0),),
        objects=(ingress.metadata.name, *(entry[0].metadata.name for entry in canaries)),
        release=_release(*(entry[0] for entry in canaries), ingress),
        system=canaries[0][1].system,
        why_not="its canaries take requests by header or cookie: a share needs a canary Ingress with a weight",
    )


def _shared(
    location: Location, ingress: Ingress, services: tuple[ServiceBackend, ...], objects: Objects
) -> Iterator[Rule]:
    """Yield the rules of one Ingress alone: one Service, or several that the annotations of ACK divide between."""
    annotations = ingress.metadata.annotations
    division = ack.Division(services, annotations)
    unread = _unread(ingress, objects)
    divided = division.backends()
    if unread and len(divided) > 1:
        divided = tuple(Backend(entry.service, entry.weight, None, port=entry.port) for entry in divided)
    writable = division.writable and len(services) > 1 and not unread
    rule = Rule(
        kind="Ingress",
        name=ingress.metadata.name,
        text=location.text,
        backends=divided,
        objects=(ingress.metadata.name,),
        match=" or ".join(words for _, words in division.matched()) or None,
        writable=writable,
        problem=unread or (division.problem if len(services) > 1 else ""),
        release=_release(ingress),
        system=ack.SYSTEM if len(services) > 1 and (division.named or division.listed) else PLAIN,
        parts=division.parts if writable else 0,
        why_not="" if writable else _why_not(services),
    )
    yield rule
    if rule.match and len(services) > 1:
        yield _unmatched(rule, services, division)


def _unmatched(rule: Rule, services: tuple[ServiceBackend, ...], division: ack.Division) -> Rule:
    """Return where requests go that no service-match takes: to the Services that have none."""
    matched = {name for name, _ in division.matched()}
    rest = [entry for entry in services if entry.name not in matched]
    return Rule(
        kind=rule.kind,
        name=rule.name,
        text=rule.text,
        backends=tuple(backend(entry, None, 1.0 if len(rest) == 1 else None) for entry in rest),
        objects=rule.objects,
        release=rule.release,
        system=rule.system,
        why_not="service-match sends these requests to the Service without a match",
    )


def _unread(ingress: Ingress, objects: Objects) -> str:
    """Return why annotations for traffic are not read as they may be meant, "" where they are."""
    controller = controller_of(ingress, objects)
    if controller not in FOREIGN_TO_NGINX:
        return ""
    annotations = ingress.metadata.annotations
    prefixes: tuple[str, ...] = (
        nginx_canary.PREFIX + "canary",
        ack.SERVICE_WEIGHT,
        ack.SERVICE_MATCH,
        ack.WEIGHT_PREFIX,
    )
    if controller != ALB_ALIBABA:
        prefixes += (f"{alb_canary.PREFIX}canary",)
    found = next((key for key in sorted(annotations) if key.startswith(prefixes)), "")
    return f"{controller} does not read {found}" if found else ""


def _why_not(services: tuple[ServiceBackend, ...]) -> str:
    if len(services) == 1:
        return "one Service takes every request of this path: a canary Ingress beside it would divide them"
    return "no annotation divides between the Services of this path"


def _without_stable(canary: Canary) -> str:
    who = "ingress-nginx" if canary.system == nginx_canary.SYSTEM else "ALB"
    return f"ignored by {who}: no Ingress of the same class, host and path without the canary annotation"


def _unused(location: Location, ingress: Ingress, canary: Canary, service: ServiceBackend, problem: str) -> Rule:
    return Rule(
        kind="Ingress",
        name=ingress.metadata.name,
        text=location.text,
        backends=(backend(service, None, 0.0),),
        objects=(ingress.metadata.name,),
        problem=problem,
        release=_release(ingress),
        system=canary.system,
        why_not=problem,
    )


def rules_of(ingresses: Iterable[Ingress]) -> tuple[Rule, ...]:
    """Return the rules of loose Ingresses whose classes are not known."""
    return rules(Objects("", {Ingress: {entry.metadata.name: entry for entry in ingresses}}))


INGRESS = System(
    names=(PLAIN, nginx_canary.SYSTEM, alb_canary.SYSTEM, ack.SYSTEM),
    reads=(Ingress, IngressClass),
    rules=rules,
    weights=weights,
)
