"""How simulated clients are divided by the canary Ingresses of Alibaba Cloud's ALB."""

from __future__ import annotations

import pytest

from cockpit.training.objects import Json
from tests.training.traffic.test_ingress import ingress, path
from tests.training.traffic.worlds import found, made, only, world

CLASS = made("IngressClass", "alb", {"controller": "ingress.k8s.alibabacloud/alb"})
PREFIX = "alb.ingress.kubernetes.io/"


def main(headers: str = "", cookies: str = "") -> Json:
    told = {"training.cockpit.dev/headers": headers, "training.cockpit.dev/cookies": cookies}
    return ingress("main", path("old"), klass="alb", annotations=told)


def canary(service: str = "new", name: str = "canary", order: str = "", **settings: str) -> Json:
    told = {f"{PREFIX}canary-{key.replace('_', '-')}": value for key, value in settings.items()}
    told |= {f"{PREFIX}canary": "true", **({f"{PREFIX}order": order} if order else {})}
    return ingress(name, path(service), klass="alb", annotations=told)


@pytest.mark.parametrize(
    ("weight", "expected"),
    [("20", {"old": 0.8, "new": 0.2}), ("0", {"old": 1.0}), ("100", {"new": 1.0}), ("half", {"old": 1.0})],
)
def test_a_weight_is_a_percentage(weight: str, expected: dict[str, float]) -> None:
    assert only(world([CLASS, main(), canary(weight=weight)]), "alb") == expected


def test_header_and_weight_are_on_two_canaries() -> None:
    objects = [
        CLASS,
        main(headers="x=1:0.1"),
        canary(by_header="x", by_header_value="1"),
        canary("third", "b", weight="20"),
    ]
    seen = only(world(objects, ready=["old", "new", "third"]), "alb")
    assert seen == {"new": 0.1, "third": 0.18, "old": 0.72}


def test_a_cookie_that_says_always_leads_to_the_canary() -> None:
    assert only(world([CLASS, main(cookies="c=always:0.1"), canary(by_cookie="c")]), "alb") == {"new": 0.1, "old": 0.9}


def test_the_canary_of_the_lower_order_is_asked_first() -> None:
    objects = [CLASS, main(headers="x=always:1"), canary(by_header="x"), canary("old", "z", "1", by_header="x")]
    assert only(world(objects), "alb") == {"old": 1.0}


def test_an_empty_server_group_answers_503_for_its_share() -> None:
    assert only(world([CLASS, main(), canary(weight="20")], ready=["old"]), "alb") == {"old": 0.8, "503": 0.2}


def test_a_class_of_aws_is_left_alone_though_the_annotations_are_alike() -> None:
    other = made("IngressClass", "alb", {"controller": "ingress.k8s.aws/alb"})
    assert found(world([other, main(), canary(weight="20")]), "alb") == []
    assert found(world([main(), canary(weight="20")]), "alb") == []
