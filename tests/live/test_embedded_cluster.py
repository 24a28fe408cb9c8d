"""A feed on the embedded cluster, which it cannot tell from any other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from cockpit.live.live_feed import LiveFeed
from cockpit.live.live_feeds import LiveFeeds
from cockpit.live.once import first_complete
from cockpit.live.picture import ConnectionState, SourceState
from cockpit.resources.kinds import ROUTING
from cockpit.training.api.kinds import DEPLOYMENT
from cockpit.training.serve import ClusterServer
from tests.kube.stepped import until

NOON = 1_795_262_400.0


def feeds_on(cluster: ClusterServer) -> LiveFeeds:
    return LiveFeeds(str(cluster.kubeconfig), environ={})


@asynccontextmanager
async def watching(cluster: ClusterServer) -> AsyncIterator[LiveFeed]:
    feed = feeds_on(cluster).open("admin", ("default",))
    try:
        picture = await first_complete(feed)
        assert picture.complete
        yield feed
    finally:
        await feed.stop()


def scale(cluster: ClusterServer, name: str, replicas: int) -> None:
    deployment = cluster.registry.get(DEPLOYMENT, "default", name)
    changed = {**deployment, "spec": {**deployment["spec"], "replicas": replicas}}
    cluster.registry.replace(DEPLOYMENT, "default", name, changed)


def desired(feed: LiveFeed) -> list[int | None]:
    return [version.counts.desired for release in feed.picture.releases for version in release.versions]


def test_blue_and_green_are_one_release_with_two_versions() -> None:
    async def story() -> None:
        async with ClusterServer("selector-switch", now=NOON) as cluster:
            feed = feeds_on(cluster).open("admin", None, follow=False)
            picture = await first_complete(feed)
            await feed.stop()
            assert picture.connection is ConnectionState.LIVE
            assert {source.state for source in picture.sources} == {SourceState.LIVE}
            assert [len(release.versions) for release in picture.releases] == [2]

    asyncio.run(story())


def nothing(cluster: ClusterServer) -> None:
    """Leave the cluster alone."""


def drop_watches(cluster: ClusterServer) -> None:
    cluster.drop_watches()


def forget_history(cluster: ClusterServer) -> None:
    cluster.store.compact()


@pytest.mark.parametrize("disturb", [nothing, drop_watches, forget_history])
def test_a_change_is_seen_whatever_becomes_of_the_watches(disturb: Callable[[ClusterServer], None]) -> None:
    async def story() -> None:
        async with ClusterServer("selector-switch", now=NOON) as cluster, watching(cluster) as feed:
            disturb(cluster)
            scale(cluster, "shop-blue", 7)

            def seven_are_wanted() -> bool:
                cluster.clock.step(0.01)
                return 7 in desired(feed)

            await until(seven_are_wanted)
            await until(lambda: {source.state for source in feed.picture.sources} == {SourceState.LIVE})

    asyncio.run(story())


def test_time_is_told_by_the_cluster_s_clock() -> None:
    async def story() -> None:
        async with ClusterServer("selector-switch", now=NOON) as cluster, watching(cluster) as feed:
            assert abs(feed.now().timestamp() - NOON) < 10

    asyncio.run(story())


def test_a_viewer_without_endpointslices_sees_everything_else() -> None:
    async def story() -> None:
        async with ClusterServer("selector-switch", now=NOON, hidden_from_viewer=("endpointslices",)) as cluster:
            feed = feeds_on(cluster).open("viewer", ("default",), follow=False)
            picture = await first_complete(feed)
            await feed.stop()
            states = {source.kind: source.state for source in picture.sources}
            assert states.pop("endpointslices") is SourceState.FORBIDDEN
            # The role "view" does not read the kinds of definitions that are added to a cluster.
            added = {kind: states.pop(kind) for kind in [kind.plural for kind in ROUTING] if kind in states}
            assert set(added.values()) == {SourceState.FORBIDDEN}
            assert set(states.values()) == {SourceState.LIVE}
            assert picture.releases[0].splits.endpoints is None

    asyncio.run(story())
