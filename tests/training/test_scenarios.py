"""The scenarios that come with the cockpit, and the format they are written in."""

from __future__ import annotations

from pathlib import Path

import pytest

from cockpit.errors import UsageError
from cockpit.training.api.kinds import DEPLOYMENT, ENDPOINT_SLICE, EVENT, POD, REPLICA_SET, SERVICE
from cockpit.training.api.patches import MERGE_PATCH, patch_of
from cockpit.training.cluster import Cluster
from cockpit.training.director import Director
from cockpit.training.http_api import pod_cells
from cockpit.training.objects import Json, labels_of, moment_of, name_of
from cockpit.training.promql.matchers import Selection
from cockpit.training.scenario import available, load, parse, seconds
from tests.training.steps import NOON, image_of

SHIPPED = sorted(available())


def played(name: str, until: float = 0.0) -> Cluster:
    scenario = load(name)
    cluster = Cluster(1, NOON - scenario.past, scenario.images)
    Director(cluster, scenario, NOON).begin()
    cluster.clock.step(until)
    return cluster


def deployed(cluster: Cluster) -> dict[str, Json]:
    return {name_of(obj): obj for obj in cluster.store.items(DEPLOYMENT)}


def reasons(cluster: Cluster, name: str) -> dict[str, str]:
    return {entry["type"]: entry["reason"] for entry in deployed(cluster)[name]["status"]["conditions"]}


def selected(cluster: Cluster, service: str) -> list[str]:
    slices = cluster.store.items(ENDPOINT_SLICE)
    mine = (one for one in slices if labels_of(one)["kubernetes.io/service-name"] == service)
    return [endpoint["targetRef"]["name"] for one in mine for endpoint in one["endpoints"] or ()]


def test_the_tour_the_releases_that_users_described_two_routers_and_the_failures_are_shipped() -> None:
    assert SHIPPED == [
        "both-versions-one-service",
        "gateway-weight",
        "ingress-weight",
        "istio-weight-and-header",
        "load-and-failures",
        "pause-and-isolate",
        "recreate-and-rolling",
        "selector-switch",
        "tour",
    ]
    assert all(available().values()), "each says what it is about"


@pytest.mark.parametrize("name", SHIPPED)
def test_a_scenario_plays_for_ten_minutes_without_a_step_that_fails(name: str) -> None:
    failed: list[str] = []
    scenario = load(name)
    cluster = Cluster(1, NOON - scenario.past, scenario.images)
    cluster.store.subscribe(
        lambda change: (
            failed.append(change.object["message"])
            if change.kind is EVENT and change.object["reason"] == "ScenarioStepFailed"
            else None
        )
    )
    Director(cluster, scenario, NOON).begin()
    cluster.clock.step(600)
    assert failed == []


def test_the_tour_moves_in_its_first_second_and_for_ever() -> None:
    cluster = played("tour")
    for _ in range(5):
        before = cluster.store.revision
        cluster.clock.step(1)
        assert cluster.store.revision > before
        cluster.clock.step(89)


def test_what_a_person_works_on_is_left_alone_by_the_script() -> None:
    scenario = load("selector-switch")
    cluster = Cluster(1, NOON - scenario.past, scenario.images)
    director = Director(cluster, scenario, NOON)
    director.begin()
    green = patch_of(MERGE_PATCH, {"spec": {"selector": {"version": "green"}}})
    cluster.registry.patch(SERVICE, "default", "shop", green)
    director.give_way(SERVICE, "default", "shop")
    cluster.clock.step(60)
    assert all(name.startswith("shop-green") for name in selected(cluster, "shop")), "no step switched it back"


def test_the_script_goes_on_with_what_nobody_works_on() -> None:
    scenario = load("selector-switch")
    cluster = Cluster(1, NOON - scenario.past, scenario.images)
    director = Director(cluster, scenario, NOON)
    director.begin()
    director.give_way(SERVICE, "default", "another")
    director.give_way(EVENT, "default", "shop")
    cluster.clock.step(20)
    assert all(name.startswith("shop-green") for name in selected(cluster, "shop"))


def test_the_tour_shows_every_situation() -> None:
    cluster = played("tour", 2)
    objects = deployed(cluster)
    assert {obj["metadata"]["namespace"] for obj in objects.values()} == {"monitoring", "platform", "shop"}
    assert reasons(cluster, "web")["Progressing"] == "ReplicaSetUpdated"
    assert reasons(cluster, "checkout")["Progressing"] == "DeploymentPaused"
    counts = {image_of(rs): rs["spec"]["replicas"] for rs in cluster.store.items(REPLICA_SET, "shop")}
    assert counts["registry.example/shop/checkout:4.7.2"] == 3
    assert counts["registry.example/shop/checkout:4.8.0"] == 2
    assert reasons(cluster, "payments")["Progressing"] == "ProgressDeadlineExceeded"
    assert reasons(cluster, "search")["Progressing"] == "NewReplicaSetAvailable"
    assert reasons(cluster, "mailer")["Progressing"] == "NewReplicaSetAvailable"
    assert objects["mailer"]["status"]["readyReplicas"] == 2
    ages = {name: NOON - moment_of(obj["metadata"]["creationTimestamp"]) for name, obj in objects.items()}
    assert ages["web"] == pytest.approx(12 * 86400, abs=1)
    assert not any("training.cockpit.dev/age" in str(obj["metadata"]) for obj in objects.values())


def test_pause_and_isolate_pins_to_replica_sets_that_exist() -> None:
    cluster = played("pause-and-isolate", 40)
    hashes = {labels_of(rs)["pod-template-hash"]: image_of(rs) for rs in cluster.store.items(REPLICA_SET)}
    services = cluster.store.items(SERVICE, "default")
    pins = {name_of(svc): hashes[svc["spec"]["selector"]["pod-template-hash"]] for svc in services}
    assert pins == {"nginx01": "nginx:1.14", "nginx01-canary": "nginx:1.20.1"}
    assert (len(selected(cluster, "nginx01")), len(selected(cluster, "nginx01-canary"))) == (3, 2)
    ports = {name_of(svc): svc["spec"]["ports"][0]["nodePort"] for svc in services}
    assert ports["nginx01"] == 32428 != ports["nginx01-canary"]


def test_both_versions_lose_v1_and_get_it_back() -> None:
    cluster = played("both-versions-one-service")
    found = []
    for seconds_more in (5, 25, 40):
        cluster.clock.step(seconds_more)
        found.append(len(selected(cluster, "myapp")))
    assert found == [20, 10, 20]


def test_the_selector_switch_moves_all_endpoints_at_once() -> None:
    cluster = played("selector-switch", 14)
    assert all(name.startswith("shop-blue-") for name in selected(cluster, "shop"))
    cluster.clock.step(2)
    assert all(name.startswith("shop-green-") for name in selected(cluster, "shop"))
    assert len(selected(cluster, "shop")) == 3


def test_the_autoscaler_of_the_failures_follows_the_load_up_and_down() -> None:
    before, high, after = (
        deployed(played("load-and-failures", until))["shop"]["spec"]["replicas"] for until in (5, 200, 700)
    )
    assert (before, after) == (2, 3)
    # Usage wobbles by a few per cent, so that it may be one fewer.
    assert high in {9, 10}


def test_the_failures_show_each_their_own_word() -> None:
    cluster = played("load-and-failures", 30.0)
    found = {name_of(pod).partition("-")[0]: pod_cells.pod(pod, NOON + 30)[1] for pod in cluster.store.items(POD)}
    assert found["waiting"] == "CreateContainerConfigError"
    assert {pod_cells.pod(pod, NOON)[1] for pod in cluster.store.items(POD) if "crashing" in name_of(pod)} == {
        "CrashLoopBackOff",
        "Running",
    }
    assert found["shop"] == "Running"


def test_a_step_whose_object_is_gone_is_told_as_an_event_and_the_play_goes_on() -> None:
    cluster = played("selector-switch", 1)
    cluster.registry.delete(SERVICE, "default", "shop")
    cluster.clock.step(60)
    told = [event["message"] for event in cluster.store.items(EVENT) if event["reason"] == "ScenarioStepFailed"]
    assert told == ['The scenario could not patch Service/shop: services "shop" not found']
    assert len(cluster.store.items(POD, "default")) == 6


def test_an_unknown_scenario_names_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"no scenario 'nope'.*both-versions-one-service, .*tour"):
        load("nope")


@pytest.mark.parametrize(
    "text",
    [
        "about: [",
        "about: a\nscript: [{at: soon, delete: Pod/a/b}]",
        "about: a\nscript: [{at: 1}]",
        "about: a\nscript: [{at: 1, delete: Nothing/a/b}]",
        "about: a\nscript: [{at: 1, delete: Pod}]",
        "about: a\n---\nkind: Nothing\nmetadata: {name: a}",
        "about: a\nproxy: ebpf",
        "just text",
    ],
)
def test_a_file_that_is_no_scenario_is_a_usage_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match="cannot be read"):
        load(str(path))


@pytest.mark.parametrize(("text", "expected"), [("12d", 1036800), (-5, -5), ("1.5h", 5400), ("-14m", -840)])
def test_durations_have_units(text: object, expected: float) -> None:
    assert seconds(text) == expected


def test_a_plain_manifest_is_a_scenario_too() -> None:
    scenario = parse("mine", [{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "namespace": "b"}}])
    assert [(step.action, step.kind, step.namespace, step.name) for step in scenario.steps] == [
        ("create", "Service", "b", "a")
    ]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_scenario_that_is_shipped_is_scraped_for_a_quarter_of_an_hour_before_it_begins(name: str) -> None:
    cluster = played(name)
    (pod,) = (pod for pod in cluster.store.items(POD, "monitoring"))
    assert "prometheus" in name_of(pod)
    moments = [run.times[0] for run in cluster.series.select(Selection((), lambda points: None), 0, 2**60)]
    assert min(moments) <= (NOON - 890) * 1000
