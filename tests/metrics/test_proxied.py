"""Prometheus behind the API server's service proxy."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime

import pytest

from cockpit.kube.credentials import Credential, Credentials, FixedCredentials
from cockpit.kube.session import Session
from cockpit.metrics.connection import PrometheusConnection
from cockpit.metrics.errors import (
    NotPrometheusError,
    RefusedQueryError,
    SlowPrometheusError,
    UnauthorisedError,
    UnreachablePrometheusError,
)
from cockpit.metrics.opening import found_connection, named_connection
from cockpit.metrics.proxied import Backend, ProxiedEndpoint
from cockpit.metrics.settings import MetricsSettings
from tests.kube.fake_api import Answer, FakeApi, body, cut, hang, html, item, listing, raw
from tests.kube.play import access_to
from tests.kube.stepped import SteppedClock, until

AT = datetime(2026, 11, 28, 12, 0, 0, tzinfo=UTC)
BACKEND = Backend("monitoring", "prometheus", "9090")
QUERY = "/api/v1/namespaces/monitoring/services/http:prometheus:9090/proxy/api/v1/query"
ONE = body({"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "value": [1, "1"]}]}})
SERVICES = "/api/v1/services"


def status(code: int, message: str = "") -> Answer:
    """Refuse as the API server itself does."""
    return body({"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code}, code)


class TwoTokens:
    """Has another token when the first is refused."""

    def __init__(self) -> None:
        self.renewals = 0

    async def current(self) -> Credential:
        return Credential("Bearer old" if self.renewals == 0 else "Bearer new")

    async def renewed(self, refused: Credential) -> Credential | None:
        self.renewals += 1
        return await self.current()


Use = Callable[[FakeApi, Session, PrometheusConnection], Coroutine[object, object, None]]


def play(use: Use, credentials: Credentials | None = None, settings: MetricsSettings | None = None) -> None:
    async def scenario() -> None:
        async with FakeApi() as api:
            wanted = settings or MetricsSettings()
            session = Session(
                access_to(api.url, impersonate="jane"),
                credentials or FixedCredentials(Credential("Bearer kube")),
                SteppedClock().clock(),
            )
            connection = PrometheusConnection(ProxiedEndpoint(session, BACKEND, wanted), wanted.timeout_seconds)
            try:
                await use(api, session, connection)
            finally:
                await connection.close()
                await session.close()

    asyncio.run(scenario())


def test_the_proxy_is_asked_by_get_with_the_kubeconfigs_credentials_and_the_tenant() -> None:
    async def use(api: FakeApi, _: Session, connection: PrometheusConnection) -> None:
        api.on_list(QUERY, ONE)
        answer = await connection.query('up{a="b c"}', AT)
        assert answer.series[0].points == ((1.0, 1.0),)
        asked = api.asked[0]
        assert (asked.method, asked.query["query"]) == ("GET", 'up{a="b c"}')
        assert asked.headers["Authorization"] == "Bearer kube"
        assert asked.headers["Impersonate-User"] == "jane"
        assert asked.headers["X-Scope-OrgID"] == "team"

    play(use, settings=MetricsSettings(tenant="team"))


def test_the_settings_token_never_goes_to_the_api_server() -> None:
    async def use(api: FakeApi, _: Session, connection: PrometheusConnection) -> None:
        api.on_list(QUERY, ONE)
        await connection.query("up", AT)
        assert api.asked[0].headers["Authorization"] == "Bearer kube"

    play(use, settings=MetricsSettings(token_file="/nonexistent"))


def test_credentials_that_the_api_server_refuses_are_renewed_exactly_once() -> None:
    tokens = TwoTokens()

    async def use(api: FakeApi, _: Session, connection: PrometheusConnection) -> None:
        api.on_list(QUERY, status(401), ONE)
        await connection.query("up", AT)
        assert [asked.headers["Authorization"] for asked in api.asked] == ["Bearer old", "Bearer new"]
        api.on_list(QUERY, status(401))
        with pytest.raises(UnauthorisedError, match="Log in again"):
            await connection.query("up", AT)
        assert (tokens.renewals, len(api.asked)) == (2, 4)

    play(use, tokens)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (status(403, 'services "prometheus" is forbidden'), UnauthorisedError, "allows get on services/proxy"),
        (status(404, 'services "prometheus" not found'), UnreachablePrometheusError, "--prometheus"),
        (status(503, "no endpoints available"), UnreachablePrometheusError, "no endpoints available"),
        (raw(b"Unauthorized", 401), UnauthorisedError, "passes no credentials on"),
        (html(), NotPrometheusError, "answered HTML"),
        (cut(), UnreachablePrometheusError, "does not answer"),
    ],
)
def test_a_refusal_says_whether_the_api_server_or_prometheus_said_it(
    answer: Answer, kind: type[Exception], words: str
) -> None:
    async def use(api: FakeApi, _: Session, connection: PrometheusConnection) -> None:
        api.on_list(QUERY, answer)
        with pytest.raises(kind, match=words):
            await connection.query("up", AT)

    play(use)


def test_a_query_too_long_for_get_is_refused_before_anything_is_sent() -> None:
    async def use(api: FakeApi, _: Session, connection: PrometheusConnection) -> None:
        with pytest.raises(RefusedQueryError, match="too long"):
            await connection.query("x" * 9000, AT)
        assert not api.asked

    play(use)


def test_a_body_without_end_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cockpit.metrics.proxied_session.LONGEST_BODY", 1000)

    async def use(api: FakeApi, _: Session, connection: PrometheusConnection) -> None:
        api.on_list(QUERY, raw(b" " * 100_000))
        with pytest.raises(NotPrometheusError, match="longer than"):
            await connection.query("up", AT)

    play(use)


def test_a_prometheus_that_hangs_is_given_up_and_the_api_server_is_asked_meanwhile() -> None:
    async def use(api: FakeApi, session: Session, connection: PrometheusConnection) -> None:
        api.on_list(QUERY, hang())
        api.on_list("/version", body({}))
        asking = asyncio.create_task(connection.query("up", AT))
        await until(lambda: api.asked_for(QUERY), "the question has arrived")
        assert await session.get("/version", "ask for its version") == b"{}"
        assert not asking.done()
        with pytest.raises(SlowPrometheusError):
            await asking

    play(use, settings=MetricsSettings(timeout_seconds=0.5))


def service(name: str, namespace: str, port: int, **labels: str) -> dict[str, object]:
    return {
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"ports": [{"name": "http", "port": port}]},
    }


def test_the_prometheus_of_the_cluster_is_found_and_tried() -> None:
    async def use(api: FakeApi, session: Session, _: PrometheusConnection) -> None:
        api.on_list(SERVICES, listing(item("web"), service("prometheus", "monitoring", 9090)))
        api.on_list(QUERY, ONE)
        connection, why = await found_connection(MetricsSettings(), session, AT)
        assert connection is not None
        assert (connection.name, why) == ("Service monitoring/prometheus", None)
        assert {asked.method for asked in api.asked} == {"GET"}
        await connection.close()

    play(use)


def test_the_next_candidate_is_tried_where_the_first_does_not_answer() -> None:
    async def use(api: FakeApi, session: Session, _: PrometheusConnection) -> None:
        api.on_list(SERVICES, listing(service("thanos-query", "obs", 9090), service("prometheus", "monitoring", 9090)))
        api.on_list("/api/v1/namespaces/obs/services/http:thanos-query:9090/proxy/api/v1/query", html())
        api.on_list(QUERY, ONE)
        connection, _why = await found_connection(MetricsSettings(), session, AT)
        assert connection is not None
        assert connection.name == "Service monitoring/prometheus"
        await connection.close()

    play(use)


def test_who_may_not_list_all_services_finds_those_of_usual_namespaces() -> None:
    async def use(api: FakeApi, session: Session, _: PrometheusConnection) -> None:
        api.on_list(SERVICES, status(403))
        api.on_list("/api/v1/namespaces/monitoring/services", listing(service("prometheus", "monitoring", 9090)))
        api.on_list(QUERY, ONE)
        connection, _why = await found_connection(MetricsSettings(), session, AT)
        assert connection is not None
        await connection.close()

    play(use)


def test_nothing_found_says_so_and_a_candidate_that_refuses_says_why() -> None:
    async def use(api: FakeApi, session: Session, _: PrometheusConnection) -> None:
        api.on_list(SERVICES, listing())
        found, why = await found_connection(MetricsSettings(), session, AT)
        assert found is None
        assert str(why) == (
            "No Prometheus was found among the Services of the cluster. Name its address with --prometheus."
        )
        api.on_list(SERVICES, listing(service("prometheus", "monitoring", 9090)))
        api.on_list(QUERY, status(403, "no"))
        found, why = await found_connection(MetricsSettings(), session, AT)
        assert found is None
        assert isinstance(why, UnauthorisedError)
        assert "services/proxy" in str(why)

    play(use)


def test_an_address_in_the_settings_is_taken_as_it_is() -> None:
    assert named_connection(MetricsSettings()) is None
    named = named_connection(MetricsSettings(url="http://user:hush@127.0.0.1:9/x"))
    assert named is not None
    assert named.name == "127.0.0.1:9"
    assert "hush" not in json.dumps([named.name])
