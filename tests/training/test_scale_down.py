"""Which pods of a ReplicaSet go first, and what a Deployment does about a hash that is taken."""

from __future__ import annotations

from cockpit.training.api.kinds import DEPLOYMENT, POD, REPLICA_SET
from cockpit.training.controllers.history import new_replica_set, template_hash
from cockpit.training.controllers.replicasets import deletion_rank
from cockpit.training.objects import Json, labels_of, name_of, timestamp
from tests.training.steps import (
    NOON,
    SPACE,
    deployment,
    get,
    image_of,
    merge,
    names,
    pods,
    quiet_cluster,
    roll_out,
    set_image,
)


def pod(uid: str, age: float = 1000.0, ready: float | None = 900.0, **more: object) -> Json:
    """Return a pod of some age that has been ready for so long, None where it is not."""
    condition = {"type": "Ready", "status": "False" if ready is None else "True"}
    condition["lastTransitionTime"] = timestamp(NOON - (ready or 0))
    status = {"phase": more.get("phase", "Running"), "conditions": [condition]}
    status["containerStatuses"] = [{"restartCount": more.get("restarts", 0)}]
    metadata: Json = {"uid": uid, "name": uid, "creationTimestamp": timestamp(NOON - age)}
    if "cost" in more:
        metadata["annotations"] = {"controller.kubernetes.io/pod-deletion-cost": more["cost"]}
    return {"metadata": metadata, "spec": {"nodeName": more.get("node", "a")}, "status": status}


def order(*found: Json, crowd: dict[str, int] | None = None) -> list[str]:
    return names(sorted(found, key=lambda one: deletion_rank(one, (crowd or {}).get(one["spec"]["nodeName"], 1), NOON)))


def test_pods_go_in_the_order_of_the_original() -> None:
    rules = [
        pod("unassigned", node=""),
        pod("pending", phase="Pending", ready=None),
        pod("not-ready", ready=None),
        pod("cheap", cost="-5"),
        pod("crowded", node="b"),
        pod("newly-ready", ready=100),
        pod("restarted", restarts=3),
        pod("young", age=901),
        pod("zzz"),
    ]
    assert order(*reversed(rules), crowd={"b": 4}) == names(rules)


def test_ages_count_by_their_order_of_magnitude_and_then_the_uid() -> None:
    assert order(pod("b", ready=899), pod("a", ready=901)) == ["a", "b"]
    assert order(pod("a", ready=900), pod("b", ready=90)) == ["b", "a"]


def test_on_a_crowded_node_the_pods_of_all_versions_count() -> None:
    cluster = quiet_cluster()
    roll_out(cluster, 6)
    costly, other = sorted(names(pods(cluster)))[:2]
    merge(cluster, POD, other, {"metadata": {"annotations": {"controller.kubernetes.io/pod-deletion-cost": "-1"}}})
    merge(cluster, POD, costly, {"metadata": {"annotations": {"controller.kubernetes.io/pod-deletion-cost": "7"}}})
    merge(cluster, DEPLOYMENT, "web", {"spec": {"replicas": 5}})
    cluster.clock.step(10)
    assert other not in names(pods(cluster))
    merge(cluster, DEPLOYMENT, "web", {"spec": {"replicas": 1}})
    cluster.clock.step(10)
    assert names(pods(cluster)) == [costly]


def test_a_hash_that_another_template_has_taken_is_counted_as_a_collision() -> None:
    cluster = quiet_cluster()
    roll_out(cluster, 2)
    wanted = deployment(image="app:2")["spec"]["template"]
    draft = get(cluster)
    full = {**draft["spec"]["template"], "spec": {**draft["spec"]["template"]["spec"]}}
    full["spec"]["containers"] = [{**full["spec"]["containers"][0], "image": "app:2"}]
    taken = template_hash(full, 0)
    foreign = new_replica_set({**draft, "spec": {**draft["spec"], "template": full}}, [], taken, 0)
    foreign["spec"]["template"]["spec"] = {"containers": [{"name": "app", "image": "app:other"}]}
    cluster.registry.create(REPLICA_SET, SPACE, foreign)
    set_image(cluster, "app:2")
    cluster.clock.step(60)
    assert get(cluster)["status"]["collisionCount"] == 1
    (current,) = (rs for rs in cluster.store.items(REPLICA_SET, SPACE) if rs["spec"]["replicas"])
    assert image_of(current) == wanted["spec"]["containers"][0]["image"] == "app:2"
    assert labels_of(current)["pod-template-hash"] != taken
    assert name_of(current) != f"web-{taken}"
