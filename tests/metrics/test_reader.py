"""The metrics of one release and of a fleet, read from a scripted Prometheus."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from urllib.parse import quote_plus

import pytest

from cockpit.metrics.catalogue import load_catalogue
from cockpit.metrics.errors import RefusedQueryError, SlowPrometheusError, UnauthorisedError, UnreachablePrometheusError
from cockpit.metrics.reader import FLEET_METRICS, FLEET_QUERIES, MetricsReader
from cockpit.metrics.settings import MetricsSettings
from cockpit.release.metrics_view import MetricsState, ReleaseMetrics, Verdict
from cockpit.release.view import ReleaseView, Role
from tests.kube.stepped import SteppedClock
from tests.metrics.releases import release, route, service, version
from tests.metrics.scripted import Rule, Scripted

NOW = datetime(2026, 11, 28, 12, 0, 0, tzinfo=UTC)
CATALOGUE = load_catalogue()
V1, V2 = "shop-v1-7c9d8f6b5c-", "shop-v2-6fc9f9b648-"


def application(namespace: str = "shop") -> list[tuple[dict[str, str], float]]:
    """Return one series of each name that an application exposes."""
    pod = {"namespace": namespace, "pod": "any"}
    return [
        ({"__name__": "http_requests_total", "code": "200", **pod}, 1.0),
        ({"__name__": "http_request_duration_seconds_bucket", "le": "+Inf", **pod}, 1.0),
    ]


def two_versions() -> Scripted:
    """Return a Prometheus that knows a healthy v1 and a v2 that fails, at 100 and 25 requests a second."""
    prometheus = Scripted()
    prometheus.on_series("topk by (__name__, namespace, job)", series=application())
    prometheus.on("quantile(0.5, count_over_time", value=20)
    for base, rate, errors, latency in ((V1, 100.0, 0.001, 0.2), (V2, 25.0, 0.05, 1.5)):
        prometheus.on("5..", base, value=errors)
        prometheus.on("histogram_quantile(0.99", base, value=latency)
        prometheus.on("max without", "rate(http_requests_total", base, value=rate)
    return prometheus


class Play:
    """A reader on a stepped clock."""

    def __init__(self, prometheus: Scripted, settings: MetricsSettings | None = None) -> None:
        self.prometheus = prometheus
        self.time = SteppedClock()
        self.reader = MetricsReader(prometheus, settings or MetricsSettings(), CATALOGUE, self.time.clock())

    async def read(self, shop: ReleaseView | None = None) -> ReleaseMetrics:
        """Read a release as of now."""
        return await self.reader.read_release(shop or release(), NOW + timedelta(seconds=self.time.seconds))


def play(prometheus: Scripted, use: Callable[[Play], Coroutine[object, object, None]]) -> None:
    async def scenario() -> None:
        await use(Play(prometheus))

    asyncio.run(scenario())


def test_versions_stand_beside_each_other_with_verdicts_and_the_change_against_stable() -> None:
    async def use(it: Play) -> None:
        found = await it.read()
        v1, v2 = found.by_version["v1"], found.by_version["v2"]
        assert (v1["requests_per_second"].value, v2["requests_per_second"].value) == (100.0, 25.0)
        assert (v1["error_ratio"].verdict, v1["error_ratio"].samples) == (Verdict.HEALTHY, 6000.0)
        assert (v2["error_ratio"].verdict, v2["error_ratio"].why) == (Verdict.UNHEALTHY, "not below 1%")
        assert v2["latency_p99"].verdict is Verdict.UNHEALTHY
        assert v2["latency_p99"].change == pytest.approx(7.5)
        assert v2["latency_p99"].threshold == 1.0
        assert (v1["error_ratio"].source, v1["error_ratio"].window, v1["error_ratio"].unit) == (
            "application",
            "1m",
            "ratio",
        )
        assert v1["requests_per_second"].verdict is None
        assert it.reader.state.state is MetricsState.CONNECTED

    play(two_versions(), use)


def test_sparklines_are_evenly_spaced_and_end_now() -> None:
    async def use(it: Play) -> None:
        found = await it.read()
        assert (found.until, found.step) == (NOW, 15.0)
        assert found.by_version["v1"]["requests_per_second"].points == (100.0,) * 61

    play(two_versions(), use)


def test_a_metric_that_no_source_has_is_no_data_and_says_so() -> None:
    async def use(it: Play) -> None:
        cpu = (await it.read()).by_version["v1"]["cpu"]
        assert (cpu.value, cpu.verdict, cpu.why) == (None, Verdict.NO_DATA, "no source has series of it")

    play(two_versions(), use)


def test_the_observed_split_says_its_window_samples_and_source() -> None:
    async def use(it: Play) -> None:
        observed = (await it.read()).observed
        assert observed is not None
        assert observed.shares == {"v1": 0.8, "v2": 0.2}
        assert (observed.window, observed.samples, observed.source) == ("1m", 7500.0, "application")

    play(two_versions(), use)


def test_a_refresh_of_two_versions_costs_at_most_eight_queries_with_all_sources_there() -> None:
    prometheus = two_versions()
    pod = {"namespace": "shop", "pod": "any", "container": "app"}
    names = ("container_cpu_usage_seconds_total", "container_memory_working_set_bytes")
    restarts = "kube_pod_container_status_restarts_total"
    prometheus.rules.insert(
        0, Rule(("topk", "container_cpu"), tuple(({"__name__": name, **pod}, 1.0) for name in names))
    )
    prometheus.rules.insert(
        0, Rule(("topk", "kube_pod_container", "exported"), (({"__name__": restarts, **pod}, 1.0),))
    )
    long = "a" * 40

    async def use(it: Play) -> None:
        shop = release(
            version("v1", workload=f"Deployment/{long}"),
            version("v2", Role.CANARY, workload=f"Deployment/{long}", hash_="6fc9f9b648"),
            services=(service("shop", node_port=30080),),
        )
        await it.read(shop)
        assert len(it.prometheus.queries) <= 8
        it.prometheus.queries.clear()
        await it.time.advance(10)
        await it.read(shop)
        assert 1 <= len(it.prometheus.queries) <= 8

    play(prometheus, use)


def test_what_exists_is_asked_rarely() -> None:
    async def use(it: Play) -> None:
        for _ in range(6):
            await it.read()
            await it.time.advance(10)
        assert sum("topk" in query for query in it.prometheus.queries) == 1
        await it.time.advance(300)
        await it.read()
        assert sum("topk" in query for query in it.prometheus.queries) == 2

    play(two_versions(), use)


def fleet(count: int, kind: str = "Deployment", hash_: str | None = "7c9d8f6b5c") -> list[ReleaseView]:
    """Return releases of two versions in namespaces of their own, with names as long as many have."""
    return [
        release(
            *(
                version(f"v{index}", role, f"{kind}/checkout-service-{index}", hash_)
                for index, role in ((1, Role.STABLE), (2, Role.CANARY))
            ),
            namespace=f"team-{number:03}-production",
            name="checkout-service",
        )
        for number in range(count)
    ]


def fleet_prometheus(releases: list[ReleaseView]) -> Scripted:
    """Return a Prometheus that counts 50 requests a second for each version, grouped or not."""
    prometheus = Scripted()
    rows = [row for each in releases for row in application(each.namespace)]
    prometheus.on_series("topk by (__name__, namespace, job)", series=rows)
    grouped = [
        ({"namespace": each.namespace, "replica_set": f"checkout-service-{index}-7c9d8f6b5c"}, 50.0)
        for each in releases
        for index in (1, 2)
    ]
    prometheus.on_series("5..", "replica_set", series=[(labels, 0.001) for labels, _ in grouped])
    prometheus.on_series("http_requests_total", "replica_set", series=grouped)
    prometheus.on("5..", value=0.0)
    prometheus.on("http_requests_total", value=50.0)
    return prometheus


def test_a_fleet_of_fifty_releases_costs_at_most_twenty_queries() -> None:
    releases = fleet(50)

    async def use(it: Play) -> None:
        found = await it.reader.read_fleet(releases, NOW)
        assert len(it.prometheus.queries) <= 20
        for each in releases:
            metrics = found[each.key].by_version["v2"]
            assert list(metrics) == list(FLEET_METRICS)
            assert (metrics["requests_per_second"].value, metrics["error_ratio"].value) == (50.0, 0.001)
            assert metrics["error_ratio"].verdict is Verdict.HEALTHY
        assert found[releases[0].key].by_version["v1"]["requests_per_second"].points == (50.0,)
        it.prometheus.queries.clear()
        await it.reader.read_fleet(releases, NOW + timedelta(seconds=10))
        assert len(it.prometheus.queries) <= 20

    play(fleet_prometheus(releases), use)


def test_a_query_of_the_fleet_fits_into_an_address_however_long_the_namespaces() -> None:
    releases = [
        release(namespace=f"{'n' * 59}-{number:03}", name="a", services=(service("a"),)) for number in range(60)
    ]

    async def use(it: Play) -> None:
        await it.reader.read_fleet(releases, NOW)
        assert max(len(quote_plus(query)) for query in it.prometheus.queries) <= 7_500

    play(fleet_prometheus(releases), use)


def test_a_fleet_that_does_not_fit_is_read_in_turns_and_the_budget_holds() -> None:
    # Pods of StatefulSets are named one by one, so each version needs expressions of its own.
    releases = fleet(100, "StatefulSet", None)

    async def use(it: Play) -> None:
        found = await it.reader.read_fleet(releases, NOW)
        assert len(it.prometheus.queries) == FLEET_QUERIES
        assert 0 < len(found) < len(releases)
        for _ in range(5):
            it.prometheus.queries.clear()
            found = await it.reader.read_fleet(releases, NOW)
            assert len(it.prometheus.queries) <= FLEET_QUERIES
        assert len(found) == len(releases)

    play(fleet_prometheus(releases), use)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (UnreachablePrometheusError("gone away"), MetricsState.GONE),
        (UnauthorisedError("who?"), MetricsState.UNAUTHORISED),
        (SlowPrometheusError("late"), MetricsState.SLOW),
    ],
)
def test_when_prometheus_fails_the_past_stays_drawn_and_nothing_is_healthy(
    error: Exception, state: MetricsState
) -> None:
    async def use(it: Play) -> None:
        before = await it.read()
        it.prometheus.error = error  # type: ignore[assignment]  # each is one of ours
        await it.time.advance(10)
        after = await it.read()
        assert (it.reader.state.state, it.reader.state.message, after.message) == (state, str(error), str(error))
        assert it.reader.state.answered_at == NOW
        assert after.until == before.until
        views = [view for metrics in after.by_version.values() for view in metrics.values()]
        assert {view.verdict for view in views} == {Verdict.NO_DATA}
        assert {view.value for view in views} == {None}
        assert after.by_version["v1"]["error_ratio"].points == before.by_version["v1"]["error_ratio"].points
        assert (after.observed, after.ipvs) == (None, None)
        assert after.titles == before.titles
        assert before.titles["latency_p99"] == "p99"

    play(two_versions(), use)


def test_a_prometheus_that_never_answered_is_why_there_are_no_weights_either() -> None:
    async def use(it: Play) -> None:
        it.prometheus.error = SlowPrometheusError("late")
        found = await it.read()
        assert (found.by_version, found.ipvs_absent, found.message) == ({}, "late", "late")

    play(two_versions(), use)


def test_after_failures_prometheus_is_asked_more_and_more_rarely_and_at_once_no_more() -> None:
    prometheus = two_versions()
    prometheus.error = UnreachablePrometheusError("gone away")

    async def use(it: Play) -> None:
        asked_at = []
        for _ in range(40):
            before = len(it.prometheus.queries)
            await it.read()
            if len(it.prometheus.queries) > before:
                asked_at.append(it.time.seconds)
            await it.time.advance(5)
        assert [after - before for before, after in itertools.pairwise(asked_at)] == [10, 20, 40, 60, 60]
        it.prometheus.error = None
        await it.time.advance(60)
        assert (await it.read()).by_version["v1"]["error_ratio"].verdict is Verdict.HEALTHY
        assert it.reader.state.state is MetricsState.CONNECTED

    play(prometheus, use)


def test_one_failure_ends_the_round() -> None:
    prometheus = two_versions()
    prometheus.error = SlowPrometheusError("late")

    async def use(it: Play) -> None:
        await it.read()
        assert len(it.prometheus.queries) == 1

    play(prometheus, use)


def test_warnings_make_the_state_partial_and_the_release_says_why() -> None:
    prometheus = two_versions()
    prometheus.warnings = ("store 3 is away",)

    async def use(it: Play) -> None:
        found = await it.read()
        assert it.reader.state.state is MetricsState.PARTIAL
        assert "store 3 is away" in it.reader.state.message
        assert found.message == "store 3 is away"

    play(prometheus, use)


def test_a_refused_query_is_said_and_reads_as_no_data() -> None:
    prometheus = two_versions()
    prometheus.error = RefusedQueryError("many-to-many")

    async def use(it: Play) -> None:
        found = await it.read()
        assert found.message == "many-to-many"
        assert it.reader.state.state is MetricsState.PARTIAL
        assert found.by_version["v1"]["error_ratio"].verdict is Verdict.NO_DATA

    play(prometheus, use)


def test_a_source_that_has_nothing_for_a_release_makes_room_for_the_next() -> None:
    prometheus = two_versions()
    pods = {"namespace": "shop", "reporter": "destination", "response_code": "200"}
    istio = ({"__name__": "istio_requests_total", "destination_workload_namespace": "shop", **pods}, 1.0)
    prometheus.on_series("topk by (__name__, destination_workload_namespace", series=[istio])

    async def use(it: Play) -> None:
        for _ in range(3):
            found = (await it.read()).by_version["v1"]["requests_per_second"]
            assert (found.source, found.value) == ("application", 100.0)
            assert len(it.prometheus.queries) <= 8
            await it.time.advance(10)
            it.prometheus.queries.clear()

    play(prometheus, use)


def test_the_router_is_asked_before_the_application_where_it_tells_versions_apart() -> None:
    prometheus = two_versions()
    nginx = {"__name__": "nginx_ingress_controller_requests", "namespace": "shop", "service": "shop", "status": "200"}
    prometheus.rules[0].series = (*prometheus.rules[0].series, (nginx, 1.0))
    prometheus.on("sum(rate(nginx_ingress_controller_requests", 'canary=""', value=90.0)
    shop = release(
        services=(service("shop", {"v1": 1.0}), service("shop-canary", {"v2": 1.0})),
        routes=(route(("shop", 90), ("shop-canary", 10)),),
    )

    async def use(it: Play) -> None:
        found = await it.read(shop)
        assert found.by_version["v1"]["requests_per_second"].source == "ingress-nginx"
        # The router counts nothing for the canary: it sent nothing there.
        assert found.observed is not None
        assert found.observed.shares == {"v1": 1.0, "v2": 0.0}
        assert found.by_version["v2"]["requests_per_second"].verdict is Verdict.NO_DATA
        assert any('canary=~"shop-shop-canary-(?:80|8080|http)"' in query for query in it.prometheus.queries)

    play(prometheus, use)


def test_the_window_grows_with_the_scrape_interval() -> None:
    prometheus = two_versions()
    prometheus.rules[1].series = (({}, 5.0),)

    async def use(it: Play) -> None:
        found = await it.read()
        assert found.by_version["v1"]["error_ratio"].window == "4m"
        assert found.by_version["v1"]["error_ratio"].samples == 24000.0

    play(prometheus, use)


def test_a_series_that_ended_is_stale_and_not_healthy() -> None:
    prometheus = two_versions()
    prometheus.rules[2].until_step = 51

    async def use(it: Play) -> None:
        view = (await it.read()).by_version["v1"]["error_ratio"]
        assert (view.value, view.verdict, view.why) == (None, Verdict.NO_DATA, "no value for 150 s")
        assert view.points[50:52] == (0.001, None)

    play(prometheus, use)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1.0, 2.0])
def test_a_number_that_the_metric_cannot_have_is_no_data_and_a_gap(number: float) -> None:
    prometheus = two_versions()
    prometheus.rules[2].series = (({}, number),)

    async def use(it: Play) -> None:
        view = (await it.read()).by_version["v1"]["error_ratio"]
        assert (view.value, view.verdict) == (None, Verdict.NO_DATA)
        assert set(view.points) == {None}

    play(prometheus, use)


def test_a_query_that_gives_several_series_is_no_data() -> None:
    prometheus = two_versions()
    prometheus.rules[2].series = (({"a": "1"}, 0.0), ({"a": "2"}, 0.0))

    async def use(it: Play) -> None:
        view = (await it.read()).by_version["v1"]["error_ratio"]
        assert (view.verdict, view.why) == (Verdict.NO_DATA, "the query gives several values")

    play(prometheus, use)


def test_little_traffic_is_no_data() -> None:
    prometheus = two_versions()
    prometheus.rules[4].series = (({}, 0.1),)

    async def use(it: Play) -> None:
        view = (await it.read()).by_version["v1"]["error_ratio"]
        assert (view.value, view.verdict, view.why) == (0.001, Verdict.NO_DATA, "6 requests, 20 needed")

    play(prometheus, use)


def test_an_application_whose_status_has_another_name_than_its_neighbours_is_read_and_never_good_by_mistake() -> None:
    prometheus = two_versions()
    neighbour = ({"__name__": "http_requests_total", "namespace": "shop", "pod": "x", "status": "200", "job": "a"}, 1.0)
    prometheus.rules[0].series = (neighbour, *prometheus.rules[0].series)
    # Nothing of this release has the label "status": neither errors nor requests.
    prometheus.rules.insert(0, Rule(('status!=""',), ()))

    async def use(it: Play) -> None:
        view = (await it.read()).by_version["v1"]["error_ratio"]
        assert (view.value, view.verdict) == (0.001, Verdict.HEALTHY)
        assert any('status!=""' in query for query in it.prometheus.queries)

    play(prometheus, use)


def test_one_expression_that_is_refused_costs_no_other_its_value_and_is_not_asked_again_at_once() -> None:
    prometheus = two_versions()
    prometheus.refused = "histogram_quantile(0.99"

    async def use(it: Play) -> None:
        first = await it.read()
        assert first.by_version["v2"]["error_ratio"].verdict is Verdict.UNHEALTHY
        assert first.by_version["v2"]["latency_p99"].verdict is Verdict.NO_DATA
        assert first.message == "no histogram_quantile(0.99 here"
        assert len(it.prometheus.queries) <= FLEET_QUERIES
        it.prometheus.queries.clear()
        await it.time.advance(10)
        second = await it.read()
        assert len(it.prometheus.queries) <= 8
        assert not any("histogram_quantile(0.99" in query for query in it.prometheus.queries)
        assert second.message == first.message
        await it.time.advance(300)
        it.prometheus.refused = ""
        third = await it.read()
        assert third.message == ""
        assert third.by_version["v2"]["latency_p99"].value == 1.5

    play(prometheus, use)


def test_a_fleet_goes_on_where_one_expression_is_refused() -> None:
    releases = fleet(50)
    prometheus = fleet_prometheus(releases)
    prometheus.refused = "5.."

    async def use(it: Play) -> None:
        found = await it.reader.read_fleet(releases, NOW)
        assert len(found) == 50
        assert found[releases[0].key].by_version["v1"]["requests_per_second"].value == 50.0
        assert found[releases[0].key].by_version["v1"]["error_ratio"].verdict is Verdict.NO_DATA

    play(prometheus, use)
