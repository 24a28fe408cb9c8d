"""A scripted cluster with one release, and a feed on it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cockpit.live.live_feed import LiveFeed
from cockpit.live.live_feeds import LiveFeeds
from cockpit.live.picture import Picture, SourceView
from cockpit.resources.kinds import WATCHED
from tests.kube.fake_api import Answer, FakeApi, JsonObject, body, item, listing, stream
from tests.kube.stepped import SteppedClock, step_until

LABELS = {"app": "web"}


def deployment(name: str = "web", namespace: str = "shop") -> JsonObject:
    """Return a Deployment of one replica."""
    template = {"metadata": {"labels": LABELS}, "spec": {"containers": [{"name": "app", "image": "web:1"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": LABELS}, "template": template}
    return item(name, namespace, spec=spec)


def pod(name: str, namespace: str = "shop", version: str = "1") -> JsonObject:
    """Return a bare pod."""
    return item(name, namespace, version)


def empty_cluster(namespace: str | None = "shop") -> FakeApi:
    """Return a server that serves every watched kind, with nothing in it."""
    api = FakeApi()
    api.on_list("/version", body({}))
    api.on_list("/api/v1/namespaces/shop", body(item("shop")))
    for kind in WATCHED:
        serve(api, kind.collection_path(namespace))
    return api


def serve(api: FakeApi, path: str, *items: JsonObject, watch: Answer | None = None) -> None:
    """Serve a list and a watch that stays open."""
    api.on_list(path, listing(*items))
    api.on_watch(path, watch or stream())


def kubeconfig(folder: Path, server: str, **user: object) -> str:
    """Write a kubeconfig with one context, `test`, in namespace shop; return its path."""
    document = {
        "current-context": "test",
        "clusters": [{"name": "test", "cluster": {"server": server}}],
        "users": [{"name": "tester", "user": user or {"token": "opaque"}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "tester", "namespace": "shop"}}],
    }
    path = folder / "config"
    path.write_text(json.dumps(document))
    return str(path)


@dataclass
class Show:
    """What a test of a feed holds in its hands."""

    api: FakeApi
    time: SteppedClock
    feed: LiveFeed
    pictures: list[Picture] = field(default_factory=list)

    @property
    def picture(self) -> Picture:
        """The latest picture."""
        return self.feed.picture

    def source(self, kind: str) -> SourceView:
        """Return how one kind stands."""
        return next(source for source in self.picture.sources if source.kind == kind)

    async def until_complete(self) -> None:
        """Let time pass until the first full picture."""
        await step_until(self.time, lambda: self.picture.complete, "a complete picture")


@asynccontextmanager
async def showing(
    api: FakeApi, folder: Path, namespaces: tuple[str, ...] | None = None, follow: bool = True
) -> AsyncIterator[Show]:
    """Start the server and a feed on it."""
    time = SteppedClock()
    async with api:
        feeds = LiveFeeds(kubeconfig(folder, api.url), environ={}, clock=time.clock())
        show = Show(api, time, feeds.open(None, namespaces, follow=follow))
        show.feed.subscribe(show.pictures.append)
        await show.feed.start()
        try:
            yield show
        finally:
            await show.feed.stop()
