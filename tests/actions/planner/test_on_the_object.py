"""Laws of all plans: what is sent fits the objects as they are, and its inverse brings them back."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import partial

import pytest

from cockpit.actions.acts import Act
from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.patch import inverse_of, operations_of
from cockpit.actions.plan import Plan
from cockpit.resources.json_values import ABSENT, Json
from cockpit.resources.raw import RawObject
from tests.actions.engine.server import applied
from tests.actions.planner.routed import SYSTEMS, aliyun, istio
from tests.actions.planner.stage import blocks, blue_green, isolated, plan, rolling, weighted
from tests.release.world import SCENARIOS, World


def _weigh(share: str, world: World) -> Plan:
    return plan(world, Act.WEIGHT, shares=(share,))


MAKERS: dict[str, tuple[Callable[[], World], Callable[[World], Plan]]] = {
    "pause": (lambda: rolling(paused=False), lambda world: plan(world, Act.PAUSE)),
    "resume": (rolling, lambda world: plan(world, Act.RESUME)),
    "resume pinned": (isolated, lambda world: plan(world, Act.RESUME)),
    "restart": (blue_green, lambda world: plan(world, Act.RESTART, version="blue")),
    "scale": (blue_green, lambda world: plan(world, Act.SCALE, version="blue", replicas=4)),
    "set-image": (blue_green, lambda world: plan(world, Act.SET_IMAGE, version="green", images=("3.0",))),
    "switch": (blue_green, lambda world: plan(world, Act.SWITCH)),
    "first switch": (
        lambda: World(SCENARIOS / "both-versions-one-service.yaml"),
        lambda world: plan(world, Act.SWITCH, version="v2"),
    ),
    "isolate": (rolling, lambda world: plan(world, Act.ISOLATE)),
    "isolate while it rolls": (lambda: rolling(paused=False), lambda world: plan(world, Act.ISOLATE)),
    "unisolate": (isolated, lambda world: plan(world, Act.UNISOLATE)),
    "rollback": (rolling, lambda world: plan(world, Act.ROLLBACK)),
    "rollback isolated": (isolated, lambda world: plan(world, Act.ROLLBACK)),
    "rollback weight": (weighted, lambda world: plan(world, Act.ROLLBACK)),
    "promote": (isolated, lambda world: plan(world, Act.PROMOTE)),
    "promote weight": (lambda: weighted("5", "200"), lambda world: plan(world, Act.PROMOTE)),
    **{f"weight {name}": (world_of, partial(_weigh, f"{new}=60%")) for name, (world_of, _, new) in SYSTEMS.items()},
    "end a split that was won": (lambda: weighted("100"), lambda world: plan(world, Act.CLEANUP)),
    "end a split that was given up": (lambda: weighted("0"), lambda world: plan(world, Act.CLEANUP)),
    "end a split of one Ingress": (lambda: aliyun(weight="100"), lambda world: plan(world, Act.CLEANUP)),
    "take a rule by header out": (
        lambda: istio(0, 100),
        lambda world: plan(world, Act.CLEANUP, keep_rules=False),
    ),
    "cleanup": (lambda: blue_green("green"), lambda world: plan(world, Act.CLEANUP)),
}


def template_of(world: World, change: Change) -> Json:
    if change.template_from is None:
        return ABSENT
    return deepcopy(world.get(change.template_from.kind, change.template_from.name)["spec"]["template"])


def normal(value: Json) -> Json:
    """Return an object as an API server would write it: empty maps of strings are left out."""
    if not isinstance(value, dict):
        return value
    plain = {key: normal(entry) for key, entry in value.items()}
    return {key: entry for key, entry in plain.items() if not (key in {"annotations", "labels"} and entry == {})}


@pytest.mark.parametrize("name", MAKERS)
def test_every_change_applies_in_its_turn_and_all_are_taken_back_from_the_last(name: str) -> None:
    world_of, plan_of = MAKERS[name]
    world = world_of().settle()
    made = plan_of(world)
    before = deepcopy(world.objects)
    inverses: list[Change] = []
    for change in made.changes:
        inverses += _write(world, change)
    for inverse in reversed(inverses):
        _write(world, inverse)
    for key, entry in before.items():
        assert normal(_without_hash(world.objects[key])) == normal(_without_hash(entry)), key


@pytest.mark.parametrize("name", MAKERS)
def test_no_plan_of_a_healthy_release_is_blocked(name: str) -> None:
    world_of, plan_of = MAKERS[name]
    assert not blocks(plan_of(world_of()))


def _write(world: World, change: Change) -> list[Change]:
    key = (change.object.kind, change.object.name)
    if change.kind is ChangeKind.CREATE:
        world.put(deepcopy(dict(change.manifest)))
        inverse = inverse_of(change, RawObject(world.get(*key)))
    elif change.kind is ChangeKind.DELETE:
        inverse = inverse_of(change, None)
        del world.objects[key]
    else:
        answered = applied(deepcopy(world.get(*key)), operations_of(change, template_of(world, change)))
        world.objects[key] = answered
        inverse = inverse_of(change, RawObject(answered))
    return [inverse] if inverse is not None else []


def _without_hash(entry: Json) -> Json:
    """Return an object without what only a server gives it, which comes anew with an object that is made again."""
    assert isinstance(entry, dict)
    metadata = {key: value for key, value in entry["metadata"].items() if key not in {"uid", "resourceVersion"}}
    spec = {key: value for key, value in entry.get("spec", {}).items() if key != "clusterIP"}
    rest = {key: value for key, value in entry.items() if key not in {"metadata", "spec", "status", "apiVersion"}}
    return {**rest, "metadata": metadata, "spec": spec}
