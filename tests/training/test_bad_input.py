"""Whatever comes in, there is an answer or a closed connection, and the server stays up."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from cockpit.training.api.failures import ApiError
from cockpit.training.http_api.bodies import yaml_body
from tests.training.api_client import DEPLOYMENTS, PODS, Api, talk

APPLY = "application/apply-patch+yaml"
LAUGHS = "\n".join(["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"] + [
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 9)
])  # fmt: skip

PATHS = (
    "/", "//", "/api", "/api/", "/api/v2", "/api/v1/", "/api/v1/namespaces/", "/api/v1//pods", "/apis/apps",
    "/apis/apps/v1beta1", "/apis/apps/v1/namespaces//deployments", "/api/v1/namespaces/a/b/c/d/e/f/g",
    "/api/v1/watch/pods", "/api/v1/nodes/x/y/z", "/api/v1/namespaces/%00/pods",
    "/api/v1/namespaces/shop/pods/%F0%9F%92%A9", "/openapi/v2", "/openapi/v3/apis/x", "/as/", "/swagger.json",
    "/metrics", "/debug/pprof", "/apis/a/b/c/d/e/f/g/h/i/j/k",
)  # fmt: skip


async def connect(api: Api) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", int(api.server.address.rpartition(":")[2]))


async def send(api: Api, method: str, path: str, body: bytes, content_type: str) -> tuple[int, str]:
    headers = {"Content-Type": content_type}
    async with aiohttp.ClientSession() as session:
        url = api.server.url + path
        async with session.request(method, url, data=body, headers=headers) as response:
            return response.status, await response.text()


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        (b"GET {path} HTTP/1.1\r\nHost: x", False),
        (b"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{", False),
        (b"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{", False),
        (b"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnothing\r\n", True),
        (b"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", True),
        (b"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", True),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", True),
        (b"\r\n" * 50, False),
        (b"GET {path} HTTP/9.9\r\n\r\n", True),
        (b"GET {path}?labelSelector=" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", True),
        (b"GET {path} HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000 + b"\r\n\r\n", True),
    ],
)
def test_what_is_sent_by_half_or_is_no_http_harms_nobody(sent: bytes, answered: bool) -> None:
    async def story(api: Api) -> bytes:
        path = api.server.url.removeprefix(api.server.address) + PODS
        reader, writer = await connect(api)
        writer.write(sent.replace(b"{path}", path.encode()))
        assert (await api.get(PODS))["kind"] == "PodList"  # meanwhile
        if not answered:
            writer.write_eof()
        found = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        assert len((await api.get(PODS))["items"]) == 4
        return found

    found = talk(story)
    assert found == b"" or found.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4"))


@pytest.mark.parametrize("method", ["BREW", "TRACE", "CONNECT", "PROPFIND", "HEAD", "OPTIONS"])
def test_a_verb_that_no_api_knows_is_refused_or_answered(method: str) -> None:
    async def story(api: Api) -> bytes:
        path = api.server.url.removeprefix(api.server.address) + PODS
        reader, writer = await connect(api)
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        line = await asyncio.wait_for(reader.readline(), 5)
        writer.close()
        assert (await api.get(PODS))["kind"] == "PodList"
        return line

    assert talk(story).split()[1][:1] in (b"2", b"4")


def test_a_path_that_leads_nowhere_is_answered() -> None:
    async def story(api: Api) -> dict[str, int]:
        return {path: (await send(api, "GET", path, b"", "application/json"))[0] for path in PATHS}

    assert {path: status for path, status in talk(story).items() if status not in (200, 404)} == {}


def test_two_hundred_lists_that_nobody_reads_do_not_stop_the_others() -> None:
    async def story(api: Api) -> None:
        path = api.server.url.removeprefix(api.server.address) + PODS
        writers = []
        for _ in range(200):
            _, writer = await connect(api)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 20)
            writers.append(writer)
        assert len((await api.get(PODS))["items"]) == 4
        for writer in writers:
            writer.close()

    talk(story)


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        (b"[" * 100_000, "application/merge-patch+json", ""),
        (b'{"a":' * 100_000, "application/strategic-merge-patch+json", ""),
        (b'{"spec":' * 300 + b"1" + b"}" * 300, "application/merge-patch+json", "exceeded max depth"),
        (b"{a: " * 3000 + b"}" * 3000, APPLY, ""),
        (LAUGHS.encode(), APPLY, "document contains excessive aliasing"),
        (b"metadata: &a {labels: *a}", APPLY, ""),
        (b"a: [1, 2", APPLY, "error converting YAML to JSON"),
        (b"a: .nan", APPLY, "unsupported value"),
        (b"? [a]\n: b", APPLY, "error converting YAML to JSON"),
        (b"\xff\xfe\x00", "application/json-patch+json", ""),
        (b"", "application/merge-patch+json", "unexpected end of JSON input"),
        (b"null", "application/merge-patch+json", ""),
    ],
)
def test_a_body_that_cannot_be_meant_is_a_bad_request(body: bytes, content_type: str, words: str) -> None:
    async def story(api: Api) -> tuple[int, str]:
        return await send(api, "PATCH", f"{DEPLOYMENTS}/web?fieldManager=x", body, content_type)

    status, text = talk(story)
    assert status == 400
    assert words in text


def test_yaml_is_read_as_json_reads() -> None:
    text = b"at: 2026-11-21T00:00:00Z\n2: one\ntrue: yes\nnull: [0x10, 1.5, ~]\nb: &b {c: d}\ne: *b\n"
    found: Any = yaml_body(text)
    assert found == {
        "at": "2026-11-21T00:00:00Z", "2": "one", "true": True, "null": [16, 1.5, None], "b": {"c": "d"},
        "e": {"c": "d"},
    }  # fmt: skip
    with pytest.raises(ApiError, match="cannot decode bytes"):
        yaml_body(b"a: !!binary aGVsbG8=")


def test_a_selector_of_many_clauses_is_answered_at_once() -> None:
    async def story(api: Api) -> tuple[int, int]:
        clauses = ",".join(f"k{index} notin (a,b)" for index in range(300)).replace(" ", "%20")
        status, _ = await api.ask("GET", f"{PODS}?labelSelector={clauses}")
        deep = "(" * 3000
        refused, _ = await api.ask("GET", f"{PODS}?labelSelector=a%20in%20{deep}")
        return status, refused

    assert talk(story) == (200, 400)
