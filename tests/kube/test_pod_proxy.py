"""Asking an application through the API server, and telling whose answer it is."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from cockpit.kube.pod_proxy import PodAnswer, ask_pod
from tests.kube.fake_api import Answer, FakeApi, body, cut, hang, html, raw
from tests.kube.test_session import TwoTokens
from tests.kube.writing import session_on

PODS = "/api/v1/namespaces/shop/pods"
HEALTH = f"{PODS}/web-1:8080/proxy/health"


def ask(api: FakeApi, path: str = "/health", port: str = "8080", scheme: str = "http") -> PodAnswer:
    """Ask the pod web-1."""

    async def scenario() -> PodAnswer:
        async with api, session_on(api) as session:
            return await ask_pod(session, "shop", "web-1", path, port, scheme, seconds=1.0)

    return asyncio.run(scenario())


def serving(answer: Answer, path: str = HEALTH) -> FakeApi:
    """Answer for the pod."""
    api = FakeApi()
    api.on_list(path, answer)
    return api


def failure(code: int, message: str) -> Answer:
    """Answer as the API server itself does."""
    said = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code}
    return body(said, code)


@pytest.mark.parametrize("code", [200, 204, 399])
def test_an_application_that_answers_below_400_is_well(code: int) -> None:
    answer = ask(serving(raw(b"", code)))
    assert answer == PodAnswer(code, "", True)
    assert answer.well


def test_a_redirect_counts_and_is_not_followed() -> None:
    api = serving(raw(b"", 302, {"Location": HEALTH}))
    assert ask(api) == PodAnswer(302, "", True)
    assert len(api.asked) == 1


@pytest.mark.parametrize("code", [400, 401, 403, 404, 500, 503])
@pytest.mark.parametrize("page", [b"<html>", b'{"status": "DOWN"}', b'{"kind": "Status", "status": "x"}', b""])
def test_an_application_that_fails_is_reached_and_not_well(code: int, page: bytes) -> None:
    api = serving(raw(page, code))
    answer = ask(api)
    assert (answer.status, answer.reached, answer.well) == (code, True, False)
    assert str(code) in answer.message
    assert len(api.asked) == 1


def test_a_login_page_of_the_application_is_an_answer_of_it() -> None:
    assert ask(serving(html())).well


@pytest.mark.parametrize(
    ("code", "message", "words"),
    [
        (503, "error trying to reach service: dial tcp 10.0.0.9:8080: connect: refused", "does not reach pod web-1"),
        (404, 'pods "web-1" not found', "knows no pod web-1 in namespace shop"),
        (403, 'pods "web-1" is forbidden: User "v" cannot get resource "pods/proxy"', "allows get on pods/proxy"),
        (400, "a valid port is needed", "did not pass the question on"),
        (500, "oops", "did not pass the question on"),
    ],
)
def test_what_the_api_server_says_itself_tells_nothing_of_the_application(code: int, message: str, words: str) -> None:
    answer = ask(serving(failure(code, message)))
    assert (answer.status, answer.reached, answer.well) == (None, False, False)
    assert words in answer.message


@pytest.mark.parametrize("answer", [cut(), hang()], ids=["cut", "hang"])
def test_where_no_answer_comes_the_application_was_not_reached(answer: Answer) -> None:
    assert not ask(serving(answer)).reached


def test_a_body_without_end_is_not_waited_for() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await asyncio.Event().wait()
        return response

    assert ask(serving(endless)) == PodAnswer(200, "", True)


@pytest.mark.parametrize(
    ("path", "port", "scheme", "asked"),
    [
        ("", "", "http", f"{PODS}/web-1/proxy/"),
        ("/", "80", "http", f"{PODS}/web-1:80/proxy/"),
        ("health", "80", "https", f"{PODS}/https:web-1:80/proxy/health"),
        ("/health", "", "https", f"{PODS}/https:web-1:/proxy/health"),
        ("/a b/é", "", "http", f"{PODS}/web-1/proxy/a b/é"),
    ],
)
def test_the_path_always_has_a_slash_behind_proxy(path: str, port: str, scheme: str, asked: str) -> None:
    api = serving(raw(b""), asked)
    assert ask(api, path, port, scheme).well


def test_a_query_goes_along() -> None:
    api = serving(raw(b""))
    assert ask(api, "/health?deep=1&x=a b").well
    assert api.asked[0].query == {"deep": "1", "x": "a b"}


@pytest.mark.parametrize("path", ["/../../secrets", "/a/%2e%2e/b", "..", "/./x"])
def test_a_path_that_leads_out_of_the_pod_is_not_asked(path: str) -> None:
    api = serving(raw(b""))
    answer = ask(api, path)
    assert not answer.reached
    assert api.asked == []


def test_only_the_api_servers_own_401_renews_the_credential() -> None:
    async def scenario(first: Answer) -> tuple[PodAnswer, int]:
        async with FakeApi() as api, session_on(api, TwoTokens()) as session:
            api.on_list(HEALTH, first, raw(b""))
            return await ask_pod(session, "shop", "web-1", "/health", "8080"), len(api.asked)

    assert asyncio.run(scenario(failure(401, "Unauthorized"))) == (PodAnswer(200, "", True), 2)
    answer, asked = asyncio.run(scenario(raw(b"log in", 401)))
    assert (answer.status, asked) == (401, 1)
