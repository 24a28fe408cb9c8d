"""What acts rely on when they change a Deployment: pausing, going back while paused, pins, and change-causes."""

from __future__ import annotations

from typing import Any

from cockpit.training.api.kinds import DEPLOYMENT, REPLICA_SET, SERVICE
from cockpit.training.api.patches import JSON_PATCH, patch_of
from cockpit.training.cluster import Cluster
from cockpit.training.objects import Json, annotations_of, labels_of, name_of
from tests.training.steps import (
    SPACE,
    change,
    endpoints,
    get,
    image_of,
    pods,
    progressing,
    quiet_cluster,
    roll_out,
    service,
    set_image,
    sizes,
)

REVISION = "deployment.kubernetes.io/revision"
HISTORY = "deployment.kubernetes.io/revision-history"
CAUSE = "kubernetes.io/change-cause"


def half_way() -> Cluster:
    """Return a cluster with four replicas, paused between two images."""
    cluster = quiet_cluster()
    roll_out(cluster, replicas=4)
    cluster.registry.create(SERVICE, SPACE, service())
    set_image(cluster, "app:2")
    cluster.clock.step(0.3)
    change(cluster, DEPLOYMENT, "web", {"spec": {"paused": True}})
    cluster.clock.step(20)
    assert sizes(cluster) == {"app:1": 3, "app:2": 2}
    return cluster


def replica_set(cluster: Cluster, image: str) -> Json:
    return next(rs for rs in cluster.store.items(REPLICA_SET, SPACE) if image_of(rs) == image)


def patch(cluster: Cluster, operations: list[Any]) -> Json:
    return cluster.registry.patch(DEPLOYMENT, SPACE, "web", patch_of(JSON_PATCH, operations))


def put_back(cluster: Cluster, image: str) -> None:
    """Put a ReplicaSet's template into the Deployment, as a rollback does."""
    template = replica_set(cluster, image)["spec"]["template"]
    hash_label = "/spec/template/metadata/labels/pod-template-hash"
    patch(
        cluster,
        [
            {"op": "test", "path": "/spec/template/spec/containers/0/image", "value": "app:2"},
            {"op": "replace", "path": "/spec/template", "value": template},
            {"op": "remove", "path": hash_label},
        ],
    )


def test_the_old_template_can_be_put_back_while_paused_and_nothing_moves_until_it_is_resumed() -> None:
    cluster = half_way()
    put_back(cluster, "app:1")
    cluster.clock.step(20)
    assert image_of(get(cluster)) == "app:1"
    assert sizes(cluster) == {"app:1": 3, "app:2": 2}
    assert progressing(cluster) == "DeploymentPaused"


def test_a_resumed_rollback_reuses_the_old_replica_set_under_a_new_revision() -> None:
    cluster = half_way()
    old = name_of(replica_set(cluster, "app:1"))
    survivors = {name_of(pod) for pod in pods(cluster, "app:1")}
    put_back(cluster, "app:1")
    patch(cluster, [{"op": "test", "path": "/spec/paused", "value": True}, {"op": "remove", "path": "/spec/paused"}])
    cluster.clock.step(60)
    assert sizes(cluster) == {"app:1": 4}
    found = replica_set(cluster, "app:1")
    assert (name_of(found), annotations_of(found)[REVISION], annotations_of(found)[HISTORY]) == (old, "3", "1")
    assert annotations_of(get(cluster))[REVISION] == "3"
    assert survivors <= {name_of(pod) for pod in pods(cluster)}
    assert progressing(cluster) == "NewReplicaSetAvailable"


def test_a_pin_to_the_old_version_is_a_pin_to_everything_after_a_rollback() -> None:
    cluster = half_way()
    pin = labels_of(replica_set(cluster, "app:1"))["pod-template-hash"]
    change(cluster, SERVICE, "web", {"spec": {"selector": {"pod-template-hash": pin}}})
    put_back(cluster, "app:1")
    change(cluster, DEPLOYMENT, "web", {"spec": {"paused": None}})
    cluster.clock.step(60)
    assert len(endpoints(cluster)) == 4


def test_scaling_while_paused_is_shared_by_both_versions_up_and_down() -> None:
    cluster = half_way()
    change(cluster, DEPLOYMENT, "web", {"spec": {"replicas": 8}})
    cluster.clock.step(20)
    # 10 in all (8 and a surge of 2): 3 and 2 of 5.
    assert sizes(cluster) == {"app:1": 6, "app:2": 4}
    change(cluster, DEPLOYMENT, "web", {"spec": {"replicas": 4}})
    cluster.clock.step(20)
    assert sizes(cluster) == {"app:1": 3, "app:2": 2}


def test_the_change_cause_of_a_deployment_is_copied_to_its_current_replica_set_only() -> None:
    cluster = quiet_cluster()
    roll_out(cluster, replicas=2)
    for number in (1, 2):
        cause = {"metadata": {"annotations": {CAUSE: f"to {number}"}}}
        change(cluster, DEPLOYMENT, "web", {**cause, "spec": {"template": {"spec": _image(f"app:{number}")}}})
        cluster.clock.step(40)
    causes = {image_of(rs): annotations_of(rs)[CAUSE] for rs in cluster.store.items(REPLICA_SET, SPACE)}
    assert causes == {"app:1": "to 1", "app:2": "to 2"}


def test_pausing_what_is_steady_changes_nothing_and_a_new_image_waits() -> None:
    cluster = quiet_cluster()
    roll_out(cluster, replicas=4)
    change(cluster, DEPLOYMENT, "web", {"spec": {"paused": True}})
    cluster.clock.step(5)
    set_image(cluster, "app:2")
    cluster.clock.step(30)
    assert sizes(cluster) == {"app:1": 4}
    change(cluster, DEPLOYMENT, "web", {"spec": {"paused": None}})
    cluster.clock.step(60)
    assert sizes(cluster) == {"app:2": 4}


def test_a_failing_version_that_is_put_back_while_paused_is_gone_after_the_resume() -> None:
    cluster = quiet_cluster()
    roll_out(cluster, replicas=4, progressDeadlineSeconds=30)
    template = {"metadata": {"annotations": {"training.cockpit.dev/fail": "crash-loop"}}, "spec": _image("app:2")}
    change(cluster, DEPLOYMENT, "web", {"spec": {"template": template}})
    cluster.clock.step(60)
    assert progressing(cluster) == "ProgressDeadlineExceeded"
    change(cluster, DEPLOYMENT, "web", {"spec": {"paused": True}})
    cluster.clock.step(1)
    assert progressing(cluster) == "ProgressDeadlineExceeded"  # a deadline that has passed outlasts a pause
    put_back(cluster, "app:1")
    change(cluster, DEPLOYMENT, "web", {"spec": {"paused": None}})
    cluster.clock.step(60)
    assert (sizes(cluster), progressing(cluster)) == ({"app:1": 4}, "NewReplicaSetAvailable")


def _image(image: str) -> Json:
    return {"containers": [{"name": "app", "image": image}]}
