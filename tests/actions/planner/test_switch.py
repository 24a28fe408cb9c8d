"""Switch, and the health checks that it offers."""

from __future__ import annotations

import pytest

from cockpit.actions.acts import Act
from cockpit.actions.conditions import EndpointsOnly
from cockpit.actions.plan import Confirmation, PodCheck
from cockpit.actions.request import Circumstances
from cockpit.errors import CockpitError, UsageError
from tests.actions.planner.stage import NEW, NOW, OLD, blocks, blue_green, patch, plan, rolling
from tests.release.world import FIXTURES, SCENARIOS, World


def test_a_switch_changes_the_version_key_in_place_and_tests_the_whole_selector() -> None:
    made = plan(blue_green(), Act.SWITCH)
    assert patch(made.changes[0]) == [
        {"op": "test", "path": "/spec/selector", "value": {"app": "shop", "version": "blue"}},
        {"op": "test", "path": "/spec/selector/version", "value": "blue"},
        {"op": "replace", "path": "/spec/selector/version", "value": "green"},
    ]
    (only,) = made.expects
    assert isinstance(only, EndpointsOnly)
    assert (only.service, only.workload) == ("shop", "Deployment/shop-green")
    assert made.title == "Switch Service/shop from blue to green"
    assert made.effects == ("Service shop: blue 100% → green 100% (3 ready pods)",)
    assert not blocks(made)


def test_the_path_of_the_readiness_probe_is_offered_and_asked_only_where_somebody_wants_it() -> None:
    made = plan(blue_green(), Act.SWITCH)
    assert (made.offered_check, made.pod_checks) == ("/health", ())
    asked = plan(blue_green(), Act.SWITCH, check="/ready")
    assert len(asked.pod_checks) == 3
    assert {(check.path, check.port, check.scheme) for check in asked.pod_checks} == {("/ready", "8080", "http")}


def test_a_setting_makes_the_probe_the_default_and_the_request_takes_it_off() -> None:
    circumstances = Circumstances(NOW, "ada", check="probe")
    made = plan(blue_green(), Act.SWITCH, circumstances=circumstances)
    assert {check.path for check in made.pod_checks} == {"/health"}
    assert plan(blue_green(), Act.SWITCH, circumstances=circumstances, check="").pod_checks == ()


def test_a_named_port_of_the_probe_is_asked_by_its_number_over_its_scheme() -> None:
    world = blue_green()
    (container,) = world.get("Deployment", "shop-green")["spec"]["template"]["spec"]["containers"]
    container["ports"] = [{"name": "admin", "containerPort": 9000}, {"name": "web", "containerPort": 8443}]
    container["readinessProbe"] = {"httpGet": {"path": "/health", "port": "web", "scheme": "HTTPS"}}
    made = plan(world, Act.SWITCH, check="probe")
    assert made.pod_checks[0] == PodCheck(made.pod_checks[0].pod, "/health", "8443", "https")


def test_a_check_without_a_slash_is_a_wrong_use() -> None:
    with pytest.raises(UsageError, match="starts with a slash"):
        plan(blue_green(), Act.SWITCH, check="health")


def test_pods_that_are_not_ready_are_not_asked() -> None:
    world = blue_green()
    world.replica_set("shop-green", "77c8d79f87", replicas=3, ready=1)
    assert len(plan(world, Act.SWITCH, check="/health").pod_checks) == 1


def test_a_selector_without_a_version_gets_the_key_that_every_workload_carries() -> None:
    made = plan(World(SCENARIOS / "both-versions-one-service.yaml"), Act.SWITCH, version="v2")
    assert patch(made.changes[0])[1:] == [
        {"op": "test", "path": "/spec/selector/version", "value": None},
        {"op": "add", "path": "/spec/selector/version", "value": "v2"},
    ]
    assert made.effects == ("NodePort 30080 of myapp: v1 50%, v2 50% → v2 100% (10 ready pods)",)


def test_versions_that_only_a_hash_tells_apart_are_isolated_not_switched() -> None:
    with pytest.raises(CockpitError, match="isolate does that"):
        plan(rolling(), Act.SWITCH, version="1.20.1")


def test_a_pinned_service_is_switched_by_its_hash() -> None:
    world = rolling()
    world.get("Service", "nginx01")["spec"]["selector"]["pod-template-hash"] = OLD
    made = plan(world, Act.SWITCH, version="1.20.1")
    assert patch(made.changes[0])[-1] == {
        "op": "replace",
        "path": "/spec/selector/pod-template-hash",
        "value": NEW,
    }


def test_a_selector_with_version_and_hash_changes_both() -> None:
    world = blue_green()
    world.get("Service", "shop")["spec"]["selector"]["pod-template-hash"] = "00c8d79f87"
    made = plan(world, Act.SWITCH, version="green")
    assert {change.path[-1]: change.after for change in made.changes[0].fields} == {
        "version": "green",
        "pod-template-hash": "01c8d79f87",
    }


def test_pods_that_lack_a_label_of_the_selector_are_no_target() -> None:
    world = blue_green()
    world.get("Service", "shop")["spec"]["selector"]["tier"] = "front"
    world.get("Deployment", "shop-blue")["spec"]["template"]["metadata"]["labels"]["tier"] = "front"
    with pytest.raises(CockpitError, match="selects tier=front too"):
        plan(world, Act.SWITCH, version="green")


def test_what_serves_already_and_what_is_not_there_are_refused() -> None:
    with pytest.raises(CockpitError, match="leads to blue already"):
        plan(blue_green(), Act.SWITCH, version="blue")
    with pytest.raises(UsageError, match="no version 'red'"):
        plan(blue_green(), Act.SWITCH, version="red")
    with pytest.raises(UsageError, match="no Service 'cart'"):
        plan(blue_green(), Act.SWITCH, version="green", service="cart")


def test_an_umbrella_is_not_switched_for_one_release() -> None:
    world = World(FIXTURES / "umbrella-by-tier.yaml")
    world.settle()
    umbrella = next(
        name
        for (kind, name), entry in world.objects.items()
        if kind == "Service" and entry["spec"]["selector"] == {"tier": "backend"}
    )
    with pytest.raises(UsageError, match="leads to other releases too"):
        plan(world, Act.SWITCH, _first(world), service=umbrella)


def _first(world: World) -> str:
    return next(name for name, view in world.releases().items() if any(entry.umbrella for entry in view.services or ()))


def test_a_target_without_a_ready_pod_is_blocked() -> None:
    world = blue_green()
    world.replica_set("shop-green", "77c8d79f87", replicas=3, ready=0)
    assert blocks(plan(world, Act.SWITCH))


def test_production_asks_for_the_name_going_forward_and_only_for_enter_going_back() -> None:
    circumstances = Circumstances(NOW, "ada", production=True)
    assert plan(blue_green(), Act.SWITCH, circumstances=circumstances).confirmation is Confirmation.NAME
    back = plan(blue_green("green"), Act.ROLLBACK, circumstances=circumstances)
    assert back.confirmation is Confirmation.ENTER
