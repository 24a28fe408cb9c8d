"""Argo Rollouts and Flagger: how they stand, and whose weights are theirs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cockpit.routing.controllers import progresses
from cockpit.routing.progress import Progress
from cockpit.routing.rules import Rule
from cockpit.routing.systems import rules_of, weight_fields
from tests.routing import test_gateway_api as gateway
from tests.routing import test_ingress as ingress
from tests.routing import test_istio as istio
from tests.routing.objects import Json, put, shares

NOON = "2026-11-21T12:00:00Z"
STEPS: list[Json] = [
    {"setWeight": 20},
    {"pause": {"duration": "10m"}},
    {"setWeight": 40},
    {"pause": {}},
    {"analysis": {"templates": [{"templateName": "errors"}]}},
]


def rollout(status: Json | None = None, routing: Json | None = None, **spec: object) -> Json:
    canary: Json = {"stableService": "web", "canaryService": "web-canary", "steps": STEPS}
    canary |= {"trafficRouting": routing} if routing else {}
    found = {"replicas": 5, "strategy": {"canary": canary}} | spec
    return {"kind": "Rollout", "metadata": {"name": "web", "generation": 3}, "spec": found, "status": status or {}}


def paused(index: int = 1, **more: object) -> Json:
    return {
        "phase": "Paused",
        "message": "CanaryPauseStep",
        "observedGeneration": "3",
        "currentPodHash": "new",
        "stableRS": "old",
        "currentStepIndex": index,
        "controllerPause": True,
        "pauseConditions": [{"reason": "CanaryPauseStep", "startTime": NOON}],
    } | more


def progress(document: Json) -> Progress:
    (found,) = progresses(put(document))
    return found


def lines(found: Progress) -> list[str]:
    return [entry.line for entry in found.commands]


def test_a_rollout_at_a_pause_step_tells_step_weight_and_how_long_it_waits() -> None:
    found = progress(rollout(paused()))
    assert (found.phase, found.step, found.steps, found.weight) == ("Paused", 2, 5, 20)
    assert (found.waits, found.pause_seconds) == ("a pause step", 600.0)
    assert found.paused_since == datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert found.services == ("web", "web-canary")


@pytest.mark.parametrize(
    ("duration", "seconds"), [("30", 30.0), (30, 30.0), ("1h30m", 5400.0), ("soon", None), (None, None)]
)
def test_a_pause_lasts_as_long_as_its_step_says(duration: str | int | None, seconds: float | None) -> None:
    step = {"pause": {} if duration is None else {"duration": duration}}
    document = rollout(paused(0))
    document["spec"]["strategy"]["canary"]["steps"] = [step]
    assert progress(document).pause_seconds == seconds


def test_a_pause_without_an_end_waits_for_somebody() -> None:
    found = progress(rollout(paused(3)))
    assert found.waits == "a pause step without an end: promote it to go on"
    assert found.weight == 40
    assert lines(found) == [
        "kubectl argo rollouts promote web -n shop",
        "kubectl argo rollouts promote web -n shop --full",
        "kubectl argo rollouts abort web -n shop",
    ]


def test_the_weight_that_the_controller_says_goes_before_that_of_the_steps() -> None:
    status = paused(canary={"weights": {"canary": {"weight": 15}, "stable": {"weight": 85}}})
    assert progress(rollout(status)).weight == 15


def test_a_status_of_an_earlier_generation_is_not_believed() -> None:
    found = progress(rollout(paused(observedGeneration="2")))
    assert (found.phase, found.message) == ("Progressing", "the controller has not seen the last change yet")


def test_what_was_unpaused_waits_no_more() -> None:
    # `promote` takes the pauseConditions away and leaves controllerPause.
    assert progress(rollout(paused(pauseConditions=None))).waits == ""


def test_an_aborted_rollout_says_what_to_do_about_its_template() -> None:
    found = progress(rollout(paused(phase="Degraded", abort=True, pauseConditions=[])))
    assert found.waits.startswith("aborted")
    assert lines(found) == [
        "kubectl argo rollouts retry rollout web -n shop",
        "kubectl argo rollouts undo web -n shop",
    ]


def test_an_analysis_is_told_with_its_state() -> None:
    run = {"name": "web-5-4", "status": "Inconclusive", "message": "too few samples"}
    status = paused(4, canary={"currentStepAnalysisRunStatus": run})
    status["pauseConditions"] = [{"reason": "InconclusiveAnalysisRun", "startTime": NOON}]
    found = progress(rollout(status))
    assert found.analysis == "web-5-4 Inconclusive (too few samples)"
    assert "somebody has to decide" in found.waits


def test_a_blue_green_rollout_waits_with_its_preview() -> None:
    status = paused(pauseConditions=[{"reason": "BlueGreenPause", "startTime": NOON}], currentStepIndex=None)
    blue_green = {"blueGreen": {"activeService": "web", "previewService": "web-preview"}}
    found = progress(rollout(status, strategy=blue_green))
    assert (found.waits, found.step, found.services) == (
        "the preview waits to become active",
        None,
        ("web", "web-preview"),
    )


def test_a_rollout_that_is_done_offers_the_next_image() -> None:
    status = paused(5, phase="Healthy", currentPodHash="new", stableRS="new", pauseConditions=[])
    assert lines(progress(rollout(status))) == ["kubectl argo rollouts set image web -n shop CONTAINER=IMAGE"]


# Which rules are a controller's.


def only(rules: tuple[Rule, ...]) -> Rule:
    (rule,) = (rule for rule in rules if len(rule.backends) > 1)
    return rule


def refused(*documents: Json) -> Rule:
    """Return the weighted rule, which must be shown with its shares and must not be writable."""
    objects = put(*documents)
    rule = only(rules_of(objects))
    assert not rule.writable
    assert rule.controller is not None
    assert set(shares(rule).values()) == {0.95, 0.05}
    with pytest.raises(ValueError, match="would set"):
        weight_fields(objects, rule, (0.5, 0.5))
    return rule


def argo(rule: Rule) -> None:
    assert rule.controller is not None
    assert rule.controller.owner == "Rollout/web"
    assert rule.controller.command == "kubectl argo rollouts promote web -n shop"


def test_a_rollout_owns_the_canary_ingress_that_it_makes() -> None:
    routing = {"nginx": {"stableIngress": "web"}}
    argo(refused(rollout(routing=routing), ingress.WEB, ingress.canary("web-web-canary", weight="5")))


def test_a_rollout_owns_the_entries_of_a_virtual_service_that_it_names_and_no_others() -> None:
    named = istio.WEIGHTED | {"name": "primary"}
    routing = {"istio": {"virtualService": {"name": "reviews", "routes": ["primary"]}}}
    argo(refused(rollout(routing=routing), istio.SUBSETS, istio.service(istio.CANARY, named)))
    other = {"istio": {"virtualService": {"name": "reviews", "routes": ["secondary"]}}}
    rule = only(rules_of(put(rollout(routing=other), istio.SUBSETS, istio.service(istio.CANARY, named))))
    assert rule.writable


def test_a_rollout_owns_the_whole_of_a_virtual_service_without_names() -> None:
    routing = {"istio": {"virtualServices": [{"name": "reviews.shop"}]}}
    argo(refused(rollout(routing=routing), istio.SUBSETS, istio.service(istio.CANARY, istio.WEIGHTED)))


@pytest.mark.parametrize("settings", [{"httpRoute": "web"}, {"httpRoutes": [{"name": "web"}], "namespace": "shop"}])
def test_a_rollout_owns_the_http_route_of_its_plug_in(settings: Json) -> None:
    argo(refused(rollout(routing={"plugins": {"argoproj-labs/gatewayAPI": settings}}), gateway.TWO))


def test_a_rollout_without_traffic_routing_owns_no_route() -> None:
    assert only(rules_of(put(rollout(), gateway.TWO))).writable


def canary(status: Json | None = None, **spec: object) -> Json:
    found = {
        "targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "service": {"port": 80},
        "analysis": {"interval": "1m", "threshold": 5, "maxWeight": 50, "stepWeight": 10},
    } | spec
    return {"kind": "Canary", "metadata": {"name": "web"}, "spec": found, "status": status or {}}


def test_a_canary_tells_phase_weight_and_failed_checks() -> None:
    promoted = {"type": "Promoted", "status": "Unknown", "reason": "Progressing", "message": "New revision detected."}
    status = {"phase": "Progressing", "canaryWeight": 20, "failedChecks": 1, "lastTransitionTime": NOON}
    found = progress(canary(status | {"conditions": [promoted]}))
    assert (found.target, found.phase, found.weight, found.steps) == ("Deployment/web", "Progressing", 20, 5)
    assert found.analysis == "failed checks: 1 of 5 allowed, every 1m"
    assert found.message == "New revision detected."
    assert found.services == ("web", "web-primary", "web-canary")
    assert lines(found) == [
        'kubectl -n shop patch canaries.flagger.app web --type=merge -p \'{"spec":{"skipAnalysis":true}}\'',
        'kubectl -n shop patch canaries.flagger.app web --type=merge -p \'{"spec":{"suspend":true}}\'',
    ]


def test_a_canary_that_waits_for_its_promotion_says_since_when() -> None:
    found = progress(canary({"phase": "WaitingPromotion", "canaryWeight": 50, "lastTransitionTime": NOON}))
    assert found.waits == "a gate of the promotion to open"
    assert found.paused_since == datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_a_suspended_canary_can_only_go_on() -> None:
    found = progress(canary(suspend=True))
    assert found.waits == "suspended"
    assert len(found.commands) == 1
    assert '"suspend":false' in found.commands[0].line


def test_iterations_are_steps_of_a_canary_without_weights() -> None:
    analysis = {"interval": "1m", "threshold": 5, "iterations": 10}
    found = progress(canary({"phase": "Progressing", "iterations": 4}, analysis=analysis))
    assert (found.step, found.steps) == (4, 10)


def test_flagger_owns_the_routes_that_it_calls_by_the_name_of_the_target() -> None:
    rule = refused(canary(), gateway.TWO)
    assert rule.controller is not None
    assert rule.controller.owner == "Canary/web"
    assert '"suspend":true' in rule.controller.command
    assert refused(canary(service={"name": "reviews"}), istio.SUBSETS, istio.service(istio.WEIGHTED)).controller


def test_a_suspended_canary_claims_no_route() -> None:
    rule = only(rules_of(put(canary(suspend=True), gateway.TWO)))
    assert rule.writable
    assert rule.controller is None


def test_flagger_owns_the_canary_ingress_that_it_makes() -> None:
    reference = {"kind": "Ingress", "name": "web"}
    refused(canary(ingressRef=reference), ingress.WEB, ingress.canary("web-canary", weight="5"))


def test_what_another_controller_made_is_its_own() -> None:
    owner = {"apiVersion": "example.io/v1", "kind": "App", "name": "web", "uid": "u", "controller": True}
    owned = gateway.TWO | {"metadata": {"name": "web", "generation": 1, "ownerReferences": [owner]}}
    rule = refused(owned)
    assert rule.why_not == "App/web made HTTPRoute/web, and would set its weights again"
    assert rule.controller is not None
    assert rule.controller.command == ""
