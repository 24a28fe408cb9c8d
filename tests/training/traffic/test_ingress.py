"""How simulated clients are divided by ingress-nginx, and by the older annotations of Alibaba Cloud."""

from __future__ import annotations

import pytest

from cockpit.training.objects import Json
from tests.training.traffic.worlds import found, made, only, shares, world

NGINX = "nginx.ingress.kubernetes.io/"


def path(service: str, path: str = "/") -> Json:
    return {"path": path, "pathType": "Prefix", "backend": {"service": {"name": service, "port": {"number": 80}}}}


def ingress(name: str, *paths: Json, klass: str = "nginx", annotations: dict[str, str] | None = None) -> Json:
    spec = {"ingressClassName": klass, "rules": [{"host": "shop.example", "http": {"paths": list(paths)}}]}
    return made("Ingress", name, spec, annotations)


def canary(service: str = "new", name: str = "canary", **settings: str) -> Json:
    told = {f"{NGINX}canary-{key.replace('_', '-')}": value for key, value in settings.items()}
    return ingress(name, path(service), annotations={f"{NGINX}canary": "true", **told})


def main(**settings: str) -> Json:
    told = {f"training.cockpit.dev/{key}": value for key, value in settings.items()}
    return ingress("main", path("old"), annotations=told)


@pytest.mark.parametrize(
    ("settings", "share"),
    [
        ({"weight": "5"}, 0.05),
        ({"weight": "0"}, 0.0),
        ({"weight": "100"}, 1.0),
        ({"weight": "250"}, 1.0),
        ({"weight": "-5"}, 0.0),
        ({}, 0.0),
        ({"weight": "10%"}, 0.0),
        ({"weight": "12.5"}, 0.0),
        ({"weight": "5", "weight_total": "1000"}, 0.005),
        ({"weight": "5", "weight_total": "50"}, 0.05),
        ({"weight": "5", "weight_total": "all"}, 0.05),
    ],
)
def test_a_weight_counts_as_the_controller_reads_it(settings: dict[str, str], share: float) -> None:
    expected = {"old": round(1 - share, 9), "new": share}
    assert only(world([main(), canary(**settings)]), "ingress") == {k: v for k, v in expected.items() if v}


@pytest.mark.parametrize(
    ("settings", "clients", "share"),
    [
        ({"by_header": "canary"}, "canary=always:0.2", 0.2),
        ({"by_header": "Canary"}, "cANARY=always:0.2", 0.2),
        ({"by_header": "canary", "weight": "50"}, "canary=never:0.2", 0.4),
        ({"by_header": "canary", "weight": "50"}, "canary=maybe:0.2", 0.5),
        ({"by_header": "canary", "by_header_value": "yes"}, "canary=yes:0.2", 0.2),
        ({"by_header": "canary", "by_header_value": "yes", "weight": "50"}, "canary=never:0.2", 0.5),
        ({"by_header": "canary", "by_header_value": "yes", "by_header_pattern": ".*"}, "canary=no:0.2", 0.0),
        ({"by_header": "canary", "by_header_pattern": "^y"}, "canary=yes:0.2", 0.2),
        ({"by_header": "canary", "by_header_pattern": "(", "weight": "50"}, "canary=yes:0.2", 0.4),
    ],
)
def test_a_header_goes_before_the_weight(settings: dict[str, str], clients: str, share: float) -> None:
    seen = only(world([main(headers=clients), canary(**settings)]), "ingress")
    assert seen.get("new", 0.0) == pytest.approx(share)


@pytest.mark.parametrize(("value", "share"), [("always", 0.55), ("never", 0.45), ("yes", 0.5)])
def test_a_cookie_goes_before_the_weight_and_knows_two_values(value: str, share: float) -> None:
    objects = [main(cookies=f"canary={value}:0.1"), canary(by_cookie="canary", weight="50")]
    assert only(world(objects), "ingress")["new"] == pytest.approx(share)


def test_in_front_of_an_empty_canary_everything_goes_to_the_stable_service_and_looks_healthy() -> None:
    assert only(world([main(), canary(weight="100")], ready=["old"]), "ingress") == {"old": 1.0}


def test_without_a_ready_stable_endpoint_everybody_gets_503_the_canary_s_share_too() -> None:
    assert only(world([main(), canary(weight="30")], ready=["new"]), "ingress") == {"503": 1.0}


def test_a_canary_without_a_stable_ingress_leads_nowhere() -> None:
    assert found(world([canary(weight="50")]), "ingress") == []


def test_a_canary_takes_from_every_path_of_the_service_that_it_stands_beside() -> None:
    both = ingress("main", path("old"), path("old", "/api"), path("third", "/other"))
    seen = world([both, canary(weight="20")], ready=["old", "new", "third"], there=["old", "new", "third"])
    assert [shares(each) for each in found(seen, "ingress")] == [
        {"old": 0.8, "new": 0.2},
        {"old": 0.8, "new": 0.2},
        {"third": 1.0},
    ]


def test_the_canary_s_name_is_that_of_its_upstream() -> None:
    (entrance,) = found(world([main(), canary(weight="20")]), "ingress")
    assert {part.canary for part in entrance.parts} == {"", "shop-new-80"}


def test_the_first_of_two_canaries_counts() -> None:
    second = canary("third", "second", weight="90")
    seen = world([main(), canary(weight="20"), second], ready=["old", "new", "third"])
    assert only(seen, "ingress") == {"old": 0.8, "new": 0.2}


def test_the_oldest_ingress_has_a_host_and_path() -> None:
    later = ingress("later", path("new"))
    assert only(world([main(), later]), "ingress") == {"old": 1.0}


def test_an_ingress_of_another_controller_is_left_alone() -> None:
    other = made("IngressClass", "outside", {"controller": "traefik.io/ingress-controller"})
    ours = made("IngressClass", "inside", {"controller": "k8s.io/ingress-nginx"})
    assert found(world([ingress("a", path("old"), klass="outside"), other]), "ingress") == []
    assert found(world([ingress("a", path("old"), klass="unheard-of")]), "ingress") == []
    assert only(world([ingress("a", path("old"), klass="inside"), ours]), "ingress") == {"old": 1.0}


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ({"ingress.aliyun.weight/new": "30"}, {"old": 0.7, "new": 0.3}),
        ({"ingress.aliyun.weight/new": "0"}, {"old": 1.0}),
        ({"ingress.aliyun.weight/new": "100"}, {"new": 1.0}),
        ({f"{NGINX}service-weight": "new: 20, old: 60"}, {"old": 0.75, "new": 0.25}),
        ({f"{NGINX}service-weight": "new: 0, old: 60"}, {"old": 1.0}),
        ({f"{NGINX}service-match": 'new: header("canary", /^tr/)'}, {"old": 0.9, "new": 0.1}),
        ({f"{NGINX}service-match": 'new: header("canary", "tr")'}, {"old": 1.0}),
        ({f"{NGINX}service-match": 'new: cookie("canary", "true")'}, {"old": 1.0}),
        (
            {f"{NGINX}service-match": 'new: header("canary", "true")', f"{NGINX}service-weight": "new: 50, old: 50"},
            {"old": 0.95, "new": 0.05},
        ),
        ({}, {"old": 1.0}),
    ],
)
def test_the_older_annotations_divide_the_services_of_one_path(
    annotations: dict[str, str], expected: dict[str, float]
) -> None:
    told = {"training.cockpit.dev/headers": "canary=true:0.1", **annotations}
    listed = ingress("main", path("old"), path("new"), annotations=told)
    assert only(world([listed]), "ingress") == expected


def test_a_service_without_endpoints_loses_its_older_weight_to_the_others_and_all_empty_is_503() -> None:
    listed = ingress("main", path("old"), path("new"), annotations={"ingress.aliyun.weight/new": "30"})
    assert only(world([listed], ready=["old"]), "ingress") == {"old": 1.0}
    assert only(world([listed], ready=[]), "ingress") == {"503": 1.0}
