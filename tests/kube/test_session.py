"""One conversation with a server: TLS, credentials, errors as sentences."""

from __future__ import annotations

import asyncio
import base64
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from cockpit.errors import CockpitError
from cockpit.kube.access import Access, ClusterEntry
from cockpit.kube.credentials import Credential, Credentials, FixedCredentials
from cockpit.kube.errors import (
    ApiError,
    BusyError,
    CredentialError,
    ForbiddenError,
    KubeconfigError,
    NoAnswerError,
    NotTrustedError,
    RefusedTokenError,
    seconds_to_wait,
)
from cockpit.kube.login import LazyCredentials
from cockpit.kube.session import Session
from tests.kube.certificates import self_signed, server_context
from tests.kube.fake_api import Answer, FakeApi, body, html, status
from tests.kube.play import access_to
from tests.kube.stepped import SteppedClock


async def ask(access: Access, credentials: Credentials | None = None, time: SteppedClock | None = None) -> bytes:
    """Ask for the version as `access` says, with its own credentials unless told."""
    clock = (time or SteppedClock()).clock()
    session = Session(access, credentials or LazyCredentials(access, clock, {}), clock)
    try:
        return await session.get("/version", "ask for its version")
    finally:
        await session.close()


def version_server(**more: object) -> FakeApi:
    api = FakeApi(**more)  # type: ignore[arg-type]  # the test names fields of the right types
    api.on_list("/version", body({"major": "1"}))
    return api


def test_a_request_carries_the_token_and_who_is_impersonated() -> None:
    async def scenario() -> None:
        async with version_server() as api:
            await ask(access_to(api.url, token="opaque", impersonate="jane", impersonate_groups=("ops", "dev")))
            headers = api.asked[0].headers
            assert headers["Authorization"] == "Bearer opaque"
            assert headers["Impersonate-User"] == "jane"
            assert headers["Impersonate-Group"] in {"ops", "dev"}

    asyncio.run(scenario())


class TwoTokens:
    """Has another token when the first is refused."""

    def __init__(self) -> None:
        self.renewals = 0

    async def current(self) -> Credential:
        return Credential("Bearer old" if self.renewals == 0 else "Bearer new")

    async def renewed(self, refused: Credential) -> Credential | None:
        self.renewals += 1
        return await self.current()


def test_a_refused_token_is_renewed_once_and_the_request_sent_again() -> None:
    async def scenario() -> None:
        async with version_server() as api:
            api.on_list("/version", status(401), body({}))
            tokens = TwoTokens()
            assert await ask(access_to(api.url), tokens) == b"{}"
            assert tokens.renewals == 1
            assert [asked.headers["Authorization"] for asked in api.asked] == ["Bearer old", "Bearer new"]

    asyncio.run(scenario())


def test_a_token_that_is_refused_even_after_renewal_says_to_log_in() -> None:
    async def scenario() -> None:
        async with version_server() as api:
            api.on_list("/version", status(401))
            with pytest.raises(RefusedTokenError, match="Log in again") as raised:
                await ask(access_to(api.url), TwoTokens())
            assert raised.value.exit_code == 3
            assert len(api.asked) == 2

    asyncio.run(scenario())


def test_the_server_s_clock_is_told_by_its_date() -> None:
    async def scenario() -> None:
        time = SteppedClock()
        ahead = (time.wall() + timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        async with version_server() as api:
            api.on_list("/version", body({}, headers={"Date": ahead}))
            access = access_to(api.url)
            session = Session(access, FixedCredentials(Credential()), time.clock())
            assert session.server_time.now() == time.wall()
            await session.get("/version", "ask")
            assert abs(session.server_time.now() - time.wall() - timedelta(hours=1)) <= timedelta(seconds=1)
            await session.close()

    asyncio.run(scenario())


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    async def scenario() -> None:
        certificate = self_signed(tmp_path, "loopback")
        async with version_server(tls=server_context(certificate)) as api:
            with pytest.raises(NotTrustedError, match=r"is not trusted \(self.signed certificate\)") as raised:
                await ask(access_to(api.url))
            assert "certificate-authority" in str(raised.value)
            trusting = base64.b64encode(certificate.read_bytes()).decode()
            cluster = ClusterEntry(server=api.url, certificate_authority_data=trusting)
            await ask(replace(access_to(api.url), cluster=cluster))
            await ask(replace(access_to(api.url), cluster=ClusterEntry(server=api.url, insecure_skip_tls_verify=True)))

    asyncio.run(scenario())


def test_a_certificate_for_another_host_needs_its_name(tmp_path: Path) -> None:
    async def scenario() -> None:
        certificate = self_signed(tmp_path, "kube.example")
        async with version_server(tls=server_context(certificate)) as api:
            cluster = ClusterEntry(server=api.url, certificate_authority=certificate.name)
            access = replace(access_to(api.url), cluster=cluster, cluster_folder=tmp_path)
            with pytest.raises(NotTrustedError, match="tls-server-name"):
                await ask(access)
            named = ClusterEntry(server=api.url, certificate_authority=certificate.name, tls_server_name="kube.example")
            await ask(replace(access, cluster=named))

    asyncio.run(scenario())


def test_a_client_certificate_opens_a_server_that_demands_one(tmp_path: Path) -> None:
    async def scenario() -> None:
        served, client = self_signed(tmp_path, "loopback"), self_signed(tmp_path, "jane")
        async with version_server(tls=server_context(served, client_authority=client)) as api:
            cluster = ClusterEntry(server=api.url, certificate_authority=str(served))
            key = base64.b64encode(client.with_suffix(".key").read_bytes()).decode()
            access = access_to(api.url, client_certificate=str(client), client_key_data=key)
            await ask(replace(access, cluster=cluster))
            with pytest.raises(NoAnswerError):
                await ask(replace(access_to(api.url), cluster=cluster))

    asyncio.run(scenario())


def test_a_certificate_that_is_no_certificate_is_refused_without_being_quoted() -> None:
    broken = base64.b64encode(b"not a certificate").decode()
    access = access_to("https://127.0.0.1:1", client_certificate_data=broken, client_key_data=broken)
    with pytest.raises(KubeconfigError, match='user "tester" in the kubeconfig cannot be used'):
        asyncio.run(ask(access))


@pytest.mark.parametrize("server", ["", "api.example:6443", "ftp://x", "https://[bad"])
def test_an_address_that_is_none_is_refused(server: str) -> None:
    with pytest.raises(KubeconfigError, match="no usable address"):
        asyncio.run(ask(access_to(server)))


def test_nobody_listening_is_said_in_the_system_s_words() -> None:
    async def scenario() -> None:
        async with FakeApi() as api:
            pass
        with pytest.raises(
            NoAnswerError, match=r"does not answer \(connection refused\)\. Check that the cluster runs"
        ):
            await ask(access_to(api.url))

    asyncio.run(scenario())


def test_a_token_in_the_address_stays_out_of_the_sentences() -> None:
    async def scenario() -> None:
        async with FakeApi() as api:
            pass
        secret = api.url.replace("http://", "http://jane:hidden@") + "/as/hidden"
        with pytest.raises(NoAnswerError) as raised:
            await ask(access_to(secret))
        assert "hidden" not in str(raised.value)

    asyncio.run(scenario())


def test_a_web_page_in_place_of_an_api_is_an_error_like_any_other() -> None:
    async def scenario() -> None:
        async with version_server() as api:
            api.on_list("/version", status(502))
            with pytest.raises(BusyError, match="502"):
                await ask(access_to(api.url))
            api.on_list("/version", status(418, "\x1b[31mred\x1b[0m " + "x" * 5000))
            with pytest.raises(ApiError) as raised:
                await ask(access_to(api.url))
            assert "\x1b" not in str(raised.value)
            assert len(str(raised.value)) < 500

    asyncio.run(scenario())


@pytest.mark.parametrize("user", [{"token": "two\nlines"}, {"token": "t", "impersonate": "jane\r\nX: y"}])
def test_what_no_header_can_carry_is_told_and_not_quoted(user: dict[str, object]) -> None:
    async def scenario() -> None:
        async with version_server() as api:
            with pytest.raises((CredentialError, KubeconfigError), match="line break") as raised:
                await ask(access_to(api.url, **user))
            assert "two" not in str(raised.value)
            assert not api.asked

    asyncio.run(scenario())


def test_a_token_goes_before_the_user_in_the_address() -> None:
    async def scenario() -> None:
        async with version_server() as api:
            await ask(access_to(api.url.replace("http://", "http://jane:hidden@"), token="opaque"))
            await ask(access_to(api.url.replace("http://", "http://jane:hidden@")))
            told = [asked.headers["Authorization"].split()[0] for asked in api.asked]
            assert told == ["Bearer", "Basic"]

    asyncio.run(scenario())


@pytest.mark.parametrize("headers", [{"Date": "Sat, 21 Nov 99999999999 10:00:00 GMT"}, {"Date": "nonsense"}])
def test_a_date_that_cannot_be_read_changes_nothing(headers: dict[str, str]) -> None:
    async def scenario() -> None:
        async with version_server() as api:
            api.on_list("/version", body({}, headers=headers))
            assert await ask(access_to(api.url)) == b"{}"

    asyncio.run(scenario())


@pytest.mark.parametrize("wait", ["\u00b2", "Sat, 21 Nov 99999999999 10:00:00 GMT", "-1", "soon"])
def test_a_wait_that_cannot_be_read_is_none(wait: str) -> None:
    assert seconds_to_wait({"Retry-After": wait}, SteppedClock().wall()) is None


@pytest.mark.parametrize(
    "answer", [status(503), status(401), status(403), html(), status(302)], ids=["503", "401", "403", "page", "302"]
)
def test_only_what_was_asked_for_counts_as_heard(answer: Answer) -> None:
    async def scenario() -> None:
        async with version_server() as api:
            api.on_list("/version", answer, body({}))
            session = Session(access_to(api.url), FixedCredentials(Credential()), SteppedClock().clock())
            with suppress(CockpitError):
                await session.get("/version", "ask for its version")
            assert (session.heard_at, session.observed_at) == (None, None)
            await session.get("/version", "ask for its version")
            assert session.heard_at is not None
            await session.close()

    asyncio.run(scenario())


def test_a_refusal_whose_body_never_ends_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=403)
        await response.prepare(request)
        await response.write(b"{")
        await asyncio.Event().wait()
        return response

    async def scenario() -> None:
        monkeypatch.setattr("cockpit.kube.session._ERROR_BODY_SECONDS", 0.05)
        async with version_server() as api:
            api.on_list("/version", hang)
            session = Session(access_to(api.url), FixedCredentials(Credential()), SteppedClock().clock())
            with pytest.raises(ForbiddenError, match="You may not watch pods"):
                async with asyncio.timeout(5), session.stream("/version", "watch pods", {}):
                    pass
            await session.close()

    asyncio.run(scenario())


def test_no_more_of_a_refusal_is_read_than_a_sentence_needs() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(status=500)
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65_536)

    async def scenario() -> None:
        async with version_server() as api:
            api.on_list("/version", endless)
            with pytest.raises(BusyError):
                async with asyncio.timeout(2):
                    await ask(access_to(api.url))

    asyncio.run(scenario())
