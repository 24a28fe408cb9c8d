"""What a plan waits for, in words: "every endpoint of shop is of green, one of them ready"."""

from __future__ import annotations

from cockpit.actions.conditions import (
    AnyCondition,
    EndpointsOnly,
    EndpointsReady,
    Paused,
    PodReplaced,
    PodsGone,
    PodsReady,
    Replicas,
    RevisionNewest,
    RolledOut,
    ServiceExists,
)
from cockpit.actions.seen import Seen
from cockpit.release.view import ReleaseView


def awaited(condition: AnyCondition, view: ReleaseView | None) -> str:
    """Return what has to be seen; versions go by their names in `view`, and without one by workload and hash."""
    match condition:
        case EndpointsReady():
            whose = f" of {_name(condition, view)}" if condition.workload else ""
            return f"{condition.service} has {condition.at_least} ready endpoints{whose} or more"
        case EndpointsOnly():
            return f"every endpoint of {condition.service} is of {_name(condition, view)}, and one is ready"
        case ServiceExists():
            return f"Service/{condition.service} is {'there' if condition.exists else 'gone'}"
        case PodReplaced():
            return f"Pod/{condition.pod} is gone"
        case PodsReady():
            return f"{_name(condition, view)} has {condition.at_least} ready pods or more"
        case PodsGone():
            return f"no pod of {_name(condition, view)} is left"
        case Replicas() | RolledOut() | RevisionNewest() | Paused():
            return _of_workload(condition)


def _name(condition: EndpointsReady | EndpointsOnly | PodsReady | PodsGone, view: ReleaseView | None) -> str:
    if view is not None:
        return Seen(view).name_of(condition.workload, condition.hash)
    return f"{condition.workload} ({condition.hash})" if condition.hash else condition.workload


def _of_workload(condition: Replicas | RolledOut | RevisionNewest | Paused) -> str:
    if isinstance(condition, Replicas):
        return f"{condition.workload} has {condition.ready} ready pods, and no others"
    if isinstance(condition, Paused):
        return f"{condition.workload} is {'paused' if condition.paused else 'not paused'}"
    if isinstance(condition, RevisionNewest):
        return f"{condition.workload} has taken up the wanted template"
    return f"every pod of {condition.workload} is of the new template, and ready"
