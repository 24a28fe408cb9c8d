"""Rollback, by what the release is: switch back, take the weight away, or put an earlier template in place.

An earlier template goes in before a paused rollout is resumed, never after: resuming first would bring more of the
version that is to go. The API allows it; only kubectl refuses (kubectl pkg/polymorphichelpers/rollback.go).
"""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.actions.capacity import desired, scale_up, scale_up_each
from cockpit.actions.drafts import Draft, Task
from cockpit.actions.many_ways import newest_of_many, taken_down
from cockpit.actions.switching import chosen_keys, switch_draft
from cockpit.actions.targets import Version, behind, own_services, versions_of
from cockpit.actions.template_rollback import template_rollback
from cockpit.actions.weighing import Weighing, matched_ways, weighings, weight_changes, weight_effects
from cockpit.release.subject import Subject
from cockpit.release.view import Role
from cockpit.resources.services import Service


def rollback(task: Task) -> Draft:
    """Return what brings back what served before.

    Raises:
        UsageError: several workloads could be meant.
        CockpitError: there is nothing to go back to.
    """
    if task.request.revision is None and not task.request.workload:
        switched = _switched_from(task.subject, task.request.version)
        if switched is not None:
            return _switch_back(task, *switched)
        weighted = [entry for entry in weighings(task.subject) if entry.share > 0]
        if weighted and not task.request.version:
            return _unweigh(task, weighted)
        newest = newest_of_many(task.subject)
        if newest and not task.request.version:
            return taken_down(task, newest)
    return template_rollback(task)


def traffic_way_back(subject: Subject) -> str:
    """Return how a rollback leads traffic back, "" where it puts an earlier template in place instead."""
    if (switched := _switched_from(subject, "")) is not None:
        door, previous = switched
        return f"switch Service/{door.metadata.name} back to {previous.name}"
    weighted = [entry for entry in weighings(subject) if entry.share > 0]
    if weighted:
        return "take the canary's weight away"
    newest = newest_of_many(subject)
    return f"take the weight of {newest} away" if newest else ""


def _switched_from(subject: Subject, version: str) -> tuple[Service, Version] | None:
    """Return the front door and the version that it led to before: one with ready pods, else one scaled to 0."""
    door = next(
        (entry for entry in own_services(subject) if entry.metadata.name == subject.membership.front_door), None
    )
    if door is None or not chosen_keys(subject, door.spec.selector):
        return None
    serving = {entry.workload.ref for entry in behind(subject, door)}
    others = [entry for entry in versions_of(subject) if entry.workload.ref not in serving]
    others = [entry for entry in others if entry.ready or not entry.workload.desired]
    if version:
        found = [entry for entry in others if entry.name == version]
    else:
        found = [entry for entry in others if entry.view.role is Role.OLD]
    if len(serving) != 1 or not found:
        return None
    return door, max(found, key=_age)


def _age(version: Version) -> tuple[bool, float, str]:
    created = version.revision.created_at
    return (version.ready > 0, created.timestamp() if created else 0.0, version.name)


def _switch_back(task: Task, door: Service, previous: Version) -> Draft:
    draft = switch_draft(task, door, previous)
    scaled = tuple(scale_up(previous, desired(behind(task.subject, door))))
    return Draft(
        title=f"Rollback: switch Service/{door.metadata.name} back to {previous.name}",
        why="It gets as many pods as the version that serves first, then new connections go to it."
        if scaled
        else "The version before still runs: new connections go to it at once.",
        changes=(*scaled, *draft.changes),
        expects=draft.expects,
        effects=draft.effects,
        pod_checks=draft.pod_checks,
        offered_check=draft.offered_check,
    )


def _unweigh(task: Task, weighted: Sequence[Weighing]) -> Draft:
    scaled = scale_up_each((entry.old, desired((entry.new,))) for entry in weighted)
    names = dict.fromkeys(entry.object.short for entry in weighted)
    return Draft(
        title=f"Rollback: take the canary's weight away in {', '.join(names)}",
        why="Every request goes to the version before; the canary's pods stay.",
        changes=(*scaled, *weight_changes(task.subject, weighted, 0.0)),
        effects=(*weight_effects(weighted, 0.0), *matched_ways(task.subject, weighted)),
    )
