"""From what one act comes to, to the plan that is shown: guards, confirmation and the state to come back to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import structs

from cockpit.actions.acts import BACKWARD, Act
from cockpit.actions.capture import traffic_state
from cockpit.actions.change import Change
from cockpit.actions.conditions import AnyCondition
from cockpit.actions.guarding import guards_of
from cockpit.actions.plan import Confirmation, Plan, PodCheck
from cockpit.actions.request import Circumstances, Request
from cockpit.actions.wording import rfc3339, with_reason
from cockpit.release.subject import Subject
from cockpit.resources.inert import inert
from cockpit.resources.raw import RawObject
from cockpit.resources.references import ObjectRef


@dataclass(frozen=True, slots=True)
class Task:
    """What an act is planned from. `material` are whole objects, read fresh, that `wanted` asked for."""

    subject: Subject
    request: Request
    circumstances: Circumstances
    material: Mapping[ObjectRef, RawObject] = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        """By whom, when and why, as annotations say it."""
        circumstances = self.circumstances
        return with_reason(f"by {circumstances.who} at {rfc3339(circumstances.now)}", self.request.reason)

    def fresh(self, ref: ObjectRef) -> RawObject | None:
        """Return an object of the material, whatever uid it was asked for by."""
        wanted = (ref.kind, ref.namespace, ref.name)
        found = (raw for key, raw in self.material.items() if (key.kind, key.namespace, key.name) == wanted)
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Draft:
    """What an act comes to, before anybody judged it. Fields are those of `Plan`."""

    title: str
    why: str
    changes: tuple[Change, ...]
    expects: tuple[AnyCondition, ...] = ()
    effects: tuple[str, ...] = ()
    pod_checks: tuple[PodCheck, ...] = ()
    offered_check: str = ""


def plan_of(
    subject: Subject, act: Act, draft: Draft, circumstances: Circumstances, reason: str = "", undoes: str = ""
) -> Plan:
    """Return the plan for a draft; forward acts on production ask for the release's name.

    What the plan says is made inert here, once: images and causes come from strangers.
    """
    asks_for_name = circumstances.production and act not in BACKWARD
    return Plan(
        act=act,
        namespace=subject.view.namespace,
        release=subject.view.name,
        workload_uids=tuple(entry.metadata.uid for entry in subject.workloads),
        title=inert(draft.title),
        why=inert(draft.why),
        drawn_at=circumstances.now,
        changes=tuple(structs.replace(change, summary=inert(change.summary)) for change in draft.changes),
        guards=guards_of(subject, draft.changes, circumstances, act),
        expects=draft.expects,
        effects=tuple(map(inert, draft.effects)),
        pod_checks=draft.pod_checks,
        offered_check=draft.offered_check,
        confirmation=Confirmation.NAME if asks_for_name else Confirmation.ENTER,
        reason=reason,
        good=traffic_state(subject, circumstances.now),
        undoes=undoes,
    )
