"""Isolate and unisolate, in the order that the recording of a real control plane asks for."""

from __future__ import annotations

from typing import Any

import pytest

from cockpit.actions.acts import Act
from cockpit.actions.change import ChangeKind
from cockpit.actions.conditions import EndpointsOnly, EndpointsReady, Paused, ServiceExists
from cockpit.errors import CockpitError, UsageError
from tests.actions.planner.stage import NEW, OLD, blocks, isolated, patch, plan, rolling, subject, summaries
from tests.actions.planner.test_promote_and_back import stateful
from tests.release.world import FIXTURES, SCENARIOS, World


def made_service(world: World, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of a request
    change = plan(world, Act.ISOLATE, **asked).changes[-1]
    assert change.kind is ChangeKind.CREATE
    return dict(change.manifest)


def test_the_pin_comes_first_and_holds_before_the_canary_gets_its_door() -> None:
    made = plan(rolling(), Act.ISOLATE, reason="look at it")
    pin, create = made.changes
    assert patch(pin) == [
        {"op": "test", "path": "/spec/selector", "value": {"app": "nginx01"}},
        {"op": "test", "path": "/spec/selector/pod-template-hash", "value": None},
        {"op": "test", "path": "/metadata/annotations", "value": None},
        {"op": "add", "path": "/spec/selector/pod-template-hash", "value": OLD},
        {
            "op": "add",
            "path": "/metadata/annotations",
            "value": {"cockpit.dev/pinned": f"{OLD} by ada at 2026-11-21T11:00:00Z: look at it"},
        },
    ]
    assert pin.hold == EndpointsOnly("nginx01", "Deployment/nginx01", OLD)
    assert create.object.short == "Service/nginx01-canary"
    assert not blocks(made)
    assert ServiceExists("nginx01-canary", exists=True) in made.expects
    assert EndpointsReady("nginx01-canary", 2, "Deployment/nginx01", NEW) in made.expects


def test_the_second_service_is_like_the_first_without_what_a_server_allocated() -> None:
    world = rolling()
    service = world.get("Service", "nginx01")
    service["spec"] |= {"clusterIP": "10.96.0.12", "clusterIPs": ["10.96.0.12"], "ipFamilyPolicy": "PreferDualStack"}
    service["metadata"]["labels"] |= {
        "app.kubernetes.io/managed-by": "Helm",
        "app.kubernetes.io/instance": "shop",
        "helm.sh/chart": "shop-1.0",
        "kustomize.toolkit.fluxcd.io/name": "shop",
    }
    assert made_service(world, reason="look") == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "nginx01-canary",
            "namespace": "default",
            "labels": {
                "app": "nginx01",
                "cockpit.dev/canary-of": "nginx01",
                "app.kubernetes.io/managed-by": "release-cockpit",
            },
            "annotations": {
                "cockpit.dev/created-by": "ada",
                "cockpit.dev/created-at": "2026-11-21T11:00:00Z",
                "cockpit.dev/created-reason": "look",
            },
        },
        "spec": {
            "type": "NodePort",
            "ports": [{"protocol": "TCP", "port": 80, "targetPort": 80}],
            "ipFamilyPolicy": "PreferDualStack",
            "selector": {"app": "nginx01", "pod-template-hash": NEW},
        },
    }


def test_it_is_said_which_address_reaches_which_version() -> None:
    assert plan(rolling(), Act.ISOLATE).effects == (
        "NodePort 32428 of nginx01 → 1.14 (3 pods)",
        "nginx01-canary → 1.20.1 (2 pods), its node port is chosen by the server",
    )
    given = plan(rolling(), Act.ISOLATE, name="trial", node_port=30123)
    assert given.effects[-1] == "NodePort 30123 of trial → 1.20.1 (2 pods)"
    manifest: Any = given.changes[-1].manifest
    assert manifest["spec"]["ports"][0]["nodePort"] == 30123


def test_a_rollout_that_goes_on_is_paused_first() -> None:
    made = plan(rolling(paused=False), Act.ISOLATE)
    assert summaries(made)[0] == "pause Deployment/nginx01"
    assert made.changes[0].hold == Paused("Deployment/nginx01", paused=True)
    assert len(made.changes) == 3


def test_every_other_way_to_the_canary_is_told() -> None:
    world = rolling()
    world.apply("{kind: Service, metadata: {name: debug}, spec: {selector: {app: nginx01}, ports: [{port: 1}]}}")
    assert "Service debug still reaches 1.20.1" in plan(world, Act.ISOLATE, service="nginx01").effects


def test_the_version_that_rolls_in_is_the_canary_also_when_it_has_most_of_the_pods() -> None:
    made = plan(rolling(old=1, new=4), Act.ISOLATE)
    assert made.title == "Isolate 1.20.1 of Service/nginx01 on Service/nginx01-canary"
    assert made.effects[0] == "NodePort 32428 of nginx01 → 1.14 (1 pod)"


@pytest.mark.parametrize("name", ["Canary", "x" * 64, "1st", "a_b", "-a", "nginx01"])
def test_a_name_that_cannot_be_or_is_taken_is_a_wrong_use(name: str) -> None:
    with pytest.raises(UsageError):
        plan(rolling(), Act.ISOLATE, name=name)


@pytest.mark.parametrize("node_port", [80, 29999, 32768, 32428])
def test_a_node_port_that_cannot_be_or_is_taken_is_a_wrong_use(node_port: int) -> None:
    with pytest.raises(UsageError):
        plan(rolling(), Act.ISOLATE, node_port=node_port)


def test_a_cluster_ip_gets_no_node_port_and_headless_stays_headless() -> None:
    world = rolling()
    world.get("Service", "nginx01")["spec"] |= {"type": "ClusterIP", "clusterIP": "None", "ports": [{"port": 80}]}
    with pytest.raises(UsageError, match="not for its like"):
        plan(world, Act.ISOLATE, node_port=30123)
    assert made_service(world)["spec"]["clusterIP"] == "None"


def test_a_second_load_balancer_is_warned_of_and_not_more_open_than_the_first() -> None:
    world = rolling()
    service = world.get("Service", "nginx01")
    service["spec"] |= {"type": "LoadBalancer", "loadBalancerSourceRanges": ["10.0.0.0/8"]}
    inside = {"service.beta.kubernetes.io/azure-load-balancer-internal": "true"}
    service["metadata"]["annotations"] = {**inside, "service.beta.kubernetes.io/load-balancer-ip": "1.2.3.4"}
    assert "second load balancer" in plan(world, Act.ISOLATE).why
    manifest = made_service(world)
    assert manifest["spec"]["loadBalancerSourceRanges"] == ["10.0.0.0/8"]
    assert inside.items() <= manifest["metadata"]["annotations"].items()
    assert "1.2.3.4" not in str(manifest)


def test_one_version_alone_is_not_isolated() -> None:
    with pytest.raises(CockpitError, match="nothing to isolate"):
        plan(World(SCENARIOS / "pause-and-isolate.yaml"), Act.ISOLATE)


def test_two_workloads_behind_one_service_are_told_apart_by_a_switch() -> None:
    with pytest.raises(CockpitError, match="switch Service/myapp to one of them instead"):
        plan(World(SCENARIOS / "both-versions-one-service.yaml"), Act.ISOLATE)


def test_a_daemon_set_that_rolls_cannot_hold_still_for_it() -> None:
    world = World(FIXTURES / "daemon-set.yaml")
    with pytest.raises((CockpitError, UsageError)):
        plan(world, Act.ISOLATE)


def test_unisolate_takes_the_pin_out_before_the_canary_loses_its_door() -> None:
    made = plan(isolated(), Act.UNISOLATE)
    unpin, delete = made.changes
    assert unpin.hold == EndpointsReady("nginx01", 4)
    assert delete.kind is ChangeKind.DELETE
    assert delete.object.uid
    manifest: Any = delete.manifest
    assert manifest["spec"]["ports"][0]["nodePort"] == 32429
    assert "clusterIP" not in manifest["spec"]
    assert not {"uid", "resourceVersion"} & manifest["metadata"].keys()
    assert "status" not in manifest
    assert made.effects[0] == "NodePort 32428 of nginx01 → 1.14 (3 pods) and 1.20.1 (2 pods)"


def test_a_door_that_somebody_else_made_stays_and_is_told() -> None:
    world = isolated()
    del world.get("Service", "nginx01-canary")["metadata"]["labels"]
    made = plan(world, Act.UNISOLATE)
    assert [change.object.short for change in made.changes] == ["Service/nginx01"]
    assert made.effects[-1].startswith(f"NodePort 32429 of nginx01-canary stays pinned to {NEW}")


def test_a_pin_without_pods_is_taken_out_and_the_endpoints_that_come_are_waited_for() -> None:
    world = rolling()
    world.get("Service", "nginx01")["spec"]["selector"]["pod-template-hash"] = "gone"
    (unpin,) = plan(world, Act.UNISOLATE).changes
    assert unpin.hold == EndpointsReady("nginx01", 1)


def test_nothing_isolated_is_nothing_to_take_back() -> None:
    with pytest.raises(CockpitError, match=r"^nginx01 is not pinned, and the cockpit isolated no canary of it\.$"):
        plan(rolling(), Act.UNISOLATE)


def test_a_pinned_service_that_somebody_else_made_is_named_and_goes_by_its_name_only() -> None:
    world = isolated()
    world.get("Service", "nginx01")["spec"]["selector"] = {"app": "nginx01"}
    del world.get("Service", "nginx01")["metadata"]["annotations"]
    del world.get("Service", "nginx01-canary")["metadata"]["labels"]
    world.get("Service", "nginx01")["metadata"]["creationTimestamp"] = "2026-11-20T09:00:00Z"
    assert subject(world).membership.front_door == "nginx01"
    made = plan(world, Act.UNISOLATE, service="nginx01-canary")
    assert made.title == "Take the pin out of Service/nginx01-canary"
    assert made.why == "Every version gets its share of the traffic there again."
    message = "Service/nginx01-canary is pinned to the newest version, and the cockpit did not make it: name it"
    with pytest.raises(CockpitError, match=message):
        plan(world, Act.UNISOLATE)


def test_a_set_held_by_its_partition_is_isolated_by_the_name_of_its_revision() -> None:
    pin, create = plan(stateful(partition=2), Act.ISOLATE).changes
    assert patch(pin)[-2] == {"op": "add", "path": "/spec/selector/controller-revision-hash", "value": "db-1"}
    spec: Any = create.manifest["spec"]
    assert spec["selector"] == {"app": "db", "controller-revision-hash": "db-2"}
    with pytest.raises(CockpitError, match="cannot be paused"):
        plan(stateful(partition=0), Act.ISOLATE)
