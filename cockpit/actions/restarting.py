"""Restart: new pods of the same template, one after the other.

Source: `kubectl rollout restart` (kubectl pkg/polymorphichelpers/objectrestarter.go) writes the time into the template.
"""

from __future__ import annotations

from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.conditions import AnyCondition, RolledOut
from cockpit.actions.drafts import Draft, Task
from cockpit.actions.fields import CHANGE_CAUSE, annotation_fields, map_fields, pause_given, template_given
from cockpit.actions.pausing import images_of, is_paused
from cockpit.actions.replacing import replaces_all, replacing_words
from cockpit.actions.targets import in_service, ref_of, workload_for
from cockpit.actions.wording import rfc3339, with_reason
from cockpit.errors import CockpitError
from cockpit.release.workloads import Workload

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"


def restart(task: Task) -> Draft:
    """Return what replaces every pod of a workload by a new one of the same template.

    Raises:
        CockpitError: the workload is paused, or was restarted within this second.
    """
    workload = workload_for(task.subject, task.request)
    if is_paused(workload):
        raise CockpitError(f"{workload.ref} is paused and would not restart: resume it first.")
    fields = map_fields(
        ("spec", "template", "metadata", "annotations"),
        _annotations(workload),
        {RESTARTED_AT: rfc3339(task.circumstances.now)},
    )
    if not fields:
        raise CockpitError(f"{workload.ref} was restarted this second: wait for it.")
    cause = with_reason("cockpit restart", task.request.reason)
    change = Change(
        kind=ChangeKind.PATCH,
        object=ref_of(workload.kind, workload.metadata),
        summary=f"restart {workload.ref}",
        fields=(*fields, *annotation_fields(workload.metadata.annotations, {CHANGE_CAUSE: cause})),
        given=(*pause_given(workload), *template_given(workload)),
    )
    return Draft(
        title=f"Restart {workload.ref}",
        why="Every pod is replaced by a new one of the same template.",
        changes=(change,),
        expects=_expects(task, workload),
        effects=(replacing_words(workload),),
    )


def _annotations(workload: Workload) -> dict[str, str]:
    return dict(workload.source.spec.template.metadata.annotations)


def _expects(task: Task, workload: Workload) -> tuple[AnyCondition, ...]:
    if not replaces_all(workload):
        return ()
    current = (entry for entry in in_service(task.subject, workload) if entry.revision.current)
    hash_ = next((entry.revision.hash for entry in current), None)
    return (RolledOut(workload.ref, images_of(workload), instead_of=hash_),)
