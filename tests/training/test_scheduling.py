"""Where pods go: cordons, taints and node selectors are kept to, and a pod that fits nowhere says why."""

from __future__ import annotations

from typing import Any

import pytest

from cockpit.training.api.kinds import DAEMON_SET, EVENT, NODE, POD
from cockpit.training.api.patches import MERGE_PATCH, patch_of
from cockpit.training.cluster import Cluster
from cockpit.training.controllers.scheduling import obstacle
from cockpit.training.objects import Json, condition_of
from tests.training.steps import SPACE, quiet_cluster


def pod(**spec: object) -> Json:
    return {"metadata": {"name": "lonely"}, "spec": {"containers": [{"name": "app", "image": "app:1"}], **spec}}


def change_node(cluster: Cluster, name: str, spec: Json) -> None:
    cluster.registry.patch(NODE, "", name, patch_of(MERGE_PATCH, {"spec": spec}))


def started(cluster: Cluster, **spec: object) -> Json:
    cluster.registry.create(POD, SPACE, pod(**spec))
    cluster.clock.step(10)
    return cluster.registry.get(POD, SPACE, "lonely")


def nodes(cluster: Cluster) -> list[str]:
    return [node["metadata"]["name"] for node in cluster.store.items(NODE)]


def test_a_pod_goes_to_no_node_that_is_cordoned() -> None:
    cluster = quiet_cluster()
    for name in nodes(cluster)[:-1]:
        change_node(cluster, name, {"unschedulable": True})
    assert started(cluster)["spec"]["nodeName"] == nodes(cluster)[-1]


def test_a_pod_that_no_node_takes_stays_pending_and_says_why_until_a_node_does() -> None:
    cluster = quiet_cluster()
    count = len(nodes(cluster))
    for name in nodes(cluster):
        change_node(cluster, name, {"unschedulable": True})
    waiting = started(cluster)
    why = (
        f"0/{count} nodes are available: {count} node(s) were unschedulable. no new claims to deallocate, preemption: "
        f"0/{count} nodes are available: {count} Preemption is not helpful for scheduling."
    )
    condition = condition_of(waiting, "PodScheduled")
    assert waiting["status"]["phase"] == "Pending"
    assert condition is not None
    assert (condition["status"], condition["reason"], condition["message"]) == ("False", "Unschedulable", why)
    [event] = [one for one in cluster.store.items(EVENT, SPACE) if one["reason"] == "FailedScheduling"]
    assert (event["type"], event["message"], event["source"]["component"]) == ("Warning", why, "default-scheduler")
    change_node(cluster, "node-0", {"unschedulable": None})
    cluster.clock.step(10)
    run = cluster.registry.get(POD, SPACE, "lonely")
    assert (run["spec"]["nodeName"], run["status"]["phase"]) == ("node-0", "Running")
    scheduled = condition_of(run, "PodScheduled")
    assert scheduled is not None
    assert (scheduled["status"], "reason" in scheduled) == ("True", False)


def test_a_pod_goes_where_its_node_selector_leads() -> None:
    cluster = quiet_cluster()
    last = nodes(cluster)[-1]
    assert started(cluster, nodeSelector={"kubernetes.io/hostname": last})["spec"]["nodeName"] == last


TAINT = {"key": "team", "value": "a", "effect": "NoSchedule"}


@pytest.mark.parametrize(
    ("tolerations", "taint", "fits"),
    [
        ([], TAINT, False),
        ([], {**TAINT, "effect": "PreferNoSchedule"}, True),
        ([{"key": "team", "operator": "Equal", "value": "a", "effect": "NoSchedule"}], TAINT, True),
        ([{"key": "team", "value": "b"}], TAINT, False),
        ([{"key": "team", "operator": "Exists"}], TAINT, True),
        ([{"key": "team", "operator": "Exists", "effect": "NoExecute"}], TAINT, False),
        ([{"operator": "Exists"}], TAINT, True),
    ],
)
def test_a_taint_keeps_away_what_does_not_tolerate_it(tolerations: list[Any], taint: Json, fits: bool) -> None:
    node: Json = {"metadata": {"name": "node-0"}, "spec": {"taints": [taint]}}
    assert (obstacle(pod(tolerations=tolerations), node) == "") is fits


def daemons(**spec: object) -> Cluster:
    """Return a cluster with a DaemonSet that is complete; further fields go into its pods' spec."""
    cluster, labels = quiet_cluster(), {"app": "agent"}
    template = {"metadata": {"labels": labels}, "spec": pod(**spec)["spec"]}
    body = {"selector": {"matchLabels": labels}, "template": template}
    cluster.registry.create(DAEMON_SET, SPACE, {"metadata": {"name": "agent"}, "spec": body})
    cluster.clock.step(30)
    return cluster


def places(cluster: Cluster) -> list[str]:
    return sorted(pod["spec"]["nodeName"] for pod in cluster.store.items(POD, SPACE))


def wanted(cluster: Cluster) -> int:
    return int(cluster.registry.get(DAEMON_SET, SPACE, "agent")["status"]["desiredNumberScheduled"])


def test_a_daemon_set_runs_where_its_node_selector_leads_and_follows_the_labels() -> None:
    cluster = daemons(nodeSelector={"disk": "fast"})
    assert (places(cluster), wanted(cluster)) == ([], 0)
    for labels, expected in (({"disk": "fast"}, ["node-1"]), ({"disk": None}, [])):
        cluster.registry.patch(NODE, "", "node-1", patch_of(MERGE_PATCH, {"metadata": {"labels": labels}}))
        cluster.clock.step(30)
        assert (places(cluster), wanted(cluster)) == (expected, len(expected))


def test_a_cordon_keeps_no_daemon_away_and_a_taint_the_new_ones_only() -> None:
    cluster = daemons()
    everywhere = nodes(cluster)
    change_node(cluster, "node-0", {"unschedulable": True})
    change_node(cluster, "node-1", {"taints": [TAINT]})
    change_node(cluster, "node-2", {"taints": [{**TAINT, "effect": "NoExecute"}]})
    cluster.clock.step(30)
    assert places(cluster) == [name for name in everywhere if name != "node-2"]
    status = cluster.registry.get(DAEMON_SET, SPACE, "agent")["status"]
    assert (status["desiredNumberScheduled"], status["numberMisscheduled"]) == (len(everywhere) - 2, 1)
    for one in cluster.store.items(POD, SPACE):
        cluster.registry.delete(POD, SPACE, one["metadata"]["name"])
    cluster.clock.step(60)
    assert places(cluster) == [name for name in everywhere if name not in ("node-1", "node-2")]
