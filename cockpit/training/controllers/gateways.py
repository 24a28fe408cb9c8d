"""The controller of Gateways: says in the status of routes that it has taken them up, and what of them leads nowhere.

It serves Gateways of the class `training`, and leaves routes of all others as it finds them.
Source: https://gateway-api.sigs.k8s.io/reference/spec/ (RouteParentStatus, RouteConditionType, RouteConditionReason).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from cockpit.training.api.kinds import SERVICE, ApiKind
from cockpit.training.api.store import Change, Key
from cockpit.training.chance import Chance
from cockpit.training.controllers.plane import Plane
from cockpit.training.controllers.queue import WorkQueue
from cockpit.training.objects import Json, name_of, namespace_of, timestamp
from cockpit.training.traffic.gateway_api import refusal
from cockpit.training.traffic.routes import world_of

CONTROLLER = "training.cockpit.dev/gateway"
CLASS = "training"
_GROUP = "gateway.networking.k8s.io"
_ROUTES = ("HTTPRoute", "GRPCRoute")
_OTHERS = ("Gateway", "ReferenceGrant")
_LATENCY = (0.1, 0.4)


class GatewayController:
    """Writes the status of HTTPRoutes and GRPCRoutes. Its chance is its own, so that it changes no name of others."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._queues = {
            kind: WorkQueue(plane.clock, Chance(0), partial(self.reconcile, kind), _LATENCY) for kind in _ROUTES
        }

    def observe(self, change: Change) -> None:
        """Queue the routes that a change concerns."""
        if change.kind.group == _GROUP and change.kind.kind in _ROUTES:
            self._queues[change.kind.kind].add((namespace_of(change.object), name_of(change.object)))
        elif change.kind is SERVICE or (change.kind.group == _GROUP and change.kind.kind in _OTHERS):
            for name in _ROUTES:
                for route in self._objects(name):
                    self._queues[name].add((namespace_of(route), name_of(route)))

    def reconcile(self, name: str, key: Key) -> None:
        """Say in the status of one route what became of it at each of our Gateways; others' say stays."""
        kind = self._kind(name)
        route = self._plane.store.get(kind, *key) if kind else None
        if kind is None or route is None:
            return
        before: list[Json] = (route.get("status") or {}).get("parents") or []
        foreign = [entry for entry in before if entry.get("controllerName") != CONTROLLER]
        parents = [*foreign, *self._parents(name, route, before)]
        if parents != before:
            status = {**(route.get("status") or {}), "parents": parents}
            self._plane.registry.replace(kind, *key, {**route, "status": status}, "status")

    def _parents(self, kind: str, route: Json, before: list[Json]) -> Iterator[Json]:
        ours = {(namespace_of(gateway), name_of(gateway)) for gateway in self._objects("Gateway") if _is_ours(gateway)}
        for ref in route["spec"].get("parentRefs") or ():
            at = (str(ref.get("namespace") or namespace_of(route)), str(ref.get("name")))
            if ref.get("kind", "Gateway") == "Gateway" and at in ours:
                mine = (entry for entry in before if entry.get("controllerName") == CONTROLLER)
                old = next((entry for entry in mine if entry.get("parentRef") == ref), {})
                conditions = self._conditions(kind, route, old.get("conditions") or [])
                yield {"parentRef": ref, "controllerName": CONTROLLER, "conditions": conditions}

    def _conditions(self, kind: str, route: Json, before: list[Json]) -> list[Json]:
        world = world_of(self._plane.store, lambda _: True)
        refs = (ref for rule in route["spec"].get("rules") or () for ref in rule.get("backendRefs") or ())
        refused = {str(ref.get("name")): why for ref in refs if (why := refusal(world, kind, route, ref))}
        reason = next(iter(refused.values()), "ResolvedRefs")
        said = ", ".join(f"{name}: {why}" for name, why in refused.items())
        return [
            self._condition(route, before, "Accepted", "True", "Accepted", ""),
            self._condition(route, before, "ResolvedRefs", "False" if refused else "True", reason, said),
        ]

    def _condition(self, route: Json, before: list[Json], name: str, status: str, reason: str, message: str) -> Json:
        old = next((entry for entry in before if entry.get("type") == name and entry.get("status") == status), {})
        return {
            "type": name,
            "status": status,
            "reason": reason,
            "message": message,
            "observedGeneration": route["metadata"].get("generation", 0),
            "lastTransitionTime": old.get("lastTransitionTime") or timestamp(self._plane.clock.now),
        }

    def _kind(self, name: str) -> ApiKind | None:
        kinds = (kind for kind in self._plane.store.kinds.kept if (kind.group, kind.kind) == (_GROUP, name))
        return next(kinds, None)

    def _objects(self, name: str) -> list[Json]:
        kind = self._kind(name)
        return list(self._plane.store.items(kind)) if kind else []


def _is_ours(gateway: Json) -> bool:
    return bool(gateway["spec"].get("gatewayClassName") == CLASS)
