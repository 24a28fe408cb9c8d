"""One picture, and no more."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest
from aiohttp import web

from cockpit.errors import UnreachableError
from cockpit.get.command import get_once
from cockpit.live.feed import Feed
from cockpit.live.live_feeds import LiveFeeds
from cockpit.live.once import first_complete
from cockpit.live.picture import ConnectionState, Picture
from tests.kube.fake_api import FakeApi
from tests.live.cluster import deployment, empty_cluster, kubeconfig, serve


def test_a_single_picture_opens_no_watch(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with empty_cluster() as api:
            serve(api, "/apis/apps/v1/namespaces/shop/deployments", deployment())
            feed = LiveFeeds(kubeconfig(tmp_path, api.url), environ={}).open(None, None, follow=False)
            picture = await first_complete(feed)
            await feed.stop()
            assert picture.complete
            assert picture.connection is ConnectionState.LIVE
            assert [release.name for release in picture.releases] == ["web"]
            assert not [asked for asked in api.asked if asked.is_watch]

    asyncio.run(scenario())


def test_a_server_that_does_not_answer_is_told_at_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with FakeApi() as api:
            pass
        feed = LiveFeeds(kubeconfig(tmp_path, api.url), environ={}).open(None, None, follow=False)
        picture = await first_complete(feed)
        await feed.stop()
        assert picture.connection is ConnectionState.UNREACHABLE
        assert "does not answer" in picture.connection_message

    asyncio.run(scenario())


def test_after_the_deadline_the_picture_is_what_there_is(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with empty_cluster() as api:
            feed = LiveFeeds(kubeconfig(tmp_path, api.url), environ={}).open(None, None)
            picture = await first_complete(feed, deadline_seconds=0.0)
            await feed.stop()
            assert not picture.complete

    asyncio.run(scenario())


def test_get_tells_an_unfinished_picture_from_an_empty_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(_: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    def tell(sentence: str) -> None:
        raise AssertionError(sentence)

    async def soon(feed: Feed) -> Picture:
        return await first_complete(feed, deadline_seconds=0.5)

    async def scenario() -> None:
        monkeypatch.setattr("cockpit.get.command.first_complete", soon)
        lines: list[str] = []
        async with empty_cluster() as api:
            api.on_list("/apis/apps/v1/namespaces/shop/deployments", hang)
            feed = LiveFeeds(kubeconfig(tmp_path, api.url), environ={}).open(None, None, follow=False)
            with pytest.raises(UnreachableError, match="still missing: deployments") as raised:
                await get_once(feed, None, "json", lines.append, notify=tell)
            assert raised.value.exit_code == 3
            assert lines == []

    asyncio.run(scenario())


def test_a_plugin_that_was_run_before_the_screen_opened_is_not_run_again(tmp_path: Path) -> None:
    plugin = tmp_path / "login"
    answer = (
        '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "prepared"}}'
    )
    plugin.write_text(f"#!/bin/sh\necho run >> {tmp_path}/runs\necho '{answer}'\n")
    plugin.chmod(plugin.stat().st_mode | stat.S_IXUSR)
    entry = {"apiVersion": "client.authentication.k8s.io/v1", "command": "./login", "interactiveMode": "IfAvailable"}

    async def scenario() -> set[str]:
        async with empty_cluster() as api:
            feeds = LiveFeeds(kubeconfig(tmp_path, api.url, exec=entry), environ={"PATH": "/usr/bin:/bin"})
            await feeds.prepare()
            feed = feeds.open(None, None, follow=False)
            await first_complete(feed)
            await feed.stop()
            return {asked.headers["Authorization"] for asked in api.asked}

    assert asyncio.run(scenario()) == {"Bearer prepared"}
    assert (tmp_path / "runs").read_text() == "run\n"
