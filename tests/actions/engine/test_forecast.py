"""What becomes of pods and Services, moment by moment."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cockpit.actions.acts import Act
from cockpit.actions.change import Change
from cockpit.actions.forecast import by_version, forecast
from cockpit.actions.guards import GuardId, Outcome
from cockpit.actions.settling import gap_of
from cockpit.actions.stage import stage_of
from cockpit.resources.references import ObjectRef
from tests.actions.engine.subjects import (
    NEW,
    OLD,
    create,
    judged,
    patch,
    paused,
    pin,
    resume,
    scale,
    subject,
    unpin,
)
from tests.release.test_recordings import recorded
from tests.release.world import FIXTURES, World


def behind(world: World, service: str, *changes: Change) -> list[dict[str, int]]:
    """Return the ready pods behind a Service by version: when each change is taken, and when controllers are done."""
    found = forecast(subject(world), changes)
    stages = [stage for moment in found.moments for stage in (moment.at_once, moment.done)]
    return [dict(by_version(stage.ready_behind(service))) for stage in stages]


def test_a_resumed_rollout_brings_the_new_version_and_takes_the_old_one_away() -> None:
    assert behind(paused(3, 2), "web", resume("web")) == [{"version 1": 3, "version 2": 2}, {"version 2": 4}]


def test_a_paused_rollout_is_scaled_in_proportion() -> None:
    assert behind(paused(2, 2), "web", scale("Deployment/web", 4, 8)) == [
        {"version 1": 2, "version 2": 2},
        {"version 1": 4, "version 2": 4},
    ]
    assert behind(paused(2, 2), "web", scale("Deployment/web", 4, 2))[-1] == {"version 1": 1, "version 2": 1}
    assert behind(paused(2, 2), "web", scale("Deployment/web", 4, 0))[-1] == {}


def test_an_image_set_while_paused_changes_no_pod() -> None:
    image = patch("Deployment/web", ("spec.template.spec.containers.0.image", "web:2", "web:3"))
    assert behind(paused(3, 2), "web", image)[-1] == {"version 1": 3, "version 2": 2}
    assert behind(paused(3, 2), "web", image, resume("web"))[-1] == {"the new template": 4}


def test_an_earlier_template_brings_its_own_pods_back() -> None:
    back = replace(patch("Deployment/web"), template_from=ObjectRef("ReplicaSet", "default", f"web-{OLD}"))
    assert behind(paused(3, 2), "web", back, resume("web"))[-1] == {"version 1": 4}


STATEFUL = """
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 3
  selector: {matchLabels: {app: db}}
  updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 2}}
  template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: "db:2"}]}}
status: {replicas: 3, readyReplicas: 3, currentRevision: db-aaa, updateRevision: db-bbb, updatedReplicas: 1}
---
kind: Service
metadata: {name: db}
spec: {selector: {app: db}}
"""


def partitioned() -> World:
    """Return a StatefulSet whose last ordinal has the new template."""
    world = World()
    world.apply(STATEFUL)
    owner = world.get("StatefulSet", "db")
    for number, hash_ in enumerate(("aaa", "bbb"), start=1):
        world.put(
            {
                "kind": "ControllerRevision",
                "revision": number,
                "metadata": {
                    "name": f"db-{hash_}",
                    "labels": {"controller-revision-hash": f"db-{hash_}"},
                    "ownerReferences": [
                        {"kind": "StatefulSet", "name": "db", "uid": owner["metadata"]["uid"], "controller": True}
                    ],
                },
                "data": {
                    "spec": {
                        "template": {
                            "metadata": {"labels": {"app": "db"}},
                            "spec": {"containers": [{"name": "db", "image": f"db:{number}"}]},
                        }
                    }
                },
            }
        )
    for ordinal in range(3):
        hash_ = "db-bbb" if ordinal == 2 else "db-aaa"
        labels = {
            "app": "db",
            "controller-revision-hash": hash_,
            "statefulset.kubernetes.io/pod-name": f"db-{ordinal}",
        }
        world.pod(f"db-{ordinal}", owner, labels)
    return world.settle()


def partition(before: int, after: int) -> Change:
    return patch("StatefulSet/db", ("spec.updateStrategy.rollingUpdate.partition", before, after))


def test_a_partition_keeps_the_lower_ordinals() -> None:
    assert behind(partitioned(), "db", scale("StatefulSet/db", 3, 3))[-1] == {"version 1": 2, "version 2": 1}
    assert behind(partitioned(), "db", partition(2, 1))[-1] == {"version 1": 1, "version 2": 2}
    assert behind(partitioned(), "db", partition(2, 0))[-1] == {"version 2": 3}


def test_a_set_is_scaled_from_its_highest_ordinal_down() -> None:
    assert behind(partitioned(), "db", scale("StatefulSet/db", 3, 2))[-1] == {"version 1": 2}
    assert behind(partitioned(), "db", scale("StatefulSet/db", 3, 4))[-1] == {"version 1": 2, "version 2": 2}


def test_a_service_pinned_to_the_old_revision_of_a_set_would_be_emptied() -> None:
    world = partitioned()
    world.get("Service", "db")["spec"]["selector"]["controller-revision-hash"] = "db-aaa"
    world.settle()
    assert judged(world, Act.PROMOTE, partition(2, 1))[GuardId.SERVICE_EMPTIED].outcome is Outcome.PASS
    assert judged(world, Act.PROMOTE, partition(2, 0))[GuardId.SERVICE_EMPTIED].outcome is Outcome.BLOCK


def test_a_set_of_one_has_a_gap_when_its_pod_is_replaced() -> None:
    world = partitioned()
    for ordinal in (1, 2):
        del world.objects["Pod", f"db-{ordinal}"]
    found = forecast(subject(world), ())
    assert "only pod" in gap_of(found.start, "StatefulSet/db")
    assert gap_of(forecast(subject(partitioned()), ()).start, "StatefulSet/db") == ""


def test_pods_that_are_replaced_only_when_deleted_stay() -> None:
    world = partitioned()
    world.get("StatefulSet", "db")["spec"]["updateStrategy"] = {"type": "OnDelete"}
    assert behind(world, "db", scale("StatefulSet/db", 3, 3))[-1] == {"version 1": 2, "version 2": 1}


def test_a_service_that_is_not_there_yet_has_nobody_and_then_somebody() -> None:
    changes = (pin("web", OLD), create("web-canary", app="web", pod_template_hash=NEW))
    assert behind(paused(3, 2), "web-canary", *changes) == [{}, {}, {"version 2": 2}, {"version 2": 2}]


def test_a_daemon_set_rolls_out_to_every_node() -> None:
    world = World(FIXTURES / "daemon-set.yaml")
    world.apply("kind: Service\nmetadata: {name: agent}\nspec: {selector: {app: agent}}")
    for number, hash_ in enumerate(("5d8c7b9f4", "7f6b5c4d9")):
        labels = {"app": "agent", "controller-revision-hash": hash_}
        world.pod(f"agent-{number}", world.get("DaemonSet", "agent"), labels)
    world.settle()
    assert behind(world, "agent", patch("DaemonSet/agent")) == [{"version 1": 1, "version 2": 1}, {"version 2": 2}]
    image = patch("DaemonSet/agent", ("spec.template.spec.containers.0.image", "agent:2", "agent:3"))
    assert behind(world, "agent", image)[-1] == {"the new template": 2}


@pytest.mark.parametrize("order", ["resume first", "unpin first"])
def test_the_recorded_isolation_is_left_in_the_right_order_only(order: str) -> None:
    world = recorded("isolate", "isolated")
    hashes = {}
    for (kind, name), entry in list(world.objects.items()):
        if kind == "ReplicaSet":
            labels = entry["spec"]["template"]["metadata"]["labels"]
            hashes[labels["pod-template-hash"]] = name
            for number in range(entry["spec"]["replicas"]):
                world.pod(f"{name}-{number:05}", entry, labels)
    assert set(hashes) == {OLD, NEW}
    changes = [resume("nginx01"), unpin("nginx01", OLD)]
    if order == "unpin first":
        changes.reverse()
    found = subject(world)
    outcome = judged(found, Act.RESUME, *changes)[GuardId.SERVICE_EMPTIED].outcome
    assert outcome is (Outcome.PASS if order == "unpin first" else Outcome.BLOCK)


def test_a_name_elsewhere_has_no_pods_behind_it_whatever_its_selector_says() -> None:
    world = paused(3, 2)
    world.get("Service", "web")["spec"] |= {"type": "ExternalName", "externalName": "web.example"}
    assert stage_of(subject(world)).ready_behind("web") == ()
