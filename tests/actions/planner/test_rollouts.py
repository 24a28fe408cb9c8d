"""Pause, resume, restart, scale and new images."""

from __future__ import annotations

import pytest

from cockpit.actions.acts import Act
from cockpit.actions.conditions import EndpointsReady, Paused, Replicas, RolledOut
from cockpit.actions.images import new_image, repository
from cockpit.actions.pending import is_pending
from cockpit.actions.planner import make_plan
from cockpit.actions.request import Request
from cockpit.errors import CockpitError, UsageError
from cockpit.release.inference import infer
from cockpit.release.inventory import Inventory
from cockpit.release.membership import Membership
from cockpit.release.subject import subject_of
from tests.actions.planner.stage import CALM, NEW, OLD, blocks, blue_green, isolated, patch, plan, rolling, summaries
from tests.release.world import FIXTURES, SCENARIOS, World

IMAGE = "/spec/template/spec/containers/0/image"
NAME = "/spec/template/spec/containers/0/name"


def web() -> World:
    return World(SCENARIOS / "recreate-and-rolling.yaml")


def test_pause_tests_that_nobody_paused_in_the_meantime() -> None:
    made = plan(rolling(paused=False), Act.PAUSE)
    assert patch(made.changes[0]) == [
        {"op": "test", "path": "/spec/paused", "value": None},
        {"op": "add", "path": "/spec/paused", "value": True},
    ]
    assert made.expects == (Paused("Deployment/nginx01", paused=True),)
    assert made.effects == ("1.14 (3 ready pods) and 1.20.1 (2 ready pods) stay as they are",)


def test_pause_says_so_where_nothing_rolls() -> None:
    assert "pauses the next change" in plan(web(), Act.PAUSE, "web").why


def test_what_is_paused_is_not_paused_again_and_what_is_not_is_not_resumed() -> None:
    with pytest.raises(CockpitError, match="paused already"):
        plan(rolling(), Act.PAUSE)
    with pytest.raises(CockpitError, match="not paused"):
        plan(rolling(paused=False), Act.RESUME)


def test_a_daemon_set_cannot_be_paused() -> None:
    world = World(FIXTURES / "daemon-set.yaml")
    with pytest.raises(UsageError, match="no Deployment"):
        plan(world, Act.PAUSE)


def test_resume_goes_on_with_the_template_that_was_seen_and_no_other() -> None:
    made = plan(rolling(), Act.RESUME)
    assert patch(made.changes[0]) == [
        {"op": "test", "path": NAME, "value": "nginx"},
        {"op": "test", "path": IMAGE, "value": "nginx:1.20.1"},
        {"op": "test", "path": "/spec/paused", "value": True},
        {"op": "remove", "path": "/spec/paused"},
    ]
    assert RolledOut("Deployment/nginx01", ("nginx:1.20.1",)) in made.expects


def test_resume_takes_the_pin_out_first_and_waits_until_no_endpoint_is_missing() -> None:
    made = plan(isolated(), Act.RESUME)
    unpin, resume = made.changes
    assert unpin.object.short == "Service/nginx01"
    assert unpin.hold == EndpointsReady("nginx01", 4)
    assert [entry["path"] for entry in patch(unpin) if entry["op"] == "remove"] == [
        "/spec/selector/pod-template-hash",
        "/metadata/annotations",
    ]
    assert patch(unpin)[0] == {
        "op": "test",
        "path": "/spec/selector",
        "value": {"app": "nginx01", "pod-template-hash": OLD},
    }
    assert resume.object.short == "Deployment/nginx01"
    assert not blocks(made)


def test_resume_leaves_a_pin_to_the_new_version_alone() -> None:
    world = rolling()
    world.get("Service", "nginx01")["spec"]["selector"]["pod-template-hash"] = NEW
    assert summaries(plan(world, Act.RESUME)) == ["resume Deployment/nginx01"]


def test_a_template_that_was_never_rolled_out_takes_the_pin_to_the_newest_version_away_too() -> None:
    world = rolling()
    world.get("Service", "nginx01")["spec"]["selector"]["pod-template-hash"] = NEW
    world.get("Deployment", "nginx01")["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:1.21"
    made = plan(world, Act.RESUME)
    assert [change.object.short for change in made.changes] == ["Service/nginx01", "Deployment/nginx01"]
    assert made.effects == ("Deployment/nginx01: nginx:1.21 takes over from 1.14 and 1.20.1, pod by pod",)


def test_a_template_whose_change_no_slice_shows_is_told_by_the_controllers_count() -> None:
    world = rolling()
    world.get("Service", "nginx01")["spec"]["selector"]["pod-template-hash"] = NEW
    world.settle()
    world.get("Deployment", "nginx01")["status"]["updatedReplicas"] = 0
    held = subject_of(*_membership(world))
    made = make_plan(held, Request(Act.RESUME), CALM, {})
    assert made.changes[0].object.short == "Service/nginx01"


def test_a_revision_whose_last_pods_are_on_their_way_out_is_still_known() -> None:
    world = rolling()
    world.settle()
    world.get("Deployment", "nginx01")["status"]["updatedReplicas"] = 0
    newest = next(name for kind, name in world.objects if kind == "ReplicaSet" and name.endswith(NEW))
    world.get("ReplicaSet", newest)["spec"]["replicas"] = 0
    held = subject_of(*_membership(world))
    assert any(pod.name.startswith(newest) for entry in held.history for pod in entry.pods or ())
    assert not is_pending(held, held.workloads[0])


def _membership(world: World) -> tuple[Membership, Inventory]:
    inventory = world.inventory()
    (membership,) = infer(inventory)
    return membership, inventory


def test_a_pin_that_is_all_of_a_selector_is_never_taken_out() -> None:
    world = rolling()
    world.get("Service", "nginx01")["spec"]["selector"] = {"pod-template-hash": OLD}
    with pytest.raises(CockpitError, match="would select nothing without it"):
        plan(world, Act.RESUME)


def test_restart_writes_the_time_into_a_template_without_annotations() -> None:
    made = plan(web(), Act.RESTART, "web")
    assert patch(made.changes[0]) == [
        {"op": "test", "path": "/spec/paused", "value": None},
        {"op": "test", "path": "/spec/template/spec/containers/0/name", "value": "app"},
        {"op": "test", "path": "/spec/template/spec/containers/0/image", "value": "web:1"},
        {"op": "test", "path": "/spec/template/metadata/annotations", "value": None},
        {"op": "test", "path": "/metadata/annotations", "value": None},
        {
            "op": "add",
            "path": "/spec/template/metadata/annotations",
            "value": {"kubectl.kubernetes.io/restartedAt": "2026-11-21T11:00:00Z"},
        },
        {"op": "add", "path": "/metadata/annotations", "value": {"kubernetes.io/change-cause": "cockpit restart"}},
    ]
    (rolled_out,) = made.expects
    assert isinstance(rolled_out, RolledOut)
    assert rolled_out.instead_of


def test_restart_replaces_the_time_of_the_restart_before() -> None:
    world = web()
    world.get("Deployment", "web")["spec"]["template"]["metadata"]["annotations"] = {
        "kubectl.kubernetes.io/restartedAt": "2026-11-20T11:00:00Z",
        "team": "shop",
    }
    (*_, write, _cause) = patch(plan(world, Act.RESTART, "web").changes[0])
    assert write == {
        "op": "replace",
        "path": "/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt",
        "value": "2026-11-21T11:00:00Z",
    }


def test_a_paused_deployment_is_not_restarted() -> None:
    with pytest.raises(CockpitError, match="resume it first"):
        plan(rolling(), Act.RESTART)


def test_scale_has_the_number_of_now_as_its_precondition() -> None:
    made = plan(web(), Act.SCALE, "web", replicas=12)
    assert patch(made.changes[0]) == [
        {"op": "test", "path": "/spec/replicas", "value": 8},
        {"op": "replace", "path": "/spec/replicas", "value": 12},
    ]
    assert made.expects == (Replicas("Deployment/web", 12),)


def test_a_rollout_under_way_is_scaled_in_proportion_so_no_number_of_pods_is_expected() -> None:
    assert plan(rolling(), Act.SCALE, replicas=8).expects == ()


@pytest.mark.parametrize("replicas", [None, -1, 2**31])
def test_a_number_of_pods_that_cannot_be_is_a_wrong_use(replicas: int | None) -> None:
    with pytest.raises(UsageError):
        plan(web(), Act.SCALE, "web", replicas=replicas)


def test_scaling_to_what_is_there_and_scaling_a_daemon_set_are_refused() -> None:
    with pytest.raises(CockpitError, match="at 8 pods already"):
        plan(web(), Act.SCALE, "web", replicas=8)
    with pytest.raises(UsageError, match="no Deployment"):
        plan(World(FIXTURES / "daemon-set.yaml"), Act.SCALE, replicas=2)


def test_where_several_workloads_fit_they_are_named_and_a_version_chooses() -> None:
    with pytest.raises(UsageError, match=r"Deployment/shop-blue or Deployment/shop-green"):
        plan(blue_green(), Act.SCALE, replicas=5)
    assert summaries(plan(blue_green(), Act.SCALE, version="green", replicas=5)) == [
        "scale Deployment/shop-green from 3 to 5"
    ]
    with pytest.raises(UsageError, match="its versions are blue and green"):
        plan(blue_green(), Act.SCALE, version="red", replicas=5)
    with pytest.raises(UsageError, match="it has Deployment/shop-blue and Deployment/shop-green"):
        plan(blue_green(), Act.SCALE, workload="Deployment/shop", replicas=5)


def test_a_new_image_is_tested_by_name_and_image_and_says_why() -> None:
    made = plan(web(), Act.SET_IMAGE, "web", images=("2",), reason="the fix")
    cause = {"kubernetes.io/change-cause": "cockpit set-image app=web:2: the fix"}
    assert patch(made.changes[0]) == [
        {"op": "test", "path": "/spec/paused", "value": None},
        {"op": "test", "path": NAME, "value": "app"},
        {"op": "test", "path": IMAGE, "value": "web:1"},
        {"op": "test", "path": "/metadata/annotations", "value": None},
        {"op": "replace", "path": IMAGE, "value": "web:2"},
        {"op": "add", "path": "/metadata/annotations", "value": cause},
    ]
    assert made.expects == (RolledOut("Deployment/web", ("web:2",)),)


def test_only_the_container_that_is_named_changes_and_the_others_are_relied_on() -> None:
    world = web()
    containers = world.get("Deployment", "web")["spec"]["template"]["spec"]["containers"]
    containers.append({"name": "proxy", "image": "registry:5000/proxy:1"})
    made = plan(world, Act.SET_IMAGE, "web", images=("proxy=:2",))
    assert made.changes[0].fields[0].after == "registry:5000/proxy:2"
    assert {"op": "test", "path": IMAGE, "value": "web:1"} in patch(made.changes[0])
    with pytest.raises(UsageError, match="say CONTAINER=IMAGE with app or proxy"):
        plan(world, Act.SET_IMAGE, "web", images=("2",))
    with pytest.raises(UsageError, match="there is app and proxy"):
        plan(world, Act.SET_IMAGE, "web", images=("db=2",))
    with pytest.raises(UsageError, match="two images"):
        plan(world, Act.SET_IMAGE, "web", images=("app=2", "app=3"))


def test_the_image_of_now_is_no_change() -> None:
    with pytest.raises(CockpitError, match="already"):
        plan(web(), Act.SET_IMAGE, "web", images=("1",))


@pytest.mark.parametrize(
    ("image", "typed", "meant"),
    [
        ("nginx:1.14", "1.20.1", "nginx:1.20.1"),
        ("nginx:1.14", ":1.20.1", "nginx:1.20.1"),
        ("registry:5000/team/app:1", "2", "registry:5000/team/app:2"),
        ("registry:5000/team/app", "2", "registry:5000/team/app:2"),
        ("app:1@sha256:" + "a" * 64, "2", "app:2"),
        ("app:1", "sha256:" + "b" * 64, "app@sha256:" + "b" * 64),
        ("app:1", "@sha256:" + "b" * 64, "app@sha256:" + "b" * 64),
        ("nginx:1.14", "nginx:1.20", "nginx:1.20"),
        ("nginx:1.14", "registry:5000/nginx", "registry:5000/nginx"),
        ("nginx", "stable", "nginx:stable"),
    ],
)
def test_what_is_typed_keeps_the_repository_where_it_is_only_a_tag(image: str, typed: str, meant: str) -> None:
    assert new_image(image, typed) == meant


@pytest.mark.parametrize("typed", ["", "nginx", "a b", "-x", "x\n", ":", "@"])
def test_what_is_no_image_or_could_be_two_things_is_a_wrong_use(typed: str) -> None:
    with pytest.raises(UsageError):
        new_image("nginx:1.14", typed)


def test_a_port_of_a_registry_is_no_tag() -> None:
    assert repository("registry:5000/app") == "registry:5000/app"


def test_what_a_plan_says_of_strangers_texts_is_inert() -> None:
    world = web()
    world.get("Deployment", "web")["spec"]["template"]["spec"]["containers"][0]["image"] = "web:1\x1b[2J"
    made = plan(world, Act.SET_IMAGE, "web", images=("app=web:2",))
    assert "\x1b" not in " ".join(made.effects)
    assert made.changes[0].fields[0].before == "web:1\x1b[2J"


def test_nothing_is_waited_for_that_nobody_rolls_out() -> None:
    world = World(FIXTURES / "daemon-set.yaml")
    (name,) = [name for kind, name in world.objects if kind == "DaemonSet"]
    made = plan(world, Act.SET_IMAGE, images=("9",))
    assert made.expects
    world.get("DaemonSet", name)["spec"]["updateStrategy"] = {"type": "OnDelete"}
    made = plan(world, Act.SET_IMAGE, images=("9",))
    assert made.expects == ()
    assert "replaces a pod only when somebody deletes it (OnDelete)" in made.why
