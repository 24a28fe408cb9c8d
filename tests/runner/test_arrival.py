"""What counts as arrived: the object as it was written, and taken up by its controller."""

from __future__ import annotations

import pytest

from cockpit.actions.change import ChangeKind
from cockpit.release.inventory import Inventory
from cockpit.resources.references import ObjectRef
from cockpit.runner.arrival import Written, has_arrived
from tests.release.world import SCENARIOS, World

DEPLOYMENT = ObjectRef("Deployment", "default", "shop-blue", "uid-deployment-shop-blue")


def shop(generation: int, observed: int, version: str = "7") -> Inventory:
    world = World(SCENARIOS / "selector-switch.yaml").settle()
    blue = world.get("Deployment", "shop-blue")
    blue["metadata"] |= {"generation": generation, "resourceVersion": version}
    blue["status"]["observedGeneration"] = observed
    return world.inventory()


@pytest.mark.parametrize(("observed", "arrived"), [(2, True), (1, False)])
def test_a_workload_has_arrived_when_its_controller_has_seen_it(observed: int, arrived: bool) -> None:
    written = Written(ChangeKind.PATCH, DEPLOYMENT, "7")
    assert has_arrived(written, shop(2, observed)) is arrived


def test_an_older_object_has_not_arrived() -> None:
    assert not has_arrived(Written(ChangeKind.PATCH, DEPLOYMENT, "8"), shop(1, 1))


def test_what_was_patched_and_is_gone_will_not_come_and_what_was_created_will() -> None:
    gone = ObjectRef("Service", "default", "other")
    assert has_arrived(Written(ChangeKind.PATCH, gone, "8"), shop(1, 1))
    assert not has_arrived(Written(ChangeKind.CREATE, gone, "8"), shop(1, 1))
    assert has_arrived(Written(ChangeKind.DELETE, gone, ""), shop(1, 1))
