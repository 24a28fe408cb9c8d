"""StatefulSets and DaemonSets: the order of their pods, and the revisions that they keep."""

from __future__ import annotations

from cockpit.training.api.kinds import CONTROLLER_REVISION, DAEMON_SET, NODE, POD, STATEFUL_SET, ApiKind
from cockpit.training.api.store import Change
from cockpit.training.cluster import Cluster
from cockpit.training.controllers.pods import is_ready
from cockpit.training.objects import Json, labels_of, name_of, owner_reference
from tests.training.steps import SPACE, change, deployment, get, image_of, merge, names, pods, quiet_cluster

_HASH = "controller-revision-hash"


def rolled_out(kind: ApiKind) -> Cluster:
    """Return a cluster with a set called web that is complete."""
    cluster = quiet_cluster()
    spec = deployment()["spec"]
    if kind is DAEMON_SET:
        del spec["replicas"]
    cluster.registry.create(kind, SPACE, {"metadata": {"name": "web"}, "spec": spec})
    cluster.clock.step(60)
    return cluster


def set_image(cluster: Cluster, kind: ApiKind, image: str) -> None:
    container = {"name": "app", "image": image}
    change(cluster, kind, "web", {"spec": {"template": {"spec": {"containers": [container]}}}})


def revisions(cluster: Cluster) -> list[Json]:
    return sorted(cluster.store.items(CONTROLLER_REVISION, SPACE), key=lambda revision: int(revision["revision"]))


def hashes(cluster: Cluster) -> set[str]:
    return {labels_of(pod)[_HASH] for pod in pods(cluster)}


def test_a_stateful_set_starts_one_pod_after_the_other() -> None:
    cluster = quiet_cluster()
    born: list[tuple[str, int]] = []

    def look(change: Change) -> None:
        if change.kind.kind == "Pod" and change.type == "ADDED":
            born.append((name_of(change.object), sum(is_ready(pod) for pod in pods(cluster))))

    cluster.store.subscribe(look)
    cluster.registry.create(STATEFUL_SET, SPACE, {"metadata": {"name": "web"}, "spec": deployment()["spec"]})
    cluster.clock.step(60)
    assert born == [("web-0", 0), ("web-1", 1), ("web-2", 2), ("web-3", 3)]


def test_a_stateful_set_is_updated_from_the_highest_ordinal_down() -> None:
    cluster = rolled_out(STATEFUL_SET)
    gone: list[str] = []
    cluster.store.subscribe(
        lambda change: (
            gone.append(name_of(change.object)) if change.kind.kind == "Pod" and change.type == "DELETED" else None
        )
    )
    set_image(cluster, STATEFUL_SET, "app:2")
    cluster.clock.step(120)
    assert gone == ["web-3", "web-2", "web-1", "web-0"]
    assert sorted(names(pods(cluster, "app:2"))) == ["web-0", "web-1", "web-2", "web-3"]


def test_pods_carry_the_hash_of_their_sets_revision() -> None:
    for kind in (STATEFUL_SET, DAEMON_SET):
        cluster = rolled_out(kind)
        (revision,) = revisions(cluster)
        (found,) = hashes(cluster)
        assert name_of(revision) == (f"web-{found}" if kind is DAEMON_SET else found)
        assert revision["metadata"]["ownerReferences"] == [owner_reference(get(cluster, kind=kind))]


def test_a_daemon_set_keeps_one_ready_pod_a_node_through_an_update() -> None:
    cluster = rolled_out(DAEMON_SET)
    fewest = [len(cluster.store.items(NODE))]
    cluster.store.subscribe(lambda _: fewest.append(sum(is_ready(pod) for pod in pods(cluster))))
    set_image(cluster, DAEMON_SET, "app:2")
    cluster.clock.step(120)
    placed = sorted(pod["spec"]["nodeName"] for pod in pods(cluster, "app:2"))
    assert placed == sorted([name_of(one) for one in cluster.store.items(NODE)])
    assert min(fewest) == len(placed) - 1


def test_the_first_template_again_is_the_first_revision_again() -> None:
    for kind in (STATEFUL_SET, DAEMON_SET):
        cluster = rolled_out(kind)
        (first,) = revisions(cluster)
        before = hashes(cluster)
        for image in ("app:2", "app:1"):
            set_image(cluster, kind, image)
            cluster.clock.step(120)
        assert image_of(get(cluster, kind=kind)) == "app:1"
        assert [name_of(revision) for revision in revisions(cluster)][-1] == name_of(first)
        assert len(revisions(cluster)) == 2
        assert revisions(cluster)[-1]["revision"] == 3
        assert hashes(cluster) == before


def test_a_partition_keeps_lower_ordinals_at_the_old_revision_also_when_they_are_made_again() -> None:
    cluster = rolled_out(STATEFUL_SET)
    merge(cluster, STATEFUL_SET, "web", {"spec": {"updateStrategy": {"rollingUpdate": {"partition": 2}}}})
    set_image(cluster, STATEFUL_SET, "app:2")
    cluster.clock.step(120)
    assert sorted(names(pods(cluster, "app:2"))) == ["web-2", "web-3"]
    cluster.registry.delete(POD, SPACE, "web-0")
    cluster.clock.step(60)
    assert sorted(names(pods(cluster, "app:1"))) == ["web-0", "web-1"]
    status = get(cluster, kind=STATEFUL_SET)["status"]
    assert (status["currentReplicas"], status["updatedReplicas"]) == (2, 2)
    assert status["currentRevision"] != status["updateRevision"]


def test_a_pod_that_never_gets_ready_blocks_the_way_back_until_it_is_deleted() -> None:
    cluster = rolled_out(STATEFUL_SET)
    never = {"metadata": {"annotations": {"training.cockpit.dev/fail": "never-ready"}}}
    change(cluster, STATEFUL_SET, "web", {"spec": {"template": never}})
    cluster.clock.step(120)
    back = {"metadata": {"annotations": {"training.cockpit.dev/fail": None}}}
    change(cluster, STATEFUL_SET, "web", {"spec": {"template": back}})
    cluster.clock.step(600)
    assert [name_of(pod) for pod in pods(cluster) if not is_ready(pod)] == ["web-3"]
    cluster.registry.delete(POD, SPACE, "web-3")
    cluster.clock.step(120)
    assert all(is_ready(pod) for pod in pods(cluster))


def test_ordinals_may_start_elsewhere() -> None:
    cluster = quiet_cluster()
    spec = deployment(replicas=2)["spec"] | {"ordinals": {"start": 5}}
    cluster.registry.create(STATEFUL_SET, SPACE, {"metadata": {"name": "web"}, "spec": spec})
    cluster.clock.step(60)
    assert sorted(names(pods(cluster))) == ["web-5", "web-6"]


def test_a_set_waits_until_its_pods_were_ready_for_long_enough() -> None:
    cluster = quiet_cluster()
    spec = deployment(replicas=2)["spec"] | {"minReadySeconds": 20}
    cluster.registry.create(STATEFUL_SET, SPACE, {"metadata": {"name": "web"}, "spec": spec})
    cluster.clock.step(15)
    assert names(pods(cluster)) == ["web-0"]
    cluster.clock.step(15)
    assert get(cluster, kind=STATEFUL_SET)["status"]["availableReplicas"] == 1
    assert sorted(names(pods(cluster))) == ["web-0", "web-1"]


def test_a_daemon_set_that_surges_never_has_a_node_without_a_ready_pod() -> None:
    cluster = rolled_out(DAEMON_SET)
    rolling = {"maxSurge": 2, "maxUnavailable": 0}
    merge(cluster, DAEMON_SET, "web", {"spec": {"updateStrategy": {"rollingUpdate": rolling}}})
    counts: list[tuple[int, int]] = []

    def look(_: Change) -> None:
        ready = {pod["spec"]["nodeName"] for pod in pods(cluster) if is_ready(pod)}
        counts.append((len(ready), len(pods(cluster))))

    cluster.store.subscribe(look)
    set_image(cluster, DAEMON_SET, "app:2")
    cluster.clock.step(120)
    nodes = len(cluster.store.items(NODE))
    assert len(pods(cluster, "app:2")) == nodes == len(pods(cluster))
    assert min(ready for ready, _ in counts) == nodes
    assert max(total for _, total in counts) == nodes + 2


def test_a_daemon_set_updates_as_many_nodes_at_once_as_it_may() -> None:
    cluster = rolled_out(DAEMON_SET)
    merge(cluster, DAEMON_SET, "web", {"spec": {"updateStrategy": {"rollingUpdate": {"maxUnavailable": "50%"}}}})
    fewest = [len(cluster.store.items(NODE))]
    cluster.store.subscribe(lambda _: fewest.append(sum(is_ready(pod) for pod in pods(cluster))))
    set_image(cluster, DAEMON_SET, "app:2")
    cluster.clock.step(120)
    assert min(fewest) == len(cluster.store.items(NODE)) - 3


def test_history_of_sets_is_cut_to_its_limit() -> None:
    for kind in (STATEFUL_SET, DAEMON_SET):
        cluster = rolled_out(kind)
        merge(cluster, kind, "web", {"spec": {"revisionHistoryLimit": 1}})
        for number in range(2, 6):
            set_image(cluster, kind, f"app:{number}")
            cluster.clock.step(120)
        assert [revision["revision"] for revision in revisions(cluster)] == [4, 5]
