"""The conversation with a Prometheus at an address of its own."""

from __future__ import annotations

import asyncio
import math
import socket
import subprocess
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from cockpit.metrics.answer import Answer
from cockpit.metrics.connection import PrometheusConnection
from cockpit.metrics.direct import DirectEndpoint
from cockpit.metrics.errors import (
    BusyPrometheusError,
    MetricsError,
    NotPrometheusError,
    RefusedQueryError,
    SlowPrometheusError,
    UnauthorisedError,
    UnreachablePrometheusError,
)
from cockpit.metrics.settings import MetricsSettings
from tests.kube.certificates import self_signed, server_context
from tests.metrics.fake_prometheus import FakePrometheus, Said, always, failure, page, success, vector

AT = datetime(2026, 11, 28, 12, 0, 0, tzinfo=UTC)
Result = TypeVar("Result")


def with_connection(
    settings: MetricsSettings, use: Callable[[PrometheusConnection], Coroutine[object, object, Result]]
) -> Result:
    async def scenario() -> Result:
        connection = PrometheusConnection(DirectEndpoint(settings), settings.timeout_seconds)
        try:
            return await use(connection)
        finally:
            await connection.close()

    return asyncio.run(scenario())


def ask(settings: MetricsSettings, promql: str = "up") -> Answer:
    return with_connection(settings, lambda connection: connection.query(promql, AT))


def answer_to(said: Said) -> Answer:
    with FakePrometheus(always(said)) as prometheus:
        return ask(MetricsSettings(url=prometheus.url))


def refusal_of(said: Said) -> MetricsError:
    with pytest.raises(MetricsError) as caught:
        answer_to(said)
    return caught.value


def test_a_query_is_asked_for_its_moment_and_the_values_come_with_their_labels() -> None:
    with FakePrometheus(always(vector(({"pod": "a"}, "1.5"), ({"pod": "b"}, "0")))) as prometheus:
        answer = ask(MetricsSettings(url=f"{prometheus.url}/"), "sum(up)")
    asked = prometheus.asked[0]
    assert (asked.method, asked.path) == ("GET", "/api/v1/query")
    assert (asked.query["query"], float(asked.query["time"])) == ("sum(up)", AT.timestamp())
    assert asked.query["timeout"] == "5000ms"
    assert [(series.labels, series.points) for series in answer.series] == [
        ({"pod": "a"}, ((1000.5, 1.5),)),
        ({"pod": "b"}, ((1000.5, 0.0),)),
    ]


def test_a_query_over_time_says_from_when_to_when_and_how_often() -> None:
    data = {"resultType": "matrix", "result": [{"metric": {}, "values": [[1, "1"], [16, "NaN"]]}]}
    with FakePrometheus(always(success(data))) as prometheus:
        end = datetime.fromtimestamp(AT.timestamp() + 30, UTC)
        answer = with_connection(
            MetricsSettings(url=prometheus.url), lambda connection: connection.query_range("up", AT, end, 15)
        )
    asked = prometheus.asked[0].query
    assert (float(asked["start"]), float(asked["end"]), asked["step"]) == (AT.timestamp(), end.timestamp(), "15")
    assert [at for at, _ in answer.series[0].points] == [1.0, 16.0]
    assert math.isnan(answer.series[0].points[1][1])


@pytest.mark.parametrize("end", ["/prometheus", "/prometheus/", "/prometheus/api/v1/", "/prometheus/graph"])
def test_an_address_as_people_copy_it_is_understood(end: str) -> None:
    with FakePrometheus(always(vector())) as prometheus:
        ask(MetricsSettings(url=f"{prometheus.url}{end}"))
    assert prometheus.asked[0].path == "/prometheus/api/v1/query"


def test_series_are_asked_by_matchers() -> None:
    with FakePrometheus(always(success([{"__name__": "up", "job": "a"}]))) as prometheus:
        found = with_connection(
            MetricsSettings(url=prometheus.url), lambda connection: connection.series(["up"], AT, AT)
        )
    assert found == ({"__name__": "up", "job": "a"},)
    assert prometheus.asked[0].query["match[]"] == "up"


def test_warnings_infos_and_a_partial_answer_are_kept() -> None:
    answer = answer_to(vector(({}, "1"), warnings=["a store \x1b[31mis away"], infos=["not a counter"]))
    assert answer.warnings == ("a store ␛[31mis away",)
    assert answer.infos == ("not a counter",)
    assert answer_to(vector(({}, "1"), isPartial=True)).warnings == ("the answer is partial",)


@pytest.mark.parametrize(("text", "value"), [("+Inf", math.inf), ("-Inf", -math.inf), ("1e3", 1000.0)])
def test_values_are_read_as_prometheus_writes_them(text: str, value: float) -> None:
    assert answer_to(vector(({}, text))).series[0].points == ((1000.5, value),)


def test_a_native_histogram_has_no_value_and_breaks_nothing() -> None:
    row = {"metric": {"a": "b"}, "histogram": [1, {"count": "1", "sum": "2", "buckets": []}]}
    answer = answer_to(success({"resultType": "vector", "result": [row]}))
    assert (answer.series[0].points, answer.series[0].histograms) == ((), 1)


def test_a_scalar_is_a_series_without_labels() -> None:
    answer = answer_to(success({"resultType": "scalar", "result": [7, "2"]}))
    assert (answer.series[0].labels, answer.series[0].points) == ({}, ((7.0, 2.0),))


@pytest.mark.parametrize(
    "data",
    [
        {"resultType": "vector", "result": [{"metric": {}, "value": [1, 2]}]},
        {"resultType": "vector", "result": [{"metric": {"a": 1}, "value": [1, "2"]}]},
        {"resultType": "vector", "result": [{"metric": {}, "value": [1, "many"]}]},
        {"resultType": "vector", "result": {"metric": {}}},
        {"resultType": "vector"},
        ["no", "object"],
        7,
        None,
    ],
)
def test_an_answer_that_lies_about_its_types_is_said_to_be_none(data: object) -> None:
    assert isinstance(refusal_of(success(data)), NotPrometheusError)


def test_a_login_page_in_front_is_told_from_prometheus() -> None:
    error = refusal_of(page())
    assert isinstance(error, NotPrometheusError)
    assert "answered HTML, not Prometheus: is there a login page in front?" in str(error)


def test_a_redirect_is_not_followed_and_says_where_it_leads_without_its_query() -> None:
    error = refusal_of(Said(b"", 302, {"Location": "https://user:hush@login.example/start?token=hush"}))
    assert isinstance(error, NotPrometheusError)
    assert "login.example" in str(error)
    assert "hush" not in str(error)


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (failure(400, "bad_data", "parse error"), RefusedQueryError, "bad_data: parse error"),
        (failure(422, "execution", "many-to-many"), RefusedQueryError, "many-to-many"),
        (failure(503, "timeout", "query timed out"), BusyPrometheusError, "query timed out"),
        (failure(401, "unauthorized", "who?"), UnauthorisedError, "token_file"),
        (page(401), UnauthorisedError, "token_file"),
        (page(403), UnauthorisedError, "403"),
        (Said(b"no org id", 401), UnauthorisedError, "metrics.tenant"),
        (page(404), NotPrometheusError, "/prometheus for Mimir"),
        (page(502), BusyPrometheusError, "502"),
        (Said(b"slow down", 429), BusyPrometheusError, "429"),
        (Said(b"{", 200), NotPrometheusError, "not Prometheus' JSON"),
        (Said(b'{"status":"success"}', 200), NotPrometheusError, "without data"),
    ],
)
def test_a_refusal_says_what_to_do(said: Said, kind: type[MetricsError], words: str) -> None:
    error = refusal_of(said)
    assert isinstance(error, kind)
    assert words in str(error)


def test_who_gave_a_token_is_told_to_check_it_and_not_to_give_one(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hush")
    with FakePrometheus(always(page(401))) as prometheus, pytest.raises(UnauthorisedError) as caught:
        ask(MetricsSettings(url=prometheus.url, token_file=str(tmp_path / "token")))
    assert "Check the credentials" in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_body_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cockpit.metrics.hearing.LONGEST_BODY", 1000)
    assert "answered more than" in str(refusal_of(Said(b" " * 100_000)))


def test_nobody_at_the_address_is_said_by_the_systems_own_words() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(UnreachablePrometheusError, match="connection refused"):
            ask(MetricsSettings(url=f"http://127.0.0.1:{taken.getsockname()[1]}"))


def test_the_loop_stays_free_while_prometheus_hangs_and_the_question_ends_by_itself() -> None:
    async def scenario(connection: PrometheusConnection) -> int:
        asking = asyncio.create_task(connection.query("up", AT))
        turns = 0
        while not asking.done():
            turns += 1
            await asyncio.sleep(0)
            if turns == 1000:
                assert not asking.done()
        with pytest.raises(SlowPrometheusError):
            asking.result()
        return turns

    with FakePrometheus(always(Said(hangs=True))) as prometheus:
        turns = with_connection(MetricsSettings(url=prometheus.url, timeout_seconds=0.3), scenario)
    assert turns > 1000


def test_a_password_in_the_address_logs_in_and_is_never_said() -> None:
    with FakePrometheus(always(page(401))) as prometheus:
        url = prometheus.url.replace("//", "//me:h%40sh@")
        endpoint = DirectEndpoint(MetricsSettings(url=url))
        with pytest.raises(UnauthorisedError) as caught:
            ask(MetricsSettings(url=url))
    assert prometheus.asked[0].headers["Authorization"] == "Basic bWU6aEBzaA=="
    for text in (str(caught.value), endpoint.name, endpoint.url, str(endpoint.asked), repr(MetricsSettings(url=url))):
        assert "sh@" not in text
        assert "me:" not in text


def test_a_token_file_is_read_again_when_its_token_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("old\n")

    def script(asked: object) -> Said:
        file.write_text("new\n")
        return page(401) if len(prometheus.asked) == 1 else vector()

    with FakePrometheus(script) as prometheus:
        ask(MetricsSettings(url=prometheus.url, token_file=str(file)))
    assert [asked.headers["Authorization"] for asked in prometheus.asked] == ["Bearer old", "Bearer new"]


def test_a_token_command_runs_once_and_again_after_a_refusal_but_only_once(tmp_path: Path) -> None:
    counter = tmp_path / "runs"
    program = f"import pathlib; p = pathlib.Path({str(counter)!r}); n = p.read_text() if p.exists() else ''"
    command = (sys.executable, "-c", f"{program}; p.write_text(n + 'x'); print('token' + str(len(n)))")
    with FakePrometheus(always(page(401))) as prometheus:
        settings = MetricsSettings(url=prometheus.url, token_command=command, timeout_seconds=20)
        with pytest.raises(UnauthorisedError):
            ask(settings)
    assert [asked.headers["Authorization"] for asked in prometheus.asked] == ["Bearer token0", "Bearer token1"]
    assert counter.read_text() == "xx"


def test_a_token_command_that_fails_is_named_and_what_looks_like_a_secret_is_masked() -> None:
    command = (sys.executable, "-c", "import sys; sys.exit('no login for ' + 'a' * 40)")
    with FakePrometheus(always(vector())) as prometheus:
        settings = MetricsSettings(url=prometheus.url, token_command=command, timeout_seconds=20)
        with pytest.raises(UnauthorisedError, match="no login for") as caught:
            ask(settings)
    assert "a" * 40 not in str(caught.value)
    assert not prometheus.asked


def test_a_user_with_a_password_file_a_tenant_and_headers_go_along(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("hush\n")
    with FakePrometheus(always(vector())) as prometheus:
        settings = MetricsSettings(
            url=prometheus.url, user="me", password_file=str(file), tenant="team-a", headers={"X-Place": "here"}
        )
        ask(settings)
    headers = prometheus.asked[0].headers
    assert headers["Authorization"] == "Basic bWU6aHVzaA=="
    assert (headers["X-Scope-OrgID"], headers["X-Place"]) == ("team-a", "here")


@pytest.mark.parametrize("content", ["", "two words", "line\nline"])
def test_what_is_no_token_is_not_sent(tmp_path: Path, content: str) -> None:
    file = tmp_path / "token"
    file.write_text(content)
    with FakePrometheus(always(vector())) as prometheus, pytest.raises(UnauthorisedError, match="token_file"):
        ask(MetricsSettings(url=prometheus.url, token_file=str(file)))
    assert not prometheus.asked


def test_a_query_too_long_for_an_address_is_posted_as_a_form() -> None:
    with FakePrometheus(always(vector())) as prometheus:
        ask(MetricsSettings(url=prometheus.url), f'up{{a="{"x" * 9000}"}}')
    asked = prometheus.asked[0]
    assert asked.method == "POST"
    assert len(asked.query["query"]) > 9000


def test_neither_netrc_nor_a_proxy_of_python_stands_between(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hush\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with FakePrometheus(always(vector())) as prometheus:
        ask(MetricsSettings(url=prometheus.url))
    assert "Authorization" not in prometheus.asked[0].headers


def test_a_certificate_is_trusted_by_the_file_of_the_settings_and_by_nothing_else(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path, "loopback")
    with FakePrometheus(always(vector(({}, "1"))), tls=server_context(certificate)) as prometheus:
        assert ask(MetricsSettings(url=prometheus.url, ca_file=str(certificate))).series
        with pytest.raises(UnreachablePrometheusError, match=r"certificate.*ca_file"):
            ask(MetricsSettings(url=prometheus.url))
        with pytest.raises(UnreachablePrometheusError, match="cannot be read"):
            ask(MetricsSettings(url=prometheus.url, ca_file=str(tmp_path / "nowhere.pem")))
    assert len(prometheus.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        b'{"status":"success","data":{"result":[' + b"{}," * 200_000 + b"{}]}}",
        b'{"status":"success","data":{"result":[' + b'{"metric":{}},' * 20_000 + b"{}]}}",
        b'{"status":"success","data":' + b"[" * 200_000,
    ],
)
def test_an_answer_of_more_parts_than_any_question_brings_is_not_read(body: bytes) -> None:
    assert isinstance(refusal_of(Said(body)), NotPrometheusError)


def test_the_libraries_are_loaded_only_by_the_first_question() -> None:
    code = (
        "import sys, cockpit.settings, cockpit.metrics.reader, cockpit.metrics.opening; "
        "print(sorted({'requests', 'prometheus_api_client', 'promql_parser', 'aiohttp'} & set(sys.modules)))"
    )
    # The interpreter is this one, and the code stands above.
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout == "[]\n"


def test_leaving_does_not_wait_for_a_prometheus_that_hangs() -> None:
    with FakePrometheus(always(Said(hangs=True))) as prometheus:
        code = (
            "import asyncio, datetime\n"
            "from cockpit.metrics.opening import named_connection\n"
            "from cockpit.metrics.settings import MetricsSettings\n"
            "async def leave():\n"
            f"    connection = named_connection(MetricsSettings(url={prometheus.url!r}, timeout_seconds=60))\n"
            "    asking = asyncio.create_task(connection.query('up', datetime.datetime.now(datetime.UTC)))\n"
            "    await asyncio.to_thread(input)\n"
            "    asking.cancel()\n"
            "    await connection.close()\n"
            "asyncio.run(leave())"
        )
        # The interpreter is this one, and the code stands above.
        with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as leaving:  # noqa: S603
            assert prometheus.arrived.wait(30)
            leaving.communicate(b"\n", timeout=30)
        assert leaving.returncode == 0
        assert not prometheus.let_go.is_set()
