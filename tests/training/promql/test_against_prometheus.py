"""The evaluator against a real Prometheus: the same samples, the same queries, answers that agree to 1e-9.

Debian's Prometheus is 2.42. Where the evaluator follows Prometheus 3 or the documentation instead, deviations.yaml says
so, with the queries that show it; one that agrees after all fails as well. The rule by which rates go on to the edges
of a range changed too: it is 2.42's here (`older`), and that of Prometheus 3 is held against figures in test_rates.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from cockpit.training.promql.engine import Engine
from tests.training.promql import catalogued, generated, older, real, recorded
from tests.training.promql.agreement import WAYS, Told, Way, difference, of_engine, of_real

pytestmark = pytest.mark.skipif(bool(real.MISSING), reason=real.MISSING)

TYPED = (
    'sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m]))',
    "histogram_quantile(0.99, rate(http_request_duration_seconds_bucket[5m]))",
    "histogram_quantile(0.99, sum by (le, version) (rate(http_request_duration_seconds_bucket[5m])))",
    "sum by (owner_name) (sum by (namespace, pod) (rate(http_requests_total[2m])) * on (namespace, pod) "
    'group_left (owner_name) max by (namespace, pod, owner_name) (kube_pod_owner{owner_kind="ReplicaSet"}))',
    'sum(rate(http_requests_total{status="418"}[5m])) or vector(0)',
    "count(up == 1) / count(up)",
    "up offset 10m unless up",
    "rate(http_requests_total)",
    "http_requests_total / http_requests_total{status='200'} / on (pod) up * up",
    "http_requests_total * on (namespace) up",
    "sum(",
)
GENERATED = tuple(generated.queries(200))
_LISTED = yaml.safe_load((Path(__file__).parent / "deviations.yaml").read_text())
DEVIATIONS: dict[tuple[str, str], str] = {
    (query, way): entry["reason"] for entry in _LISTED for query, ways in entry["queries"].items() for way in ways
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[real.Real]:
    taken = [*recorded.scrapes(), *catalogued.scrapes()]
    with real.filled(tmp_path_factory.mktemp("prometheus"), sorted(taken)) as prometheus:
        yield prometheus


@pytest.fixture(scope="module")
def engine() -> Engine:
    taken = [*recorded.scrapes(), *catalogued.scrapes()]
    return Engine(recorded.stored(sorted(taken)), extrapolation=older.extrapolated)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("query", dict.fromkeys([*TYPED, *GENERATED, *(query for query, _ in DEVIATIONS)]))
def test_a_query_is_answered_as_by_prometheus(query: str, way: Way, filled: real.Real, engine: Engine) -> None:
    found = difference(of_engine(engine, query, way), of_real(filled, query, way))
    assert bool(found) == ((query, way) in DEVIATIONS), found or "a listed deviation agrees: take it off the list"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("query", catalogued.queries())
def test_a_query_of_the_catalogue_is_answered_as_by_prometheus(
    query: str, way: Way, filled: real.Real, engine: Engine
) -> None:
    mine = of_engine(engine, query, way)
    assert difference(mine, of_real(filled, query, way)) == ""
    assert mine.points, "samples are made for every source: an answer without any would prove nothing"


def test_most_generated_queries_find_something(engine: Engine) -> None:
    nothing = Told({})
    answers = [of_engine(engine, query, "range") for query in GENERATED]
    assert sum(answer != nothing and not answer.error for answer in answers) > len(GENERATED) * 0.7
