"""Promote and rollback, by what the release is; clean up; delete a pod."""

from __future__ import annotations

from typing import Any

import pytest

from cockpit.actions.acts import Act
from cockpit.actions.change import ChangeKind
from cockpit.actions.conditions import (
    EndpointsOnly,
    EndpointsReady,
    Paused,
    PodReplaced,
    PodsGone,
    PodsReady,
    Replicas,
    RolledOut,
)
from cockpit.errors import CockpitError, UsageError
from cockpit.resources.references import ObjectRef
from tests.actions.planner.stage import (
    NEW,
    OLD,
    blocks,
    blue_green,
    isolated,
    patch,
    plan,
    rolling,
    summaries,
    weighted,
)
from tests.release.world import SCENARIOS, World

WEIGHT = "/metadata/annotations/nginx.ingress.kubernetes.io~1canary-weight"


def stateful(partition: int) -> World:
    world = World()
    world.apply(
        f"""
kind: StatefulSet
metadata: {{name: db}}
spec:
  replicas: 3
  selector: {{matchLabels: {{app: db}}}}
  updateStrategy: {{type: RollingUpdate, rollingUpdate: {{partition: {partition}}}}}
  template: {{metadata: {{labels: {{app: db}}}}, spec: {{containers: [{{name: db, image: "db:2"}}]}}}}
status: {{replicas: 3, readyReplicas: 3, currentRevision: db-1, updateRevision: db-2, updatedReplicas: 1}}
---
kind: Service
metadata: {{name: db}}
spec: {{clusterIP: None, selector: {{app: db}}, ports: [{{port: 5432}}]}}
"""
    )
    owner: dict[str, Any] = {"kind": "StatefulSet", "name": "db", "uid": "uid-statefulset-db", "controller": True}
    for number in (1, 2):
        template = {
            "metadata": {"labels": {"app": "db"}},
            "spec": {"containers": [{"name": "db", "image": f"db:{number}"}]},
        }
        world.put(
            {
                "kind": "ControllerRevision",
                "metadata": {"name": f"db-{number}", "ownerReferences": [owner]},
                "revision": number,
                "data": {"spec": {"template": template}},
            }
        )
    for ordinal, revision in enumerate(("db-1", "db-1", "db-2")):
        world.pod(f"db-{ordinal}", world.get("StatefulSet", "db"), {"app": "db", "controller-revision-hash": revision})
    return world


def test_rollback_while_paused_puts_the_template_back_before_it_resumes() -> None:
    made = plan(rolling(), Act.ROLLBACK, reason="errors")
    template, resume = made.changes
    assert template.template_from == ObjectRef(
        "ReplicaSet", "default", f"nginx01-{OLD}", f"uid-replicaset-nginx01-{OLD}"
    )
    assert template.template_was is not None
    assert template.template_was.name == f"nginx01-{NEW}"
    assert [entry["op"] for entry in patch(template)] == ["test"] * 4 + ["replace", "remove", "add"]
    assert patch(template)[0] == {"op": "test", "path": "/spec/paused", "value": True}
    assert patch(template)[2]["value"] == "nginx:1.20.1"
    assert patch(template)[-1]["value"] == {"kubernetes.io/change-cause": "cockpit rollback to revision 1: errors"}
    assert resume.summary == "resume Deployment/nginx01"
    assert resume.depends
    assert {"op": "test", "path": "/spec/template/spec/containers/0/image", "value": "nginx:1.14"} in patch(resume)
    assert made.expects == (
        RolledOut("Deployment/nginx01", ("nginx:1.14",)),
        Paused("Deployment/nginx01", paused=False),
    )
    assert not blocks(made)


def test_rollback_of_an_isolated_canary_keeps_the_pin_until_the_canary_is_gone() -> None:
    made = plan(isolated(), Act.ROLLBACK)
    assert summaries(made) == [
        "delete Service/nginx01-canary of the isolated canary",
        "put the template of revision 1 into Deployment/nginx01",
        "resume Deployment/nginx01",
        f"take the pin to {OLD} out of Service/nginx01",
    ]
    assert made.changes[2].hold == PodsGone("Deployment/nginx01", NEW)
    assert made.changes[2].hold_seconds == 600
    assert made.changes[3].hold is None
    assert EndpointsOnly("nginx01", "Deployment/nginx01", OLD) in made.expects
    assert not blocks(made)


def test_a_pin_to_what_the_rollback_takes_away_goes_first() -> None:
    world = isolated()
    world.replica_set("nginx01", "5d9f8", image="nginx:1.12", replicas=0, revision=0)
    made = plan(world, Act.ROLLBACK, revision=0)
    assert [change.object.short for change in made.changes] == [
        "Service/nginx01-canary",
        "Service/nginx01",
        "Deployment/nginx01",
        "Deployment/nginx01",
    ]
    assert made.changes[1].hold == EndpointsReady("nginx01", 4)


def test_the_revision_before_is_the_second_highest_and_its_cause_comes_back() -> None:
    world = World(SCENARIOS / "recreate-and-rolling.yaml")
    for number, image in ((1, "web:0"), (2, "web:1b"), (3, "web:1")):
        found = world.replica_set("web", f"h{number}", image=image, replicas=8 if number == 3 else 0, revision=number)
        found["metadata"]["annotations"]["kubernetes.io/change-cause"] = f"cause {number}"
    made = plan(world, Act.ROLLBACK, "web")
    assert made.title == "Rollback Deployment/web to revision 2"
    assert patch(made.changes[0])[-1]["value"] == {"kubernetes.io/change-cause": "cause 2"}
    assert plan(world, Act.ROLLBACK, "web", revision=1).changes[0].fields[0].after == "web:0"
    with pytest.raises(CockpitError, match="has no revision 9 any more; it has 1, 2 and 3"):
        plan(world, Act.ROLLBACK, "web", revision=9)
    with pytest.raises(CockpitError, match="already"):
        plan(world, Act.ROLLBACK, "web", revision=3)


def test_a_template_that_was_never_rolled_out_gives_way_and_cannot_come_back() -> None:
    world = rolling()
    world.get("Deployment", "nginx01")["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:1.21"
    (template, *_) = plan(world, Act.ROLLBACK).changes
    assert template.template_from is not None
    assert template.template_from.name == f"nginx01-{OLD}"
    assert template.final


def test_without_an_earlier_revision_there_is_nothing_to_go_back_to() -> None:
    with pytest.raises(CockpitError, match="no earlier revision"):
        plan(World(SCENARIOS / "pause-and-isolate.yaml"), Act.ROLLBACK)


def test_a_stateful_set_goes_back_by_its_controller_revision() -> None:
    (template,) = plan(stateful(partition=2), Act.ROLLBACK).changes
    assert template.template_from is not None
    assert (template.template_from.kind, template.template_from.name) == ("ControllerRevision", "db-1")


def test_rollback_of_a_switched_release_switches_back() -> None:
    made = plan(blue_green("green"), Act.ROLLBACK)
    assert made.title == "Rollback: switch Service/shop back to blue"
    assert patch(made.changes[0])[-1]["value"] == "blue"
    with pytest.raises(UsageError, match="could mean"):
        plan(blue_green("green"), Act.ROLLBACK, revision=1)


def test_a_version_that_was_cleaned_up_is_scaled_up_before_it_gets_the_traffic_back() -> None:
    world = blue_green("green")
    world.get("Deployment", "shop-blue")["spec"]["replicas"] = 0
    world.replica_set("shop-blue", "77c8d79f87", replicas=0)
    made = plan(world, Act.ROLLBACK)
    assert [change.object.short for change in made.changes] == ["Deployment/shop-blue", "Service/shop"]
    assert made.changes[0].hold == PodsReady("Deployment/shop-blue", "77c8d79f87", 3)
    assert not blocks(made)


def test_rollback_of_a_weighted_release_takes_the_weight_away() -> None:
    made = plan(weighted(), Act.ROLLBACK)
    assert patch(made.changes[0])[-1] == {"op": "replace", "path": WEIGHT, "value": "0"}
    assert made.effects == ("echo.example/: new-nginx 50% → 0%, old-nginx 50% → 100%",)
    assert not blocks(made)


def test_what_a_header_leads_to_the_canary_is_told_although_the_weight_is_gone() -> None:
    world = weighted()
    world.get("Ingress", "echo-canary")["metadata"]["annotations"]["nginx.ingress.kubernetes.io/canary-by-header"] = "x"
    assert "still leads to Service new-nginx" in plan(world, Act.ROLLBACK).effects[-1]


def test_promote_of_a_paused_rollout_resumes_it() -> None:
    assert summaries(plan(rolling(), Act.PROMOTE)) == ["resume Deployment/nginx01"]


def test_promote_of_an_isolated_canary_unpins_resumes_and_deletes_its_door_last() -> None:
    made = plan(isolated(), Act.PROMOTE)
    assert summaries(made) == [
        f"take the pin to {OLD} out of Service/nginx01",
        "resume Deployment/nginx01",
        "delete Service/nginx01-canary of the isolated canary",
    ]
    assert not blocks(made)


def test_promote_of_a_preview_gives_it_the_pods_first() -> None:
    world = blue_green()
    world.get("Deployment", "shop-green")["spec"]["replicas"] = 1
    world.replica_set("shop-green", "77c8d79f87", replicas=1)
    scaled, switched = plan(world, Act.PROMOTE).changes
    assert scaled.summary == "scale Deployment/shop-green from 1 to 3"
    assert scaled.hold == PodsReady("Deployment/shop-green", "77c8d79f87", 3)
    assert switched.object.short == "Service/shop"


def test_promote_of_a_canary_by_weight_gives_it_all_of_its_total_and_the_pods_for_it() -> None:
    scaled, given = plan(weighted("50", total="1000"), Act.PROMOTE).changes
    assert scaled.summary == "scale Deployment/new-nginx from 2 to 4"
    assert patch(given)[-1] == {"op": "replace", "path": WEIGHT, "value": "1000"}
    assert {"op": "test", "path": f"{WEIGHT}-total", "value": "1000"} in patch(given)


def test_promote_of_a_partition_takes_it_away() -> None:
    (change,) = plan(stateful(partition=2), Act.PROMOTE).changes
    path = "/spec/updateStrategy/rollingUpdate/partition"
    assert patch(change)[-2:] == [
        {"op": "test", "path": path, "value": 2},
        {"op": "replace", "path": path, "value": 0},
    ]


@pytest.mark.parametrize(
    ("world", "why"),
    [
        (World(SCENARIOS / "pause-and-isolate.yaml"), "one version in service"),
        (rolling(paused=False), "rolls out by itself"),
        (blue_green("green"), "blue served before"),
        (World(SCENARIOS / "both-versions-one-service.yaml"), "no selector and no route"),
    ],
)
def test_where_nothing_waits_it_is_said_why(world: World, why: str) -> None:
    with pytest.raises(CockpitError, match=why):
        plan(world, Act.PROMOTE)


def test_clean_up_scales_the_old_version_to_nothing_and_deletes_none() -> None:
    made = plan(blue_green("green"), Act.CLEANUP)
    (change,) = made.changes
    assert change.kind is ChangeKind.PATCH
    assert change.summary == "scale Deployment/shop-blue from 3 to 0"
    assert made.expects == (Replicas("Deployment/shop-blue", 0),)


def test_a_preview_is_not_left_over_unless_somebody_says_so_and_what_serves_never_is() -> None:
    with pytest.raises(CockpitError, match="nothing left over"):
        plan(blue_green(), Act.CLEANUP)
    assert summaries(plan(blue_green(), Act.CLEANUP, version="green")) == ["scale Deployment/shop-green from 3 to 0"]
    with pytest.raises(CockpitError, match="gets traffic"):
        plan(blue_green(), Act.CLEANUP, version="blue")


def test_the_service_that_a_canary_ingress_stands_on_is_not_emptied() -> None:
    with pytest.raises(CockpitError, match="still stands on the Service of old-nginx"):
        plan(weighted("100"), Act.CLEANUP, version="old-nginx")


def test_the_old_version_of_a_rollout_is_its_controllers_business() -> None:
    with pytest.raises(CockpitError, match="nothing left over"):
        plan(isolated(), Act.CLEANUP)


def test_a_canarys_door_is_left_over_when_there_is_one_version() -> None:
    world = World(SCENARIOS / "pause-and-isolate.yaml")
    labels = {"cockpit.dev/canary-of": "nginx01"}
    spec = {"selector": {"app": "nginx01", "pod-template-hash": "gone"}, "ports": [{"port": 80}]}
    world.put({"kind": "Service", "metadata": {"name": "nginx01-canary", "labels": labels}, "spec": spec})
    (change,) = plan(world, Act.CLEANUP).changes
    assert change.kind is ChangeKind.DELETE


def test_the_failing_pod_is_deleted_by_its_uid_and_for_good() -> None:
    world = World(SCENARIOS / "pause-and-isolate.yaml")
    world.replica_set("nginx01", OLD, replicas=4, ready=3)
    failing = world.get("Pod", f"nginx01-{OLD}-00003")
    failing["status"]["containerStatuses"] = [{"name": "app", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]
    made = plan(world, Act.DELETE_POD)
    (change,) = made.changes
    assert change.object == ObjectRef("Pod", "default", f"nginx01-{OLD}-00003", failing["metadata"]["uid"])
    assert change.final == "its controller makes a new one"
    assert made.expects == (PodReplaced(change.object.name, change.object.uid),)
    assert "CrashLoopBackOff" in made.why


def test_a_ready_pod_is_not_deleted_and_several_failing_ones_are_named() -> None:
    world = World(SCENARIOS / "pause-and-isolate.yaml")
    world.replica_set("nginx01", OLD, replicas=4, ready=2)
    for number in (2, 3):
        status = world.get("Pod", f"nginx01-{OLD}-0000{number}")["status"]
        status["containerStatuses"] = [{"name": "app", "state": {"waiting": {"reason": "ErrImagePull"}}}]
    with pytest.raises(CockpitError, match="restart replaces pods without a gap"):
        plan(world, Act.DELETE_POD, pod=f"nginx01-{OLD}-00000")
    with pytest.raises(UsageError, match=f"nginx01-{OLD}-00002 or nginx01-{OLD}-00003"):
        plan(world, Act.DELETE_POD)
    with pytest.raises(UsageError, match="has no pod"):
        plan(world, Act.DELETE_POD, pod="other")
