"""Why an act cannot be done to a release now, told from the picture; and which rights it would need.

An act is available where planning it, for any of the things that it could be meant for, comes to something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from cockpit.actions.acts import Act
from cockpit.actions.cleanup import cleanup
from cockpit.actions.divisions import divisions
from cockpit.actions.drafts import Draft, Task
from cockpit.actions.driven import refuse_driven
from cockpit.actions.examination import Right
from cockpit.actions.isolation import isolate
from cockpit.actions.patch import right_of
from cockpit.actions.pausing import pause, resume
from cockpit.actions.planner import wanted
from cockpit.actions.promote import promote
from cockpit.actions.record import ActRecord, Done
from cockpit.actions.request import Circumstances, Request
from cockpit.actions.restarting import restart
from cockpit.actions.rollback import rollback
from cockpit.actions.scaling import SCALABLE
from cockpit.actions.switching import switch
from cockpit.actions.targets import own_services
from cockpit.actions.traffic_state import TrafficState
from cockpit.actions.unisolation import unisolate
from cockpit.actions.weight_choice import why_not
from cockpit.errors import CockpitError, UsageError
from cockpit.release.subject import Subject
from cockpit.release.view import PodState
from cockpit.resources.kinds import POD, kind_named
from cockpit.resources.raw import RawObject

_PLANNED: Mapping[Act, Callable[[Task], Draft]] = {
    Act.PAUSE: pause,
    Act.RESUME: resume,
    Act.RESTART: restart,
    Act.PROMOTE: promote,
    Act.ROLLBACK: rollback,
    Act.SWITCH: switch,
    Act.ISOLATE: isolate,
    Act.UNISOLATE: unisolate,
    Act.CLEANUP: cleanup,
}
_FOR_WORKLOADS = frozenset({Act.PAUSE, Act.RESUME, Act.RESTART, Act.PROMOTE, Act.ROLLBACK})
_FOR_SERVICES = frozenset({Act.ISOLATE, Act.UNISOLATE})
_TOLD = (Act.SCALE, Act.SET_IMAGE, Act.WEIGHT)
_TEMPLATED = frozenset({"Deployment", "StatefulSet", "DaemonSet"})
_NO_GOOD = "No traffic is remembered that held steady with ready endpoints for 60 seconds before an act."
# No draft shows its times to anybody here, and one from this moment never equals a time in the cluster.
_SOME_TIME = Circumstances(datetime(1970, 1, 1, tzinfo=UTC), "")


def unavailable(subject: Subject, last: ActRecord | None, good: TrafficState | None) -> dict[Act, str]:
    """Return the acts that cannot be done to a release now, each with the reason in a sentence.

    `last` is the last act on the release that the journal remembers, `good` the traffic that last-good brings back.
    Whether an earlier act ended half-way, the journal tells.
    """
    reasons = {act: why for act in _PLANNED if (why := _planned(subject, act)[1])}
    reasons |= {act: why for act, why in _told(subject) if why}
    reasons |= {act: why for act in _TOLD if (why := _driven(subject, act))}
    reasons |= {act: why for act, why in _remembered(last, good) if why}
    return reasons


def rights_for(act: Act, subject: Subject) -> tuple[Right, ...]:
    """Return the rights that an act's changes would need; none where that hangs on what was done before."""
    draft = _planned(subject, act)[0] if act in _PLANNED else None
    if draft is not None:
        return tuple(dict.fromkeys(right_of(change) for change in draft.changes))
    namespace = subject.view.namespace
    if act is Act.DELETE_POD:
        return (Right("delete", POD.group, POD.plural, namespace),)
    if act is Act.WEIGHT:
        held = dict.fromkeys(entry.object for entry in divisions(subject) if entry.object is not None)
        routes = ((kind_named(ref.kind), ref.name) for ref in held)
        return tuple(Right("patch", kind.group, kind.plural, namespace, name=name) for kind, name in routes)
    if act in {Act.SCALE, Act.SET_IMAGE}:
        kinds = dict.fromkeys(kind_named(entry.kind) for entry in subject.workloads)
        return tuple(Right("patch", kind.group, kind.plural, namespace) for kind in kinds)
    return ()


def _planned(subject: Subject, act: Act) -> tuple[Draft | None, str]:
    """Return the first draft that an act comes to, or why it comes to none."""
    usage = reason = ""
    for request in _requests(subject, act):
        material = {ref: RawObject({"kind": ref.kind}) for ref in wanted(subject, request)}
        try:
            refuse_driven(subject, request)
            return _PLANNED[act](Task(subject, request, _SOME_TIME, material)), ""
        except UsageError as error:
            usage = usage or str(error)
        except CockpitError as error:
            reason = reason or str(error)
    return None, reason or usage or f"{act} comes to nothing here."


def _requests(subject: Subject, act: Act) -> Iterator[Request]:
    """Yield the requests that an act could be meant as, the plainest first."""
    yield Request(act)
    if act in _FOR_WORKLOADS and len(subject.workloads) > 1:
        for entry in subject.workloads:
            yield Request(act, workload=entry.ref)
    services = own_services(subject)
    if act in _FOR_SERVICES and len(services) > 1:
        for service in services:
            yield Request(act, service=service.metadata.name)
    if act is Act.SWITCH:
        # The Service is not asked for: it is the front door, or the only one.
        for version in subject.view.versions:
            yield Request(act, version=version.name)


def _told(subject: Subject) -> Iterator[tuple[Act, str]]:
    """Yield what stands against acts that need to be told more than which release."""
    name = subject.view.name
    kinds = {entry.kind for entry in subject.workloads}
    yield Act.SCALE, "" if kinds & {*SCALABLE} else f"{name} has nothing that can be scaled."
    yield Act.SET_IMAGE, "" if kinds & _TEMPLATED else f"{name} has no workload that rolls out images."
    yield Act.WEIGHT, why_not(subject)
    pods = [pod for version in subject.view.versions for pod in version.pods or ()]
    idle = any(pod.state not in {PodState.READY, PodState.TERMINATING} for pod in pods)
    yield Act.DELETE_POD, "" if idle else f"No pod of {name} fails; restart replaces ready ones."


def _driven(subject: Subject, act: Act) -> str:
    """Return why another controller would fight an act, whichever workload it is meant for; "" where none would."""
    reason = ""
    for request in (Request(act), *(Request(act, workload=entry.ref) for entry in subject.workloads)):
        try:
            refuse_driven(subject, request)
        except CockpitError as error:
            reason = reason or str(error)
        else:
            return ""
    return reason


def _remembered(last: ActRecord | None, good: TrafficState | None) -> Iterator[tuple[Act, str]]:
    """Yield what stands against acts on what was done before."""
    yield Act.UNDO, _not_undone(last)
    yield Act.FINISH, "" if last is not None else "No act on this release ended half-way."
    yield Act.LAST_GOOD, "" if good is not None else _NO_GOOD


def _not_undone(last: ActRecord | None) -> str:
    if last is None:
        return "Nothing was done here that was not taken back."
    if last.running:
        return f"{last.plan.act} still runs."
    if last.undone_by:
        return f"{last.plan.act} was taken back already."
    done = [entry for entry in last.changes if entry.done in {Done.DONE, Done.SENT}]
    if not done:
        return f"{last.plan.act} changed nothing."
    if all(entry.change.final for entry in done):
        return f"{last.plan.act} cannot be taken back: {done[0].change.final}."
    return ""
