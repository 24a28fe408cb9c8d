"""All routing systems together: the entrances of a cluster, and who pays for the clients of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from cockpit.training.api.kinds import SERVICE, ApiKind
from cockpit.training.api.store import Key, Store
from cockpit.training.objects import Json, name_of, namespace_of
from cockpit.training.traffic import alb, gateway_api, ingress_nginx, istio
from cockpit.training.traffic.entrances import Backend, Entrance, World

_ROUTING = frozenset({
    ("networking.k8s.io", "Ingress"),
    ("networking.k8s.io", "IngressClass"),
    ("networking.istio.io", "VirtualService"),
    ("networking.istio.io", "DestinationRule"),
    ("gateway.networking.k8s.io", "HTTPRoute"),
    ("gateway.networking.k8s.io", "GRPCRoute"),
    ("gateway.networking.k8s.io", "ReferenceGrant"),
})  # fmt: skip
"""Group and kind of what decides where requests go."""

_System: TypeAlias = Callable[[World], Iterable[Entrance]]
_SYSTEMS: tuple[_System, ...] = (ingress_nginx.entrances, alb.entrances, gateway_api.entrances, istio.entrances)


def decides(kind: ApiKind) -> bool:
    """Tell whether objects of a kind decide where requests go."""
    return (kind.group, kind.kind) in _ROUTING


def world_of(store: Store, is_ready: Callable[[Backend], bool]) -> World:
    """Return what routers see of a cluster now."""
    services = {(namespace_of(service), name_of(service)): service for service in store.items(SERVICE)}
    objects = {kind.kind: _oldest_first(store.items(kind)) for kind in store.kinds.kept if decides(kind)}
    return World(objects, services, is_ready)


def entrances(world: World) -> list[Entrance]:
    """Return all entrances, in an order that depends on the objects alone. What nobody can read leads nowhere."""
    return [entrance for system in _SYSTEMS for entrance in _of_system(system, world)]


def _of_system(system: _System, world: World) -> list[Entrance]:
    found = _read(system, world)
    if found is None:
        objects = {
            kind: [obj for obj in held if _readable(system, world, kind, obj)] for kind, held in world.objects.items()
        }
        found = _read(system, replace(world, objects=objects))
    return found or []


def _readable(system: _System, world: World, kind: str, obj: Json) -> bool:
    return _read(system, replace(world, objects={kind: [obj]})) is not None


def _read(system: _System, world: World) -> list[Entrance] | None:
    """Return a system's entrances; None where an object has a shape that none of its readers expects."""
    try:
        return list(system(world))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError):
        return None  # custom objects may hold anything: a router does not take up what it cannot read


def paid(found: list[Entrance]) -> Iterator[tuple[Entrance, str, Key, float]]:
    """Yield each entrance with whose demand comes in through it, and how much of that, 0 to 1.

    Where the route itself asks for requests, these are divided evenly among its rules; else what the clients of a
    Service want is divided evenly among the rules that are for that Service first of all. Each payer is a system (or
    "" for a Service), with namespace and name.
    """
    payers = [_payer(entrance) for entrance in found]
    rules = Counter(payers)
    for entrance, payer in zip(found, payers, strict=True):
        if payer is not None:
            yield entrance, payer[0], payer[1], 1 / rules[payer]


def _payer(entrance: Entrance) -> tuple[str, Key] | None:
    if entrance.asked is not None:
        return (entrance.system, (entrance.namespace, entrance.route))
    return ("", entrance.main.key) if entrance.main is not None else None


def _oldest_first(objects: list[Json]) -> list[Json]:
    return sorted(objects, key=lambda obj: str(obj["metadata"].get("creationTimestamp", "")))
