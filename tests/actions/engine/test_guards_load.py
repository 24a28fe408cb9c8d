"""Guards of what each pod gets when shares change."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cockpit.actions.acts import Act
from cockpit.actions.guards import Guard, GuardId, Outcome
from cockpit.actions.plan import Plan
from tests.actions.engine.subjects import judged, patch
from tests.actions.planner.routed import gateway, istio
from tests.actions.planner.stage import CALM, plan, weighted
from tests.release.world import World

FIRST, SECOND = ("spec.rules.0.backendRefs.0.weight", "spec.rules.0.backendRefs.1.weight")


def guards(made: Plan) -> dict[GuardId, Guard]:
    return {guard.id: guard for guard in reversed(made.guards)}


def weigh(world: World, share: str, **said: object) -> dict[GuardId, Guard]:
    return guards(plan(world, Act.WEIGHT, circumstances=replace(CALM, **said), shares=(share,)))


def without_pods(world: World, name: str) -> World:
    world.replica_set(name, "0dead", replicas=2, ready=0)
    return world


def test_a_version_without_ready_pods_gets_no_share() -> None:
    found = weigh(without_pods(gateway(100, 0), "web-v2"), "v2=5")[GuardId.TARGET_EMPTY]
    assert (found.outcome, found.can_override) == (Outcome.BLOCK, False)
    assert "Service/web-v2 has no ready endpoint, and would get 5% of web.example/0" in found.sentence


def test_a_pod_that_would_get_more_than_twice_what_the_busiest_gets_blocks_until_a_reason_is_given() -> None:
    found = weigh(istio(), "v2=70")[GuardId.POD_LOAD]
    assert (found.outcome, found.can_override) == (Outcome.BLOCK, True)
    assert found.sentence == (
        "v2 would get 70% on its only pod, 2.2 times as much as the busiest: "
        "the busiest pod of reviews/ gets 31.67% now."
    )


def test_the_factor_is_a_setting() -> None:
    assert weigh(istio(), "v2=70", weight_factor=3.0)[GuardId.POD_LOAD].outcome is Outcome.PASS
    assert weigh(istio(), "v2=40", weight_factor=1.0)[GuardId.POD_LOAD].outcome is Outcome.BLOCK


def test_observed_requests_go_before_shares() -> None:
    found = weigh(istio(), "v2=70", rates={"v1": 60.0, "v2": 40.0})[GuardId.POD_LOAD]
    assert found.outcome is Outcome.PASS
    assert "70 requests/s on its only pod; the busiest pod of reviews/ gets 40 requests/s now" in found.sentence


def test_the_usual_step_of_a_canary_is_no_alarm() -> None:
    found = weigh(istio(), "v2=25")
    assert [guard.outcome for guard in found.values()] == [Outcome.PASS] * len(found)


def test_too_few_pods_for_a_chosen_share_is_a_warning() -> None:
    found = weigh(weighted("50"), "new-nginx=60")[GuardId.TARGET_SMALL]
    assert found.outcome is Outcome.WARN
    assert "has 2 ready pods for 60% of echo.example/: its share of the 4 that serve now would be 3" in found.sentence


@pytest.mark.parametrize(("most", "warned"), [(2, True), (3, False)])
def test_an_autoscaler_at_its_maximum_is_said(most: int, warned: bool) -> None:
    world = gateway(95, 5)
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web-v2"}
    spec = {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": most}
    world.put({"kind": "HorizontalPodAutoscaler", "metadata": {"name": "web-v2"}, "spec": spec})
    found = weigh(world, "v2=20")
    assert (GuardId.AUTOSCALER in found) is warned
    if warned:
        assert "is at its maximum: Deployment/web-v2 gets no more than 2 pods" in found[GuardId.AUTOSCALER].sentence


def test_a_way_back_to_weights_that_are_all_zero_blocks_with_what_the_gateway_does() -> None:
    change = patch("HTTPRoute/web", (FIRST, 95, 0), (SECOND, 5, 0))
    found = judged(gateway(95, 5).settle(), Act.UNDO, change)[GuardId.ROUTE_BROKEN]
    assert (found.outcome, found.can_override) == (Outcome.BLOCK, True)
    assert "answers 500 to every request" in found.sentence


def test_a_canary_whose_main_service_has_no_endpoint_fails_every_request() -> None:
    found = weigh(without_pods(weighted("50"), "old-nginx"), "new-nginx=100")[GuardId.ROUTE_BROKEN]
    assert (found.outcome, found.can_override) == (Outcome.BLOCK, False)
    assert "stands on Service/old-nginx, which has no ready endpoint" in found.sentence


def test_clients_that_stay_where_they_are_are_said() -> None:
    world = gateway(95, 5)
    world.get("HTTPRoute", "web")["spec"]["rules"][0]["sessionPersistence"] = {"type": "Cookie"}
    found = weigh(world, "v2=20")[GuardId.STICKY_SESSIONS]
    assert found.outcome is Outcome.WARN
    assert found.sentence == "web.example/0: sessionPersistence keeps each client on its backend (Cookie)."
