"""Writes: what goes over the wire, how often, and what is known when the answer does not come."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from cockpit.errors import UsageError
from cockpit.kube import transport
from cockpit.kube.credentials import Credential
from cockpit.kube.errors import (
    AnswerLostError,
    BusyError,
    NoAnswerError,
    NotTrustedError,
    OutcomeUnknownError,
    ReadOnlyError,
    RefusedTokenError,
)
from cockpit.kube.write import Writer
from cockpit.resources.kinds import DEPLOYMENT, SERVICE
from cockpit.resources.references import ObjectRef
from tests.kube.certificates import self_signed, server_context
from tests.kube.fake_api import Answer, FakeApi, body, cut, hang, html, item, raw, status
from tests.kube.test_session import TwoTokens
from tests.kube.writing import PATCH, WEB, WEB_PATH, session_on

SERVICES = "/api/v1/namespaces/shop/services"
MANIFEST = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web-canary"}, "spec": {"note": "é\n<b>"}}

Write = Callable[[Writer], Awaitable[object]]
WRITES: dict[str, Write] = {
    "patch": lambda writer: writer.patch(DEPLOYMENT, WEB, PATCH),
    "create": lambda writer: writer.create(SERVICE, "shop", MANIFEST),
    "delete": lambda writer: writer.delete(DEPLOYMENT, WEB),
}
EVERY_WRITE = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)


def server(*answers: Answer) -> FakeApi:
    """Answer every write by one script."""
    api = FakeApi()
    api.on_list(WEB_PATH, *answers)
    api.on_list(SERVICES, *answers)
    api.on_list("/version", body({"major": "1"}))
    return api


def run(write: Write, api: FakeApi, read_only: str = "", greeted: bool = False) -> object:
    """Write to a server, over a connection that was used before if `greeted`, and return what came of it."""

    async def scenario() -> object:
        async with api, session_on(api) as session:
            if greeted:
                await session.get("/version", "ask for its version")
            return await write(Writer(session, read_only))

    return asyncio.run(scenario())


def written(api: FakeApi) -> list[str]:
    """Return the methods of the writes that arrived."""
    return [asked.method for asked in api.asked if asked.path != "/version"]


def test_a_patch_goes_out_byte_by_byte_with_its_content_type_and_our_name() -> None:
    api = server(body(item("web", paused=True)))
    answered = asyncio.run(_patched(api))
    (asked,) = api.asked
    assert asked.method == "PATCH"
    assert asked.headers["Content-Type"] == "application/json-patch+json"
    assert asked.query == {"fieldManager": "release-cockpit"}
    assert asked.body == (
        b'[{"op":"test","path":"/spec/paused","value":null},{"op":"add","path":"/spec/paused","value":true}]'
    )
    assert answered == "web"


async def _patched(api: FakeApi) -> str:
    async with api, session_on(api) as session:
        return (await Writer(session).patch(DEPLOYMENT, WEB, PATCH)).text("metadata", "name")


def test_a_create_sends_the_manifest_to_the_collection() -> None:
    api = server(body(MANIFEST, 201))
    run(WRITES["create"], api)
    (asked,) = api.asked
    assert (asked.method, asked.path, asked.headers["Content-Type"]) == ("POST", SERVICES, "application/json")
    assert json.loads(asked.body) == MANIFEST


def test_a_delete_names_the_uid_and_works_in_the_background() -> None:
    api = server(status(200))
    run(WRITES["delete"], api)
    (asked,) = api.asked
    assert asked.method == "DELETE"
    assert json.loads(asked.body) == {
        "kind": "DeleteOptions",
        "apiVersion": "v1",
        "propagationPolicy": "Background",
        "preconditions": {"uid": "uid-1"},
    }


def test_a_delete_of_an_object_without_known_uid_has_no_precondition() -> None:
    api = server(status(200))
    run(lambda writer: writer.delete(DEPLOYMENT, ObjectRef("Deployment", "shop", "web")), api)
    assert "preconditions" not in json.loads(api.asked[0].body)


def test_a_dry_run_of_a_delete_says_so_in_its_body_too_for_with_a_body_the_server_ignores_the_query() -> None:
    api = server(status(200))
    run(lambda writer: writer.delete(DEPLOYMENT, WEB, dry_run=True), api)
    assert api.asked[0].query == {"dryRun": "All"}
    assert json.loads(api.asked[0].body)["dryRun"] == ["All"]


@EVERY_WRITE
def test_read_only_sends_nothing_and_says_why(write: Write) -> None:
    api = server(body(item("web")))
    with pytest.raises(ReadOnlyError, match=r"started with --read-only\. Nothing was sent to"):
        run(write, api, read_only="The cockpit was started with --read-only.")
    assert api.asked == []


def test_read_only_allows_dry_runs() -> None:
    api = server(body(item("web")))
    run(lambda writer: writer.patch(DEPLOYMENT, WEB, PATCH, dry_run=True), api, read_only="Read-only.")
    assert api.asked[0].query == {"fieldManager": "release-cockpit", "dryRun": "All"}


@EVERY_WRITE
@pytest.mark.parametrize("greeted", [True, False], ids=["kept connection", "new connection"])
def test_a_connection_cut_after_the_server_took_it_leaves_the_outcome_unknown_and_nothing_is_sent_again(
    write: Write, greeted: bool
) -> None:
    api = server(cut(), body(item("web")))
    with pytest.raises(OutcomeUnknownError, match=r"It is not known whether the API server did this: .* in namespace"):
        run(write, api, greeted=greeted)
    assert len(written(api)) == 1


@EVERY_WRITE
def test_a_connection_cut_before_the_server_read_anything_may_have_been_used_all_the_same(write: Write) -> None:
    connections = 0

    async def scenario() -> None:
        async def cut_at_once(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal connections
            connections += 1
            writer.transport.abort()

        listener = await asyncio.start_server(cut_at_once, "127.0.0.1", 0)
        async with listener, session_on(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}") as session:
            await write(Writer(session))

    with pytest.raises(OutcomeUnknownError):
        asyncio.run(scenario())
    assert connections == 1


@EVERY_WRITE
def test_an_answer_cut_in_its_middle_leaves_the_outcome_unknown(write: Write) -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{")
        await writer.drain()
        writer.close()

    async def scenario() -> None:
        listener = await asyncio.start_server(half, "127.0.0.1", 0)
        async with listener, session_on(f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}") as session:
            await write(Writer(session))

    with pytest.raises(OutcomeUnknownError):
        asyncio.run(scenario())


@EVERY_WRITE
def test_where_nobody_listens_nothing_was_sent(write: Write) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{reserved.getsockname()[1]}"

        async def scenario() -> None:
            async with session_on(url) as session:
                await write(Writer(session))

        with pytest.raises(NoAnswerError) as caught:
            asyncio.run(scenario())
    assert not isinstance(caught.value, AnswerLostError)


def test_a_server_that_is_not_trusted_is_sent_nothing(tmp_path: Path) -> None:
    api = server(body(item("web")))
    api.tls = server_context(self_signed(tmp_path, "loopback"))
    with pytest.raises(NotTrustedError):
        run(WRITES["patch"], api)
    assert api.asked == []


@EVERY_WRITE
def test_a_server_that_takes_too_long_leaves_the_outcome_unknown(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_EXCHANGE_SECONDS", 0.2)
    api = server(hang())
    with pytest.raises(OutcomeUnknownError, match="no answer in time"):
        run(write, api)
    assert len(written(api)) == 1


@EVERY_WRITE
@pytest.mark.parametrize("code", [500, 502, 503, 504, 408])
def test_a_server_that_fails_may_have_done_it(write: Write, code: int) -> None:
    api = server(status(code, "etcdserver: request timed out"))
    with pytest.raises(OutcomeUnknownError, match=rf"{code} \(etcdserver: request timed out\)"):
        run(write, api)
    assert len(written(api)) == 1


def test_a_dry_run_changes_nothing_whatever_happens_to_it() -> None:
    def dry(writer: Writer) -> Awaitable[object]:
        return writer.patch(DEPLOYMENT, WEB, PATCH, dry_run=True)

    with pytest.raises(NoAnswerError):
        run(dry, server(cut()))
    with pytest.raises(BusyError):
        run(dry, server(status(500)))


@pytest.mark.parametrize("answer", [html(), raw(b'{"kind": "Depl'), raw(b"[]")], ids=["login page", "half", "list"])
def test_a_yes_that_is_no_object_leaves_the_outcome_unknown(answer: Answer) -> None:
    with pytest.raises(OutcomeUnknownError, match="no object of the API"):
        run(WRITES["patch"], server(answer))


@EVERY_WRITE
def test_a_busy_server_did_nothing_and_says_how_long_to_wait(write: Write) -> None:
    with pytest.raises(BusyError) as caught:
        run(write, server(status(429, retry_after="7")))
    assert caught.value.retry_after == 7.0


@EVERY_WRITE
def test_a_redirect_is_not_followed_for_that_would_send_it_twice(write: Write) -> None:
    api = server(raw(b"", 307, {"Location": WEB_PATH}))
    with pytest.raises(Exception, match="307"):
        run(write, api)
    assert len(written(api)) == 1


@EVERY_WRITE
def test_a_refused_token_is_renewed_and_the_write_sent_exactly_once_more(write: Write) -> None:
    api = server(status(401), body(item("web")))

    async def scenario() -> None:
        async with api, session_on(api, TwoTokens()) as session:
            await write(Writer(session))

    asyncio.run(scenario())
    assert [asked.headers["Authorization"] for asked in api.asked] == ["Bearer old", "Bearer new"]
    assert api.asked[0].body == api.asked[1].body


def test_a_token_refused_twice_is_not_tried_a_third_time() -> None:
    api = server(status(401))

    async def scenario() -> None:
        async with api, session_on(api, TwoTokens()) as session:
            await Writer(session).patch(DEPLOYMENT, WEB, PATCH)

    with pytest.raises(RefusedTokenError):
        asyncio.run(scenario())
    assert len(api.asked) == 2


class NoCredentials:
    """Cannot be renewed."""

    async def current(self) -> Credential:
        return Credential("Bearer old")

    async def renewed(self, refused: Credential) -> Credential | None:
        return None


def test_a_refused_token_that_cannot_be_renewed_sends_the_write_once() -> None:
    api = server(status(401))

    async def scenario() -> None:
        async with api, session_on(api, NoCredentials()) as session:
            await Writer(session).patch(DEPLOYMENT, WEB, PATCH)

    with pytest.raises(RefusedTokenError):
        asyncio.run(scenario())
    assert len(api.asked) == 1


def test_names_from_the_cluster_cannot_lead_to_another_path() -> None:
    api = server()
    with pytest.raises(Exception, match="Not found"):
        run(lambda writer: writer.delete(DEPLOYMENT, ObjectRef("Deployment", "shop", "../../x?dryRun=All")), api)
    assert api.asked[0].path.startswith("/apis/apps/v1/namespaces/shop/deployments/")
    assert api.asked[0].query == {}


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_an_object_without_a_name_is_never_written_for_the_path_would_be_that_of_all_of_them(name: str) -> None:
    api = server(status(200))
    for ref in (ObjectRef("Deployment", "shop", name), ObjectRef("Deployment", name, "web")):
        with pytest.raises(UsageError):
            run(lambda writer, ref=ref: writer.delete(DEPLOYMENT, ref), api)  # type: ignore[misc]  # a default for the loop
    assert api.asked == []


def test_once_connected_a_write_imports_nothing_and_waits_for_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    api = server(body(item("web")))

    async def scenario() -> set[str]:
        async with api, session_on(api) as session:
            await session.get("/version", "ask for its version")
            monkeypatch.setattr(asyncio, "to_thread", None)
            before = set(sys.modules)
            await Writer(session).patch(DEPLOYMENT, WEB, PATCH)
            return set(sys.modules) - before

    assert asyncio.run(scenario()) == set()
