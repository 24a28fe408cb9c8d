"""What a routing system makes of the objects: entrances, through which clients come in, and where each part goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from cockpit.training.api.store import Key
from cockpit.training.objects import Json, Labels

System: TypeAlias = Literal["direct", "ingress", "alb", "gateway", "istio"]


@dataclass(frozen=True, slots=True)
class Backend:
    """Whom a part goes to: the ready endpoints of a Service, or those of them that carry the labels of a subset."""

    namespace: str
    service: str
    subset: str = ""
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> Key:
        """Namespace and name of the Service."""
        return (self.namespace, self.service)

    def takes(self, labels: Labels) -> bool:
        """Tell whether a pod with some labels is of the subset."""
        return all(labels.get(name) == value for name, value in self.labels)


@dataclass(frozen=True, slots=True)
class Part:
    """A share of what comes in through an entrance, 0 to 1: it goes to a backend, or is answered by the router.

    `status` is the router's own answer, `flags` why (Envoy's response flags), and `backend` then whom it was meant
    for. `canary` is ingress-nginx's name of the upstream of a canary, NAMESPACE-SERVICE-PORT.
    """

    share: float
    backend: Backend | None
    status: int = 0
    flags: str = ""
    canary: str = ""


@dataclass(frozen=True, slots=True)
class Entrance:
    """One rule of a router: host and path, the Service that it is for first of all, and where its clients go.

    `rule` is host and path in one text, `port` the name or number of the Service's port, where the router has one.
    `main` is None where the rule leads to no Service; `mentioned` are all Services by which it decides. `asked` is the
    annotation of the route, for all of its rules. `gateway` tells that clients come from outside of the mesh.
    """

    system: System
    namespace: str
    route: str
    rule: str
    main: Backend | None
    parts: tuple[Part, ...]
    mentioned: frozenset[Key] = frozenset()
    host: str = ""
    path: str = "/"
    port: str = ""
    asked: float | None = None
    gateway: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """What routers look at. `objects` are those of each kind by its bare name, oldest first."""

    objects: Mapping[str, list[Json]]
    services: Mapping[Key, Json]
    is_ready: Callable[[Backend], bool]

    def of(self, kind: str) -> list[Json]:
        """Return the objects of a kind, oldest first."""
        return self.objects.get(kind, [])


def spec_of(obj: Json) -> Json:
    """Return an object's spec; an empty one where it has none that could be read."""
    spec = obj.get("spec")
    return spec if isinstance(spec, dict) else {}


def entries(value: object) -> list[Json]:
    """Return those members of a list that are objects, as what people write into custom objects may be anything."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return parts that go the same way as one, those that nobody takes left out."""
    shares: dict[Part, float] = {}
    for part in parts:
        if part.share > 0:
            way = Part(0.0, part.backend, part.status, part.flags, part.canary)
            shares[way] = shares.get(way, 0.0) + part.share
    return tuple(Part(share, way.backend, way.status, way.flags, way.canary) for way, share in shares.items())
