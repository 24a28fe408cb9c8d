"""Situations in which a picture is easily wrong: what is shown has to be what users get."""

from __future__ import annotations

import pytest

from cockpit.release.view import PodState, Role, State, Strategy
from tests.release.world import FIXTURES, SCENARIOS, World

NGINX = "nginx.ingress.kubernetes.io/"
LATER = "2026-11-21T10:00:00Z"


def rolling() -> World:
    return World(SCENARIOS / "recreate-and-rolling.yaml")


def roles(world: World, release: str) -> dict[str, Role]:
    return {version.name: version.role for version in world.settle().releases()[release].versions}


def ingress(world: World, name: str, service: str, path: str = "/", kind: str = "Prefix", **annotations: str) -> None:
    backend = {"service": {"name": service}}
    written = {NGINX + key.replace("_", "-"): value for key, value in annotations.items()}
    rule = {"host": "h.example", "http": {"paths": [{"path": path, "pathType": kind, "backend": backend}]}}
    world.put({"kind": "Ingress", "metadata": {"name": name, "annotations": written}, "spec": {"rules": [rule]}})


@pytest.mark.parametrize("digits", [20, 400, 5_000])
def test_an_absurd_number_in_an_annotation_costs_nobody_the_picture(digits: int) -> None:
    world = World(SCENARIOS / "ingress-weight.yaml")
    world.get("Ingress", "echo-canary")["metadata"]["annotations"][NGINX + "canary-weight"] = "9" * digits
    world.get("Ingress", "echo-ack")["metadata"]["annotations"]["ingress.aliyun.weight/new-nginx"] = "9" * digits
    world.settle()
    name = next(name for kind, name in world.objects if kind == "ReplicaSet")
    world.get("ReplicaSet", name)["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "9" * digits
    shares = {route.name: route.shares for route in world.release().routes or ()}
    assert shares == {"echo-canary": {"old-nginx": 1.0, "new-nginx": 0.0}, "echo-ack": None}


@pytest.mark.parametrize("weight", ["0", "50", "100"])
def test_a_weighted_release_holds_together_at_every_weight(weight: str) -> None:
    world = World(SCENARIOS / "ingress-weight.yaml")
    world.get("Ingress", "echo-canary")["metadata"]["annotations"][NGINX + "canary-weight"] = weight
    world.get("Ingress", "echo-ack")["metadata"]["annotations"]["ingress.aliyun.weight/new-nginx"] = weight
    release = world.settle().release()
    leader = {"0": "old-nginx", "50": "old-nginx", "100": "new-nginx"}[weight]
    assert release.name == "echo"
    assert next(version.name for version in release.versions if version.role is Role.STABLE) == leader
    if weight == "100":
        assert roles(world, "echo")["old-nginx"] is Role.OLD


def test_in_a_rollback_the_version_that_serves_is_stable_though_it_is_the_new_revision() -> None:
    world = rolling()
    world.replica_set("web", "aaaaa11111", revision=3)
    world.replica_set("web", "bbbbb22222", image="web:2", revision=2, replicas=2, ready=0, created=LATER)
    assert roles(world, "web") == {"1": Role.STABLE, "2": Role.OLD}


def test_at_the_end_of_a_rollout_the_new_version_leads() -> None:
    world = rolling()
    world.replica_set("web", "aaaaa11111", replicas=1, ready=0)
    world.replica_set("web", "bbbbb22222", image="web:2", revision=2, created=LATER)
    assert roles(world, "web") == {"1": Role.OLD, "2": Role.STABLE}


@pytest.mark.parametrize("selector", [{"app": "wbe"}, {}])
def test_a_route_to_a_service_that_takes_no_pod_is_an_outage(selector: dict[str, str]) -> None:
    world = World(FIXTURES / "several-services.yaml")
    world.get("Service", "web")["spec"]["selector"] = selector
    release = world.settle().releases()["web"]
    assert release.versions == ()
    assert release.state is State.OUTAGE
    assert "Service/web has no ready endpoint" in release.reason
    assert ("app=wbe" in release.reason) or ("no selector" in release.reason)


def test_where_rules_disagree_roles_follow_the_rules_and_not_the_number_of_pods() -> None:
    world = World(SCENARIOS / "ingress-weight.yaml")
    del world.objects["Ingress", "echo-ack"]
    world.get("Ingress", "echo-canary")["metadata"]["annotations"] |= {
        NGINX + "canary-weight": "5",
        NGINX + "canary-by-header": "X-Canary",
    }
    world.get("Deployment", "new-nginx")["spec"]["replicas"] = 5
    release = world.settle().release()
    assert release.splits.configured is None
    assert roles(world, "echo") == {"old-nginx": Role.STABLE, "new-nginx": Role.CANARY}


def stateful(partition: int = 0) -> World:
    world = World(FIXTURES / "headless-pair.yaml")
    owner = world.get("StatefulSet", "db")
    if partition:
        owner["spec"]["updateStrategy"] = {"type": "RollingUpdate", "rollingUpdate": {"partition": partition}}
    for number, revision in enumerate(("db-6f5d4c8b7", "db-6f5d4c8b7", "db-79c5f6d98")):
        labels = {
            "app": "db",
            "controller-revision-hash": revision,
            "statefulset.kubernetes.io/pod-name": f"db-{number}",
        }
        world.pod(f"db-{number}", owner, labels)
    return world.settle()


def test_without_its_history_a_stateful_sets_pods_still_tell_two_versions() -> None:
    release = stateful().release(unreadable=frozenset({"controllerrevisions"}))
    assert {version.hash: version.counts.ready for version in release.versions} == {"6f5d4c8b7": 2, "79c5f6d98": 1}
    assert release.state is State.PROGRESSING


def test_without_its_pods_a_stateful_sets_status_still_tells_two_versions() -> None:
    release = stateful().release(unreadable=frozenset({"pods"}))
    assert {version.name: version.counts.desired for version in release.versions} == {"16.1": 2, "16.2": 1}


def test_a_partition_that_is_reached_waits_for_a_human() -> None:
    release = stateful(partition=2).release()
    assert release.state is State.PAUSED
    assert "its partition holds 2 pods back: lower it to go on" in release.reason
    assert {version.name: version.role for version in release.versions} == {"16.1": Role.STABLE, "16.2": Role.CANARY}


@pytest.mark.parametrize("kind", ["statefulsets", "controllerrevisions", "endpointslices"])
def test_a_release_is_unknown_when_what_it_is_judged_by_is_stale(kind: str) -> None:
    assert stateful().release(stale=frozenset({kind})).state is State.UNKNOWN


def test_a_release_without_a_deployment_does_not_mind_replica_sets() -> None:
    assert stateful().release(unreadable=frozenset({"replicasets"})).state is State.PROGRESSING


def test_stale_routes_make_a_routed_release_unknown() -> None:
    world = World(SCENARIOS / "ingress-weight.yaml").settle()
    assert world.release(stale=frozenset({"ingresses"})).state is State.UNKNOWN


def test_a_pin_is_not_called_dangling_where_revisions_cannot_be_read() -> None:
    world = World(SCENARIOS / "pause-and-isolate.yaml")
    world.replica_set("nginx01", "695cdcd7c8")
    world.get("Service", "nginx01")["spec"]["selector"]["pod-template-hash"] = "695cdcd7c8"
    release = world.settle().release(unreadable=frozenset({"replicasets"}))
    assert release.state is State.UNKNOWN
    assert [service.problem for service in release.services or ()] == [""]


def test_a_leftover_pin_beside_a_healthy_service_is_no_front_door_and_no_outage() -> None:
    world = World(SCENARIOS / "pause-and-isolate.yaml")
    world.put(
        {
            "kind": "Service",
            "metadata": {"name": "a-pin", "creationTimestamp": "2026-11-20T09:00:00Z"},
            "spec": {"type": "LoadBalancer", "selector": {"app": "nginx01", "pod-template-hash": "gone"}},
        }
    )
    release = world.settle().release()
    assert release.name == "nginx01"
    assert release.state is State.STUCK
    assert "Service/a-pin is pinned to hash gone, which no revision has" in release.reason


def test_of_two_pinned_services_the_older_is_the_front_door_whatever_its_type() -> None:
    world = World(SCENARIOS / "pause-and-isolate.yaml")
    world.replica_set("nginx01", "aaaaa11111", replicas=3)
    world.replica_set("nginx01", "bbbbb22222", image="nginx:1.20.1", replicas=2, revision=2)
    main = world.get("Service", "nginx01")["spec"]
    main |= {"type": "ClusterIP", "selector": {"app": "nginx01", "pod-template-hash": "aaaaa11111"}}
    spec = {"type": "NodePort", "selector": {"app": "nginx01", "pod-template-hash": "bbbbb22222"}}
    world.put({"kind": "Service", "metadata": {"name": "canary", "creationTimestamp": LATER}, "spec": spec})
    release = world.settle().release()
    assert release.name == "nginx01"
    assert release.splits.configured == {"1.14": 1.0}


def test_pods_that_were_evicted_tell_of_the_past() -> None:
    world = rolling()
    old = world.replica_set("web", "aaaaa11111", replicas=0)
    world.replica_set("web", "bbbbb22222", image="web:2", revision=2)
    world.pod("web-old", old, {"app": "web"}, phase="Failed", reason="Evicted")
    current = world.get("ReplicaSet", "web-bbbbb22222")
    world.pod("web-new", current, {"app": "web"}, phase="Failed", reason="Evicted")
    release = world.settle().releases()["web"]
    (version,) = release.versions
    assert release.state is State.STEADY
    assert (version.counts.current, version.counts.failing) == (8, 0)
    assert [pod.state for pod in version.pods or ()].count(PodState.FINISHED) == 1


def test_paths_of_different_types_are_different_rules() -> None:
    world = rolling()
    ingress(world, "land", "batch", kind="Exact")
    ingress(world, "site", "web")
    ingress(world, "site-canary", "batch", canary="true", canary_weight="10")
    rules = {
        (route.name, tuple(backend.service for backend in route.backends))
        for release in world.settle().releases().values()
        for route in release.routes or ()
    }
    assert rules == {("land", ("batch",)), ("site-canary", ("web", "batch"))}


def test_a_route_to_an_umbrella_says_nothing_of_any_release() -> None:
    world = World(FIXTURES / "umbrella-by-tier.yaml")
    ingress(world, "all", "backend")
    assert [release.splits.configured for release in world.settle().releases().values()] == [None, None]


def test_published_addresses_that_are_not_ready_hide_no_outage() -> None:
    world = World(SCENARIOS / "recreate-and-rolling.yaml")
    world.get("Service", "batch")["spec"]["publishNotReadyAddresses"] = True
    world.replica_set("batch", "aaaaa11111", ready=0)
    world.settle()
    for endpoint in world.get("EndpointSlice", "batch-abcde")["endpoints"]:
        endpoint["conditions"] = {"ready": True, "serving": False, "terminating": False}
    assert world.releases()["batch"].state is State.OUTAGE


def test_a_replica_set_that_cannot_be_made_is_stuck() -> None:
    world = rolling().settle()
    message = 'ReplicaSet "web-x" is forbidden: exceeded quota'
    condition = {"type": "Progressing", "status": "False", "reason": "ReplicaSetCreateError", "message": message}
    deployment = world.get("Deployment", "web")
    deployment["metadata"]["generation"] = 7
    deployment["status"] |= {"observedGeneration": 6, "conditions": [condition]}
    release = world.releases()["web"]
    assert release.state is State.STUCK
    assert message in release.reason


def test_a_service_that_selects_an_old_version_by_its_label_shows_that_version_empty() -> None:
    world = rolling()
    world.replica_set("web", "aaaaa11111", replicas=0, labels={"version": "v1"})
    world.replica_set("web", "bbbbb22222", image="web:2", revision=2, labels={"version": "v2"})
    spec = {"selector": {"app": "web", "version": "v1"}, "ports": [{"port": 80}]}
    world.put({"kind": "Service", "metadata": {"name": "web-v1"}, "spec": spec})
    world.get("Deployment", "web")["spec"]["template"]["metadata"]["labels"]["version"] = "v2"
    release = world.settle().releases()["web"]
    assert [version.name for version in release.versions] == ["v1", "v2"]
    assert release.state is State.OUTAGE
    assert "Service/web-v1 has no ready endpoint: it selects only versions that are scaled to 0" in release.reason


def test_an_outage_blames_only_pods_that_the_service_selects_and_dates_from_what_is_unavailable() -> None:
    world = World(SCENARIOS / "selector-switch.yaml")
    world.replica_set("shop-green", "aaaaa11111", ready=0)
    world.get("Service", "shop")["spec"]["selector"]["version"] = "green"
    world.settle()
    blue = next(name for kind, name in world.objects if kind == "Pod" and name.startswith("shop-blue"))
    waiting = {"state": {"waiting": {"reason": "CrashLoopBackOff"}}}
    world.get("Pod", blue)["status"] = {"containerStatuses": [waiting]}
    world.get("Deployment", "shop-blue")["status"]["conditions"] = [
        {"type": "Available", "status": "True", "lastTransitionTime": "2026-11-01T00:00:00Z"}
    ]
    world.get("Deployment", "shop-green")["status"]["conditions"] = [
        {"type": "Available", "status": "False", "lastTransitionTime": LATER}
    ]
    release = world.release()
    assert release.state is State.OUTAGE
    assert "3 pods still starting" in release.reason
    assert "CrashLoopBackOff" not in release.reason
    assert str(release.since) == "2026-11-21 10:00:00+00:00"


def test_a_rollout_dates_from_the_first_new_pod() -> None:
    world = rolling()
    world.replica_set("web", "aaaaa11111", replicas=6)
    world.replica_set("web", "bbbbb22222", image="web:2", revision=2, replicas=2, created=LATER)
    for number, minute in enumerate(("07", "05")):
        world.get("Pod", f"web-bbbbb22222-{number:05}")["metadata"]["creationTimestamp"] = f"2026-11-21T10:{minute}:00Z"
    assert str(world.settle().releases()["web"].since) == "2026-11-21 10:05:00+00:00"


def test_after_a_switch_of_two_that_were_made_together_the_first_is_old() -> None:
    world = World(SCENARIOS / "selector-switch.yaml")
    world.get("Service", "shop")["spec"]["selector"]["version"] = "green"
    assert roles(world, "shop") == {"blue": Role.OLD, "green": Role.ACTIVE}


def test_the_active_colour_stays_active_while_it_rolls() -> None:
    world = World(FIXTURES / "green-rollout.yaml")
    world.replica_set("shop-blue", "aaaaa11111", replicas=3)
    world.replica_set("shop-blue", "bbbbb22222", image="shop:1.1", replicas=1, ready=0, revision=2, created=LATER)
    found = roles(world, "shop")
    assert found["blue@aaaaa"] is Role.ACTIVE
    assert found["blue@bbbbb"] is Role.NEW


def test_the_selector_of_a_release_with_one_version_left_still_names_it() -> None:
    world = World(SCENARIOS / "selector-switch.yaml")
    del world.objects["Deployment", "shop-blue"]
    world.get("Service", "shop")["spec"]["selector"]["version"] = "green"
    release = world.settle().release()
    assert release.splits.configured == {"green": 1.0}
    assert [version.name for version in release.versions] == ["green"]


def test_a_label_that_a_workload_is_selected_by_names_its_versions_whatever_its_history_holds() -> None:
    world = World(SCENARIOS / "both-versions-one-service.yaml")
    del world.objects["Deployment", "myapp-v1"]
    world.replica_set("myapp-v2", "aaaaa11111", image="myapp:2.0", replicas=0)
    world.replica_set("myapp-v2", "bbbbb22222", image="myapp:2.1", revision=2)
    assert [version.name for version in world.settle().release().versions] == ["v2"]


def test_a_service_over_releases_that_the_annotation_keeps_apart_is_an_umbrella() -> None:
    world = World(SCENARIOS / "both-versions-one-service.yaml")
    for name in ("v1", "v2"):
        world.get("Deployment", f"myapp-{name}")["metadata"]["annotations"] = {"cockpit.dev/release": name}
    releases = world.settle().releases()
    assert {name: [service.umbrella for service in release.services or ()] for name, release in releases.items()} == {
        "v1": [True],
        "v2": [True],
    }


def test_only_matches_and_no_weight_make_an_a_b_test() -> None:
    world = World(SCENARIOS / "ingress-weight.yaml")
    del world.objects["Ingress", "echo-ack"]
    annotations = {NGINX + "canary": "true", NGINX + "canary-by-header": "X-Canary"}
    world.get("Ingress", "echo-canary")["metadata"]["annotations"] = annotations
    assert world.settle().release().strategy is Strategy.AB


def test_a_route_to_a_service_that_does_not_exist_is_an_outage_of_its_release() -> None:
    world = World(SCENARIOS / "ingress-weight.yaml")
    del world.objects["Service", "old-nginx"]
    del world.objects["Ingress", "echo-ack"]
    release = world.settle().releases()["new-nginx"]
    assert release.state is State.OUTAGE
    assert "Ingress/echo-canary sends 50% of echo.example/ to Service/old-nginx, which does not exist" in release.reason


def test_more_pods_of_one_version_come_up_since_the_first_of_them_was_made() -> None:
    world = rolling()
    world.replica_set("web", "aaaaa11111", ready=6)
    for number, minute in ((6, "40"), (7, "30")):
        pod = world.get("Pod", f"web-aaaaa11111-{number:05}")
        pod["metadata"]["creationTimestamp"] = f"2026-11-21T09:{minute}:00Z"
    release = world.settle().releases()["web"]
    assert "Deployment/web is coming up: 6 of 8 pods are available" in release.reason
    assert str(release.since) == "2026-11-21 09:30:00+00:00"


def test_a_recreate_between_versions_is_said_to_be_one() -> None:
    world = rolling()
    world.replica_set("batch", "aaaaa11111", replicas=0)
    world.replica_set("batch", "bbbbb22222", image="batch:2", replicas=0, revision=2)
    release = world.settle().releases()["batch"]
    assert release.state is State.OUTAGE
    assert "Deployment/batch is between versions (0 of 3 pods are new)" in release.reason


def test_a_partition_with_one_version_holds_nothing_and_pauses_nothing() -> None:
    world = stateful(partition=2)
    status = world.get("StatefulSet", "db")["status"]
    status |= {"currentRevision": "db-79c5f6d98", "currentReplicas": 3, "updatedReplicas": 3}
    for number in (0, 1):
        world.get("Pod", f"db-{number}")["metadata"]["labels"]["controller-revision-hash"] = "db-79c5f6d98"
    release = world.release()
    (version,) = release.versions
    assert release.state is State.STEADY
    assert (version.paused, version.waiting) == (False, "")


@pytest.mark.parametrize("paused", [False, True])
def test_what_rolls_in_is_not_stable_while_the_version_that_it_replaces_serves(paused: bool) -> None:
    world = rolling()
    world.get("Deployment", "web")["spec"]["paused"] = paused
    world.replica_set("web", "aaaaa11111", replicas=1)
    world.replica_set("web", "bbbbb22222", image="web:2", revision=2, replicas=3, created=LATER)
    assert roles(world, "web") == {"1": Role.STABLE, "2": Role.CANARY if paused else Role.NEW}
