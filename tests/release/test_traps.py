"""One fixture for each way in which objects mislead about what a release is."""

from __future__ import annotations

from cockpit.release.view import UNKNOWN_VERSION, ReleaseView, Role, State, Strategy
from tests.release.world import FIXTURES, SCENARIOS, World


def world(fixture: str) -> World:
    return World(FIXTURES / f"{fixture}.yaml")


def names(release: ReleaseView) -> list[str]:
    return [version.name for version in release.versions]


def services(release: ReleaseView) -> list[str]:
    return [service.name for service in release.services or ()]


def test_a_selector_of_nothing_but_a_hash_belongs_to_the_owner_of_that_replica_set() -> None:
    objects = world("hash-only-selector")
    objects.replica_set("web", "695cdcd7c8")
    releases = objects.settle().releases()
    assert services(releases["web-pin"]) == ["web-pin"]
    assert releases["web-pin"].versions[0].workload == "Deployment/web"


def test_a_hash_that_no_replica_set_has_is_a_dangling_pin() -> None:
    release = world("hash-only-selector").settle().releases()["lost-pin"]
    assert release.versions == ()
    assert release.state is State.STUCK
    assert "Service/lost-pin" in release.reason
    assert "take the hash out" in release.reason


def test_a_label_that_the_living_template_has_too_does_not_bring_old_templates_back() -> None:
    objects = World(SCENARIOS / "selector-switch.yaml")
    objects.replica_set("shop-blue", "aaaaa11111", image="shop:0.9", replicas=0)
    objects.replica_set("shop-blue", "bbbbb22222", revision=2)
    release = objects.settle().release()
    assert names(release) == ["blue", "green"]
    assert release.splits.configured == {"blue": 1.0}


def test_a_label_that_only_an_old_template_has_names_it() -> None:
    objects = World(SCENARIOS / "selector-switch.yaml")
    objects.replica_set("shop-blue", "aaaaa11111", replicas=0)
    objects.replica_set("shop-blue", "bbbbb22222", labels={"version": "blue-2"}, revision=2)
    assert "blue" in names(objects.settle().release())


def test_a_selector_of_nothing_but_a_version_has_no_siblings() -> None:
    releases = world("version-only-selector").settle().releases()
    assert {name: services(release) for name, release in releases.items()} == {"api": ["api"], "api-next": []}


def test_a_worker_beside_blue_and_green_is_no_switch_target() -> None:
    releases = world("worker-beside-blue-green").settle().releases()
    assert names(releases["shop"]) == ["blue", "green"]
    assert [version.workload for version in releases["shop-worker"].versions] == ["Deployment/shop-worker"]


def test_an_umbrella_over_a_tier_is_listed_with_each_release_and_joins_none() -> None:
    releases = world("umbrella-by-tier").settle().releases()
    assert {name: services(release) for name, release in releases.items()} == {
        "orders": ["orders", "backend"],
        "stock": ["stock", "backend"],
    }
    umbrella = (releases["orders"].services or ())[1]
    assert umbrella.umbrella
    assert umbrella.split == {"1": 0.5, UNKNOWN_VERSION: 0.5}


def test_an_umbrella_by_helm_instance_does_not_name_a_release() -> None:
    releases = world("umbrella-by-helm-instance").settle().releases()
    assert sorted(releases) == ["db", "web"]
    assert [service.front_door for service in releases["db"].services or ()] == [False]


def test_a_maintenance_page_at_weight_zero_joins_nothing() -> None:
    releases = world("shared-maintenance-backend").settle().releases()
    assert sorted(releases) == ["cart", "pay", "sorry"]
    assert {name: names(release) for name, release in releases.items()} == {"cart": ["1"], "pay": ["1"], "sorry": ["1"]}
    assert releases["cart"].strategy is Strategy.ROLLING


def test_a_canary_at_weight_zero_in_one_place_still_belongs_to_its_release() -> None:
    objects = world("shared-maintenance-backend")
    del objects.objects["Ingress", "pay-sorry"]
    releases = objects.settle().releases()
    assert sorted(releases) == ["cart", "pay"]
    assert services(releases["cart"]) == ["cart", "sorry"]


def test_forty_paths_on_one_ingress_are_forty_releases() -> None:
    releases = world("forty-paths").settle().releases()
    assert len(releases) == 40
    assert all(len(release.routes or ()) == 1 for release in releases.values())


def test_releases_that_one_ingress_would_name_are_told_apart_by_host_and_path() -> None:
    objects = world("forty-paths")
    for number in (1, 3):
        path = objects.get("Ingress", "portal")["spec"]["rules"][0]["http"]["paths"][number]
        path["path"] = f"/part-{number:02}"
    assert {name for name in objects.settle().releases() if ":" in name} == {
        "portal:portal.example/part-01",
        "portal:portal.example/part-03",
    }


def test_a_stateful_set_has_its_revisions_as_versions_behind_both_services() -> None:
    objects = world("headless-pair")
    owner = objects.get("StatefulSet", "db")
    for number, revision in enumerate(("db-6f5d4c8b7", "db-6f5d4c8b7", "db-79c5f6d98")):
        pod = f"db-{number}"
        labels = {"app": "db", "controller-revision-hash": revision, "statefulset.kubernetes.io/pod-name": pod}
        objects.pod(pod, owner, labels)
    release = objects.settle().release()
    versions = {version.name: version for version in release.versions}
    assert release.name == "db"
    assert services(release) == ["db", "db-0", "db-members"]
    objects.get("Service", "db-0")["spec"]["type"] = "LoadBalancer"
    assert objects.release().name == "db"
    assert {name: version.counts.ready for name, version in versions.items()} == {"16.1": 2, "16.2": 1}
    assert versions["16.2"].role is Role.NEW
    assert versions["16.2"].hash == "79c5f6d98"
    assert versions["16.2"].revision == 2
    assert release.state is State.PROGRESSING


def test_a_revision_that_bears_a_bare_hash_as_well_is_still_one_version() -> None:
    objects = world("headless-pair")
    objects.get("ControllerRevision", "db-6f5d4c8b7")["metadata"]["labels"]["controller-revision-hash"] = "6f5d4c8b7"
    objects.pod("db-0", objects.get("StatefulSet", "db"), {"app": "db", "controller-revision-hash": "db-6f5d4c8b7"})
    release = objects.settle().release()
    assert {version.name: version.counts.ready for version in release.versions} == {"16.1": 1, "16.2": 0}


def test_a_daemon_set_has_its_generations_as_versions() -> None:
    objects = world("daemon-set")
    owner = objects.get("DaemonSet", "agent")
    for name, hash_ in (("agent-aaaaa", "5d8c7b9f4"), ("agent-bbbbb", "7f6b5c4d9")):
        objects.pod(name, owner, {"app": "agent", "controller-revision-hash": hash_})
    release = objects.release()
    assert {version.name: version.counts.ready for version in release.versions} == {"1": 1, "2": 1}
    assert [version.role for version in release.versions] == [Role.STABLE, Role.NEW]


def test_pods_of_a_revision_that_is_not_seen_yet_still_count() -> None:
    objects = world("daemon-set")
    owner = objects.get("DaemonSet", "agent")
    objects.pod("agent-zzzzz", owner, {"app": "agent", "controller-revision-hash": "unseen"})
    release = objects.release()
    assert sum(version.counts.ready or 0 for version in release.versions) == 1


def test_of_several_services_over_one_workload_the_one_with_a_route_is_the_front_door() -> None:
    release = world("several-services").settle().release()
    assert release.name == "web"
    assert [service.name for service in release.services or () if service.front_door] == ["web"]


def test_without_a_route_the_load_balancer_is_the_front_door() -> None:
    objects = world("several-services")
    del objects.objects["Ingress", "site"]
    assert objects.settle().release().name == "web-public"


def test_among_equals_the_oldest_service_is_the_front_door() -> None:
    objects = world("flagger-primary")
    objects.get("Service", "podinfo-primary")["metadata"]["creationTimestamp"] = "2026-11-20T09:00:00Z"
    assert sorted(objects.settle().releases()) == ["podinfo-canary", "podinfo-primary"]


def test_external_name_and_an_absent_selector_match_nothing() -> None:
    release = world("external-name").settle().release()
    assert services(release) == ["web"]


def test_pods_of_jobs_and_bare_pods_are_endpoints_and_no_versions() -> None:
    objects = world("jobs-and-bare-pods")
    job = {"kind": "Job", "metadata": {"name": "web-job", "uid": "uid-job"}}
    objects.pod("web-job-x1", job, {"app": "web"})
    objects.pod("debug", None, {"app": "web"})
    release = objects.settle().release()
    assert names(release) == ["1"]
    assert release.versions[0].counts.ready == 2
    assert release.splits.endpoints == {"1": 0.5, UNKNOWN_VERSION: 0.5}


def test_a_rollout_of_green_in_the_middle_of_blue_green_keeps_blue_active() -> None:
    objects = world("green-rollout")
    objects.replica_set("shop-blue", "aaaaa11111")
    objects.replica_set("shop-green", "bbbbb22222", image="shop:2", replicas=2)
    created = "2026-11-21T10:00:00Z"
    objects.replica_set("shop-green", "ccccc33333", image="shop:3", replicas=2, ready=1, revision=2, created=created)
    release = objects.settle().release()
    assert {version.name: version.role for version in release.versions} == {
        "blue": Role.ACTIVE,
        "green@bbbbb": Role.OLD,
        "green@ccccc": Role.NEW,
    }
    assert release.splits.configured == {"blue": 1.0}
    assert release.state is State.PROGRESSING


def test_everything_scaled_to_zero_is_steady_with_nothing_behind_the_service() -> None:
    release = world("scaled-to-zero").settle().release()
    assert release.state is State.STEADY
    assert release.versions[0].counts.desired == 0
    assert release.splits.endpoints is None


def test_flaggers_original_at_zero_is_no_outage() -> None:
    releases = world("flagger-primary").settle().releases()
    assert {name: release.state for name, release in releases.items()} == {
        "podinfo": State.STEADY,
        "podinfo-canary": State.STEADY,
    }
    assert releases["podinfo"].versions[0].workload == "Deployment/podinfo-primary"


def test_the_annotation_joins_what_labels_would_not() -> None:
    objects = world("umbrella-by-tier")
    for name in ("orders", "stock"):
        objects.get("Deployment", name)["metadata"]["annotations"] = {"cockpit.dev/release": "backend-release"}
    release = objects.settle().release()
    assert release.name == "backend-release"
    assert names(release) == ["orders", "stock"]


def test_the_annotation_on_a_service_renames_the_release_behind_it() -> None:
    objects = world("scaled-to-zero")
    objects.get("Service", "web")["metadata"]["annotations"] = {"cockpit.dev/release": "front"}
    assert objects.settle().release().name == "front"


def test_a_workload_that_bears_the_name_of_another_release_is_told_apart_by_its_kind() -> None:
    objects = world("scaled-to-zero")
    objects.apply("{kind: StatefulSet, metadata: {name: web}, spec: {selector: {matchLabels: {app: other}}}}")
    assert sorted(objects.settle().releases()) == ["StatefulSet/web", "web"]


def test_a_label_added_by_settings_tells_versions_apart_and_names_them() -> None:
    from cockpit.release.inference import VERSION_KEYS, infer
    from cockpit.release.project import project

    objects = World()
    for colour in ("amber", "violet"):
        objects.apply(
            f"""{{kind: Deployment, metadata: {{name: web-{colour}}}, spec: {{replicas: 1,
            selector: {{matchLabels: {{app: web, lane: {colour}}}}},
            template: {{metadata: {{labels: {{app: web, lane: {colour}}}}}, spec: {{containers: []}}}}}}}}"""
        )
    objects.apply("{kind: Service, metadata: {name: web}, spec: {selector: {app: web, lane: amber}, ports: []}}")
    inventory = objects.settle().inventory()
    keys = VERSION_KEYS | {"lane"}
    (member,) = infer(inventory, keys)
    assert names(project(member, inventory, keys)) == ["amber", "violet"]


def test_a_service_whose_labels_only_the_pods_carry_belongs_to_the_owner_of_those_pods() -> None:
    objects = world("scaled-to-zero")
    objects.get("Deployment", "web")["spec"]["replicas"] = 2
    objects.apply("{kind: Service, metadata: {name: debug}, spec: {selector: {debug: 'on'}, ports: [{port: 80}]}}")
    objects.replica_set("web", "aaaaa11111", replicas=2)
    objects.get("Pod", "web-aaaaa11111-00000")["metadata"]["labels"]["debug"] = "on"
    release = objects.settle().release()
    assert services(release) == ["web", "debug"]
    assert [len(service.endpoints or ()) for service in release.services or ()] == [2, 1]


def test_where_a_route_divides_the_traffic_no_selector_is_a_switch() -> None:
    objects = World()
    for track, version in (("stable", 1), ("canary", 2)):
        objects.apply(
            f"""
kind: Deployment
metadata: {{name: web-{track}}}
spec:
  selector: {{matchLabels: {{app: web, track: {track}}}}}
  template:
    metadata: {{labels: {{app: web, track: {track}}}}}
    spec: {{containers: [{{name: app, image: "web:{version}"}}]}}
---
kind: Service
metadata: {{name: web-{track}}}
spec: {{selector: {{app: web, track: {track}}}, ports: [{{port: 80}}]}}
"""
        )
    path = {"path": "/", "backend": {"service": {"name": "web-stable"}}}
    objects.put({"kind": "Ingress", "metadata": {"name": "web"}, "spec": {"rules": [{"http": {"paths": [path]}}]}})
    annotations = {
        "nginx.ingress.kubernetes.io/canary": "true",
        "nginx.ingress.kubernetes.io/canary-weight": "5",
    }
    path = {"path": "/", "backend": {"service": {"name": "web-canary"}}}
    objects.put(
        {
            "kind": "Ingress",
            "metadata": {"name": "web-canary", "annotations": annotations},
            "spec": {"rules": [{"http": {"paths": [path]}}]},
        }
    )
    release = objects.settle().release()
    assert release.strategy is Strategy.CANARY
    assert {version.name: version.role for version in release.versions} == {
        "stable": Role.STABLE,
        "canary": Role.CANARY,
    }
    assert release.splits.configured == {"stable": 0.95, "canary": 0.05}
