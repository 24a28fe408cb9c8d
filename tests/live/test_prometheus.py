"""The metrics of a cluster: looked for when they are first read, and again after a while where there are none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path

from cockpit.kube.credentials import Credential, FixedCredentials
from cockpit.kube.session import Session
from cockpit.live.prometheus import SEARCH_AGAIN_SECONDS, ClusterMetrics
from cockpit.metrics.settings import MetricsSettings
from cockpit.release.metrics_view import MetricsState
from cockpit.release.view import ReleaseView, Role
from tests.kube.fake_api import FakeApi, body, item, listing, status
from tests.kube.play import access_to
from tests.kube.stepped import SteppedClock
from tests.ui.factory import release, version

AT = datetime(2026, 11, 28, 12, 0, 0, tzinfo=UTC)
SERVICES = "/api/v1/services"
QUERY = "/api/v1/namespaces/monitoring/services/http:prometheus:9090/proxy/api/v1/query"
EMPTY = body({"status": "success", "data": {"resultType": "vector", "result": []}})
PROMETHEUS = item("prometheus", "monitoring", spec={"ports": [{"name": "http", "port": 9090}]})

Story = Callable[[FakeApi, ClusterMetrics, SteppedClock], Coroutine[object, object, None]]


def web() -> ReleaseView:
    return release("web", (version("v1", Role.STABLE, "web", "r"),))


def play(story: Story, settings: MetricsSettings | None = None) -> None:
    async def scenario() -> None:
        async with FakeApi() as api:
            api.on_list(SERVICES, listing())
            time = SteppedClock()
            session = Session(access_to(api.url), FixedCredentials(Credential("")), time.clock())
            metrics = ClusterMetrics(session, settings or MetricsSettings(), time.clock())
            try:
                await story(api, metrics, time)
            finally:
                await metrics.close()
                await session.close()

    asyncio.run(scenario())


def test_nothing_is_asked_before_the_first_read() -> None:
    async def story(api: FakeApi, metrics: ClusterMetrics, _: SteppedClock) -> None:
        assert metrics.state.state is MetricsState.CONNECTING
        assert api.asked == []

    play(story)


def test_where_no_prometheus_is_found_that_is_said_and_it_is_looked_for_again_later() -> None:
    async def story(api: FakeApi, metrics: ClusterMetrics, time: SteppedClock) -> None:
        assert await metrics.read_release(web(), AT) is None
        assert metrics.state.state is MetricsState.OFF
        assert "--prometheus" in metrics.state.message
        await metrics.read_fleet([web()], AT)
        assert len(api.asked_for(SERVICES)) == 1, "a search that found nothing stands for a while"
        await time.advance(SEARCH_AGAIN_SECONDS)
        await metrics.read_fleet([web()], AT)
        assert len(api.asked_for(SERVICES)) == 2

    play(story)


def test_the_prometheus_of_the_cluster_is_asked_through_the_api_server() -> None:
    async def story(api: FakeApi, metrics: ClusterMetrics, _: SteppedClock) -> None:
        api.on_list(SERVICES, listing(PROMETHEUS))
        api.on_list(QUERY, EMPTY)
        read = await metrics.read_release(web(), AT)
        assert read is not None
        assert metrics.state.state is MetricsState.CONNECTED
        assert metrics.state.name == "Service monitoring/prometheus"
        assert all(asked.method == "GET" for asked in api.asked)

    play(story)


def test_a_prometheus_that_is_there_and_may_not_be_asked_is_said_to_be_unauthorised() -> None:
    async def story(api: FakeApi, metrics: ClusterMetrics, _: SteppedClock) -> None:
        api.on_list(SERVICES, listing(PROMETHEUS))
        api.on_list(QUERY, status(403, "no"))
        assert await metrics.read_release(web(), AT) is None
        assert metrics.state.state is MetricsState.UNAUTHORISED
        assert "monitoring/prometheus" in metrics.state.message

    play(story)


def test_a_prometheus_that_is_there_and_has_no_pods_is_said_to_be_gone() -> None:
    async def story(api: FakeApi, metrics: ClusterMetrics, _: SteppedClock) -> None:
        api.on_list(SERVICES, listing(PROMETHEUS))
        api.on_list(QUERY, status(503, "no endpoints available"))
        assert await metrics.read_release(web(), AT) is None
        assert metrics.state.state is MetricsState.GONE

    play(story)


def test_without_search_and_address_nothing_is_ever_asked() -> None:
    async def story(api: FakeApi, metrics: ClusterMetrics, _: SteppedClock) -> None:
        assert await metrics.read_release(web(), AT) is None
        assert await metrics.read_fleet([web()], AT) == {}
        assert (metrics.state.state, api.asked) == (MetricsState.OFF, [])

    play(story, MetricsSettings(search=False))


def test_a_file_of_queries_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    file = tmp_path / "queries.yaml"
    file.write_text("sources: 5\n")

    async def story(api: FakeApi, metrics: ClusterMetrics, _: SteppedClock) -> None:
        api.on_list(SERVICES, listing(PROMETHEUS))
        api.on_list(QUERY, EMPTY)
        assert await metrics.read_release(web(), AT) is None
        assert metrics.state.state is MetricsState.OFF
        assert "queries.yaml" in metrics.state.message

    play(story, MetricsSettings(catalogues=(str(file),)))


def test_an_api_server_that_does_not_answer_is_said() -> None:
    async def story(api: FakeApi, metrics: ClusterMetrics, _: SteppedClock) -> None:
        await api.stop()
        assert await metrics.read_release(web(), AT) is None
        assert metrics.state.state is MetricsState.GONE

    play(story)
