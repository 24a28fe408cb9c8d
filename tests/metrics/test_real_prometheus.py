"""The reader against a real Prometheus, through the connection that users have. No sample lies on a boundary."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest

from cockpit.metrics.asks import Scope, asks_for
from cockpit.metrics.catalogue import Catalogue, load_catalogue
from cockpit.metrics.connection import PrometheusConnection
from cockpit.metrics.direct import DirectEndpoint
from cockpit.metrics.joining import joints_of
from cockpit.metrics.reader import MetricsReader
from cockpit.metrics.settings import MetricsSettings
from cockpit.release.metrics_view import MetricsState, MetricView, ReleaseMetrics, Verdict
from cockpit.release.view import ReleaseView
from tests.metrics.real_prometheus import Samples, Value, prometheus_with
from tests.metrics.releases import release, route, service
from tests.metrics.test_catalogue import everything, routed

NOW = datetime(2026, 11, 1, 12, 0, 0, tzinfo=UTC)
SECONDS = 30 * 60
START = int(NOW.timestamp()) - SECONDS + 5
GONE_AFTER, RESTARTED_AFTER = SECONDS - 20, SECONDS - 40
STABLE = ("shop-v1-7c9d8f6b5c-bbbbb", "shop-v1-7c9d8f6b5c-ccccc", "shop-v1-7c9d8f6b5c-ddddd")
CANARY = "shop-v2-6fc9f9b648-fffff"
LIMITS = ("0.1", "0.5", "2.5", "+Inf")


def growing(rate: float) -> Value:
    return lambda after: rate * after


def restarting(rate: float) -> Value:
    """Count from zero again after a restart."""
    return lambda after: rate * (after if after < RESTARTED_AFTER else after - RESTARTED_AFTER)


def always(value: float) -> Value:
    return lambda _: value


def restarted(after: int) -> float:
    return float(after >= RESTARTED_AFTER)


def ending(rate: float) -> Value:
    return lambda after: rate * after if after < GONE_AFTER else None


def samples() -> Samples:
    """Return an application that two jobs scrape, and what the nodes and kube-state-metrics tell of its pods."""
    found: dict[str, Value] = {}
    rates = {STABLE[0]: growing(4.0), STABLE[1]: restarting(4.0), STABLE[2]: ending(4.0), CANARY: growing(2.0)}
    for pod, value in rates.items():
        for job in ("shop", "shop-all"):
            target = f'namespace="shop",pod="{pod}",endpoint="http",job="{job}",service="{job}"'
            found[f'http_requests_total{{code="200",{target}}}'] = value
            if pod == CANARY:
                found[f'http_requests_total{{code="500",{target}}}'] = growing(0.5)
            for limit in LIMITS[1:] if pod == CANARY else LIMITS:
                found[f'http_request_duration_seconds_bucket{{le="{limit}",{target}}}'] = value
        about = f'exported_namespace="shop",exported_pod="{pod}",exported_container="app",namespace="monitoring"'
        restarts = restarted if pod == STABLE[1] else always(0.0)
        found[f"kube_pod_container_status_restarts_total{{{about}}}"] = restarts
        memory = f'container_memory_working_set_bytes{{namespace="shop",pod="{pod}"'
        # The pod's own cgroup has no container, and more than its containers have together.
        found |= {f'{memory},container="app"}}': always(10.0), f"{memory}}}": always(15.0)}
    return found


def router() -> Samples:
    """Return what ingress-nginx counts: nine of ten requests to the stable Service."""
    place = 'namespace="ingress-nginx",service="controller",exported_namespace="routed",exported_service="shop"'
    return {
        f'nginx_ingress_controller_requests{{status="200",{place}}}': growing(9.0),
        f'nginx_ingress_controller_requests{{status="200",canary="routed-shop-canary-80",{place}}}': growing(1.0),
        f'nginx_ingress_controller_requests{{status="502",canary="routed-shop-canary-80",{place}}}': growing(1.0),
    }


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    up = {f'up{{namespace="shop",pod="{STABLE[0]}"}}': always(1.0)}
    with prometheus_with(
        {**samples(), **router(), **up}, START, SECONDS, tmp_path_factory.mktemp("prometheus")
    ) as address:
        yield address


def read(url: str, shop: ReleaseView) -> tuple[ReleaseMetrics, Mapping[str, MetricView]]:
    """Return the metrics of a release, and the same of its second version as the fleet reads them."""

    async def scenario() -> tuple[ReleaseMetrics, Mapping[str, MetricView]]:
        settings = MetricsSettings(url=url)
        connection = PrometheusConnection(DirectEndpoint(settings))
        reader = MetricsReader(connection, settings, load_catalogue())
        found = await reader.read_release(shop, NOW)
        fleet = await reader.read_fleet([shop], NOW)
        assert reader.state.state is MetricsState.CONNECTED, reader.state.message
        await connection.close()
        return found, fleet[shop.key].by_version["v2"]

    return asyncio.run(scenario())


def test_versions_of_an_application_are_read_whatever_was_restarted_scraped_twice_or_is_gone(url: str) -> None:
    found, fleet = read(url, release())
    v1, v2 = found.by_version["v1"], found.by_version["v2"]
    # Two pods go on, one of them restarted; of the third, half a minute of the window is left.
    assert v1["requests_per_second"].value == pytest.approx(11.0, rel=0.1)
    assert (v1["error_ratio"].value, v1["error_ratio"].verdict) == (0.0, Verdict.HEALTHY)
    assert v1["latency_p99"].value == pytest.approx(0.099, rel=1e-6)
    assert (v1["restarts"].value, v1["restarts"].window) == (1.0, "15m")
    assert (v1["memory"].value, v1["memory"].window) == (30.0, ""), "a value of the moment has no window"
    assert v2["requests_per_second"].value == pytest.approx(2.5)
    assert v2["error_ratio"].value == pytest.approx(0.2)
    assert v2["error_ratio"].verdict is Verdict.UNHEALTHY
    assert v2["latency_p99"].value == pytest.approx(0.496, rel=0.02)
    assert fleet["requests_per_second"].value == v2["requests_per_second"].value
    assert fleet["latency_p99"].value == v2["latency_p99"].value


def test_a_canary_of_ingress_nginx_is_told_from_the_stable_behind_the_same_names(url: str) -> None:
    shop = release(
        services=(service("shop", {"v1": 1.0}), service("shop-canary", {"v2": 1.0})),
        routes=(route(("shop", 90), ("shop-canary", 10)),),
        namespace="routed",
    )
    found, fleet = read(url, shop)
    v1, v2 = found.by_version["v1"], found.by_version["v2"]
    assert v1["requests_per_second"].value == pytest.approx(9.0)
    assert v2["requests_per_second"].value == pytest.approx(2.0)
    assert v1["error_ratio"].value == 0.0
    assert v2["error_ratio"].value == pytest.approx(0.5)
    assert found.observed is not None
    assert found.observed.source == "ingress-nginx"
    assert found.observed.shares["v1"] == pytest.approx(9 / 11)
    assert fleet["error_ratio"].value == v2["error_ratio"].value


def test_every_query_of_the_catalogue_is_taken(url: str) -> None:
    catalogue = load_catalogue()

    async def scenario() -> int:
        connection = PrometheusConnection(DirectEndpoint(MetricsSettings(url=url)))
        asked = 0
        for source in catalogue.sources:
            alone = Catalogue(catalogue.metrics, (source,))
            for shop in (routed(), routed('a.b"c\\d+', "x|y", "z(")):
                for fleet in (False, True):
                    rows = everything(alone, shop.namespace)
                    scope = Scope(alone, rows, "1m", "15m", tuple(alone.metrics), fleet)
                    for ask in asks_for(shop, joints_of(shop, {}), scope):
                        promql = ask.promql if ask.shared is None else ask.shared.promql([shop.namespace])
                        await connection.query(promql, NOW)
                        asked += 1
        await connection.close()
        return asked

    assert asyncio.run(scenario()) > 400
