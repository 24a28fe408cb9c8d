"""Opening feeds, and asking them single questions."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from cockpit.errors import CockpitError, UsageError
from cockpit.kube.kubeconfig import Kubeconfig, read
from cockpit.live.live_feeds import LiveFeeds
from cockpit.live.once import first_complete
from cockpit.live.picture import ConnectionState
from cockpit.resources.kinds import POD
from tests.kube.fake_api import body, item, listing, raw, status
from tests.kube.stepped import step_until
from tests.live.cluster import empty_cluster, kubeconfig, showing


def test_no_secret_or_configmap_is_ever_asked_for(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = empty_cluster()
        async with showing(api, tmp_path) as show:
            show.feed.watch_events("shop")
            await show.until_complete()
            with pytest.raises(UsageError):
                await show.feed.read_object("Secret", "shop", "password")
            assert not [asked.path for asked in api.asked if "secret" in asked.path or "configmap" in asked.path]

    asyncio.run(scenario())


def test_an_object_is_read_as_yaml_with_its_environment_masked(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = empty_cluster()
        env = {"containers": [{"env": [{"name": "PASSWORD", "value": "hunter2"}]}]}
        api.on_list(POD.object_path("shop", "web-1"), body(item("web-1", spec=env)))
        async with showing(api, tmp_path) as show:
            text = await show.feed.read_object("Pod", "shop", "web-1")
            assert "PASSWORD" in text
            assert "hunter2" not in text
            with pytest.raises(CockpitError, match="Not found"):
                await show.feed.read_object("Pod", "shop", "web-2")

    asyncio.run(scenario())


def test_an_object_in_bytes_that_are_no_text_is_an_error_in_a_sentence(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = empty_cluster()
        api.on_list(POD.object_path("shop", "web-1"), raw(b'{"a": "\xff"}'))
        async with showing(api, tmp_path) as show:
            with pytest.raises(CockpitError, match="Try again"):
                await show.feed.read_object("Pod", "shop", "web-1")

    asyncio.run(scenario())


def test_namespaces_are_listed_page_by_page(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = empty_cluster()
        api.on_list("/api/v1/namespaces", listing(item("a", ""), more="next"), listing(item("b", "")))
        async with showing(api, tmp_path) as show:
            assert await show.feed.list_namespaces() == ("a", "b")

    asyncio.run(scenario())


def test_an_unknown_context_is_named_with_the_choices(tmp_path: Path) -> None:
    feeds = LiveFeeds(kubeconfig(tmp_path, "http://127.0.0.1:1"), environ={})
    assert feeds.contexts() == ("test",)
    with pytest.raises(UsageError, match=r'no context "prod" in the kubeconfig\. There are: test\.'):
        feeds.open("prod", None)


def test_without_a_kubeconfig_the_sentence_says_what_to_do(tmp_path: Path) -> None:
    feeds = LiveFeeds(environ={"KUBECONFIG": str(tmp_path / "none")})
    with pytest.raises(CockpitError, match="There is no kubeconfig") as raised:
        feeds.open(None, None)
    assert raised.value.exit_code == 3


@pytest.mark.parametrize("name", ["Shop", "shop/../kube-system", "", "[bold]", "x" * 64])
def test_a_namespace_that_cannot_be_one_is_refused(tmp_path: Path, name: str) -> None:
    feeds = LiveFeeds(kubeconfig(tmp_path, "http://127.0.0.1:1"), environ={})
    with pytest.raises(UsageError, match="cannot be the name of a namespace"):
        feeds.open(None, (name,))


def test_logging_in_again_lets_a_feed_that_is_open_go_on(tmp_path: Path) -> None:
    async def scenario() -> None:
        async def check(request: web.Request) -> web.StreamResponse:
            good = request.headers["Authorization"] == "Bearer second"
            return await (body({}) if good else status(401))(request)

        api = empty_cluster()
        api.on_list("/version", check)
        async with showing(api, tmp_path) as show:
            await step_until(show.time, lambda: show.picture.connection is ConnectionState.REFUSED)
            kubeconfig(tmp_path, api.url, token="second")
            await step_until(show.time, lambda: show.picture.connection is ConnectionState.LIVE)

    asyncio.run(scenario())


def test_a_context_is_opened_as_its_kubeconfig_says_now(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with empty_cluster() as api:
            feeds = LiveFeeds(kubeconfig(tmp_path, "http://127.0.0.1:1", token="first"), environ={})
            first = feeds.open(None, None)
            assert (await first_complete(first)).connection is ConnectionState.UNREACHABLE
            await first.stop()
            kubeconfig(tmp_path, api.url, token="second")
            feed = feeds.open(None, None, follow=False)
            assert (await first_complete(feed)).connection is ConnectionState.LIVE
            await feed.stop()
            assert {asked.headers["Authorization"] for asked in api.asked} == {"Bearer second"}

    asyncio.run(scenario())


def test_a_kubeconfig_that_has_not_changed_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readings: list[object] = []

    def counted(files: tuple[Path, ...]) -> Kubeconfig:
        readings.append(files)
        return read(files)

    monkeypatch.setattr("cockpit.kube.kubeconfig_files.read", counted)
    feeds = LiveFeeds(kubeconfig(tmp_path, "http://127.0.0.1:1"), environ={})
    feeds.open(None, None)
    feeds.open(None, None)
    assert feeds.contexts() == ("test",)
    assert len(readings) == 1
