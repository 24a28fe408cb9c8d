"""What exists decides which source is asked, and by which labels."""

from __future__ import annotations

import promql_parser
import pytest

from cockpit.metrics.answer import Series
from cockpit.metrics.catalogue import Source, load_catalogue
from cockpit.metrics.existing import questions, rows_of, variants, window_of
from tests.training.promql.loaded import load, value

CATALOGUE = load_catalogue()


def source(name: str) -> Source:
    return next(each for each in CATALOGUE.sources if each.name == name)


def labels(name: str, metric: str, *rows: dict[str, str], namespace: str = "shop") -> list[dict[str, str]]:
    """Return how one source's metric would be asked where `rows` exist; without the labels of scrapes."""
    query = source(name).queries[metric]
    found = variants(source(name), query, [{"__name__": query.needs, **row} for row in rows], namespace)
    return [{role: label for role, label in each.items() if role != "scrape"} for each in found]


POD = {"namespace": "shop", "pod": "a"}


@pytest.mark.parametrize("status", ["code", "status", "status_code"])
def test_the_label_of_the_status_is_the_one_that_exists(status: str) -> None:
    found = labels("application", "error_ratio", {**POD, status: "200"})
    assert found == [{"namespace": "namespace", "pod": "pod", "status": status}]


def test_without_a_label_of_the_status_errors_cannot_be_told_but_requests_can() -> None:
    assert labels("application", "error_ratio", POD) == []
    assert labels("application", "requests_per_second", POD) == [{"namespace": "namespace", "pod": "pod"}]


def test_labels_of_the_older_annotation_scrape_are_known() -> None:
    row = {"kubernetes_namespace": "shop", "kubernetes_pod_name": "a"}
    assert labels("application", "requests_per_second", row) == [
        {"namespace": "kubernetes_namespace", "pod": "kubernetes_pod_name"}
    ]


def test_labels_that_collided_with_those_of_the_target_are_asked_as_exported() -> None:
    row = {
        "namespace": "monitoring",
        "pod": "kube-state-metrics-0",
        "container": "kube-state-metrics",
        "exported_namespace": "shop",
        "exported_pod": "a",
        "exported_container": "app",
    }
    assert labels("kube-state-metrics", "restarts", row) == [
        {"namespace": "exported_namespace", "pod": "exported_pod", "container": "exported_container"}
    ]
    honoured = {"namespace": "shop", "pod": "a", "container": "app"}
    assert labels("kube-state-metrics", "restarts", honoured) == [
        {"namespace": "namespace", "pod": "pod", "container": "container"}
    ]


def test_ingress_nginx_is_found_behind_exported_labels_as_well() -> None:
    row = {"namespace": "ingress-nginx", "service": "controller", "status": "200"}
    renamed = {**row, "exported_namespace": "shop", "exported_service": "web"}
    assert labels("ingress-nginx", "error_ratio", renamed) == [
        {"namespace": "exported_namespace", "service": "exported_service", "status": "status"}
    ]
    assert labels("ingress-nginx", "error_ratio", row) == []


def test_series_of_another_namespace_reporter_or_name_are_no_source() -> None:
    assert labels("application", "requests_per_second", POD, namespace="other") == []
    istio = {"destination_workload_namespace": "shop", "response_code": "200"}
    assert labels("istio", "error_ratio", {**istio, "reporter": "source"}) == []
    assert labels("istio", "error_ratio", {**istio, "reporter": "destination"}) != []
    assert variants(source("istio"), source("istio").queries["error_ratio"], [], "shop") == ()


def test_each_way_of_labelling_is_offered_once() -> None:
    rows = [{**POD, "code": "200", "job": "a"}, {**POD, "code": "500", "job": "b"}, {**POD, "status": "200"}]
    assert [each["status"] for each in labels("application", "error_ratio", *rows)] == ["code", "status"]


def test_what_several_jobs_scrape_from_a_pod_counts_once_but_an_applications_own_service_stays() -> None:
    application = source("application")
    query = application.queries["requests_per_second"]

    def without(**more: str) -> list[str]:
        row = {"__name__": query.needs, **POD, "job": "a", **more}
        return variants(application, query, [row], "shop")[0]["scrape"].split(", ")

    assert "service" in without(service="shop", endpoint="http")
    assert "service" not in without(service="checkout")
    assert {"job", "instance"} <= set(without())


def test_every_question_is_promql_and_names_each_namespace() -> None:
    asked = questions(CATALOGUE, ['sh"op', "other"])
    for promql in asked.values():
        promql_parser.parse(promql)
    assert all("other" in promql for promql in asked.values() if "namespace=~" in promql)


def test_pods_that_come_and_go_do_not_make_scrapes_seem_rare() -> None:
    every: list[float | None] = [1.0] * 121
    young: list[float | None] = [*[None] * 117, 1.0, 1.0, 1.0, 1.0]
    ended: list[float | None] = [*[1.0] * 115, *[None] * 6]
    steady = {'up{namespace="shop",pod="a"}': every}
    moving = {f'up{{namespace="shop",pod="b{number}"}}': young for number in range(3)}
    gone = {f'up{{namespace="shop",pod="c{number}"}}': ended for number in range(3)}
    asked = questions(CATALOGUE, ["shop"])["interval"]
    assert value(load(**steady, **moving, **gone), asked, 1200) == 30, "five minutes, a scrape every ten seconds"
    elsewhere = {'up{namespace="other",pod="a"}': every}
    assert value(load(**elsewhere, **moving), asked, 1200) == 30, "where all are young, other targets tell"
    assert value(load(**moving), asked, 1200) == 4, "where nothing is older there is nothing better"


def test_rows_are_the_labels_of_what_was_found() -> None:
    found = {"find0": [Series({"__name__": "a"}, ()), Series({}, ())], "interval": [Series({"x": "y"}, ())]}
    assert rows_of(found) == ({"__name__": "a"},)


@pytest.mark.parametrize(
    ("counted", "window"),
    [
        (20, "1m"),
        (19, "1m"),
        (21, "1m"),
        (60, "1m"),
        (300, "1m"),
        (10, "2m"),
        (9, "2m"),
        (5, "4m"),
        (4, "4m"),
        (2, "8m"),
    ],
)
def test_a_window_is_four_scrape_intervals_and_at_least_a_minute(counted: float, window: str) -> None:
    assert window_of({"interval": [Series({}, ((0.0, counted),))]}) == window


@pytest.mark.parametrize("counted", [0.0, float("nan"), -1.0])
def test_where_nothing_tells_the_interval_the_window_is_a_minute(counted: float) -> None:
    assert window_of({"interval": [Series({}, ((0.0, counted),))]}) == "1m"
    assert window_of({}) == "1m"
