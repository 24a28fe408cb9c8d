"""Rollouts, stepped by hand, against what a 1.36 control plane did (see the stories named in each test)."""

from __future__ import annotations

from cockpit.training.api.kinds import DEPLOYMENT, NAMESPACE, POD, REPLICA_SET, SERVICE
from cockpit.training.controllers.behaviour import ImageRule
from cockpit.training.controllers.pods import is_ready
from cockpit.training.objects import annotations_of, condition_of, is_deleting, name_of
from tests.training.steps import (
    SPACE,
    change,
    deployment,
    endpoints,
    get,
    merge,
    messages,
    pods,
    progressing,
    quiet_cluster,
    roll_out,
    service,
    set_image,
    sizes,
)

REVISION = "deployment.kubernetes.io/revision"


def test_a_new_deployment_becomes_available_and_complete() -> None:
    cluster = quiet_cluster()
    created = cluster.registry.create(DEPLOYMENT, SPACE, deployment(replicas=3))
    assert created["status"] == {}
    cluster.clock.step(0.1)
    assert progressing(cluster) == "ReplicaSetUpdated"
    cluster.clock.step(20)
    status = get(cluster)["status"]
    counted = {key: value for key, value in status.items() if key != "conditions"}
    assert counted == {
        "observedGeneration": 1,
        "replicas": 3,
        "updatedReplicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "terminatingReplicas": 0,
    }
    assert progressing(cluster) == "NewReplicaSetAvailable"
    assert messages(cluster, "ScalingReplicaSet") == [
        f"Scaled up replica set {name_of(cluster.store.items(REPLICA_SET, SPACE)[0])} from 0 to 3"
    ]
    assert len(messages(cluster, "SuccessfulCreate")) == 3


def test_four_replicas_paused_at_once_are_three_old_and_two_new() -> None:
    cluster = quiet_cluster()
    roll_out(cluster, replicas=4)
    set_image(cluster, "app:2")
    cluster.clock.step(0.3)
    change(cluster, DEPLOYMENT, "web", {"spec": {"paused": True}})
    cluster.clock.step(60)
    assert sizes(cluster) == {"app:1": 3, "app:2": 2}
    assert progressing(cluster) == "DeploymentPaused"
    assert get(cluster)["status"]["updatedReplicas"] == 2


def test_paused_before_the_controller_saw_the_image_nothing_new_is_made() -> None:
    cluster = quiet_cluster()
    roll_out(cluster, replicas=4)
    set_image(cluster, "app:2")
    change(cluster, DEPLOYMENT, "web", {"spec": {"paused": True}})
    cluster.clock.step(60)
    assert sizes(cluster) == {"app:1": 4}


def test_scaling_a_paused_rollout_keeps_the_ratio() -> None:
    cluster = quiet_cluster()
    roll_out(cluster, replicas=10)
    set_image(cluster, "app:2")
    cluster.clock.step(0.3)
    change(cluster, DEPLOYMENT, "web", {"spec": {"paused": True}})
    cluster.clock.step(30)
    assert sizes(cluster) == {"app:1": 8, "app:2": 5}
    change(cluster, DEPLOYMENT, "web", {"spec": {"replicas": 20}})
    cluster.clock.step(30)
    # 25 in all (20 and a surge of 5): 8 and 5 of 13, the rounding left to the larger one.
    assert sizes(cluster) == {"app:1": 15, "app:2": 10}


def test_going_back_to_an_old_template_reuses_its_replica_set_under_a_new_revision() -> None:
    cluster = quiet_cluster()
    roll_out(cluster, replicas=2)
    first = name_of(cluster.store.items(REPLICA_SET, SPACE)[0])
    set_image(cluster, "app:2")
    cluster.clock.step(40)
    set_image(cluster, "app:1")
    cluster.clock.step(40)
    by_name = {name_of(rs): annotations_of(rs) for rs in cluster.store.items(REPLICA_SET, SPACE)}
    assert len(by_name) == 2
    assert by_name[first][REVISION] == "3"
    assert by_name[first]["deployment.kubernetes.io/revision-history"] == "1"
    assert annotations_of(get(cluster))[REVISION] == "3"


def test_history_is_cut_to_its_limit() -> None:
    cluster = quiet_cluster()
    roll_out(cluster, replicas=1, revisionHistoryLimit=2)
    for number in range(2, 7):
        set_image(cluster, f"app:{number}")
        cluster.clock.step(30)
    revisions = sorted(annotations_of(rs)[REVISION] for rs in cluster.store.items(REPLICA_SET, SPACE))
    assert revisions == ["4", "5", "6"]


def test_recreate_has_no_pod_of_two_versions_at_once() -> None:
    cluster = quiet_cluster()
    roll_out(cluster, replicas=3, strategy={"type": "Recreate"})
    set_image(cluster, "app:2")
    seen, outage = set(), False
    for _ in range(200):
        cluster.clock.step(0.1)
        present = cluster.store.items(POD, SPACE)
        seen.add(frozenset(pod["spec"]["containers"][0]["image"] for pod in present))
        outage = outage or not any(is_ready(pod) for pod in present)
    assert seen == {frozenset({"app:1"}), frozenset({"app:2"})}
    assert outage
    assert len(pods(cluster, "app:2")) == 3
    assert progressing(cluster) == "NewReplicaSetAvailable"


def test_an_image_that_cannot_be_pulled_passes_the_deadline_and_is_put_back() -> None:
    cluster = quiet_cluster(image_rules=(ImageRule("app:bad*", {"fail": "image-pull"}),))
    roll_out(cluster, replicas=4, progressDeadlineSeconds=60)
    set_image(cluster, "app:bad")
    cluster.clock.step(40)
    assert progressing(cluster) == "ReplicaSetUpdated"
    cluster.clock.step(40)
    condition = condition_of(get(cluster), "Progressing") or {}
    assert (condition["status"], condition["reason"]) == ("False", "ProgressDeadlineExceeded")
    assert sizes(cluster) == {"app:1": 3, "app:bad": 2}
    waiting = [pod["status"]["containerStatuses"][0]["state"]["waiting"]["reason"] for pod in pods(cluster, "app:bad")]
    assert set(waiting) <= {"ErrImagePull", "ImagePullBackOff"}
    set_image(cluster, "app:1")
    cluster.clock.step(30)
    assert sizes(cluster) == {"app:1": 4}
    assert progressing(cluster) == "NewReplicaSetAvailable"


def test_a_crash_loop_backs_off_and_counts_its_restarts() -> None:
    cluster = quiet_cluster()
    annotations = {"training.cockpit.dev/fail": "crash-loop"}
    manifest = deployment(replicas=1)
    manifest["spec"]["template"]["metadata"]["annotations"] = annotations
    cluster.registry.create(DEPLOYMENT, SPACE, manifest)
    cluster.clock.step(120)
    status = pods(cluster)[0]["status"]["containerStatuses"][0]
    assert status["restartCount"] >= 3
    assert status["lastState"]["terminated"]["exitCode"] == 1
    assert not get(cluster)["status"].get("readyReplicas")
    assert any(
        text.startswith("Back-off restarting failed container app in pod") for text in messages(cluster, "BackOff")
    )


def test_min_ready_seconds_delay_availability() -> None:
    cluster = quiet_cluster()
    cluster.registry.create(DEPLOYMENT, SPACE, deployment(replicas=2, minReadySeconds=30))
    cluster.clock.step(10)
    assert get(cluster)["status"]["readyReplicas"] == 2
    assert "availableReplicas" not in get(cluster)["status"]
    cluster.clock.step(30)
    assert get(cluster)["status"]["availableReplicas"] == 2


def test_scaling_down_takes_pods_that_are_not_ready_first() -> None:
    cluster = quiet_cluster()
    roll_out(cluster, replicas=3)
    settled = {name_of(pod) for pod in pods(cluster)}
    change(cluster, DEPLOYMENT, "web", {"spec": {"replicas": 5}})
    cluster.clock.step(0.5)
    change(cluster, DEPLOYMENT, "web", {"spec": {"replicas": 3}})
    cluster.clock.step(30)
    assert {name_of(pod) for pod in pods(cluster)} == settled


def test_resuming_while_a_service_is_pinned_to_the_old_hash_leaves_it_no_endpoint() -> None:
    cluster = quiet_cluster()
    roll_out(cluster, replicas=4)
    cluster.registry.create(SERVICE, SPACE, service())
    set_image(cluster, "app:2")
    cluster.clock.step(0.3)
    change(cluster, DEPLOYMENT, "web", {"spec": {"paused": True}})
    cluster.clock.step(20)
    assert len(endpoints(cluster)) == 5
    old = next(rs for rs in cluster.store.items(REPLICA_SET, SPACE) if rs["spec"]["replicas"] == 3)
    hash_ = old["metadata"]["labels"]["pod-template-hash"]
    change(cluster, SERVICE, "web", {"spec": {"selector": {"pod-template-hash": hash_}}})
    cluster.clock.step(0.1)
    assert len(endpoints(cluster)) == 3
    change(cluster, DEPLOYMENT, "web", {"spec": {"paused": None}})
    cluster.clock.step(60)
    assert endpoints(cluster) == []
    change(cluster, SERVICE, "web", {"spec": {"selector": {"pod-template-hash": None}}})
    cluster.clock.step(0.1)
    assert len(endpoints(cluster)) == 4


def test_a_terminating_pod_serves_but_is_not_ready() -> None:
    cluster = quiet_cluster()
    roll_out(cluster, replicas=2)
    cluster.registry.create(SERVICE, SPACE, service())
    cluster.clock.step(1)
    victim = pods(cluster)[0]
    cluster.registry.delete(POD, SPACE, name_of(victim))
    cluster.clock.step(0.1)
    assert is_deleting(get(cluster, name_of(victim), POD))
    mine = next(entry for entry in endpoints(cluster) if entry["targetRef"]["name"] == name_of(victim))
    assert mine["conditions"] == {"ready": False, "serving": True, "terminating": True}
    cluster.clock.step(10)
    assert name_of(victim) not in {entry["targetRef"]["name"] for entry in endpoints(cluster)}
    assert len(pods(cluster)) == 2


def test_a_rollout_that_runs_into_a_quota_says_so_and_goes_on_when_there_is_room() -> None:
    cluster = quiet_cluster()
    roll_out(cluster, 4)
    home = cluster.registry.get(NAMESPACE, "", SPACE)
    quota = {**home, "metadata": {**home["metadata"], "annotations": {"training.cockpit.dev/pod-quota": "4"}}}
    cluster.registry.replace(NAMESPACE, "", SPACE, quota)
    merge(cluster, DEPLOYMENT, "web", {"spec": {"replicas": 6}})
    cluster.clock.step(20)
    assert len(pods(cluster)) == 4
    why = "exceeded quota: pod-quota, requested: pods=1, used: pods=4, limited: pods=4"
    failure = condition_of(get(cluster), "ReplicaFailure") or {}
    assert (failure["status"], failure["reason"]) == ("True", "FailedCreate")
    assert failure["message"].endswith(why)
    assert messages(cluster, "FailedCreate")[0].startswith('Error creating: pods "web-')
    free = {**quota, "metadata": {**home["metadata"], "resourceVersion": ""}}
    cluster.registry.replace(NAMESPACE, "", SPACE, free)
    cluster.clock.step(20)
    assert len(pods(cluster)) == 6
    assert condition_of(get(cluster), "ReplicaFailure") is None
