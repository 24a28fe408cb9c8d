"""Guards of the picture itself, and of the place: what is not known cannot be judged, and production is marked."""

from __future__ import annotations

from collections.abc import Iterator

from cockpit.actions.acts import BACKWARD, Act
from cockpit.actions.guard_scene import listed, objects, passes, warns
from cockpit.actions.guards import Guard, GuardId
from cockpit.actions.request import Circumstances
from cockpit.release.subject import Subject

_NEEDED = ("pods", "endpointslices", "services", "replicasets")
_SIMULATED = frozenset({"pods", "services", "replicasets"})


def judge_picture(subject: Subject) -> Iterator[Guard]:
    """Yield what of the picture is missing or old."""
    inventory = subject.inventory
    if unreadable := [kind for kind in _NEEDED if kind in inventory.unreadable]:
        yield objects(
            GuardId.NOTHING_SERVES,
            f"{listed(unreadable)} cannot be read: what the plan does to the traffic is not known.",
            "Ask for the right to list them, or look with kubectl first.",
        )
    if stale := [kind for kind in _NEEDED if kind in inventory.stale - inventory.unreadable]:
        yield objects(
            GuardId.NOTHING_SERVES,
            f"The picture is stale: no news of {listed(stale)}.",
            "Wait for the connection, or look with kubectl first.",
        )


def can_be_played(subject: Subject) -> bool:
    """Say whether a plan's effects can be reckoned at all."""
    return _SIMULATED.isdisjoint(subject.inventory.unreadable)


def judge_place(circumstances: Circumstances, act: Act, release: str) -> Iterator[Guard]:
    """Yield what is to be said of a context that is marked as production."""
    if not circumstances.production:
        return
    if act in BACKWARD:
        yield passes(GuardId.PRODUCTION, "This is production; going back needs no more than Enter.")
    else:
        yield warns(GuardId.PRODUCTION, f"This is production: type the name {release} to go on.")
