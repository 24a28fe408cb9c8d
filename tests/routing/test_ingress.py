"""Ingress rules: object in, rules out."""

from __future__ import annotations

import msgspec
import pytest

from cockpit.resources.ingress import Ingress
from cockpit.routing.ingress import rules_of
from cockpit.routing.nginx_canary import nginx_canary
from cockpit.routing.rules import Rule

NGINX = "nginx.ingress.kubernetes.io/"


def ingress(name: str, service: str, *, host: str = "shop.example", path: str = "/", **annotations: str) -> Ingress:
    written = {NGINX + key.replace("_", "-"): value for key, value in annotations.items()}
    backend = {"service": {"name": service, "port": {"number": 80}}}
    rule = {"host": host, "http": {"paths": [{"path": path, "backend": backend}]}}
    return msgspec.convert({"metadata": {"name": name, "annotations": written}, "spec": {"rules": [rule]}}, Ingress)


def shares(rule: Rule) -> dict[str, float | None]:
    return {backend.service: backend.share for backend in rule.backends}


def test_a_plain_path_is_a_rule_with_one_backend_that_no_weight_can_change() -> None:
    (rule,) = rules_of([ingress("web", "web", path="/shop")])
    assert rule.text == "shop.example/shop"
    assert shares(rule) == {"web": 1.0}
    assert not rule.writable


def test_a_canary_pair_is_one_rule_held_by_the_canary_ingress() -> None:
    (rule,) = rules_of([ingress("web", "web"), ingress("web-canary", "web-new", canary="true", canary_weight="5")])
    assert (rule.name, rule.objects, rule.writable) == ("web-canary", ("web", "web-canary"), True)
    assert [(backend.service, backend.weight) for backend in rule.backends] == [("web", 95), ("web-new", 5)]
    assert shares(rule) == {"web": 0.95, "web-new": 0.05}


@pytest.mark.parametrize(
    ("weight", "total", "share"),
    [
        ("0", None, 0.0),
        ("100", None, 1.0),
        ("150", None, 1.0),
        ("-5", None, 0.0),
        ("10%", None, 0.0),
        ("12.5", None, 0.0),
        ("5", "50", 0.05),
        ("5", "1000", 0.005),
    ],
)
def test_a_weight_is_read_as_the_controller_reads_it(weight: str, total: str | None, share: float) -> None:
    annotations = {"canary": "true", "canary_weight": weight} | ({"canary_weight_total": total} if total else {})
    (rule,) = rules_of([ingress("web", "web"), ingress("web-canary", "web-new", **annotations)])
    assert shares(rule) == {"web": pytest.approx(1 - share), "web-new": pytest.approx(share)}


def test_a_weight_that_is_no_integer_is_said_to_be_taken_as_zero() -> None:
    (rule,) = rules_of([ingress("web", "web"), ingress("c", "web-new", canary="true", canary_weight="10%")])
    assert rule.problem == "canary-weight '10%' is no integer: the controller takes it as 0"


def test_header_and_cookie_are_rules_of_their_own_before_the_weighted_one() -> None:
    annotations = {"canary": "true", "canary_by_header": "X-Canary", "canary_by_cookie": "canary", "canary_weight": "5"}
    rules = rules_of([ingress("web", "web"), ingress("web-canary", "web-new", **annotations)])
    assert [rule.match for rule in rules] == ["header X-Canary: always", "cookie canary: always", None]
    assert shares(rules[0]) == {"web-new": 1.0}


def test_a_header_value_goes_before_a_pattern() -> None:
    canary = nginx_canary(
        {
            f"{NGINX}canary": "true",
            f"{NGINX}canary-by-header": "X",
            f"{NGINX}canary-by-header-value": "yes",
            f"{NGINX}canary-by-header-pattern": "y.*",
        }
    )
    assert canary is not None
    assert canary.matches == ("header X: yes",)


def test_a_canary_without_its_main_ingress_is_ignored_and_says_so() -> None:
    (rule,) = rules_of([ingress("web-canary", "web-new", canary="true", canary_weight="50")])
    assert shares(rule) == {"web-new": 0.0}
    assert "ignored by ingress-nginx" in rule.problem


def test_a_canary_annotation_that_is_not_true_makes_no_canary() -> None:
    assert nginx_canary({f"{NGINX}canary": "yes", f"{NGINX}canary-weight": "50"}) is None


def two_backends(**annotations: str) -> Ingress:
    paths = [{"path": "/", "backend": {"service": {"name": name}}} for name in ("old", "new")]
    spec = {"rules": [{"host": "shop.example", "http": {"paths": paths}}]}
    written = {f"ingress.aliyun.weight/{name}": weight for name, weight in annotations.items()}
    return msgspec.convert({"metadata": {"name": "web", "annotations": written}, "spec": spec}, Ingress)


def test_alibabas_weight_gives_the_named_service_its_share_and_the_other_the_rest() -> None:
    (rule,) = rules_of([two_backends(new="20")])
    assert shares(rule) == {"old": 0.8, "new": 0.2}
    assert rule.writable


@pytest.mark.parametrize("weight", ["120", "-1", "ten", "½"])
def test_a_weight_that_is_no_percentage_leaves_the_shares_unknown(weight: str) -> None:
    (rule,) = rules_of([two_backends(new=weight)])
    assert shares(rule) == {"old": None, "new": None}
    assert not rule.writable


def test_two_backends_on_one_path_without_a_weight_are_not_guessed() -> None:
    (rule,) = rules_of([two_backends()])
    assert shares(rule) == {"old": None, "new": None}


def test_a_default_backend_is_a_rule_for_every_host() -> None:
    spec = {"defaultBackend": {"service": {"name": "web"}}}
    (rule,) = rules_of([msgspec.convert({"metadata": {"name": "web"}, "spec": spec}, Ingress)])
    assert rule.text == "*"
