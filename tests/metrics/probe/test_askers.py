"""Both ways to ask, against servers of loopback that answer as a test scripts them."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web

from cockpit.errors import UsageError
from cockpit.metrics.probe.by_url import UrlAsker
from cockpit.metrics.probe.open import open_asker
from cockpit.metrics.probe.order import BODY_BYTES, Header, Limits, ProbeOrder, header_of
from cockpit.metrics.probe.run import Probe
from cockpit.metrics.probe.tally import Reply, Seen
from cockpit.metrics.probe.target import UrlTarget, target_of
from tests.kube.certificates import self_signed, server_context
from tests.kube.fake_api import Answer, FakeApi, body, cut, hang, raw
from tests.kube.test_pod_proxy import failure
from tests.kube.writing import session_on

Ask = Callable[..., tuple[Reply, FakeApi]]

WEB = "/api/v1/namespaces/shop/services/web:80/proxy/x"


def ask_url(
    answer: Answer, *headers: Header, path: str = "/", user: str = "", timeout: float = 10.0
) -> tuple[Reply, FakeApi]:
    """Ask a server once by its URL."""

    async def story() -> tuple[Reply, FakeApi]:
        async with FakeApi() as api:
            api.on_list(path, answer)
            url = api.url.replace("://", f"://{user}") + path
            return (await _asked(ProbeOrder(target_of(url), Limits(count=1, timeout=timeout), headers=headers))), api

    return asyncio.run(story())


async def _asked(order: ProbeOrder) -> Reply:
    seen: list[Seen] = []
    await Probe(await open_asker(order, None, ""), order.limits, seen.append).run()
    return seen[0].reply


def ask_proxy(answer: Answer, *headers: Header, timeout: float = 10.0) -> tuple[Reply, FakeApi]:
    """Ask a Service once through an API server."""

    async def story() -> tuple[Reply, FakeApi]:
        async with FakeApi() as api, session_on(api) as session:
            api.on_list(WEB, answer)
            order = ProbeOrder(target_of("service/web:80/x"), Limits(count=1, timeout=timeout), headers=headers)
            seen: list[Seen] = []
            await Probe(await open_asker(order, session, "shop"), order.limits, seen.append).run()
            return seen[0].reply, api

    return asyncio.run(story())


WAYS = pytest.mark.parametrize("ask", [ask_url, ask_proxy], ids=["url", "proxy"])


@WAYS
def test_an_answer_tells_its_status_and_its_version(ask: Ask) -> None:
    reply, api = ask(body({"version": "v1"}), header_of("X-Canary: always"))
    assert reply == Reply(200, "v1")
    assert [asked.method for asked in api.asked] == ["GET"]
    assert api.asked[0].headers["X-Canary"] == "always"
    assert api.asked[0].headers["Accept-Encoding"] == "identity"


@WAYS
def test_a_redirect_is_an_answer_and_is_not_followed(ask: Ask) -> None:
    reply, api = ask(raw(b"", 302, {"Location": "/elsewhere", "X-Version": "v2"}))
    assert (reply, len(api.asked)) == (Reply(302, "v2"), 1)


@WAYS
def test_a_status_of_the_application_is_a_failure_with_its_version(ask: Ask) -> None:
    reply, _ = ask(body({"version": "v2", "kind": "Error"}, 503))
    assert reply == Reply(503, "v2")
    assert reply.failed


@WAYS
def test_a_body_without_end_is_read_up_to_its_bound(ask: Ask) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"X-Version": "v1"})
        await response.prepare(request)
        while True:
            await response.write(b"x" * 8192)

    reply, _ = ask(endless)
    assert reply == Reply(200, "v1")


@WAYS
def test_a_body_that_breaks_off_is_a_failure(ask: Ask) -> None:
    async def broken(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"x")
        assert request.transport is not None
        request.transport.close()
        return response

    reply, _ = ask(broken)
    assert reply.status is None
    assert reply.problem


@WAYS
def test_a_server_that_hangs_is_given_up(ask: Ask) -> None:
    reply, _ = ask(hang(), timeout=0.05)
    assert reply == Reply(None, problem="no answer in 0.05 s")


@WAYS
def test_a_connection_that_is_cut_is_a_failure(ask: Ask) -> None:
    assert ask(cut())[0].status is None


@WAYS
def test_hostile_headers_and_bodies_come_out_inert(ask: Ask) -> None:
    reply, _ = ask(body({"version": "\x1b]0;owned\x07[bold]v1\u202e"}))
    assert reply.version == "␛]0;owned␇[bold]v1�"


def test_a_compressed_body_is_not_unpacked() -> None:
    bomb = gzip.compress(b'{"version": "v1"}' + b" " * 50_000_000)
    reply, _ = ask_url(raw(bomb, 200, {"Content-Encoding": "gzip"}))
    assert len(bomb) < BODY_BYTES
    assert reply == Reply(200, "?")


def test_each_request_to_a_url_has_a_connection_of_its_own() -> None:
    # Behind kube-proxy a kept connection leads to the same pod each time.
    peers: list[object] = []

    async def note(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        peers.append(request.transport.get_extra_info("peername"))
        return web.Response()

    async def story() -> None:
        async with FakeApi() as api:
            api.on_list("/", note)
            order = ProbeOrder(target_of(api.url), Limits(rate=50, count=3))
            await Probe(await open_asker(order, None, ""), order.limits, lambda _: None).run()

    asyncio.run(story())
    assert len(set(peers)) == 3


def test_a_user_in_the_url_logs_in_and_a_header_goes_before_it() -> None:
    _, api = ask_url(body({}), user="me:secret@")
    assert api.asked[0].headers["Authorization"].startswith("Basic ")
    _, api = ask_url(body({}), header_of("Authorization: Bearer token"), user="me:secret@")
    assert api.asked[0].headers["Authorization"] == "Bearer token"


def test_where_nobody_listens_the_system_says_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        order = ProbeOrder(target_of(f"http://127.0.0.1:{taken.getsockname()[1]}/"), Limits(count=1))
        assert asyncio.run(_asked(order)) == Reply(None, problem="connection refused")


def test_a_certificate_is_checked_against_the_authorities_that_are_named(tmp_path: Path) -> None:
    known = self_signed(tmp_path, "loopback")

    async def story(ca: str) -> Reply:
        async with FakeApi(tls=server_context(known)) as api:
            api.on_list("/", body({"version": "v1"}))
            return await _asked(ProbeOrder(target_of(api.url), Limits(count=1), ca=ca))

    assert asyncio.run(story(str(known))) == Reply(200, "v1")
    assert "certificate is not trusted" in asyncio.run(story("")).problem


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_of_authorities_that_cannot_be_used_is_refused(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.crt"
    if content is not None:
        file.write_text(content)
    target = target_of("https://127.0.0.1:9/")
    assert isinstance(target, UrlTarget)
    with pytest.raises(UsageError, match=r"--ca"):
        asyncio.run(UrlAsker.opened(target, ProbeOrder(target, ca=str(file))))


@pytest.mark.parametrize(
    ("code", "message", "words"),
    [
        (403, 'services "web:80" is forbidden', "allows get on services/proxy"),
        (404, 'services "web" not found', "knows no service web in namespace shop"),
        (503, 'no endpoints available for service "web"', "say which is meant: NAME:PORT"),
        (503, "error trying to reach service: dial tcp 10.0.0.9:80: refused", "does not reach service web"),
    ],
)
def test_what_the_api_server_says_itself_is_no_answer_of_the_application(code: int, message: str, words: str) -> None:
    reply, _ = ask_proxy(failure(code, message))
    assert reply.status is None
    assert words in reply.problem
