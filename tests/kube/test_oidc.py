"""The legacy OIDC auth-provider against an identity provider on loopback."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml

from cockpit.kube.errors import CredentialError
from cockpit.kube.oidc import IdentityProvider
from tests.kube.fake_api import FakeApi, body, status
from tests.kube.play import access_to
from tests.kube.stepped import SteppedClock


def jwt(ends: datetime, name: str) -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": int(ends.timestamp()), "sub": name}).encode())
    return f"e30.{claims.decode().rstrip('=')}.signature"


def provider_at(api: FakeApi, *answers: object) -> None:
    api.on_list("/.well-known/openid-configuration", body({"token_endpoint": f"{api.url}/token"}))
    api.on_list("/token", *(body(answer) for answer in answers))


def config(api: FakeApi, id_token: str, refresh: str = "r1") -> dict[str, str]:
    found = {"idp-issuer-url": api.url, "client-id": "cockpit", "client-secret": "s", "id-token": id_token}
    return found | ({"refresh-token": refresh} if refresh else {})


def test_a_token_that_lasts_is_used_as_it_is() -> None:
    async def scenario() -> None:
        time = SteppedClock()
        async with FakeApi() as api:
            token = jwt(time.wall() + timedelta(hours=1), "first")
            provider = IdentityProvider(access_to("https://x"), config(api, token), time.clock())
            assert (await provider.issue()).authorization == f"Bearer {token}"
            assert not api.asked

    asyncio.run(scenario())


def test_a_token_that_has_ended_is_refreshed() -> None:
    async def scenario() -> None:
        time = SteppedClock()
        async with FakeApi() as api:
            fresh = jwt(time.wall() + timedelta(hours=1), "second")
            provider_at(api, {"id_token": fresh})
            old = jwt(time.wall() - timedelta(hours=1), "first")
            found = await IdentityProvider(access_to("https://x"), config(api, old), time.clock()).issue()
            assert found.authorization == f"Bearer {fresh}"
            assert found.expires_at is not None
            assert found.expires_at > time.wall()

    asyncio.run(scenario())


def test_a_rotated_refresh_token_is_kept_in_the_kubeconfig_for_kubectl(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.touch(mode=0o600)

    async def scenario() -> None:
        time = SteppedClock()
        async with FakeApi() as api:
            provider_at(api, {"id_token": jwt(time.wall() + timedelta(hours=1), "x"), "refresh_token": "r2"})
            kept = config(api, "", "r1")
            entry = {"name": "tester", "user": {"auth-provider": {"name": "oidc", "config": kept}}}
            file.write_text(yaml.safe_dump({"current-context": "c", "users": [entry]}))
            access = replace(access_to("https://x"), user_file=file)
            await IdentityProvider(access, kept, time.clock()).issue()

    asyncio.run(scenario())
    written = yaml.safe_load(file.read_text())
    assert written["current-context"] == "c"
    assert written["users"][0]["user"]["auth-provider"]["config"]["refresh-token"] == "r2"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_provider_that_refuses_is_named_without_the_tokens() -> None:
    async def scenario() -> None:
        time = SteppedClock()
        async with FakeApi() as api:
            provider_at(api)
            api.on_list("/token", status(400, "refresh token r1-secret is revoked"))
            provider = IdentityProvider(access_to("https://x"), config(api, "", "r1-secret"), time.clock())
            with pytest.raises(
                CredentialError, match=r'user "tester" was not renewed by .* \(400\)\. Log in'
            ) as raised:
                await provider.issue()
            assert "r1-secret" not in str(raised.value)

    asyncio.run(scenario())


def test_without_a_refresh_token_the_sentence_says_to_log_in_again() -> None:
    async def scenario() -> None:
        time = SteppedClock()
        async with FakeApi() as api:
            old = jwt(time.wall() - timedelta(hours=1), "first")
            provider = IdentityProvider(access_to("https://x"), config(api, old, ""), time.clock())
            with pytest.raises(CredentialError, match=r"has ended.* Log in again\."):
                await provider.issue()

    asyncio.run(scenario())
