"""HTTPRoute and GRPCRoute: objects in, rules out; shares in, weights out, and nothing else of the route changes."""

from __future__ import annotations

import pytest

from cockpit.resources.json_values import ABSENT
from cockpit.routing.rules import Rule
from cockpit.routing.systems import rules_of, weight_fields, weight_relies_on
from tests.routing.objects import Json, put, same_rule, shares, touched, written

ACCEPTED = {"type": "Accepted", "status": "True", "reason": "Accepted", "message": "", "observedGeneration": 1}
RESOLVED = {"type": "ResolvedRefs", "status": "True", "reason": "ResolvedRefs", "message": "", "observedGeneration": 1}


def status(*conditions: Json) -> Json:
    parent = {"parentRef": {"name": "gw"}, "controllerName": "example/gateway", "conditions": list(conditions)}
    return {"parents": [parent]}


def ref(name: str, weight: int | None = None, **more: object) -> Json:
    return {"group": "", "kind": "Service", "name": name, "port": 80, **more} | (
        {} if weight is None else {"weight": weight}
    )


def route(*rules: Json, kind: str = "HTTPRoute", hostnames: tuple[str, ...] = ("web.example",), **more: Json) -> Json:
    spec = {"parentRefs": [{"name": "gw"}], "hostnames": list(hostnames), "rules": list(rules)}
    metadata = {"name": "web", "generation": 1}
    return {"kind": kind, "metadata": metadata, "spec": spec, "status": status(ACCEPTED, RESOLVED)} | more


def rules(*documents: Json) -> tuple[Rule, ...]:
    return rules_of(put(*documents))


HEADER = {"headers": [{"name": "canary", "value": "true"}], "path": {"type": "PathPrefix", "value": "/"}}
FILTERS = [{"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "x", "value": "y"}]}}]
TWO = route(
    {"matches": [HEADER], "backendRefs": [ref("web-v2")]},
    {"backendRefs": [ref("web-v1", 95), ref("web-v2", 5)], "filters": FILTERS},
)


def test_a_header_rule_stands_apart_from_the_weighted_one() -> None:
    header, weighted = rules(TWO)
    assert (header.match, shares(header), header.writable) == ("header canary: true", {"web-v2": 1.0}, False)
    assert (weighted.match, shares(weighted), weighted.writable) == (None, {"web-v1": 0.95, "web-v2": 0.05}, True)
    assert {rule.text for rule in (header, weighted)} == {"web.example/"}
    assert (header.place, weighted.place) == (("spec", "rules", "0"), ("spec", "rules", "1"))
    assert (header.problem, weighted.problem, weighted.system) == ("", "", "Gateway API")


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ((None, None), (0.5, 0.5)),
        ((None, 3), (0.25, 0.75)),
        ((0, 5), (0.0, 1.0)),
        ((100, 0), (1.0, 0.0)),
        ((1, 1), (0.5, 0.5)),
        ((900, 100), (0.9, 0.1)),
        ((1_000_000, 0), (1.0, 0.0)),
    ],
)
def test_weights_are_relative_to_their_sum_and_a_missing_one_is_1(
    weights: tuple[int | None, int | None], expected: tuple[float, float]
) -> None:
    (rule,) = rules(route({"backendRefs": [ref("a", weights[0]), ref("b", weights[1])]}))
    assert tuple(shares(rule).values()) == expected
    assert [backend.weight for backend in rule.backends] == list(weights)


@pytest.mark.parametrize(("kind", "answer"), [("HTTPRoute", "500"), ("GRPCRoute", "UNAVAILABLE")])
def test_all_zero_leads_nowhere_and_says_what_the_gateway_answers(kind: str, answer: str) -> None:
    (rule,) = rules(route({"backendRefs": [ref("a", 0), ref("b", 0)]}, kind=kind))
    assert shares(rule) == {"a": 0.0, "b": 0.0}
    assert rule.problem == f"All weights are 0: the gateway answers {answer} to every request of the rule."


@pytest.mark.parametrize("weight", [-1, 1_000_001])
def test_a_weight_that_the_definition_would_refuse_is_not_known(weight: int) -> None:
    (rule,) = rules(route({"backendRefs": [ref("a", weight), ref("b", 1)]}))
    assert shares(rule) == {"a": None, "b": None}
    assert f"weight {weight} is outside of 0 to 1000000" in rule.problem


def test_a_weight_that_is_no_number_leaves_the_route_out_as_the_server_would() -> None:
    # A server refuses it with 422, "must be of type integer"; should one not, the route is said to be left out.
    with pytest.raises(AssertionError, match="Expected `int"):
        put(route({"backendRefs": [ref("a") | {"weight": "10"}, ref("b", 1)]}))


def test_a_single_backend_gets_everything_and_cannot_be_divided() -> None:
    (rule,) = rules(route({"backendRefs": [ref("a", 7)]}))
    assert (shares(rule), rule.writable) == ({"a": 1.0}, False)
    assert "needs a second backendRef" in rule.why_not


def test_a_backend_of_another_namespace_or_kind_is_told_apart_from_ours() -> None:
    backends = [ref("web", 1, namespace="pay"), ref("web", 1, namespace="shop"), ref("far", 2, kind="ServiceImport")]
    (rule,) = rules(route({"backendRefs": backends}))
    assert [entry.full_name for entry in rule.backends] == ["pay/web", "web", "ServiceImport:far"]
    assert [entry.local for entry in rule.backends] == [False, True, False]
    assert rule.services == ("web",)


def test_two_ports_of_one_service_are_two_backends() -> None:
    documents = [route({"backendRefs": [ref("web", 1, port=80), ref("web", 3, port=8080)]})]
    (rule,) = rules(*documents)
    assert [(entry.port, entry.share) for entry in rule.backends] == [("80", 0.25), ("8080", 0.75)]
    changed = same_rule(written(documents, rule, (0.9, 0.1)), rule)
    assert [entry.share for entry in changed.backends] == [0.9, 0.1]


def test_a_port_that_the_service_does_not_have_is_said() -> None:
    service = {"kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": [{"port": 8080}]}}
    (rule,) = rules(route({"backendRefs": [ref("web")]}), service)
    assert rule.backends[0].problem == "Service/web has no port 80"


def test_a_rule_that_only_redirects_leads_to_no_backend_and_is_none() -> None:
    found = rules(route({"filters": [{"type": "RequestRedirect"}]}, {"backendRefs": [ref("a")]}))
    assert [rule.place for rule in found] == [("spec", "rules", "1")]


@pytest.mark.parametrize(
    ("match", "text", "words"),
    [
        ({"path": {"type": "Exact", "value": "/a"}}, "web.example = /a", None),
        ({"path": {"type": "RegularExpression", "value": "/a.*"}}, "web.example ~ /a.*", None),
        ({"path": {"type": "PathPrefix", "value": "/a"}, "method": "POST"}, "web.example/a", "method POST"),
        (
            {"headers": [{"type": "RegularExpression", "name": "h", "value": "x.*"}, {"name": "i", "value": "1"}]},
            "web.example/",
            "header h ~ x.* and header i: 1",
        ),
        ({"queryParams": [{"name": "q", "value": "v"}]}, "web.example/", "query q: v"),
    ],
)
def test_a_match_is_written_out(match: Json, text: str, words: str | None) -> None:
    (rule,) = rules(route({"matches": [match], "backendRefs": [ref("a")]}))
    assert (rule.text, rule.match) == (text, words)


def test_alternatives_are_joined_and_one_that_asks_for_nothing_takes_all() -> None:
    one = {"headers": [{"name": "a", "value": "1"}]}
    other = {"headers": [{"name": "b", "value": "2"}]}
    either, everybody = rules(
        route(
            {"matches": [one, other], "backendRefs": [ref("a")]},
            {"matches": [one, {"path": {"value": "/"}}], "backendRefs": [ref("b")]},
        )
    )
    assert (either.match, everybody.match) == ("header a: 1 or header b: 2", None)


def test_a_grpc_method_is_its_path_on_the_wire() -> None:
    match = {"method": {"service": "shop.Cart", "method": "Add"}, "headers": [{"name": "canary", "value": "true"}]}
    (rule,) = rules(route({"matches": [match], "backendRefs": [ref("a", 1), ref("b", 1)]}, kind="GRPCRoute"))
    assert (rule.kind, rule.text, rule.match) == ("GRPCRoute", "web.example/shop.Cart/Add", "header canary: true")
    assert rule.writable


def test_in_a_mesh_the_service_whose_requests_are_taken_stands_for_the_host() -> None:
    document = route({"backendRefs": [ref("web-v1", 9), ref("web-v2", 1)]}, hostnames=())
    document["spec"]["parentRefs"] = [{"group": "", "kind": "Service", "name": "web", "port": 80}]
    (rule,) = rules(document)
    assert rule.text == "web/"


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        (
            ACCEPTED | {"status": "False", "reason": "NotAllowedByListeners", "message": "No listener takes it."},
            "Gateway/gw: Accepted is False (NotAllowedByListeners). No listener takes it.",
        ),
        (
            RESOLVED | {"status": "False", "reason": "BackendNotFound", "message": "web-v9"},
            "Gateway/gw: ResolvedRefs is False (BackendNotFound). web-v9",
        ),
        ({"type": "PartiallyInvalid", "status": "True", "reason": "UnsupportedValue"}, "PartiallyInvalid is True"),
    ],
)
def test_what_a_controller_says_against_the_route_is_said_of_every_rule(condition: Json, sentence: str) -> None:
    for rule in rules(TWO | {"status": status(condition)}):
        assert sentence in rule.problem


def test_a_route_that_nobody_took_and_one_not_taken_up_yet_say_so() -> None:
    unseen = rules(TWO | {"status": {}})[0]
    assert (unseen.pending, unseen.problem) == ("No gateway has taken the route: its status is empty.", "")
    later = TWO | {"metadata": {"name": "web", "generation": 2}}
    assert rules(later)[0].pending == "Gateway/gw has not taken up the last change yet."
    # What was said against the route as it was before may be mended by now.
    refused = ACCEPTED | {"status": "False", "reason": "NoMatchingParent"}
    assert rules(later | {"status": status(refused)})[0].problem == ""


def test_a_foreign_rule_between_ours_keeps_its_weights() -> None:
    foreign = {"matches": [{"path": {"value": "/docs"}}], "backendRefs": [ref("docs", 3), ref("docs-new", 4)]}
    documents = [route({"backendRefs": [ref("a", 1), ref("b", 1)], **HEADER_RULE}, foreign, WEIGHTED)]
    rule = rules(*documents)[2]
    changed = written(documents, rule, (0.2, 0.8))
    assert touched(documents, changed) == {
        ("spec", "rules", "2", "backendRefs", "0", "weight"),
        ("spec", "rules", "2", "backendRefs", "1", "weight"),
    }
    assert [list(shares(entry).values()) for entry in rules(*changed)] == [[0.5, 0.5], [3 / 7, 4 / 7], [0.2, 0.8]]


HEADER_RULE: Json = {"matches": [HEADER]}
WEIGHTED: Json = {"backendRefs": [ref("web-v1", 95), ref("web-v2", 5)], "filters": FILTERS}


def test_filters_and_matches_are_left_as_they_are() -> None:
    documents = [TWO]
    (changed,) = written(documents, rules(TWO)[1], (0.0, 1.0))
    assert changed["spec"]["rules"][1]["filters"] == FILTERS
    assert changed["spec"]["rules"][0] == TWO["spec"]["rules"][0]
    assert [entry["weight"] for entry in changed["spec"]["rules"][1]["backendRefs"]] == [0, 100]


def test_a_missing_weight_is_added_and_one_that_stays_is_not_written() -> None:
    objects = put(route({"backendRefs": [ref("a"), ref("b")]}))
    (rule,) = rules_of(objects)
    assert weight_fields(objects, rule, (0.5, 0.5)) == (
        (("spec", "rules", "0", "backendRefs", "0", "weight"), ABSENT, 1),
        (("spec", "rules", "0", "backendRefs", "1", "weight"), ABSENT, 1),
    )
    weighed = put(route({"backendRefs": [ref("a", 50), ref("b", 50)]}))
    assert weight_fields(weighed, rules_of(weighed)[0], (0.5, 0.5)) == ()


def test_a_write_relies_on_every_weight_the_names_and_the_match() -> None:
    document = route({"matches": [HEADER], "backendRefs": [ref("a", 1), ref("b", 2, namespace="pay")]})
    objects = put(document)
    root = ("spec", "rules", "0")
    assert dict(weight_relies_on(objects, rules_of(objects)[0])) == {
        (*root, "matches", "0", "headers", "0", "name"): "canary",
        (*root, "matches", "0", "headers", "0", "value"): "true",
        (*root, "backendRefs", "0", "name"): "a",
        (*root, "backendRefs", "0", "namespace"): ABSENT,
        (*root, "backendRefs", "1", "name"): "b",
        (*root, "backendRefs", "1", "namespace"): "pay",
        (*root, "backendRefs", "0", "weight"): 1,
        (*root, "backendRefs", "1", "weight"): 2,
    }


@pytest.mark.parametrize(
    ("held", "wanted", "weights"),
    [
        ((95, 5), (0.5, 0.5), (50, 50)),
        ((950, 50), (0.5, 0.5), (500, 500)),
        ((1, 1), (0.9, 0.1), (90, 10)),
        ((95, 5), (0.995, 0.005), (995, 5)),
        ((0, 0), (0.25, 0.75), (25, 75)),
        ((3, 4), (0.0, 1.0), (0, 7)),
    ],
)
def test_the_sum_that_is_there_is_kept_where_it_can_say_the_shares(
    held: tuple[int, int], wanted: tuple[float, float], weights: tuple[int, int]
) -> None:
    (changed,) = written(
        [route({"backendRefs": [ref("a", held[0]), ref("b", held[1])]})],
        rules(route({"backendRefs": [ref("a", held[0]), ref("b", held[1])]}))[0],
        wanted,
    )
    assert tuple(entry["weight"] for entry in changed["spec"]["rules"][0]["backendRefs"]) == weights


def test_session_persistence_is_told() -> None:
    (rule,) = rules(route(WEIGHTED | {"sessionPersistence": {"type": "Cookie", "sessionName": "s"}}))
    assert rule.sticky == "sessionPersistence keeps each client on its backend (Cookie)"
