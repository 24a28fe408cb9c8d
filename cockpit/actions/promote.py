"""Promote, by what the release is: let the rollout go on, switch to the preview, or give a route's full weight."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.actions.capacity import desired, scale_up, scale_up_each
from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.conditions import AnyCondition, RolledOut, ServiceExists
from cockpit.actions.doors import door
from cockpit.actions.drafts import Draft, Task
from cockpit.actions.fields import template_given
from cockpit.actions.many_ways import many_ways, newest_of_many, promoted
from cockpit.actions.pausing import images_of, is_paused, resume_change, resume_effects
from cockpit.actions.pins import canary_services, delete_canary, taken_away, unpin
from cockpit.actions.switching import chosen_keys, switch_draft
from cockpit.actions.targets import Version, behind, in_service, own_services, ref_of, version_named, versions_of
from cockpit.actions.weighing import Weighing, matched_ways, weighings, weight_changes, weight_effects
from cockpit.actions.wording import listed
from cockpit.errors import CockpitError
from cockpit.release.rollouts import partition_of
from cockpit.release.view import Role
from cockpit.release.workloads import Workload
from cockpit.resources.services import Service
from cockpit.resources.workloads import StatefulSet

PARTITION = ("spec", "updateStrategy", "rollingUpdate", "partition")


def promote(task: Task) -> Draft:
    """Return what makes the new version the one that serves.

    Raises:
        CockpitError: nothing waits to be promoted; says why.
        UsageError: several versions wait.
    """
    held = _held(task)
    if len(held) > 1:
        names = listed((entry.ref for entry in held), "or")
        raise CockpitError(f"Several rollouts wait: {names}. Resume one of them by name.")
    if held:
        return _go_on(task, held[0])
    weighted = [entry for entry in weighings(task.subject) if entry.share < 1.0]
    if weighted:
        return _full_weight(task, weighted)
    named = task.request.version or newest_of_many(task.subject)
    if any(entry.resolved(named) in entry.names for entry in many_ways(task.subject)):
        return promoted(task, named)
    switched = _preview(task)
    if switched is not None:
        return _switch(task, *switched)
    raise CockpitError(_nothing(task))


def _held(task: Task) -> list[Workload]:
    """Return the workloads whose rollout waits: paused, pinned, or held back by a partition."""
    subject = task.subject
    return [
        workload
        for workload in subject.workloads
        if len(in_service(subject, workload)) > 1
        and (is_paused(workload) or taken_away(subject, workload) or _partition(workload))
        and (not task.request.workload or workload.ref == task.request.workload)
    ]


def _partition(workload: Workload) -> int:
    return partition_of(workload.source) if isinstance(workload.source, StatefulSet) else 0


def _go_on(task: Task, workload: Workload) -> Draft:
    """Return the plan that lets a rollout go on: unpin, resume, and the canary's own Service last."""
    subject = task.subject
    doors = canary_services(subject)
    changes = [unpin(subject, pin) for pin in taken_away(subject, workload)]
    if is_paused(workload):
        changes.append(resume_change(workload))
    if _partition(workload):
        changes.append(_no_partition(workload))
    changes += [delete_canary(task, entry) for entry in doors]
    new = next((entry.name for entry in in_service(subject, workload) if entry.revision.current), "the new version")
    gone: list[AnyCondition] = [ServiceExists(entry.metadata.name, exists=False) for entry in doors]
    return Draft(
        title=f"Promote {new} of {workload.ref}",
        why="The rollout goes on until every pod is of the new version.",
        changes=tuple(changes),
        expects=(RolledOut(workload.ref, images_of(workload)), *gone),
        effects=(*resume_effects(subject, workload), *(f"{door(entry)} is gone" for entry in doors)),
    )


def _no_partition(workload: Workload) -> Change:
    return Change(
        kind=ChangeKind.PATCH,
        object=ref_of(workload.kind, workload.metadata),
        summary=f"let {workload.ref} roll out to every ordinal",
        fields=(FieldChange(PARTITION, _partition(workload), 0),),
        given=template_given(workload),
    )


def _full_weight(task: Task, weighted: Sequence[Weighing]) -> Draft:
    scaled = scale_up_each((entry.new, _serving(entry)) for entry in weighted)
    new = listed(dict.fromkeys(entry.new.name for entry in weighted if entry.new is not None)) or "the canary"
    return Draft(
        title=f"Promote {new}: full weight",
        why="Every request goes to the new version; the old one keeps its pods, to go back to."
        + (" It gets pods for all of it first." if scaled else ""),
        changes=(*scaled, *weight_changes(task.subject, weighted, 1.0)),
        effects=(*weight_effects(weighted, 1.0), *matched_ways(task.subject, weighted)),
    )


def _serving(weighing: Weighing) -> int:
    """Return how many pods carry the traffic that the new version shall carry alone."""
    old = weighing.old.ready if weighing.old is not None else 0
    new = weighing.new.ready if weighing.new is not None and weighing.share > 0 else 0
    return old + new


def _preview(task: Task) -> tuple[Service, Version] | None:
    subject = task.subject
    front = next(
        (entry for entry in own_services(subject) if entry.metadata.name == subject.membership.front_door), None
    )
    if front is None or not chosen_keys(subject, front.spec.selector):
        return None
    if task.request.version:
        return front, version_named(subject, task.request.version)
    found = [entry for entry in versions_of(subject) if entry.view.role is Role.PREVIEW]
    if len(found) > 1:
        raise CockpitError(f"Several versions wait: {listed((entry.name for entry in found), 'or')}. Name one.")
    return (front, found[0]) if found else None


def _switch(task: Task, service: Service, target: Version) -> Draft:
    """Return the switch to the preview; it gets as many pods as the version it takes over from first."""
    draft = switch_draft(task, service, target)
    scaled = tuple(scale_up(target, desired(behind(task.subject, service))))
    more = tuple(f"{change.summary} first" for change in scaled)
    return Draft(
        title=f"Promote {target.name}: switch Service/{service.metadata.name} to it",
        why=draft.why,
        changes=(*scaled, *draft.changes),
        expects=draft.expects,
        effects=(*more, *draft.effects),
        pod_checks=draft.pod_checks,
        offered_check=draft.offered_check,
    )


def _nothing(task: Task) -> str:
    subject = task.subject
    name = subject.view.name
    rolling = [workload.ref for workload in subject.workloads if len(in_service(subject, workload)) > 1]
    if rolling:
        return f"Nothing of {name} waits to be promoted: {listed(rolling)} rolls out by itself."
    older = [entry.name for entry in versions_of(subject) if entry.view.role is Role.OLD and entry.ready]
    if older:
        return f"Nothing of {name} waits to be promoted: {listed(older)} served before. Switch or rollback goes back."
    served = [entry for entry in versions_of(subject) if entry.revision.in_service]
    if len(served) < 2:
        return f"Nothing of {name} waits to be promoted: it has one version in service. Set a new image first."
    return f"Nothing of {name} waits to be promoted: no selector and no route tells a new version. Use switch or scale."
