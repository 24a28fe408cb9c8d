"""Scale: another number of pods."""

from __future__ import annotations

from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.conditions import AnyCondition, Replicas
from cockpit.actions.drafts import Draft, Task
from cockpit.actions.fields import REPLICAS
from cockpit.actions.targets import in_service, ref_of, workload_for
from cockpit.actions.wording import counted
from cockpit.errors import CockpitError, UsageError
from cockpit.release.workloads import Workload

SCALABLE = ("Deployment", "StatefulSet", "ReplicaSet")
_MOST = 2**31 - 1


def scale(task: Task) -> Draft:
    """Return what gives a workload another number of pods.

    Raises:
        UsageError: no number is asked for, or none that can be.
        CockpitError: it has that number already, or runs one pod a node.
    """
    replicas = task.request.replicas
    if replicas is None or not 0 <= replicas <= _MOST:
        raise UsageError("Say how many pods there shall be: a number from 0 on.")
    workload = workload_for(task.subject, task.request, SCALABLE)
    if workload.desired == replicas:
        raise CockpitError(f"{workload.ref} is at {counted(replicas, 'pod')} already.")
    rolling = len(in_service(task.subject, workload)) > 1
    expects: tuple[AnyCondition, ...] = () if rolling else (Replicas(workload.ref, replicas),)
    effects = [f"{workload.ref}: {workload.desired} → {counted(replicas, 'pod')}"]
    if rolling:
        effects.append("both versions are scaled in proportion, for a rollout is under way")
    return Draft(
        title=f"Scale {workload.ref} to {replicas}",
        why=f"{'More' if replicas > workload.desired else 'Fewer'} pods of the same template.",
        changes=(scale_change(workload, replicas),),
        expects=expects,
        effects=tuple(effects),
    )


def scale_change(workload: Workload, replicas: int, hold: AnyCondition | None = None) -> Change:
    """Return the write that scales a workload; its number of now is the precondition."""
    return Change(
        kind=ChangeKind.PATCH,
        object=ref_of(workload.kind, workload.metadata),
        summary=f"scale {workload.ref} from {workload.desired} to {replicas}",
        fields=(FieldChange(REPLICAS, workload.desired, replicas),),
        hold=hold,
    )
