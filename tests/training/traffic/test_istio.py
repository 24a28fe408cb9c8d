"""How simulated clients are divided by VirtualServices."""

from __future__ import annotations

import pytest

from cockpit.training.objects import Json
from tests.training.traffic.worlds import found, made, only, shares, world

SUBSETS = made(
    "DestinationRule",
    "old",
    {"host": "old", "subsets": [{"name": "v1", "labels": {"version": "1"}}, {"name": "v2", "labels": {}}]},
)


def to(weight: int | None, host: str = "old", subset: str = "") -> Json:
    destination = {"host": host, **({"subset": subset} if subset else {})}
    return {"destination": destination, **({} if weight is None else {"weight": weight})}


def virtual(*rules: Json, hosts: tuple[str, ...] = ("old",), headers: str = "") -> Json:
    told = {"training.cockpit.dev/headers": headers} if headers else {}
    return made("VirtualService", "old", {"hosts": list(hosts), "http": list(rules)}, told)


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        ([to(95, subset="v1"), to(5, subset="v2")], {"old/v1": 0.95, "old/v2": 0.05}),
        ([to(1, subset="v1"), to(3, subset="v2")], {"old/v1": 0.25, "old/v2": 0.75}),
        ([to(None, subset="v1"), to(10, subset="v2")], {"old/v2": 1.0}),
        ([to(0, subset="v1")], {"old/v1": 1.0}),
        ([to(90), to(10, "new.shop.svc.cluster.local")], {"old": 0.9, "new": 0.1}),
        ([to(90, subset="v1"), to(10, subset="v3")], {"old/v1": 0.9, "503": 0.1}),
        ([to(90, subset="v1"), to(10, "nowhere")], {"old/v1": 0.9, "503": 0.1}),
    ],
)
def test_weights_are_relative_and_a_missing_one_is_none(routes: list[Json], expected: dict[str, float]) -> None:
    assert only(world([SUBSETS, virtual({"route": routes})]), "istio") == expected


@pytest.mark.parametrize("routes", [[to(0), to(0, "new")], [to(None), to(None, "new")], [to(120), to(-20, "new")]])
def test_what_the_webhook_refuses_is_not_taken_up(routes: list[Json]) -> None:
    assert found(world([virtual({"route": routes})]), "istio") == []


def test_a_subset_without_a_ready_pod_answers_503_for_its_share() -> None:
    seen = world([SUBSETS, virtual({"route": [to(90), to(10, "new")]})], ready=["old"])
    assert only(seen, "istio") == {"old": 0.9, "503": 0.1}
    assert {part.flags for part in found(seen, "istio")[0].parts} == {"", "UH"}


@pytest.mark.parametrize(
    ("match", "share"),
    [
        ({"headers": {"canary": {"exact": "true"}}}, 0.1),
        ({"headers": {"CANARY": {"prefix": "tr"}}}, 0.1),
        ({"headers": {"canary": {"regex": "t.*e"}}}, 0.1),
        ({"headers": {"canary": {"regex": "t"}}}, 0.0),
        ({"headers": {"canary": {}}}, 0.1),
        ({"withoutHeaders": {"canary": {}}}, 0.9),
        ({"method": {"exact": "POST"}}, 0.0),
        ({"queryParams": {"canary": {"exact": "1"}}}, 0.0),
    ],
)
def test_the_first_rule_that_matches_decides(match: Json, share: float) -> None:
    rules = [{"match": [match], "route": [to(None, "new")]}, {"route": [to(None)]}]
    seen = only(world([virtual(*rules, headers="canary=true:0.1")]), "istio")
    assert seen.get("new", 0.0) == pytest.approx(share)
    assert sum(seen.values()) == pytest.approx(1)


def test_a_header_rule_after_the_one_for_everybody_has_no_effect() -> None:
    rules = [{"route": [to(None)]}, {"match": [{"headers": {"canary": {}}}], "route": [to(None, "new")]}]
    assert only(world([virtual(*rules, headers="canary=true:0.1")]), "istio") == {"old": 1.0}


def test_who_meets_no_rule_gets_404() -> None:
    rule = {"match": [{"headers": {"canary": {}}}], "route": [to(None, "new")]}
    assert only(world([virtual(rule, headers="canary=true:0.1")]), "istio") == {"new": 0.1, "404": 0.9}


def test_each_path_is_an_entrance_of_its_own() -> None:
    rules = [{"match": [{"uri": {"prefix": "/api"}}], "route": [to(None, "new")]}, {"route": [to(None)]}]
    entrances = {each.rule: shares(each) for each in found(world([virtual(*rules)]), "istio")}
    assert entrances == {"old/api/": {"new": 1.0}, "old/": {"old": 1.0}}


def test_a_path_that_nobody_makes_up_brings_no_clients_of_its_own() -> None:
    rules = [{"match": [{"uri": {"regex": "/v[12]/.*"}}], "route": [to(None, "new")]}, {"route": [to(None)]}]
    assert only(world([virtual(*rules)]), "istio") == {"old": 1.0}


def test_the_older_of_two_virtual_services_for_a_host_counts() -> None:
    later = virtual({"route": [to(None, "new")]}, hosts=("old.shop.svc.cluster.local",))
    assert only(world([virtual({"route": [to(None)]}), later]), "istio") == {"old": 1.0}


def test_a_host_of_the_outside_is_for_the_service_that_everybody_is_led_to() -> None:
    rules = [{"match": [{"headers": {"canary": {}}}], "route": [to(None, "new")]}, {"route": [to(None)]}]
    (entrance,) = found(world([virtual(*rules, hosts=("shop.example",))]), "istio")
    assert entrance.main is not None
    assert entrance.main.service == "old"


@pytest.mark.parametrize(
    ("answer", "status"), [({"redirect": {"uri": "/v2"}}, "301"), ({"directResponse": {"status": 418}}, "418")]
)
def test_a_rule_may_answer_by_itself(answer: Json, status: str) -> None:
    rules: list[Json] = [{"match": [{"headers": {"canary": {}}}], **answer}, {"route": [to(None)]}]
    assert only(world([virtual(*rules, headers="canary=true:0.1")]), "istio") == {status: 0.1, "old": 0.9}


def test_a_rule_may_leave_the_weights_to_another_virtual_service() -> None:
    rules: list[Json] = [{"match": [{"headers": {"canary": {}}}], "delegate": {"name": "inner"}}, {"route": [to(None)]}]
    inner = made("VirtualService", "inner", {"http": [{"route": [to(40), to(60, "new")]}]})
    seen = only(world([virtual(*rules, headers="canary=true:0.5"), inner]), "istio")
    assert seen == {"old": 0.7, "new": 0.3}
