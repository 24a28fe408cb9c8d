"""From request to plan: what each act comes to in one release. Taking back and finishing stand in `undo`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cockpit.actions.acts import Act
from cockpit.actions.cleanup import cleanup
from cockpit.actions.drafts import Draft, Task, plan_of
from cockpit.actions.driven import refuse_driven
from cockpit.actions.images import set_image
from cockpit.actions.isolation import isolate
from cockpit.actions.pausing import pause, resume
from cockpit.actions.pins import canary_services
from cockpit.actions.plan import Plan
from cockpit.actions.pods import delete_pod
from cockpit.actions.promote import promote
from cockpit.actions.request import Circumstances, Request
from cockpit.actions.restarting import restart
from cockpit.actions.rollback import rollback
from cockpit.actions.route_shape import shape_material
from cockpit.actions.scaling import scale
from cockpit.actions.switching import switch
from cockpit.actions.targets import ref_of
from cockpit.actions.unisolation import unisolate
from cockpit.actions.weight import weight
from cockpit.errors import UsageError
from cockpit.release.subject import Subject
from cockpit.resources.raw import RawObject
from cockpit.resources.references import ObjectRef

_DRAFTS: Mapping[Act, Callable[[Task], Draft]] = {
    Act.PAUSE: pause,
    Act.RESUME: resume,
    Act.RESTART: restart,
    Act.SCALE: scale,
    Act.SET_IMAGE: set_image,
    Act.PROMOTE: promote,
    Act.ROLLBACK: rollback,
    Act.SWITCH: switch,
    Act.ISOLATE: isolate,
    Act.UNISOLATE: unisolate,
    Act.WEIGHT: weight,
    Act.CLEANUP: cleanup,
    Act.DELETE_POD: delete_pod,
}
_DELETES_SERVICES = frozenset({Act.PROMOTE, Act.ROLLBACK, Act.UNISOLATE, Act.CLEANUP})


def wanted(subject: Subject, request: Request) -> tuple[ObjectRef, ...]:
    """Return the objects that have to be read whole for the plan: those that it may delete."""
    if request.act not in _DELETES_SERVICES:
        return ()
    shape = shape_material(subject) if request.act is Act.CLEANUP else ()
    return shape + tuple(ref_of("Service", service.metadata) for service in canary_services(subject))


def make_plan(
    subject: Subject,
    request: Request,
    circumstances: Circumstances,
    material: Mapping[ObjectRef, RawObject],
) -> Plan:
    """Return the plan for any act but those that take back or finish an earlier one.

    Raises:
        UsageError: the request cannot mean anything here, or several things; names the choices.
        CockpitError: it cannot be done now; says why and what to do.
    """
    make = _DRAFTS.get(request.act)
    if make is None:
        raise UsageError(f"{request.act} needs an earlier act, and is not planned from a request.")
    refuse_driven(subject, request)
    draft = make(Task(subject, request, circumstances, material))
    return plan_of(subject, request.act, draft, circumstances, request.reason)
