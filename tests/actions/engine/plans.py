"""Plans around changes, for what asks for whole plans."""

from __future__ import annotations

from cockpit.actions.acts import Act
from cockpit.actions.change import Change
from cockpit.actions.examination import Answer, ChangeFindings, Examination
from cockpit.actions.guards import Guard
from cockpit.actions.patch import right_of
from cockpit.actions.plan import Confirmation, Plan
from tests.actions.engine.subjects import NOW


def plan(*changes: Change, guards: tuple[Guard, ...] = (), confirmation: Confirmation = Confirmation.ENTER) -> Plan:
    return Plan(
        Act.SWITCH, "default", "shop", (), "Switch", "why", NOW, changes, guards=guards, confirmation=confirmation
    )


def examined(of: Plan, allowed: Answer = Answer.YES, dry_run: Answer = Answer.YES, message: str = "") -> Examination:
    found = tuple(ChangeFindings(right_of(change), allowed, dry_run, message) for change in of.changes)
    return Examination(found, complete=True)
