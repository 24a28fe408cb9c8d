"""Releases to plan on, made from worlds, and plans made on them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from cockpit.actions.acts import Act
from cockpit.actions.change import Change
from cockpit.actions.guards import Guard, Outcome
from cockpit.actions.patch import operations_of
from cockpit.actions.plan import Plan
from cockpit.actions.planner import make_plan, wanted
from cockpit.actions.request import Circumstances, Request
from cockpit.release.inference import infer
from cockpit.release.subject import Subject, subject_of
from cockpit.resources.patches import encoded
from cockpit.resources.raw import RawObject
from tests.release.world import SCENARIOS, World

OLD, NEW = "695cdcd7c8", "6fc9f9b648"
NOW = datetime(2026, 11, 21, 11, tzinfo=UTC)
CALM = Circumstances(NOW, "ada")


def rolling(old: int = 3, new: int = 2, *, paused: bool = True) -> World:
    """Return nginx01 between two versions, as the controller leaves it when it is paused at once."""
    world = World(SCENARIOS / "pause-and-isolate.yaml")
    deployment = world.get("Deployment", "nginx01")
    world.replica_set("nginx01", OLD, replicas=old)
    deployment["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:1.20.1"
    world.replica_set("nginx01", NEW, replicas=new, revision=2, created="2026-11-21T10:00:00Z")
    if paused:
        deployment["spec"]["paused"] = True
    return world


def isolated() -> World:
    """Return nginx01 as `isolate` leaves it."""
    world = rolling()
    service = world.get("Service", "nginx01")
    service["spec"]["selector"]["pod-template-hash"] = OLD
    service["metadata"]["annotations"] = {"cockpit.dev/pinned": f"{OLD} by ada at 2026-11-21T10:30:00Z"}
    spec = {
        "type": "NodePort",
        "clusterIP": "10.96.0.77",
        "selector": {"app": "nginx01", "pod-template-hash": NEW},
        "ports": [{"port": 80, "targetPort": 80, "nodePort": 32429}],
    }
    metadata = {"name": "nginx01-canary", "labels": {"cockpit.dev/canary-of": "nginx01"}, "resourceVersion": "7"}
    world.put({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec, "status": {}})
    return world


def blue_green(serving: str = "blue") -> World:
    """Return the shop with one of its two versions behind the Service."""
    world = World(SCENARIOS / "selector-switch.yaml")
    world.get("Service", "shop")["spec"]["selector"]["version"] = serving
    return world


def weighted(weight: str = "50", total: str = "") -> World:
    """Return the pair of Services behind ingress-nginx's canary alone."""
    world = World(SCENARIOS / "ingress-weight.yaml")
    del world.objects["Ingress", "echo-ack"]
    prefix = "nginx.ingress.kubernetes.io/canary-weight"
    annotations = world.get("Ingress", "echo-canary")["metadata"]["annotations"]
    annotations[prefix] = weight
    if total:
        annotations[f"{prefix}-total"] = total
    return world


def subject(world: World, name: str = "") -> Subject:
    """Return a release of the world, the only one where no name is given."""
    inventory = world.settle().inventory()
    found = {entry.name: entry for entry in infer(inventory)}
    (only,) = [found[name]] if name else found.values()
    return subject_of(only, inventory)


def plan(world: World, act: Act, release: str = "", /, circumstances: Circumstances = CALM, **asked: Any) -> Plan:  # noqa: ANN401 - fields of a request
    """Return the plan for an act, with the whole objects that it asks for."""
    made = subject(world, release)
    request = Request(act, **asked)
    material = {ref: RawObject(world.get(ref.kind, ref.name)) for ref in wanted(made, request)}
    return make_plan(made, request, circumstances, material)


def summaries(made: Plan) -> list[str]:
    """Return what the plan does, a line for each change."""
    return [change.summary for change in made.changes]


def patch(change: Change) -> list[dict[str, Any]]:
    """Return the JSON patch of a change, as it is sent, without the test of the uid."""
    template = {"metadata": {"labels": {"app": "nginx01", "pod-template-hash": OLD}}}
    operations = operations_of(change, template) if change.template_from else operations_of(change)
    plain: list[dict[str, Any]] = msgspec.json.decode(encoded(operations))
    return [operation for operation in plain if operation["path"] != "/metadata/uid"]


def blocks(made: Plan) -> list[Guard]:
    """Return the guards that block."""
    return [guard for guard in made.guards if guard.outcome is Outcome.BLOCK]
