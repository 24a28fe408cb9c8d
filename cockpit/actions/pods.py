"""Delete a failing pod, so that its controller makes a new one."""

from __future__ import annotations

from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.conditions import PodReplaced
from cockpit.actions.drafts import Draft, Task
from cockpit.actions.targets import Version, versions_of
from cockpit.actions.wording import listed
from cockpit.errors import CockpitError, UsageError
from cockpit.release.view import PodState, PodView
from cockpit.resources.references import ObjectRef

REPLACED = "its controller makes a new one"


def delete_pod(task: Task) -> Draft:
    """Return what deletes one pod that does not serve.

    Raises:
        UsageError: no pod, or several, could be meant; names them.
        CockpitError: the pod is ready, or going already.
    """
    version, pod = _pod(task)
    ref = ObjectRef("Pod", task.subject.view.namespace, pod.name, pod.uid)
    reason = f" ({pod.reason})" if pod.reason else ""
    return Draft(
        title=f"Delete Pod/{pod.name}",
        why=f"It is {pod.state}{reason}; {REPLACED}.",
        changes=(Change(ChangeKind.DELETE, ref, f"delete Pod/{pod.name} of {version.name}", final=REPLACED),),
        expects=(PodReplaced(pod.name, pod.uid),),
        effects=(f"{version.workload.ref} replaces {pod.name}",),
    )


def _pod(task: Task) -> tuple[Version, PodView]:
    pods = [(version, pod) for version in versions_of(task.subject) for pod in version.view.pods or ()]
    failing = [entry for entry in pods if entry[1].state is PodState.FAILING]
    names = listed((pod.name for _, pod in failing), "or")
    if not task.request.pod:
        if len(failing) == 1:
            return failing[0]
        if not failing:
            raise CockpitError(f"No pod of {task.subject.view.name} fails: name the one to delete.")
        raise UsageError(f"Several pods fail: name {names}.")
    found = next((entry for entry in pods if entry[1].name == task.request.pod), None)
    if found is None:
        raise UsageError(f"{task.subject.view.name} has no pod {task.request.pod!r}; failing: {names or 'none'}.")
    if found[1].state is PodState.READY:
        raise CockpitError(f"Pod/{found[1].name} is ready; restart replaces pods without a gap.")
    if found[1].state is PodState.TERMINATING:
        raise CockpitError(f"Pod/{found[1].name} is going already.")
    return found
