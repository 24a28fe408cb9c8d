"""Weight: shares in, one patch to each object out, in every system; what is refused, and what is said."""

from __future__ import annotations

import msgspec
import pytest

from cockpit.actions.acts import Act
from cockpit.actions.divisions import divisions
from cockpit.actions.guards import Outcome
from cockpit.actions.plan import Plan
from cockpit.errors import CockpitError, UsageError
from tests.actions.planner.routed import SYSTEMS, alb, aliyun, gateway, istio
from tests.actions.planner.stage import CALM, blue_green, patch, plan, rolling, subject, summaries, weighted
from tests.release.world import SCENARIOS, World

NGINX = "/metadata/annotations/nginx.ingress.kubernetes.io~1"


def weigh(world: World, *shares: str, rule: str = "") -> Plan:
    return plan(world, Act.WEIGHT, shares=shares, rule=rule)


def writes(made: Plan) -> dict[str, object]:
    """Return what the only change of a plan writes, by path."""
    (change,) = made.changes
    return {entry["path"]: entry.get("value") for entry in patch(change) if entry["op"] != "test"}


def refusal(world: World, *shares: str, rule: str = "") -> str:
    with pytest.raises(CockpitError) as caught:
        weigh(world, *shares, rule=rule)
    return str(caught.value)


@pytest.mark.parametrize(
    ("world", "share", "written"),
    [
        (weighted("50"), "new-nginx=60%", {f"{NGINX}canary-weight": "60"}),
        (weighted("5", "1000"), "new-nginx=12.5", {f"{NGINX}canary-weight": "125"}),
        (alb("50"), "old-nginx=90", {"/metadata/annotations/alb.ingress.kubernetes.io~1canary-weight": "10"}),
        (aliyun(weight="50"), "new-nginx=60", {"/metadata/annotations/ingress.aliyun.weight~1new-nginx": "60"}),
        (
            aliyun(service_weight="new-nginx: 20, old-nginx: 60"),
            "new-nginx=50",
            {f"{NGINX}service-weight": "new-nginx: 40, old-nginx: 40"},
        ),
        (
            gateway(95, 5),
            "v2=25",
            {"/spec/rules/0/backendRefs/0/weight": 75, "/spec/rules/0/backendRefs/1/weight": 25},
        ),
        (
            gateway(None, 0, kind="GRPCRoute"),
            "v2=25",
            {"/spec/rules/0/backendRefs/0/weight": 75, "/spec/rules/0/backendRefs/1/weight": 25},
        ),
        (istio(), "v2=25", {"/spec/http/1/route/0/weight": 75, "/spec/http/1/route/1/weight": 25}),
    ],
    ids=["nginx", "nginx-total", "alb", "ack", "ack-list", "http-route", "grpc-route", "virtual-service"],
)
def test_shares_become_one_patch_of_one_object(world: World, share: str, written: dict[str, object]) -> None:
    assert writes(weigh(world, share)) == written


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_plan_says_shares_pods_and_what_each_pod_gets(name: str) -> None:
    world_of, old, new = SYSTEMS[name]
    made = weigh(world_of(), f"{new}=60%")
    lines = {line.partition(":")[0]: line for line in made.effects}
    assert "→ 60%" in lines[new]
    assert "→ 40%" in lines[old]
    assert "a pod" in lines[new]
    assert made.title.startswith("Weigh ")
    assert {"60%", "40%"} <= set(made.title.replace(",", "").split())


def test_what_is_not_named_keeps_its_proportion() -> None:
    made = weigh(gateway(70, 20, 10), "v3=40")
    assert writes(made) == {
        f"/spec/rules/0/backendRefs/{place}/weight": weight for place, weight in enumerate((466667, 133333, 400000))
    }
    assert made.effects == (
        "v1: 70% → 46.67%, 2 pods, 23.33% a pod",
        "v2: 20% → 13.33%, 2 pods, 6.667% a pod",
        "v3: 10% → 40%, 2 pods, 20% a pod",
    )


def test_the_names_of_services_and_subsets_mean_their_versions() -> None:
    assert writes(weigh(gateway(95, 5), "web-v2=25")) == writes(weigh(gateway(95, 5), "v2=25"))


def test_the_rule_by_header_is_left_alone_and_said() -> None:
    made = weigh(istio(), "v2=25")
    assert "reviews/ if header canary: true still leads to v2" in made.effects
    assert all(entry["path"].startswith("/spec/http/1/") for entry in patch(made.changes[0]))


def test_every_rule_between_the_same_versions_is_weighed_in_one_write() -> None:
    made = weigh(gateway(95, 5, rules=3), "v2=25")
    assert len(made.changes) == 1
    assert sorted(writes(made)) == sorted(
        f"/spec/rules/{rule}/backendRefs/{place}/weight" for rule in range(3) for place in range(2)
    )


def test_one_rule_is_weighed_alone_where_it_is_named() -> None:
    made = weigh(gateway(95, 5, rules=3), "v2=25", rule="web.example/1")
    assert {path.rpartition("/backendRefs")[0] for path in writes(made)} == {"/spec/rules/1"}


def test_a_rule_is_named_by_its_route_too() -> None:
    assert len(writes(weigh(gateway(95, 5, rules=2), "v2=25", rule="HTTPRoute/web"))) == 4
    assert len(writes(weigh(gateway(95, 5, rules=2), "v2=25", rule="web"))) == 4


def test_several_rules_get_shares_of_their_own_in_one_write() -> None:
    asked = (("web.example/0", ("v2=25",)), ("web.example/1", ("v2=50",)))
    made = plan(gateway(95, 5, rules=2), Act.WEIGHT, weights=asked)
    assert writes(made)["/spec/rules/0/backendRefs/1/weight"] == 25
    assert writes(made)["/spec/rules/1/backendRefs/1/weight"] == 50
    assert "web.example/1:" in made.effects


def test_paths_of_one_canary_move_together_and_are_said() -> None:
    world = weighted("5")
    for name, service in (("echo", "old-nginx"), ("echo-canary", "new-nginx")):
        backend = {"service": {"name": service, "port": {"number": 80}}}
        path = {"path": "/api", "pathType": "Prefix", "backend": backend}
        world.get("Ingress", name)["spec"]["rules"][0]["http"]["paths"].append(path)
    made = weigh(world, "new-nginx=10", rule="echo.example/api")
    assert writes(made) == {f"{NGINX}canary-weight": "10"}
    assert any("the same field says its shares" in line for line in made.effects)


def test_both_ingresses_of_the_scenario_are_weighed_with_a_write_each() -> None:
    made = weigh(World(SCENARIOS / "ingress-weight.yaml"), "new-nginx=60")
    assert sorted(change.object.name for change in made.changes) == ["echo-ack", "echo-canary"]
    assert made.effects == (
        "echo.example/ and mini-echo.io/:",
        "old-nginx: 50% → 40%, 2 pods, 20% a pod",
        "new-nginx: 50% → 60%, 2 pods, 30% a pod",
    )


def test_a_share_that_the_system_cannot_write_is_rounded_and_said() -> None:
    made = weigh(weighted("50"), "new-nginx=12.4%")
    assert writes(made) == {f"{NGINX}canary-weight": "12"}
    said = [line for line in made.effects if "100 parts" in line]
    assert said == ["old-nginx gets 88%, not 87.6%: ingress-nginx divides echo.example/ into 100 parts"]


def test_requests_a_second_are_told_for_each_pod_where_they_are_known() -> None:
    observed = msgspec.structs.replace(CALM, rates={"v1": 95.0, "v2": 5.0})
    made = plan(gateway(95, 5), Act.WEIGHT, circumstances=observed, shares=("v2=30",))
    assert made.effects[1] == "v2: 5% → 30%, 2 pods, 15% a pod, 15 requests/s a pod"


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ((), "VERSION=PERCENT"),
        (("v2",), "'v2' is no share"),
        (("v2=lots",), "has to be a number from 0 to 100, not 'lots'"),
        (("v2=-1",), "from 0 to 100"),
        (("v2=nan",), "from 0 to 100"),
        (("v2=101",), "from 0 to 100"),
        (("v1=60", "v2=60"), "The shares add up to 120%: there is no more than 100%."),
        (("v1=60", "v2=30"), "would get 90% together"),
        (("v2=10", "v2=20"), "v2 is named twice"),
        (("v2=10", "web-v2=20"), "mean one version"),
        (("v9=10",), "divides web.example/0 between v1 and v2: v9 is not what it divides between."),
    ],
)
def test_shares_that_are_none_are_refused_with_a_sentence(shares: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        weigh(gateway(95, 5), *shares)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("world", "said"),
    [(gateway(95, 5), "answers 500 to every request"), (istio(), "Istio refuses that")],
    ids=["HTTPRoute", "VirtualService"],
)
def test_all_zero_is_refused_with_what_the_system_would_do(world: World, said: str) -> None:
    assert said in refusal(world, "v1=0", "v2=0")


def test_the_rest_is_nobodys_where_the_others_have_nothing() -> None:
    assert "v2 and v3 share the other 40%" in refusal(gateway(100, 0, 0), "v1=60")


def test_weights_that_are_all_zero_can_be_mended() -> None:
    assert writes(weigh(gateway(0, 0), "v2=10")) == {
        "/spec/rules/0/backendRefs/0/weight": 90,
        "/spec/rules/0/backendRefs/1/weight": 10,
    }


def test_shares_that_stand_there_already_are_no_plan() -> None:
    assert refusal(gateway(95, 5), "v2=5") == "web-v1 is divided so already: v1 95%, v2 5%."


def test_a_rule_that_is_not_there_is_refused_with_those_that_are() -> None:
    assert "its rules are 'web.example/0' and 'web.example/1'" in refusal(gateway(95, 5, rules=2), "v2=9", rule="no")


def test_a_rule_by_header_alone_says_why_it_cannot_be_weighed() -> None:
    said = refusal(istio(), "v2=9", rule="reviews/ if header canary: true")
    assert "the entry has one destination, which gets everything" in said


def test_without_a_route_the_smallest_step_is_said_and_scale_is_offered() -> None:
    said = refusal(World(SCENARIOS / "both-versions-one-service.yaml"), "v2=25")
    assert "the smallest step is 1/20, 5%" in said
    assert said.endswith(
        "Scale instead, for v1 75%, v2 25%: cockpit scale myapp --version v1 --replicas 15 and "
        "cockpit scale myapp --version v2 --replicas 5."
    )


def test_without_a_route_shares_that_pods_have_already_need_no_scaling() -> None:
    said = refusal(World(SCENARIOS / "both-versions-one-service.yaml"), "v2=50")
    assert said.endswith("They are as near to these shares as pods can be.")


def test_without_a_route_a_version_that_there_is_not_is_named() -> None:
    assert refusal(World(SCENARIOS / "both-versions-one-service.yaml"), "v3=50") == (
        "myapp has no version 'v3'; its versions are v1 and v2."
    )


def test_without_a_route_one_deployment_is_divided_by_its_rollout() -> None:
    assert "the rollout of Deployment/nginx01 decides" in refusal(rolling(), "1.20.1=25")


def test_a_selector_that_leads_to_one_version_is_switched() -> None:
    assert "cockpit switch shop --to VERSION" in refusal(blue_green(), "green=25")


def test_what_a_controller_weighs_is_refused_with_its_own_command() -> None:
    world = gateway(95, 5)
    owner = {"apiVersion": "example.dev/v1", "kind": "Operator", "name": "edge", "uid": "u", "controller": True}
    world.get("HTTPRoute", "web")["metadata"]["ownerReferences"] = [owner]
    assert "Operator/edge made HTTPRoute/web, and would set its weights again" in refusal(world, "v2=25")


def of_three(*weights: int) -> World:
    """Return three versions, made one after the other."""
    world = gateway(*weights)
    for number in range(1, 4):
        created = f"2026-11-2{number}T09:00:00Z"
        world.get("Deployment", f"web-v{number}")["metadata"]["creationTimestamp"] = created
        world.replica_set(f"web-v{number}", f"{number}abc", created=created)
    return world


def test_a_promotion_through_a_route_of_three_gives_one_version_everything_and_the_pods_for_it() -> None:
    made = plan(of_three(90, 5, 5), Act.PROMOTE)
    assert summaries(made) == [
        "scale Deployment/web-v3 from 2 to 6",
        "give v1 0%, v2 0%, v3 100% in HTTPRoute/web",
    ]
    assert (
        summaries(plan(of_three(90, 5, 5), Act.PROMOTE, version="v2"))[1]
        == "give v1 0%, v2 100%, v3 0% in HTTPRoute/web"
    )
    assert not [guard for guard in made.guards if guard.outcome is Outcome.BLOCK]


def test_a_rollback_through_a_route_of_three_takes_the_newest_versions_share_away() -> None:
    made = plan(of_three(80, 10, 10), Act.ROLLBACK)
    assert summaries(made) == ["give v1 88.89%, v2 11.11%, v3 0% in HTTPRoute/web"]
    assert summaries(plan(of_three(88, 12, 0), Act.ROLLBACK)) == ["give v1 100%, v2 0%, v3 0% in HTTPRoute/web"]


def test_a_plan_of_names_that_steer_a_terminal_is_inert() -> None:
    world = gateway(95, 5)
    world.get("HTTPRoute", "web")["spec"]["hostnames"] = ["\x1b[31mweb"]
    made = weigh(world, "v2=25")
    assert "\x1b" not in "".join((made.title, *made.effects, *summaries(made)))


def test_divisions_tell_what_cannot_be_written_with_the_reason() -> None:
    found = divisions(subject(istio()))
    assert [(entry.text, entry.writable) for entry in found] == [
        ("reviews/ if header canary: true", False),
        ("reviews/", True),
    ]
    assert "one destination" in found[0].why_not
