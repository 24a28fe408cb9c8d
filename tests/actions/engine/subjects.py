"""Subjects for plans, from worlds; and the changes that plans are made of, in a line each."""

from __future__ import annotations

from datetime import UTC, datetime

from cockpit.actions.acts import Act
from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.conditions import AnyCondition
from cockpit.actions.guarding import guards_of
from cockpit.actions.guards import Guard, GuardId
from cockpit.actions.request import Circumstances
from cockpit.release.inference import infer
from cockpit.release.subject import Subject, subject_of
from cockpit.resources.json_values import ABSENT, Json
from cockpit.resources.references import ObjectRef
from tests.release.world import SCENARIOS, World

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
AT_EASE = Circumstances(NOW, "anna")
OLD, NEW = "8cbccbcd5", "7bc67c669f"

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 4
  paused: true
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "web:2"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""


def shop() -> World:
    """Return blue behind the Service, and green beside it."""
    return World(SCENARIOS / "selector-switch.yaml").settle()


def paused(old: int = 3, new: int = 2, *, pinned: bool = False, canary: bool = False) -> World:
    """Return a Deployment paused between two versions, as in the recording of an isolation."""
    world = World()
    world.apply(WEB)
    world.replica_set("web", OLD, image="web:1", replicas=old, revision=1)
    world.replica_set("web", NEW, image="web:2", replicas=new, revision=2, created="2026-11-21T09:30:00Z")
    if pinned:
        world.get("Service", "web")["spec"]["selector"]["pod-template-hash"] = OLD
    if canary:
        world.apply(
            f"""
kind: Service
metadata: {{name: web-canary}}
spec: {{selector: {{app: web, pod-template-hash: {NEW}}}, ports: [{{port: 80}}]}}
"""
        )
    return world.settle()


def subject(world: World, workload: str = "", unreadable: tuple[str, ...] = (), stale: tuple[str, ...] = ()) -> Subject:
    """Return the release of a workload, KIND/NAME; "" where there is but one release."""
    inventory = world.inventory(frozenset(unreadable), frozenset(stale))
    found = [member for member in infer(inventory) if not workload or workload in member.workloads]
    (member,) = found
    return subject_of(member, inventory)


def patch(ref: str, *fields: tuple[str, Json, Json], hold: AnyCondition | None = None) -> Change:
    """Return a patch of KIND/NAME; fields as dotted paths."""
    kind, _, name = ref.partition("/")
    changed = tuple(FieldChange(tuple(path.split(".")), before, after) for path, before, after in fields)
    return Change(
        ChangeKind.PATCH, ObjectRef(kind, "default", name, f"uid-{kind}-{name}".lower()), ref, changed, hold=hold
    )


def pin(service: str, hash_: str, hold: AnyCondition | None = None) -> Change:
    return patch(f"Service/{service}", ("spec.selector.pod-template-hash", ABSENT, hash_), hold=hold)


def unpin(service: str, hash_: str, hold: AnyCondition | None = None) -> Change:
    return patch(f"Service/{service}", ("spec.selector.pod-template-hash", hash_, ABSENT), hold=hold)


def pause(name: str, after: bool = True) -> Change:
    return patch(f"Deployment/{name}", ("spec.paused", not after, after))


def resume(name: str) -> Change:
    return pause(name, after=False)


def switch(service: str, before: str, after: str) -> Change:
    return patch(f"Service/{service}", ("spec.selector.version", before, after))


def scale(ref: str, before: int, after: int, hold: AnyCondition | None = None) -> Change:
    return patch(ref, ("spec.replicas", before, after), hold=hold)


def create(name: str, **selector: str) -> Change:
    manifest: dict[str, Json] = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "selector": {key.replace("_", "-"): value for key, value in selector.items()},
            "ports": [{"port": 80}],
        },
    }
    return Change(ChangeKind.CREATE, ObjectRef("Service", "default", name), f"create {name}", manifest=manifest)


def delete(ref: str) -> Change:
    kind, _, name = ref.partition("/")
    return Change(ChangeKind.DELETE, ObjectRef(kind, "default", name), f"delete {ref}")


def judged(
    found: Subject | World, act: Act, *changes: Change, circumstances: Circumstances = AT_EASE
) -> dict[GuardId, Guard]:
    """Return the guards of a plan by id; of several with one id the gravest."""
    guards = guards_of(subject(found) if isinstance(found, World) else found, changes, circumstances, act)
    return {guard.id: guard for guard in reversed(guards)}
