"""Ingresses, ingress-nginx's canaries and Alibaba Cloud's forms: objects in, rules out; shares in, annotations out."""

from __future__ import annotations

import pytest

from cockpit.resources.json_values import ABSENT
from cockpit.routing.nginx_canary import nginx_canary
from cockpit.routing.rules import Rule
from cockpit.routing.systems import rules_of, weight_fields, weight_relies_on, written_weights
from tests.routing.objects import Json, put, same_rule, shares, touched, written

NGINX = "nginx.ingress.kubernetes.io/"


def ingress(
    name: str,
    *services: str,
    annotations: Json | None = None,
    paths: tuple[str, ...] = ("/",),
    cls: str = "",
    port: Json | None = None,
) -> Json:
    """Return an Ingress of one host with the Services under each of its paths."""
    entries = [
        {"path": path, "pathType": "Prefix", "backend": {"service": {"name": entry, "port": port or {"number": 80}}}}
        for path in paths
        for entry in services
    ]
    spec: Json = {"rules": [{"host": "shop.example", "http": {"paths": entries}}]}
    spec |= {"ingressClassName": cls} if cls else {}
    return {"kind": "Ingress", "metadata": {"name": name, "annotations": annotations or {}}, "spec": spec}


def canary(name: str = "web-canary", service: str = "web-new", cls: str = "", **annotations: str) -> Json:
    found = {f"{NGINX}canary": "true"}
    found |= {f"{NGINX}canary-{key.replace('_', '-')}": value for key, value in annotations.items()}
    return ingress(name, service, annotations=found, cls=cls)


def ingress_class(name: str, controller: str) -> Json:
    return {"kind": "IngressClass", "metadata": {"name": name}, "spec": {"controller": controller}}


def rules(*documents: Json) -> tuple[Rule, ...]:
    return rules_of(put(*documents))


WEB = ingress("web", "web")


def test_a_plain_path_is_a_rule_with_one_backend_that_no_weight_can_change() -> None:
    (rule,) = rules(ingress("web", "web", paths=("/shop",)))
    assert (rule.text, shares(rule), rule.writable) == ("shop.example/shop", {"web": 1.0}, False)
    assert "a canary Ingress beside it would divide" in rule.why_not


def test_a_canary_pair_is_one_rule_held_by_the_canary_ingress() -> None:
    (rule,) = rules(WEB, canary(weight="5"))
    assert (rule.name, rule.objects, rule.writable, rule.system) == (
        "web-canary",
        ("web", "web-canary"),
        True,
        "ingress-nginx",
    )
    assert [(backend.service, backend.weight) for backend in rule.backends] == [("web", 95), ("web-new", 5)]
    assert shares(rule) == {"web": 0.95, "web-new": 0.05}
    assert rule.parts == 100


@pytest.mark.parametrize(
    ("weight", "total", "share", "problem"),
    [
        (None, None, 0.0, ""),
        ("0", None, 0.0, ""),
        ("100", None, 1.0, ""),
        ("150", None, 1.0, "canary-weight 150 is above 100: the controller gives the canary everything"),
        ("-5", None, 0.0, "canary-weight -5 is below 0: the controller takes it as 0"),
        ("10%", None, 0.0, "canary-weight '10%' is no integer: the controller takes it as 0"),
        ("12.5", None, 0.0, "canary-weight '12.5' is no integer: the controller takes it as 0"),
        ("5", "50", 0.05, ""),
        ("5", "1000", 0.005, ""),
    ],
)
def test_a_weight_is_read_as_the_controller_reads_it(
    weight: str | None, total: str | None, share: float, problem: str
) -> None:
    annotations = ({"weight": weight} if weight else {}) | ({"weight_total": total} if total else {})
    (rule,) = rules(WEB, canary(**annotations))
    assert shares(rule) == {"web": pytest.approx(1 - share), "web-new": pytest.approx(share)}
    assert rule.problem == problem


def test_header_and_cookie_are_rules_of_their_own_before_the_weighted_one() -> None:
    found = rules(WEB, canary(by_header="X-Canary", by_cookie="canary", weight="5"))
    assert [rule.match for rule in found] == ["header X-Canary: always", "cookie canary: always", None]
    assert [rule.writable for rule in found] == [False, False, True]
    assert shares(found[0]) == {"web-new": 1.0}


def test_a_header_value_goes_before_a_pattern() -> None:
    annotations = {"canary": "true", "canary-by-header": "X", "canary-by-header-value": "yes"}
    annotations |= {"canary-by-header-pattern": "y.*"}
    found = nginx_canary({NGINX + key: value for key, value in annotations.items()})
    assert found is not None
    assert found.matches == ("header X: yes",)


def test_a_canary_without_its_main_ingress_is_ignored_and_says_so() -> None:
    (rule,) = rules(canary(weight="50"))
    assert shares(rule) == {"web-new": 0.0}
    assert "ignored by ingress-nginx" in rule.problem
    assert not rule.writable


def test_a_second_canary_of_one_path_is_ignored_and_says_so() -> None:
    found = rules(WEB, canary("a-canary", "a", weight="10"), canary("b-canary", "b", weight="20"))
    assert [(rule.name, shares(rule)) for rule in found] == [
        ("b-canary", {"b": 0.0}),
        ("a-canary", {"web": 0.9, "a": 0.1}),
    ]
    assert "takes one canary" in found[0].problem


def test_a_canary_annotation_that_is_not_true_makes_no_canary() -> None:
    assert nginx_canary({f"{NGINX}canary": "yes", f"{NGINX}canary-weight": "50"}) is None


@pytest.mark.parametrize("controller", ["nginx.org/ingress-controller", "ingress.k8s.aws/alb"])
def test_the_canary_annotations_are_not_those_of_another_controller(controller: str) -> None:
    found = rules(
        ingress_class("other", controller), ingress("web", "web", cls="other"), canary(weight="5", cls="other")
    )
    assert [shares(rule) for rule in found] == [{"web": 1.0}, {"web-new": 1.0}]
    assert found[1].problem == f"{controller} does not read {NGINX}canary"


def test_a_controller_of_another_name_may_be_ingress_nginx_all_the_same() -> None:
    (rule,) = rules(
        ingress_class("in", "k8s.io/internal-nginx"), ingress("web", "web", cls="in"), canary(weight="5", cls="in")
    )
    assert shares(rule) == {"web": 0.95, "web-new": 0.05}


def test_a_foreign_path_between_ours_stays_a_rule_of_its_own() -> None:
    between = ingress("between", "docs", paths=("/docs",))
    found = rules(between, WEB, canary(weight="5"))
    assert [(rule.text, shares(rule)) for rule in found] == [
        ("shop.example/docs", {"docs": 1.0}),
        ("shop.example/", {"web": 0.95, "web-new": 0.05}),
    ]


@pytest.mark.parametrize(("port", "text"), [({"number": 8080}, "8080"), ({"name": "http"}, "http")])
def test_a_backend_says_its_port_by_number_or_by_name(port: Json, text: str) -> None:
    (rule,) = rules(ingress("web", "web", port=port))
    assert rule.backends[0].port == text


def test_a_default_backend_is_a_rule_for_every_host() -> None:
    spec = {"defaultBackend": {"service": {"name": "web"}}}
    (rule,) = rules({"kind": "Ingress", "metadata": {"name": "web"}, "spec": spec})
    assert rule.text == "*"


@pytest.mark.parametrize(
    ("total", "share", "weight"),
    [("", 0.05, "5"), ("1000", 0.125, "125"), ("50", 0.5, "50"), ("", 1.0, "100"), ("x", 0.0, "0")],
)
def test_the_weight_is_the_share_of_the_total_that_the_controller_takes(total: str, share: float, weight: str) -> None:
    objects = put(WEB, canary(weight="7", **({"weight_total": total} if total else {})))
    (rule,) = rules_of(objects)
    path = ("metadata", "annotations", f"{NGINX}canary-weight")
    assert weight_fields(objects, rule, (1 - share, share)) == ((path, "7", weight),)
    assert (path, "7") in weight_relies_on(objects, rule)
    total_path = ("metadata", "annotations", f"{NGINX}canary-weight-total")
    assert dict(weight_relies_on(objects, rule))[total_path] == (total or ABSENT)


def test_a_canary_without_a_weight_gets_one_and_one_that_has_it_is_left_alone() -> None:
    without, having = put(WEB, canary()), put(WEB, canary(weight="10"))
    ((_, before, after),) = weight_fields(without, rules_of(without)[0], (0.9, 0.1))
    assert (before, after) == (ABSENT, "10")
    assert weight_fields(having, rules_of(having)[0], (0.9, 0.1)) == ()
    assert written_weights(without, rules_of(without)[0])[0][1] is ABSENT


@pytest.mark.parametrize("wanted", [(1.1, -0.1), (0.5, 0.4), (1.0,)])
def test_what_are_no_shares_is_a_fault_of_the_caller(wanted: tuple[float, ...]) -> None:
    objects = put(WEB, canary(weight="10"))
    with pytest.raises(ValueError, match="share"):
        weight_fields(objects, rules_of(objects)[0], wanted)


def test_a_rule_that_divides_nothing_says_why_it_cannot_be_written() -> None:
    objects = put(WEB)
    with pytest.raises(ValueError, match="a canary Ingress beside it"):
        weight_fields(objects, rules_of(objects)[0], (1.0,))


# Alibaba Cloud's older form: two Services under one path, one of them with its percentage.


def two_services(**weights: str) -> Json:
    return ingress(
        "web", "old", "new", annotations={f"ingress.aliyun.weight/{name}": weight for name, weight in weights.items()}
    )


@pytest.mark.parametrize(("named", "weight", "new"), [("new", "20", 0.2), ("old", "20", 0.8), ("new", "0", 0.0)])
def test_alibabas_weight_gives_the_named_service_its_share_and_the_other_the_rest(
    named: str, weight: str, new: float
) -> None:
    (rule,) = rules(two_services(**{named: weight}))
    assert shares(rule) == {"old": pytest.approx(1 - new), "new": new}
    assert (rule.writable, rule.system) == (True, "ACK Ingress")


@pytest.mark.parametrize("weight", ["120", "-1", "ten", "½"])
def test_a_weight_that_is_no_percentage_leaves_the_shares_unknown_until_one_is_set(weight: str) -> None:
    documents = [two_services(new=weight)]
    (rule,) = rules(*documents)
    assert shares(rule) == {"old": None, "new": None}
    assert f"the weight {weight!r} of new is no number from 0 to 100" in rule.problem
    assert shares(same_rule(written(documents, rule, (0.4, 0.6)), rule)) == {"old": 0.4, "new": 0.6}


def test_two_backends_on_one_path_without_a_weight_are_not_guessed() -> None:
    (rule,) = rules(two_services())
    assert shares(rule) == {"old": None, "new": None}
    assert not rule.writable


def test_the_older_alibaba_form_is_percent_of_the_named_service() -> None:
    documents = [two_services(old="50")]
    (rule,) = rules(*documents)
    changed = written(documents, rule, (0.4, 0.6))
    assert touched(documents, changed) == {("metadata", "annotations", "ingress.aliyun.weight/old")}
    assert changed[0]["metadata"]["annotations"] == {"ingress.aliyun.weight/old": "40"}


# Its later form: relative weights in one annotation, and matches in another.


def listed(weights: str = "", match: str = "", *services: str) -> Json:
    annotations = {f"{NGINX}service-weight": weights} if weights else {}
    annotations |= {f"{NGINX}service-match": match} if match else {}
    return ingress("web", *(services or ("old", "new")), annotations=annotations)


def test_service_weight_is_relative_to_the_weights_of_the_path() -> None:
    (rule,) = rules(listed("new: 20, old: 60, elsewhere: 5"))
    assert shares(rule) == {"old": 0.75, "new": 0.25}
    assert [backend.weight for backend in rule.backends] == [60, 20]


@pytest.mark.parametrize(
    ("weights", "problem"),
    [
        ("new: 20", "gives old no whole number"),
        ("new: x, old: 5", "gives new no whole number"),
        ("new: 0, old: 0", "all weights are 0"),
    ],
)
def test_service_weight_that_does_not_tell_is_unknown(weights: str, problem: str) -> None:
    (rule,) = rules(listed(weights))
    assert shares(rule) == {"old": None, "new": None}
    assert problem in rule.problem


def test_service_match_picks_the_requests_that_are_divided() -> None:
    weighted, rest = rules(listed("new: 20, old: 60", 'new: header("foo", /^bar$/)'))
    assert (weighted.match, shares(weighted)) == ("header foo ~ ^bar$", {"old": 0.75, "new": 0.25})
    assert (rest.match, shares(rest), rest.writable) == (None, {"old": 1.0}, False)


def test_service_match_without_weights_sends_what_matches_to_its_service() -> None:
    matched, rest = rules(listed("", 'new: cookie("beta", "yes")'))
    assert (matched.match, shares(matched), matched.writable) == ("cookie beta: yes", {"old": 0.0, "new": 1.0}, False)
    assert shares(rest) == {"old": 1.0}


def test_service_weight_is_rewritten_without_touching_the_weights_of_others() -> None:
    documents = [listed("new: 20, old: 60, elsewhere: 5")]
    (rule,) = rules(*documents)
    (changed,) = written(documents, rule, (0.5, 0.5))
    assert changed["metadata"]["annotations"][f"{NGINX}service-weight"] == "new: 40, old: 40, elsewhere: 5"


# ALB of Alibaba Cloud, whose prefix AWS uses as well.

ALB = "alb.ingress.kubernetes.io/"
ALIBABA = ingress_class("alb", "ingress.k8s.alibabacloud/alb")
ALB_WEB = ingress("web", "web", cls="alb")


def alb(name: str, service: str = "web-new", **annotations: str) -> Json:
    found = {f"{ALB}canary": "true"} | {ALB + key.replace("_", "-"): value for key, value in annotations.items()}
    return ingress(name, service, annotations=found, cls="alb")


def test_albs_canaries_by_header_are_asked_before_the_weighted_one() -> None:
    found = rules(
        ALIBABA,
        ALB_WEB,
        alb("a-weighted", canary_weight="30", order="2"),
        alb("b-header", canary_by_header="X", canary_by_header_value="yes", order="1"),
    )
    assert [(rule.name, rule.match, shares(rule)) for rule in found] == [
        ("b-header", "header X: yes", {"web-new": 1.0}),
        ("a-weighted", None, {"web": 0.7, "web-new": 0.3}),
    ]
    assert [rule.writable for rule in found] == [False, True]


@pytest.mark.parametrize("weight", ["101", "-1", "x"])
def test_an_alb_weight_out_of_range_is_not_known(weight: str) -> None:
    (rule,) = rules(ALIBABA, ALB_WEB, alb("canary", canary_weight=weight))
    assert shares(rule) == {"web": None, "web-new": None}
    assert "no number from 0 to 100" in rule.problem


def test_a_header_beside_a_weight_is_told_as_what_alb_forbids() -> None:
    matched, rest = rules(ALIBABA, ALB_WEB, alb("canary", canary_weight="30", canary_by_cookie="beta"))
    assert "may not stand beside" in matched.problem
    assert (shares(rest), rest.writable) == ({"web": 1.0}, False)


def test_an_alb_canary_of_aws_is_none() -> None:
    aws = ingress_class("alb", "ingress.k8s.aws/alb")
    found = rules(aws, ALB_WEB, alb("canary", canary_weight="30"))
    assert [shares(rule) for rule in found] == [{"web-new": 1.0}, {"web": 1.0}]
    assert found[0].problem == f"ingress.k8s.aws/alb does not read {ALB}canary"


def test_an_alb_canary_of_an_unknown_class_is_shown_and_not_written() -> None:
    (rule,) = rules(ALB_WEB, alb("canary", canary_weight="30"))
    assert shares(rule) == {"web": None, "web-new": None}
    assert not rule.writable
    assert "AWS" in rule.why_not


def test_only_the_weight_of_an_alb_canary_is_written() -> None:
    documents = [ALIBABA, ALB_WEB, alb("canary", canary_weight="30", order="3")]
    (rule,) = rules(*documents)
    changed = written(documents, rule, (0.0, 1.0))
    assert touched(documents, changed) == {("metadata", "annotations", f"{ALB}canary-weight")}
    assert shares(same_rule(changed, rule)) == {"web": 0.0, "web-new": 1.0}


# What holds for each of the forms that an Ingress comes in.


def test_one_annotation_divides_every_path_of_its_ingress() -> None:
    documents = [
        ingress("web", "web", paths=("/", "/api")),
        ingress("web-canary", "new", paths=("/", "/api"), annotations=canary(weight="5")["metadata"]["annotations"]),
    ]
    found = rules(*documents)
    assert [(rule.text, shares(rule)) for rule in found] == [
        ("shop.example/", {"web": 0.95, "new": 0.05}),
        ("shop.example/api", {"web": 0.95, "new": 0.05}),
    ]
    changed = written(documents, found[0], (0.5, 0.5))
    assert [shares(rule) for rule in rules(*changed)] == [{"web": 0.5, "new": 0.5}] * 2


@pytest.mark.parametrize("annotation", ["ingress.aliyun.weight/new", f"{NGINX}service-weight"])
def test_a_foreign_path_between_those_of_acks_ingress_keeps_its_backend(
    annotation: str,
) -> None:
    value = "20" if annotation.startswith("ingress") else "old: 80, new: 20"
    document = ingress("web", "old", "new", paths=("/", "/z"), annotations={annotation: value})
    backend = {"service": {"name": "docs", "port": {"number": 80}}}
    document["spec"]["rules"][0]["http"]["paths"].insert(2, {"path": "/docs", "pathType": "Prefix", "backend": backend})
    found = rules(document)
    assert [(rule.text, shares(rule)) for rule in found] == [
        ("shop.example/", {"old": 0.8, "new": 0.2}),
        ("shop.example/docs", {"docs": 1.0}),
        ("shop.example/z", {"old": 0.8, "new": 0.2}),
    ]
    changed = written([document], found[0], (0.0, 1.0))
    assert touched([document], changed) == {("metadata", "annotations", annotation)}
    assert shares(rules(*changed)[1]) == {"docs": 1.0}


@pytest.mark.parametrize(("weight", "new"), [("100", 1.0), ("0", 0.0)])
def test_acks_and_albs_weights_go_from_nothing_to_all(weight: str, new: float) -> None:
    for documents in ([two_services(new=weight)], [ALIBABA, ALB_WEB, alb("canary", canary_weight=weight)]):
        (rule,) = rules(*documents)
        assert [backend.share for backend in rule.backends] == [1 - new, new]


def test_service_weight_may_be_0_for_one_of_them_and_add_up_to_anything() -> None:
    (rule,) = rules(listed("new: 0, old: 7"))
    assert shares(rule) == {"old": 1.0, "new": 0.0}


def test_an_alb_canary_without_a_weight_gets_nothing() -> None:
    (rule,) = rules(ALIBABA, ALB_WEB, alb("canary"))
    assert shares(rule) == {"web": 1.0, "web-new": 0.0}
    assert rule.writable


def test_an_alb_canary_takes_only_the_path_that_it_names() -> None:
    stable = ingress("web", "web", cls="alb", paths=("/", "/docs"))
    found = rules(ALIBABA, stable, alb("canary", canary_weight="30"))
    assert [(rule.text, shares(rule)) for rule in found] == [
        ("shop.example/", {"web": 0.7, "web-new": 0.3}),
        ("shop.example/docs", {"web": 1.0}),
    ]


@pytest.mark.parametrize(
    ("stable", "behaviour", "sticky"), [("cookie", "", True), ("cookie", "legacy", False), ("", "", False)]
)
def test_session_affinity_keeps_clients_on_their_side(stable: str, behaviour: str, sticky: bool) -> None:
    web = ingress("web", "web", annotations={f"{NGINX}affinity": stable} if stable else {})
    new = canary(weight="5")
    new["metadata"]["annotations"] |= {f"{NGINX}affinity-canary-behavior": behaviour} if behaviour else {}
    (rule,) = rules(web, new)
    assert bool(rule.sticky) is sticky
