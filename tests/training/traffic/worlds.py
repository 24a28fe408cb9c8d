"""Small worlds of routing objects, as routers see them: no cluster, no time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cockpit.training.objects import Json
from cockpit.training.traffic import alb, gateway_api, ingress_nginx, istio
from cockpit.training.traffic.entrances import Backend, Entrance, World

SPACE = "shop"
SYSTEMS = {"ingress": ingress_nginx, "alb": alb, "gateway": gateway_api, "istio": istio}


def world(
    objects: Iterable[Json], ready: Iterable[str] = ("old", "new"), there: Iterable[str] = ("old", "new")
) -> World:
    """Return a world with some objects. `there` are the Services, `ready` those of them with endpoints."""
    by_kind: dict[str, list[Json]] = {}
    for obj in objects:
        by_kind.setdefault(obj["kind"], []).append(obj)
    services = {_key(name): {"metadata": {"name": name}} for name in there}
    reachable = {_key(name) for name in ready}
    return World(by_kind, services, lambda backend: backend.key in reachable)


def made(kind: str, name: str, spec: Json, annotations: Mapping[str, str] | None = None, space: str = SPACE) -> Json:
    """Return an object of the namespace."""
    metadata = {"name": name, "namespace": space, "annotations": dict(annotations or {})}
    return {"kind": kind, "metadata": metadata, "spec": spec}


def found(seen: World, system: str) -> list[Entrance]:
    """Return the entrances of one system."""
    return list(SYSTEMS[system].entrances(seen))


def shares(entrance: Entrance) -> dict[str, float]:
    """Return the share of each Service (with its subset), and under its number of each answer of the router's own."""
    seen: dict[str, float] = {}
    for part in entrance.parts:
        to = part.backend
        name = str(part.status) if part.status or to is None else to.service + (f"/{to.subset}" if to.subset else "")
        seen[name] = seen.get(name, 0.0) + part.share
    return {name: round(share, 9) for name, share in seen.items()}


def only(seen: World, system: str) -> dict[str, float]:
    """Return the shares of the only entrance there is."""
    (entrance,) = found(seen, system)
    return shares(entrance)


def backend(name: str) -> Backend:
    """Return a Service as a backend."""
    return Backend(*_key(name))


def _key(name: str) -> tuple[str, str]:
    space, _, bare = name.rpartition("/")
    return (space or SPACE, bare)
