"""How simulated clients are divided by HTTPRoutes and GRPCRoutes."""

from __future__ import annotations

import pytest

from cockpit.training.objects import Json
from tests.training.traffic.worlds import found, made, only, shares, world


def to(name: str, weight: int | None = None, **more: str) -> Json:
    return {"name": name, "port": 80, **more, **({} if weight is None else {"weight": weight})}


def route(*rules: Json, name: str = "shop", kind: str = "HTTPRoute", headers: str = "", parents: int = 1) -> Json:
    refs = [{"name": "public"}] * parents
    told = {"training.cockpit.dev/headers": headers} if headers else {}
    return made(kind, name, {"parentRefs": refs, "hostnames": ["shop.example"], "rules": list(rules)}, told)


def header(value: str = "true", **more: str) -> Json:
    return {"headers": [{"name": "canary", "value": value, **more}]}


@pytest.mark.parametrize(
    ("refs", "expected"),
    [
        ([to("old", 9), to("new", 1)], {"old": 0.9, "new": 0.1}),
        ([to("old"), to("new")], {"old": 0.5, "new": 0.5}),
        ([to("old", 3), to("new")], {"old": 0.75, "new": 0.25}),
        ([to("old", 1), to("new", 0)], {"old": 1.0}),
        ([to("old", 0), to("new", 0)], {"500": 1.0}),
        ([to("old", 0)], {"500": 1.0}),
        ([], {"500": 1.0}),
        ([to("old", 1), to("nowhere", 1)], {"old": 0.5, "500": 0.5}),
        ([to("old", 1), to("new", 1, kind="Bucket")], {"old": 0.5, "500": 0.5}),
        ([to("old", 1), to("empty", 3)], {"old": 0.25, "503": 0.75}),
    ],
)
def test_weights_count_within_their_rule_and_never_make_up_for_each_other(
    refs: list[Json], expected: dict[str, float]
) -> None:
    seen = world([route({"backendRefs": refs})], there=["old", "new", "empty"])
    assert only(seen, "gateway") == expected


@pytest.mark.parametrize(("granted", "expected"), [(True, {"old": 1.0}), (False, {"500": 1.0})])
def test_a_backend_of_another_namespace_needs_a_grant(granted: bool, expected: dict[str, float]) -> None:
    spec = {
        "from": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "shop" if granted else "x"}],
        "to": [{"group": "", "kind": "Service"}],
    }
    grant = made("ReferenceGrant", "far", spec, space="far")
    objects = [route({"backendRefs": [to("old", namespace="far")]}), grant]
    assert only(world(objects, ready=["far/old"], there=["far/old"]), "gateway") == expected


@pytest.mark.parametrize(
    ("match", "share"),
    [
        (header(), 0.1),
        (header("other"), 0.0),
        (header("t.*", type="RegularExpression"), 0.1),
        ({"queryParams": [{"name": "canary", "value": "1"}]}, 0.0),
        ({"method": "POST"}, 0.0),
    ],
)
def test_a_match_on_a_header_goes_before_the_rule_for_everybody_wherever_it_stands(match: Json, share: float) -> None:
    rules = [{"backendRefs": [to("old")]}, {"matches": [match], "backendRefs": [to("new")]}]
    seen = only(world([route(*rules, headers="canary=true:0.1")]), "gateway")
    assert seen.get("new", 0.0) == pytest.approx(share)


def test_a_route_beside_it_may_have_the_header_s_rule() -> None:
    beside = route({"matches": [header()], "backendRefs": [to("new")]}, name="testers")
    seen = world([route({"backendRefs": [to("old")]}, headers="canary=true:0.1"), beside])
    assert only(seen, "gateway") == {"old": 0.9, "new": 0.1}


def test_of_two_routes_for_the_same_the_older_one_counts() -> None:
    later = route({"backendRefs": [to("new")]}, name="later")
    assert only(world([route({"backendRefs": [to("old")]}), later]), "gateway") == {"old": 1.0}


def test_the_longer_path_goes_first_and_an_exact_one_before_all() -> None:
    def on(kind: str, value: str, name: str) -> Json:
        return {"matches": [{"path": {"type": kind, "value": value}}], "backendRefs": [to(name)]}

    rules = [on("PathPrefix", "/", "old"), on("PathPrefix", "/api", "new"), on("Exact", "/api/", "old")]
    entrances = {each.rule: shares(each) for each in found(world([route(*rules)]), "gateway")}
    assert entrances["shop.example/"] == {"old": 1.0}
    assert entrances["shop.example/api/"] == {"old": 1.0}
    rules = [on("PathPrefix", "/", "old"), on("PathPrefix", "/api", "new"), on("Exact", "/api", "old")]
    assert {each.rule: shares(each) for each in found(world([route(*rules)]), "gateway")} == {
        "shop.example/": {"old": 1.0},
        "shop.example/api/": {"new": 1.0},
        "shop.example/api": {"old": 1.0},
    }


def test_who_meets_no_rule_gets_404() -> None:
    seen = world([route({"matches": [header()], "backendRefs": [to("new")]}, headers="canary=true:0.1")])
    assert only(seen, "gateway") == {"new": 0.1, "404": 0.9}


@pytest.mark.parametrize(("redirect", "status"), [({"statusCode": 301}, "301"), ({}, "302")])
def test_a_rule_may_send_clients_elsewhere(redirect: Json, status: str) -> None:
    rule = {"filters": [{"type": "RequestRedirect", "requestRedirect": redirect}]}
    assert only(world([route(rule)]), "gateway") == {status: 1.0}


def test_a_route_without_a_parent_serves_nobody() -> None:
    assert found(world([route({"backendRefs": [to("old")]}, parents=0)]), "gateway") == []


def test_a_path_that_nobody_makes_up_brings_no_clients_and_keeps_none_away() -> None:
    path = {"path": {"type": "RegularExpression", "value": "/v[12]/.*"}}
    rules = [{"matches": [path], "backendRefs": [to("new")]}, {"backendRefs": [to("old")]}]
    assert only(world([route(*rules)]), "gateway") == {"old": 1.0}
    assert found(world([route(rules[0])]), "gateway") == []


def test_a_route_of_a_mesh_leads_the_clients_of_the_service_that_is_its_parent() -> None:
    spec = {
        "parentRefs": [{"group": "", "kind": "Service", "name": "front"}],
        "rules": [{"backendRefs": [to("old", 1), to("new", 1)]}],
    }
    (entrance,) = found(world([made("HTTPRoute", "mesh", spec)], there=["front", "old", "new"]), "gateway")
    assert entrance.main is not None
    assert entrance.main.service == "front"
    assert ("shop", "front") in entrance.mentioned
    assert shares(entrance) == {"old": 0.5, "new": 0.5}


def test_calls_of_grpc_are_divided_by_method_and_weight() -> None:
    call = {"method": {"service": "shop.Cart", "method": "Add"}}
    rules = [{"matches": [call], "backendRefs": [to("old", 1), to("new", 3)]}, {"backendRefs": [to("old")]}]
    entrances = {each.rule: shares(each) for each in found(world([route(*rules, kind="GRPCRoute")]), "gateway")}
    assert entrances["shop.example/shop.Cart/Add"] == {"old": 0.25, "new": 0.75}
