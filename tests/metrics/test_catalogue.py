"""The catalogue of queries, and files of one's own."""

from __future__ import annotations

from pathlib import Path

import promql_parser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.metrics.asks import Scope, asks_for
from cockpit.metrics.catalogue import Catalogue, load_catalogue, problems
from cockpit.metrics.errors import CatalogueError
from cockpit.metrics.joining import joints_of
from cockpit.metrics.opening import catalogue_for
from cockpit.metrics.settings import MetricsSettings
from cockpit.release.view import ReleaseView, Role
from tests.metrics.promql_shape import nodes_of, selectors_of, shape_of
from tests.metrics.releases import release, route, service, version

CATALOGUE = load_catalogue()


def everything(catalogue: Catalogue, namespace: str) -> list[dict[str, str]]:
    """Return a series for each query of a catalogue, with every label that it may want."""
    return [
        {
            "__name__": query.needs,
            **{labels[0]: "x" for labels in source.labels.values()},
            **source.where,
            **dict.fromkeys(source.labels.get("namespace", ())[:1], namespace),
        }
        for source in catalogue.sources
        for query in source.queries.values()
    ]


def routed(namespace: str = "shop", name: str = "shop", workload: str = "shop") -> ReleaseView:
    return release(
        version("v1", workload=f"Deployment/{workload}"),
        version("v2", Role.CANARY, workload=f"Deployment/{workload}-canary", hash_="6fc9f9b648"),
        services=(service(name, {"v1": 1.0}), service(f"{name}-canary", {"v2": 1.0})),
        routes=(route((name, 90), (f"{name}-canary", 10)),),
        namespace=namespace,
    )


def queries(source: str, shop: ReleaseView) -> dict[str, str]:
    """Return what one source is asked, by metric and version."""
    alone = Catalogue(CATALOGUE.metrics, tuple(each for each in CATALOGUE.sources if each.name == source))
    scope = Scope(alone, everything(alone, shop.namespace), "1m", "15m", tuple(alone.metrics))
    return {f"{ask.metric} {ask.version}": ask.promql for ask in asks_for(shop, joints_of(shop, {}), scope)}


@pytest.mark.parametrize("source", [each.name for each in CATALOGUE.sources])
def test_every_query_of_every_source_is_promql_for_one_value_and_one_version(source: str) -> None:
    found = queries(source, routed())
    assert found
    for promql in found.values():
        assert type(promql_parser.parse(promql)).__name__ in {"AggregateExpr", "BinaryExpr", "Call"}
    metrics = {key.split()[0] for key in found}
    assert all(found[f"{metric} v1"] != found[f"{metric} v2"] for metric in metrics)


@pytest.mark.parametrize("source", [each.name for each in CATALOGUE.sources])
@settings(max_examples=25)
@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_no_name_changes_what_a_source_is_asked(source: str, name: str) -> None:
    plain, hostile = queries(source, routed()), queries(source, routed(name, name, name))
    assert [shape_of(promql_parser.parse(text)) for text in hostile.values()] == [
        shape_of(promql_parser.parse(text)) for text in plain.values()
    ]


def test_the_catalogue_that_comes_along_has_no_problem_and_every_metric_a_source() -> None:
    assert list(problems(CATALOGUE)) == []
    told = {metric for source in CATALOGUE.sources for metric in source.queries}
    assert told == set(CATALOGUE.metrics)


def test_the_canary_of_ingress_nginx_is_told_by_its_label_and_the_stable_one_by_its_absence() -> None:
    found = queries("ingress-nginx", routed())
    assert 'service="shop",canary=""' in found["requests_per_second v1"]
    assert 'canary=~"shop-shop-canary-(?:80|8080|http)"' in found["requests_per_second v2"]


def test_an_error_ratio_without_a_single_error_yet_is_still_asked_for() -> None:
    promql = queries("application", routed())["error_ratio v1"]
    assert "or 0 * sum(" in promql
    assert len(selectors_of(promql_parser.parse(promql))) == 3


@pytest.mark.parametrize("source", [each.name for each in CATALOGUE.sources])
def test_a_counter_is_read_by_its_rate_which_knows_of_resets(source: str) -> None:
    gauges = {"container_memory_working_set_bytes"}
    # The restarts of a container are counted by the kubelet for as long as its pod lives.
    kept_by_the_kubelet = {"kube_pod_container_status_restarts_total"}
    for promql in queries(source, routed()).values():
        tree = promql_parser.parse(promql)
        rated = [name for node in nodes_of(tree) if is_rate(node) for name in names_of(node)]
        assert sorted(rated) == sorted(
            name for name in names_of(tree) if name not in gauges and name not in kept_by_the_kubelet
        )


def is_rate(node: promql_parser.Expr) -> bool:
    return isinstance(node, promql_parser.Call) and node.func.name == "rate"


def names_of(node: promql_parser.Expr) -> list[str]:
    return [selector.name or "" for selector in selectors_of(node)]


def file(folder: Path, text: str) -> str:
    path = folder / "queries.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


OWN = """
metrics:
  queue: {unit: jobs, threshold: 100}
sources:
  - name: worker
    by: pods
    select: 'namespace="${namespace}",pod=~"${pods}"'
    queries:
      queue: {needs: jobs_waiting, query: "sum(jobs_waiting{${select}})"}
"""


def test_a_file_of_ones_own_adds_metrics_and_sources_that_are_asked_first(tmp_path: Path) -> None:
    catalogue = load_catalogue([file(tmp_path, OWN)])
    assert catalogue.sources[0].name == "worker"
    assert catalogue.metrics["queue"].threshold == 100
    assert len(catalogue.sources) == len(CATALOGUE.sources) + 1


def test_a_source_of_the_same_name_takes_the_others_place(tmp_path: Path) -> None:
    catalogue = load_catalogue([file(tmp_path, OWN.replace("worker", "application"))])
    assert [source.name for source in catalogue.sources].count("application") == 1
    assert "queue" in catalogue.sources[0].queries


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sources: [", "not valid YAML"),
        ("sources: [{name: x}]", "missing required field"),
        ("metrics: {a: {unit: s, treshold: 1}}", "treshold"),
        (OWN.replace("by: pods", "by: colour"), "source worker: by has to be one of"),
        (OWN.replace("queue: {needs", "que: {needs"), "query que: there is no metric"),
        (OWN.replace("sum(jobs", "sum((jobs"), "source worker, query queue"),
        (OWN.replace("sum(jobs_waiting{${select}})", "sum(jobs_waiting)"), "${select} is missing"),
        (OWN.replace("${pods}", "${pod}"), "${pod} is not known"),
        (OWN.replace('"${namespace}"', "${namespace}"), "double quotes only"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = file(tmp_path, text)
    with pytest.raises(CatalogueError) as caught:
        load_catalogue([path])
    assert path in str(caught.value)
    assert said in str(caught.value)


def test_a_threshold_for_something_that_is_not_measured_is_refused(tmp_path: Path) -> None:
    assert catalogue_for(MetricsSettings(thresholds={"error_ratio": 0.02})) == CATALOGUE
    own = MetricsSettings(thresholds={"queue": 5}, catalogues=(file(tmp_path, OWN),))
    assert "queue" in catalogue_for(own).metrics
    with pytest.raises(CatalogueError, match='"eror_ratio"'):
        catalogue_for(MetricsSettings(thresholds={"eror_ratio": 0.02}))


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot be read"):
        load_catalogue([str(tmp_path / "nowhere.yaml")])
    path = tmp_path / "binary.yaml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(CatalogueError, match="not UTF-8"):
        load_catalogue([str(path)])
