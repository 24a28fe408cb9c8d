"""Plans and lines of a journal that tests make."""

from __future__ import annotations

from datetime import UTC, datetime

from cockpit.actions.acts import Act
from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.conditions import EndpointsOnly
from cockpit.actions.plan import Plan
from cockpit.actions.record import Done
from cockpit.resources.json_values import Json
from cockpit.resources.references import ObjectRef
from cockpit.runner.journal_lines import Answered, Begun, Ended, How, Line, Sending

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SERVICE = ObjectRef("Service", "default", "shop", "service-uid")


def select(after: Json = "green", before: Json = "blue", ref: ObjectRef = SERVICE) -> Change:
    """Return the change of one key of a selector."""
    field = FieldChange(("spec", "selector", "version"), before, after)
    return Change(ChangeKind.PATCH, ref, f"select version {after} instead of {before}", (field,))


def plan(*changes: Change, act: Act = Act.SWITCH, undoes: str = "") -> Plan:
    """Return a plan of these changes, or of one switch."""
    return Plan(
        act=act,
        namespace="default",
        release="shop",
        workload_uids=("workload-uid",),
        title="Switch Service shop from blue to green",
        why="Green takes the traffic.",
        drawn_at=NOON,
        changes=changes or (select(),),
        expects=(EndpointsOnly("shop", "Deployment/shop-green", "abc"),),
        undoes=undoes,
    )


def begun(act_id: str, made: Plan | None = None) -> Begun:
    """Return the first line of an act."""
    return Begun(id=act_id, at=NOON, who="alice", context="kind", server="https://kind", pid=1, plan=made or plan())


def sending(act_id: str, change: int = 0) -> Sending:
    """Return the line before a request."""
    return Sending(id=act_id, at=NOON, change=change)


def answered(act_id: str, change: int = 0, done: Done = Done.DONE) -> Answered:
    """Return the line after a request."""
    return Answered(id=act_id, at=NOON, change=change, done=done, inverse=select("blue", "green"))


def ended(act_id: str, how: How = How.DONE) -> Ended:
    """Return the last line of an act."""
    return Ended(id=act_id, at=NOON, how=how, message="")


def whole(act_id: str, made: Plan | None = None) -> tuple[Line, ...]:
    """Return the lines of an act that did all its changes."""
    made = made or plan()
    steps = [line for index in range(len(made.changes)) for line in (sending(act_id, index), answered(act_id, index))]
    return (begun(act_id, made), *steps, ended(act_id))
