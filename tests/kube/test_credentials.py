"""Credentials over time: held, renewed, refused."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from cockpit.errors import UnreachableError
from cockpit.kube.access import Access, AuthProviderEntry, ExecEntry
from cockpit.kube.credentials import Credential, FixedCredentials, IssuedCredentials, TokenFileCredentials
from cockpit.kube.errors import CredentialError
from cockpit.kube.login import LazyCredentials, Login, login
from tests.kube.play import access_to
from tests.kube.stepped import SteppedClock


class Issuer:
    """Issues t1, t2, ... that last ten minutes."""

    def __init__(self, time: SteppedClock) -> None:
        self.time = time
        self.issued = 0
        self.broken = False

    async def issue(self) -> Credential:
        self.issued += 1
        await asyncio.sleep(0)
        if self.broken:
            raise CredentialError("broken")
        return Credential(f"Bearer t{self.issued}", None, self.time.wall() + timedelta(minutes=10))


def test_an_issued_credential_is_held_and_renewed_shortly_before_it_ends() -> None:
    async def scenario() -> None:
        time = SteppedClock()
        issuer = Issuer(time)
        credentials = IssuedCredentials(issuer.issue, time.clock())
        assert (await credentials.current()).authorization == "Bearer t1"
        await time.advance(570)
        assert (await credentials.current()).authorization == "Bearer t1"
        await time.advance(20)
        assert (await credentials.current()).authorization == "Bearer t2"

    asyncio.run(scenario())


def test_many_who_ask_at_once_cause_one_request() -> None:
    async def scenario() -> None:
        time = SteppedClock()
        issuer = Issuer(time)
        credentials = IssuedCredentials(issuer.issue, time.clock())
        await asyncio.gather(*(credentials.current() for _ in range(12)))
        assert issuer.issued == 1
        refused = await credentials.current()
        await asyncio.gather(*(credentials.renewed(refused) for _ in range(12)))
        assert issuer.issued == 2

    asyncio.run(scenario())


def test_a_request_goes_on_when_the_one_who_asked_gives_up() -> None:
    async def scenario() -> None:
        time = SteppedClock()
        issuer = Issuer(time)
        credentials = IssuedCredentials(issuer.issue, time.clock())
        impatient = asyncio.create_task(credentials.current())
        await asyncio.sleep(0)
        impatient.cancel()
        assert (await credentials.current()).authorization == "Bearer t1"
        assert issuer.issued == 1

    asyncio.run(scenario())


def test_a_failure_stands_for_some_seconds() -> None:
    async def scenario() -> None:
        time = SteppedClock()
        issuer = Issuer(time)
        issuer.broken = True
        credentials = IssuedCredentials(issuer.issue, time.clock())
        for _ in range(3):
            with pytest.raises(CredentialError):
                await credentials.current()
        assert issuer.issued == 1
        issuer.broken = False
        await time.advance(5)
        assert (await credentials.current()).authorization == "Bearer t2"

    asyncio.run(scenario())


def test_a_token_file_is_read_again_each_minute_and_when_its_token_is_refused(tmp_path: Path) -> None:
    async def scenario() -> None:
        time = SteppedClock()
        file = tmp_path / "token"
        file.write_text("one\n")
        credentials = TokenFileCredentials(file, None, time.clock())
        first = await credentials.current()
        assert first.authorization == "Bearer one"
        file.write_text("two\n")
        assert await credentials.current() == first
        await time.advance(60)
        second = await credentials.current()
        assert second.authorization == "Bearer two"
        assert await credentials.renewed(second) is None
        file.write_text("three\n")
        assert await credentials.renewed(second) == Credential("Bearer three")

    asyncio.run(scenario())


def test_a_token_file_that_is_gone_is_named(tmp_path: Path) -> None:
    credentials = TokenFileCredentials(tmp_path / "token", None, SteppedClock().clock())
    with pytest.raises(CredentialError, match="tokenFile"):
        asyncio.run(credentials.current())


def test_a_token_file_that_holds_no_text_is_named_and_not_quoted(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"\xff\xfesecret")
    with pytest.raises(CredentialError, match="does not hold text") as raised:
        asyncio.run(TokenFileCredentials(tmp_path / "token", None, SteppedClock().clock()).current())
    assert "secret" not in str(raised.value)


def test_a_user_with_a_name_and_a_password_is_basic() -> None:
    found = login(access_to("https://x", username="u", password="p"), SteppedClock().clock(), {})
    assert asyncio.run(found.credentials.current()).authorization == "Basic dTpw"


def test_a_token_goes_before_a_plugin() -> None:
    access = access_to("https://x", token="t", exec=ExecEntry(command="login"))
    assert login(access, SteppedClock().clock(), {}).plugin is None


def test_an_auth_provider_that_kubernetes_removed_is_refused() -> None:
    access = access_to("https://x", auth_provider=AuthProviderEntry(name="gcp"))
    with pytest.raises(CredentialError, match=r'auth-provider "gcp".*Use the exec plugin'):
        login(access, SteppedClock().clock(), {})


def test_a_credential_never_prints_its_secret() -> None:
    assert "hidden" not in repr(Credential("Bearer hidden", (b"hidden", b"hidden")))
    assert "hidden" not in repr(access_to("https://x", token="hidden"))


def test_a_plugin_is_not_run_again_for_a_kubeconfig_that_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Access] = []

    def logged(access: Access, *_: object) -> Login:
        made.append(access)
        return Login(FixedCredentials(Credential(f"Bearer {access.user.token}")))

    monkeypatch.setattr("cockpit.kube.login.login", logged)
    plugin = access_to("https://x", exec=ExecEntry(command="login"))
    now = [plugin]

    async def scenario() -> None:
        credentials = LazyCredentials(plugin, SteppedClock().clock(), {}, lambda: now[0])
        first = await credentials.current()
        assert await credentials.renewed(first) is None
        assert len(made) == 1
        now[0] = access_to("https://x", token="t")
        assert await credentials.renewed(first) == Credential("Bearer t")

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "user",
    [
        {"token_file": "~no-such-user-here/token"},
        {"client_certificate": "~no-such-user-here/tls.crt", "client_key": "x"},
        {"client_certificate": "a\0b"},
        {"client_certificate_data": "\u00e9"},
    ],
)
def test_files_of_a_user_that_lead_nowhere_are_told_in_a_sentence(user: dict[str, object]) -> None:
    with pytest.raises(UnreachableError, match=r"The (kubeconfig|certificate file|token file)"):
        login(access_to("https://x", **user), SteppedClock().clock(), {})
