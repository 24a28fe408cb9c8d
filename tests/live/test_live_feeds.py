"""Opening feeds, and asking them single questions."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from cockpit.errors import CockpitError, UsageError
from cockpit.live.live_feeds import LiveFeeds
from cockpit.resources.kinds import POD
from tests.kube.fake_api import body, item, listing, raw
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
