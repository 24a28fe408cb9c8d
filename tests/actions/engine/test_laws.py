"""Laws: what guards let through never costs a Service its last endpoint, however slow or quick controllers are.

The cluster here is played by other code than the forecast's: one Deployment, two Services, and a controller that takes
single steps whenever it likes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.actions.acts import Act
from cockpit.actions.change import Change
from cockpit.actions.conditions import RolledOut
from cockpit.actions.guarding import guards_of
from cockpit.actions.guards import Outcome
from cockpit.resources.json_values import ABSENT
from tests.actions.engine.subjects import AT_EASE, NEW, OLD, patch, paused, subject

HOLD = RolledOut("Deployment/web")
NEXT = "next"


@dataclass
class Cluster:
    """One Deployment with pods by hash, and the hash that each Service is pinned to (None: not pinned)."""

    replicas: int
    paused: bool
    target: str
    pods: dict[str, int]
    pins: dict[str, str | None]

    def endpoints(self, service: str) -> int:
        pinned = self.pins[service]
        return sum(self.pods.values()) if pinned is None else self.pods.get(pinned, 0)

    def step(self) -> bool:
        """Take one step of a rolling update that keeps every replica; say whether there was one to take."""
        total = sum(self.pods.values())
        old = [name for name, number in self.pods.items() if name != self.target and number]
        if self.paused:
            return False
        if self.pods.get(self.target, 0) < self.replicas and total <= self.replicas:
            self.pods[self.target] = self.pods.get(self.target, 0) + 1
        elif old and total > self.replicas:
            self.pods[old[0]] -= 1
        elif self.pods.get(self.target, 0) > self.replicas:
            self.pods[self.target] -= 1
        else:
            return False
        return True


Operation = tuple[str, str | None, bool]
OPERATIONS = st.one_of(
    st.tuples(st.sampled_from(["pin web", "pin canary"]), st.sampled_from([None, OLD, NEW, "gone"]), st.booleans()),
    st.tuples(st.sampled_from(["pause", "resume", "image"]), st.none(), st.booleans()),
)


def change_of(operation: Operation) -> Change:
    what, hash_, held = operation
    hold = HOLD if held else None
    if what.startswith("pin"):
        service = "web" if what == "pin web" else "web-canary"
        return patch(f"Service/{service}", ("spec.selector.pod-template-hash", "?", hash_ or ABSENT), hold=hold)
    if what == "image":
        return patch("Deployment/web", ("spec.template.spec.containers.0.image", "?", "web:3"), hold=hold)
    return patch("Deployment/web", ("spec.paused", "?", what == "pause"), hold=hold)


def obey(cluster: Cluster, operation: Operation) -> None:
    what, hash_, _ = operation
    if what.startswith("pin"):
        cluster.pins["web" if what == "pin web" else "web-canary"] = hash_
    elif what == "image":
        cluster.target = NEXT
    else:
        cluster.paused = what == "pause"


def first_emptied(cluster: Cluster, operations: Sequence[Operation], steps: Sequence[int]) -> str:
    """Play a plan, with so many steps of the controller after each change, and all of them at the end."""
    had = [service for service in cluster.pins if cluster.endpoints(service)]
    for operation, some in zip(operations, steps, strict=True):
        obey(cluster, operation)
        left = 1000 if operation[2] else some
        while True:
            for service in had:
                if not cluster.endpoints(service):
                    return service
            if not left or not cluster.step():
                break
            left -= 1
    while cluster.step():
        for service in had:
            if not cluster.endpoints(service):
                return service
    return ""


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, 4),
    st.integers(0, 4),
    st.lists(OPERATIONS, min_size=1, max_size=5),
    st.lists(st.integers(0, 12), min_size=5, max_size=5),
    st.booleans(),
)
def test_what_guards_let_through_empties_no_service(
    old: int, new: int, operations: list[Operation], steps: list[int], pinned: bool
) -> None:
    world = paused(old, new, pinned=pinned, canary=True)
    guards = guards_of(subject(world), [change_of(entry) for entry in operations], AT_EASE, Act.PROMOTE)
    if any(guard.outcome is Outcome.BLOCK for guard in guards):
        return
    pins = {"web": OLD if pinned else None, "web-canary": NEW}
    cluster = Cluster(4, True, NEW, {OLD: old, NEW: new}, pins)
    assert first_emptied(cluster, operations, steps[: len(operations)]) == ""


def test_the_recorded_trap_is_one_in_the_played_cluster_too() -> None:
    cluster = Cluster(4, True, NEW, {OLD: 3, NEW: 2}, {"web": OLD, "web-canary": NEW})
    assert first_emptied(cluster, [("resume", None, False)], [0]) == "web"


def test_a_plan_in_the_right_order_is_let_through() -> None:
    order: list[Operation] = [("pin web", None, False), ("resume", None, False)]
    found = subject(paused(pinned=True, canary=True))
    guards = guards_of(found, [change_of(entry) for entry in order], AT_EASE, Act.PROMOTE)
    assert all(guard.outcome is not Outcome.BLOCK for guard in guards)
