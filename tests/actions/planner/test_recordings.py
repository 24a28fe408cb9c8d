"""Plans on what a real control plane wrote: the order that keeps every Service served."""

from __future__ import annotations

from cockpit.actions.acts import Act
from cockpit.actions.patch import operations_of
from cockpit.actions.plan import Plan
from cockpit.actions.planner import make_plan, wanted
from cockpit.actions.request import Request
from cockpit.release.inference import infer
from cockpit.release.subject import subject_of
from cockpit.resources.raw import RawObject
from tests.actions.engine.server import applied
from tests.actions.planner.stage import CALM, patch
from tests.release.test_recordings import recorded

OLD, NEW = "8cbccbcd5", "7bc67c669f"


def plan(moment: str, act: Act) -> Plan:
    """Return the plan for an act at a moment of the recording; each of its first changes fits the recorded object."""
    world = recorded("isolate", moment)
    template = world.get("Deployment", "nginx01")["spec"]["template"]
    # The watch of the recording keeps no more of a Deployment's template than its image.
    template["spec"] = {"containers": [{"name": "app", "image": template.pop("image")}]}
    inventory = world.inventory()
    (membership,) = infer(inventory)
    held = subject_of(membership, inventory)
    material = {ref: RawObject(world.get(ref.kind, ref.name)) for ref in wanted(held, Request(act))}
    made = make_plan(held, Request(act), CALM, material)
    first = made.changes[0]
    applied(world.get(first.object.kind, first.object.name), operations_of(first, {}))
    return made


def test_isolate_pins_to_the_hash_that_the_recording_pinned_to_and_copies_no_node_port() -> None:
    pin, create = plan("both behind one Service", Act.ISOLATE).changes
    assert {"op": "add", "path": "/spec/selector/pod-template-hash", "value": OLD} in patch(pin)
    assert create.manifest["spec"] == {
        "type": "NodePort",
        "ports": [{"protocol": "TCP", "port": 80, "targetPort": 80}],
        "ipFamilyPolicy": "SingleStack",
        "ipFamilies": ["IPv4"],
        "externalTrafficPolicy": "Cluster",
        "selector": {"app": "nginx01", "pod-template-hash": NEW},
    }


def test_resume_takes_the_pin_out_that_shut_the_front_door_in_the_recording() -> None:
    made = plan("isolated", Act.RESUME)
    assert [change.object.short for change in made.changes] == ["Service/nginx01", "Deployment/nginx01"]


def test_rollback_of_the_recorded_isolation_resumes_only_on_the_old_template() -> None:
    made = plan("isolated", Act.ROLLBACK)
    kinds = [(change.object.kind, change.template_from is not None) for change in made.changes]
    assert kinds.index(("Deployment", True)) < kinds.index(("Deployment", False))
    assert made.changes[-1].summary == f"take the pin to {OLD} out of Service/nginx01"


def test_the_pin_that_shut_the_door_is_taken_out_without_waiting_for_pods_that_are_not_seen() -> None:
    made = plan("resumed with the pin on", Act.UNISOLATE)
    assert made.changes[0].object.short == "Service/nginx01"
    assert made.changes[0].hold is None
