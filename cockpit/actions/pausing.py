"""Pause and resume of a Deployment's rollout.

Sources: `spec.paused` of apps/v1 Deployment; false is left out of the API's JSON, so not paused is absent.
"""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.conditions import Paused, RolledOut
from cockpit.actions.drafts import Draft, Task
from cockpit.actions.fields import PAUSED, template_given
from cockpit.actions.pending import is_pending
from cockpit.actions.pins import taken_away, unpin
from cockpit.actions.targets import Version, in_service, ref_of, workload_for
from cockpit.actions.wording import counted, listed
from cockpit.errors import CockpitError
from cockpit.release.subject import Subject
from cockpit.release.workloads import Workload
from cockpit.resources.json_values import ABSENT
from cockpit.resources.workloads import Deployment


def is_paused(workload: Workload) -> bool:
    """Say whether the workload is a paused Deployment."""
    return isinstance(workload.source, Deployment) and workload.source.spec.paused


def pause(task: Task) -> Draft:
    """Return what stops a rollout where it is.

    Raises:
        CockpitError: it is paused already.
    """
    subject = task.subject
    workload = workload_for(
        subject,
        task.request,
        ("Deployment",),
        lambda entry: len(in_service(subject, entry)) > 1 and not is_paused(entry),
    )
    if is_paused(workload):
        raise CockpitError(f"{workload.ref} is paused already: resume lets it go on.")
    versions = in_service(subject, workload)
    rolling = len(versions) > 1
    return Draft(
        title=f"Pause {workload.ref}",
        why="The rollout stops where it is, and both versions keep their pods."
        if rolling
        else "Nothing rolls now: this pauses the next change of the template.",
        changes=(pause_change(workload),),
        expects=(Paused(workload.ref, paused=True),),
        effects=(f"{standing(versions)} stay as they are",) if rolling else (),
    )


def resume(task: Task) -> Draft:
    """Return what lets a paused rollout go on; pins that it would leave without pods are taken out first.

    Raises:
        CockpitError: it is not paused, or a pin cannot be taken out.
    """
    subject = task.subject
    workload = workload_for(subject, task.request, ("Deployment",), is_paused)
    if not is_paused(workload):
        raise CockpitError(f"{workload.ref} is not paused: there is nothing to resume.")
    pins = taken_away(subject, workload)
    names = listed(f"Service/{pin.service.metadata.name}" for pin in pins)
    return Draft(
        title=f"Resume {workload.ref}",
        why=f"The rollout goes on; {names} would lose every endpoint if the pin stayed, so it goes first."
        if pins
        else "The rollout goes on to the new template.",
        changes=(*(unpin(subject, pin) for pin in pins), resume_change(workload)),
        expects=(Paused(workload.ref, paused=False), RolledOut(workload.ref, images_of(workload))),
        effects=resume_effects(subject, workload),
    )


def pause_change(workload: Workload) -> Change:
    """Return the write that pauses a Deployment."""
    return Change(
        kind=ChangeKind.PATCH,
        object=ref_of(workload.kind, workload.metadata),
        summary=f"pause {workload.ref}",
        fields=(FieldChange(PAUSED, ABSENT, after=True),),
    )


def resume_change(workload: Workload) -> Change:
    """Return the write that resumes a Deployment, on the template that it was decided on."""
    return Change(
        kind=ChangeKind.PATCH,
        object=ref_of(workload.kind, workload.metadata),
        summary=f"resume {workload.ref}",
        fields=(FieldChange(PAUSED, before=True, after=ABSENT),),
        given=template_given(workload),
    )


def resume_effects(subject: Subject, workload: Workload) -> tuple[str, ...]:
    """Return which version takes over from which when the rollout goes on."""
    versions = in_service(subject, workload)
    if is_pending(subject, workload):
        old_names = listed(entry.name for entry in versions)
        return (f"{workload.ref}: {listed(images_of(workload))} takes over from {old_names}, pod by pod",)
    new = [entry.name for entry in versions if entry.revision.current]
    old = [entry.name for entry in versions if not entry.revision.current]
    if not new or not old:
        return ()
    return (f"{workload.ref}: {listed(new)} takes over from {listed(old)}, pod by pod",)


def standing(versions: Iterable[Version]) -> str:
    """Return which versions have how many ready pods."""
    return listed(f"{entry.name} ({counted(entry.view.counts.ready, 'ready pod')})" for entry in versions)


def images_of(workload: Workload) -> tuple[str, ...]:
    """Return the images of the template's containers."""
    return tuple(container.image for container in workload.containers)
