"""VirtualServices with their DestinationRules: objects in, rules out; shares in, weights out."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from cockpit.resources.istio import DestinationRule
from cockpit.resources.json_values import ABSENT
from cockpit.routing.objects import Objects
from cockpit.routing.rules import Rule
from cockpit.routing.systems import rules_of, weight_fields, weight_relies_on
from tests.routing.objects import Json, put, same_rule, shares, touched, written

SCENARIO = Path(__file__).parent.parent / "scenarios" / "istio-weight-and-header.yaml"


def to(host: str, subset: str = "", weight: int | None = None, port: int = 0) -> Json:
    destination: Json = {"host": host} | ({"subset": subset} if subset else {})
    destination |= {"port": {"number": port}} if port else {}
    return {"destination": destination} | ({} if weight is None else {"weight": weight})


def service(*http: Json, name: str = "reviews", hosts: tuple[str, ...] = ("reviews",), **spec: object) -> Json:
    found = {"hosts": list(hosts)} if hosts else {}
    return {"kind": "VirtualService", "metadata": {"name": name}, "spec": {**found, "http": list(http), **spec}}


def destination_rule(host: str = "reviews", **subsets: Json) -> Json:
    entries = [{"name": name, "labels": labels} for name, labels in subsets.items()]
    return {"kind": "DestinationRule", "metadata": {"name": host}, "spec": {"host": host, "subsets": entries}}


def rules(*documents: Json) -> tuple[Rule, ...]:
    return rules_of(put(*documents))


SUBSETS = destination_rule(v1={"version": "v1"}, v2={"version": "v2"})
CANARY = {"match": [{"headers": {"canary": {"exact": "true"}}}], "route": [to("reviews", "v2", 100)]}
WEIGHTED = {"route": [to("reviews", "v1", 95), to("reviews", "v2", 5)], "timeout": "5s", "retries": {"attempts": 3}}


def test_the_scenario_is_a_header_rule_and_a_weighted_one() -> None:
    documents = [entry for entry in yaml.safe_load_all(SCENARIO.read_text()) if "istio" in entry["apiVersion"]]
    header, weighted = rules(*documents)
    assert (header.match, shares(header), header.writable) == ("header canary: true", {"reviews/v2": 1.0}, False)
    assert (weighted.match, shares(weighted)) == (None, {"reviews/v1": 0.95, "reviews/v2": 0.05})
    assert (weighted.writable, weighted.text, weighted.system) == (True, "reviews/", "Istio")
    assert weighted.beside == ("DestinationRule/reviews",)
    assert [backend.labels for backend in weighted.backends] == [{"version": "v1"}, {"version": "v2"}]


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ((None, 5), (0.0, 1.0)),
        ((0, 100), (0.0, 1.0)),
        ((100, 0), (1.0, 0.0)),
        ((1, 3), (0.25, 0.75)),
        ((150, 50), (0.75, 0.25)),
    ],
)
def test_weights_are_relative_to_their_sum_and_a_missing_one_is_0(
    weights: tuple[int | None, int], expected: tuple[float, float]
) -> None:
    (rule,) = rules(SUBSETS, service({"route": [to("reviews", "v1", weights[0]), to("reviews", "v2", weights[1])]}))
    assert tuple(shares(rule).values()) == expected
    assert rule.problem == ""


@pytest.mark.parametrize("weights", [(0, 0), (None, None)])
def test_all_zero_is_what_istio_refuses(weights: tuple[int | None, int | None]) -> None:
    (rule,) = rules(SUBSETS, service({"route": [to("reviews", "v1", weights[0]), to("reviews", "v2", weights[1])]}))
    assert shares(rule) == {"reviews/v1": None, "reviews/v2": None}
    assert rule.problem.startswith("All weights are 0: Istio refuses that")


def test_a_single_destination_gets_everything_even_with_weight_0() -> None:
    (rule,) = rules(SUBSETS, service({"route": [to("reviews", "v1", 0)]}))
    assert (shares(rule), rule.writable) == ({"reviews/v1": 1.0}, False)


def test_a_negative_weight_is_not_known() -> None:
    (rule,) = rules(SUBSETS, service({"route": [to("reviews", "v1", 105), to("reviews", "v2", -5)]}))
    assert shares(rule) == {"reviews/v1": None, "reviews/v2": None}
    assert "Istio refuses weight -5" in rule.problem
    documents = [SUBSETS, service({"route": [to("reviews", "v1", 105), to("reviews", "v2", -5)]})]
    assert shares(same_rule(written(documents, rule, (0.9, 0.1)), rule)) == {"reviews/v1": 0.9, "reviews/v2": 0.1}


def test_a_weight_that_is_no_number_leaves_the_object_out_as_the_server_would() -> None:
    # A server with Istio's definitions refuses it with 422, "must be of type integer".
    with pytest.raises(AssertionError, match="Expected `int"):
        put(service({"route": [to("reviews") | {"weight": "5"}]}))


def test_a_subset_that_no_destination_rule_has_gets_503() -> None:
    (rule,) = rules(SUBSETS, service({"route": [to("reviews", "v1", 90), to("reviews", "v3", 10)]}))
    assert rule.problem == "No DestinationRule gives reviews a subset v3: its requests get 503."
    assert rule.backends[1].problem == rule.problem


def test_a_subset_without_labels_is_every_pod_of_its_host() -> None:
    (rule,) = rules(destination_rule(all={}), service({"route": [to("reviews", "all")]}))
    assert (rule.problem, rule.backends[0].labels, rule.backends[0].problem) == ("", {}, "")


def test_subsets_are_not_called_missing_while_destination_rules_cannot_be_read() -> None:
    known = put(service(WEIGHTED))
    blind = Objects(known.namespace, known._by_type, frozenset({DestinationRule}))
    (rule,) = rules_of(blind)
    assert rule.problem == "DestinationRules cannot be read, so what the subsets select is not known."


@pytest.mark.parametrize(
    ("host", "full_name", "local"),
    [
        ("reviews", "reviews", True),
        ("reviews.shop.svc.cluster.local", "reviews", True),
        ("reviews.pay.svc.cluster.local", "pay/reviews", False),
        ("reviews.pay.svc.corp.example", "pay/reviews", False),
        ("api.example.com", "api.example.com", False),
        ("reviews.pay", "reviews.pay", False),
    ],
)
def test_a_host_without_dots_is_of_the_own_namespace(host: str, full_name: str, local: bool) -> None:
    (rule,) = rules(service({"route": [to(host)]}))
    assert (rule.backends[0].full_name, rule.backends[0].local) == (full_name, local)


def test_a_destination_rule_for_the_full_name_of_a_host_gives_subsets_too() -> None:
    full = destination_rule("reviews.shop.svc.cluster.local", v1={"version": "v1"})
    (rule,) = rules(full, service({"route": [to("reviews", "v1")]}))
    assert rule.backends[0].labels == {"version": "v1"}


def test_several_ports_are_destinations_of_their_own() -> None:
    (rule,) = rules(service({"route": [to("reviews", weight=1, port=80), to("reviews", weight=3, port=8080)]}))
    assert [(entry.port, entry.share) for entry in rule.backends] == [("80", 0.25), ("8080", 0.75)]


@pytest.mark.parametrize(
    ("match", "text", "words"),
    [
        ({"uri": {"prefix": "/api"}}, "reviews/api", None),
        ({"uri": {"exact": "/a"}}, "reviews = /a", None),
        ({"uri": {"regex": "/a.*"}}, "reviews ~ /a.*", None),
        ({"headers": {"h": {"regex": "x.*"}}}, "reviews/", "header h ~ x.*"),
        ({"headers": {"h": {"prefix": "x"}}}, "reviews/", "header h: x…"),
        ({"headers": {"h": {}}}, "reviews/", "header h is there"),
        ({"withoutHeaders": {"h": {"exact": "x"}}}, "reviews/", "not header h: x"),
        ({"queryParams": {"q": {"exact": "v"}}, "method": {"exact": "GET"}}, "reviews/", "method: GET and query q: v"),
        ({"sourceLabels": {"app": "web"}}, "reviews/", "from pods app=web"),
        ({"gateways": ["shop/gw"]}, "reviews/", "through shop/gw"),
        ({"port": 8080}, "reviews/", "port 8080"),
    ],
)
def test_a_match_is_written_out(match: Json, text: str, words: str | None) -> None:
    (rule,) = rules(service({"match": [match], "route": [to("reviews")]}))
    assert (rule.text, rule.match) == (text, words)


def test_what_stands_behind_an_entry_for_everybody_is_never_reached() -> None:
    first, behind = rules(SUBSETS, service(WEIGHTED, CANARY))
    assert first.problem == ""
    assert behind.problem == "Never reached: an entry before it takes every request."


def test_what_is_delegated_is_told_where_it_is_decided_with_the_match_of_both() -> None:
    root = service(
        {"match": [{"headers": {"team": {"exact": "a"}}}], "delegate": {"name": "inner"}},
        name="root",
        hosts=("shop.example",),
    )
    inner = service(CANARY, WEIGHTED, name="inner", hosts=())
    header, weighted = rules(SUBSETS, root, inner)
    assert (header.name, header.text) == ("inner", "shop.example/")
    assert header.match == "header team: a and header canary: true"
    assert (weighted.match, weighted.writable) == ("header team: a", True)
    assert weighted.beside == ("DestinationRule/reviews", "VirtualService/root")


def test_a_delegate_that_nobody_delegates_to_says_so() -> None:
    (rule,) = rules(SUBSETS, service(WEIGHTED, hosts=()))
    assert "no VirtualService of this namespace delegates to it" in rule.problem


def test_tcp_and_tls_have_weights_as_well() -> None:
    tcp = {"match": [{"port": 3306}], "route": [to("db", weight=80), to("db-new", weight=20)]}
    tls = {"match": [{"sniHosts": ["db.example"]}], "route": [to("db", weight=1), to("db-new", weight=1)]}
    documents = [service(name="db", hosts=("db",), tcp=[tcp], tls=[tls])]
    secure, plain = rules(*documents)
    assert (secure.text, plain.text) == ("tls db", "tcp db:3306")
    changed = written(documents, plain, (0.0, 1.0))
    assert touched(documents, changed) == {
        ("spec", "tcp", "0", "route", "0", "weight"),
        ("spec", "tcp", "0", "route", "1", "weight"),
    }


def test_a_foreign_entry_between_ours_keeps_its_weights_and_ours_its_timeouts() -> None:
    foreign = {"match": [{"uri": {"prefix": "/docs"}}], "route": [to("docs", weight=3), to("docs-new", weight=4)]}
    documents = [SUBSETS, service(CANARY, foreign, WEIGHTED)]
    rule = rules(*documents)[2]
    changed = written(documents, rule, (0.5, 0.5))
    assert touched(documents, changed) == {
        ("spec", "http", "2", "route", "0", "weight"),
        ("spec", "http", "2", "route", "1", "weight"),
    }
    assert shares(same_rule(changed, rule)) == {"reviews/v1": 0.5, "reviews/v2": 0.5}


def test_a_missing_weight_is_added() -> None:
    objects = put(SUBSETS, service({"route": [to("reviews", "v1"), to("reviews", "v2", 5)]}))
    fields = weight_fields(objects, rules_of(objects)[0], (0.4, 0.6))
    root = ("spec", "http", "0", "route")
    assert fields == (((*root, "0", "weight"), ABSENT, 2), ((*root, "1", "weight"), 5, 3))


def test_a_write_relies_on_every_weight_the_destinations_and_the_match() -> None:
    entry = {**CANARY, "route": [to("reviews", "v1", 1), to("reviews", weight=2)]}
    objects = put(SUBSETS, service(entry))
    root = ("spec", "http", "0")
    assert dict(weight_relies_on(objects, rules_of(objects)[0])) == {
        (*root, "match", "0", "headers", "canary", "exact"): "true",
        (*root, "route", "0", "destination", "host"): "reviews",
        (*root, "route", "0", "destination", "subset"): "v1",
        (*root, "route", "1", "destination", "host"): "reviews",
        (*root, "route", "1", "destination", "subset"): ABSENT,
        (*root, "route", "0", "weight"): 1,
        (*root, "route", "1", "weight"): 2,
    }
