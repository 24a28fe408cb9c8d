"""Kinds of traffic systems, which not every cluster has: found by discovery, at first or later."""

from __future__ import annotations

import asyncio
from pathlib import Path

from cockpit.live.picture import SourceState
from cockpit.live.served_kinds import AGAIN_SECONDS
from cockpit.release.view import ReleaseView
from cockpit.resources.kinds import (
    DEPLOYMENT,
    DESTINATION_RULE,
    HTTP_ROUTE,
    INGRESS,
    INGRESS_CLASS,
    SERVICE,
    VIRTUAL_SERVICE,
    Kind,
)
from tests.kube.fake_api import FakeApi, JsonObject, body, item, status
from tests.kube.stepped import SteppedClock, step_until
from tests.live.cluster import Show, deployment, empty_cluster, serve, showing


def define(api: FakeApi, *kinds: Kind) -> None:
    """Let discovery tell of kinds."""
    versions = dict.fromkeys(kind.api_version for kind in kinds)
    api.on_list("/apis", body({"groups": [{"versions": [{"groupVersion": name}]} for name in versions]}))
    for kind in kinds:
        same = [{"name": other.plural} for other in kinds if other.api_version == kind.api_version]
        api.on_list(kind.version_path, body({"resources": same}))


def shop() -> FakeApi:
    api = empty_cluster()
    serve(api, DEPLOYMENT.collection_path("shop"), deployment())
    serve(api, SERVICE.collection_path("shop"), item("web", spec={"selector": {"app": "web"}, "ports": [{"port": 80}]}))
    return api


def route(weight: int = 1) -> JsonObject:
    spec = {"hostnames": ["web.example"], "rules": [{"backendRefs": [{"name": "web", "port": 80, "weight": weight}]}]}
    return item("web", spec=spec)


async def pass_time(time: SteppedClock, seconds: float) -> None:
    """Let time pass second by second, with a moment each for answers, which take real time."""
    for _ in range(round(seconds)):
        await time.advance(1.0)
        await asyncio.sleep(0.002)


def release(show: Show) -> ReleaseView:
    (only,) = show.picture.releases
    return only


def kinds(show: Show) -> set[str]:
    return {source.kind for source in show.picture.sources}


def test_a_kind_that_is_served_is_watched_and_its_routes_are_told(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = shop()
        define(api, HTTP_ROUTE)
        serve(api, HTTP_ROUTE.collection_path("shop"), route())
        async with showing(api, tmp_path) as show:
            await show.until_complete()
            assert [entry.kind for entry in release(show).routes or ()] == ["HTTPRoute"]
            assert show.source("httproutes").state is SourceState.LIVE

    asyncio.run(scenario())


def test_kinds_that_are_not_served_are_neither_asked_for_nor_shown_nor_missing(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = shop()
        define(api)
        async with showing(api, tmp_path) as show:
            await show.until_complete()
            assert release(show).routes == ()
            assert "httproutes" not in kinds(show)
            assert not [asked for asked in api.asked if "gateway" in asked.path or "istio" in asked.path]
            assert len(api.asked_for("/apis")) == 1

    asyncio.run(scenario())


def test_a_definition_that_is_installed_later_appears_without_a_restart(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = shop()
        define(api)
        serve(api, HTTP_ROUTE.collection_path("shop"), route())
        async with showing(api, tmp_path) as show:
            await show.until_complete()
            assert release(show).routes == ()
            define(api, HTTP_ROUTE)
            await pass_time(show.time, AGAIN_SECONDS + 1)
            await step_until(show.time, lambda: release(show).routes)

    asyncio.run(scenario())


def test_a_definition_that_is_taken_away_takes_its_routes_with_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = shop()
        define(api, HTTP_ROUTE)
        serve(api, HTTP_ROUTE.collection_path("shop"), route())
        async with showing(api, tmp_path) as show:
            await show.until_complete()
            assert release(show).routes
            api.on_list(HTTP_ROUTE.collection_path("shop"), status(404))
            api.on_watch(HTTP_ROUTE.collection_path("shop"), status(404))
            show.feed._coverage.reconnect()
            await step_until(show.time, lambda: release(show).routes == ())
            assert "httproutes" not in kinds(show)

    asyncio.run(scenario())


def test_a_kind_that_may_not_be_listed_leaves_the_routes_unknown(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = shop()
        define(api, VIRTUAL_SERVICE, DESTINATION_RULE)
        for kind in (VIRTUAL_SERVICE, DESTINATION_RULE):
            api.on_list(kind.collection_path("shop"), status(403))
        async with showing(api, tmp_path) as show:
            await show.until_complete()
            assert release(show).routes is None
            assert release(show).splits.configured is None
            assert show.source("virtualservices").state is SourceState.FORBIDDEN

    asyncio.run(scenario())


def test_who_may_not_ask_what_is_served_finds_out_by_listing(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = shop()
        api.on_list("/apis", status(403))
        serve(api, HTTP_ROUTE.collection_path("shop"), route())
        async with showing(api, tmp_path) as show:
            await show.until_complete()
            await step_until(show.time, lambda: release(show).routes)
            assert "rollouts" not in kinds(show)

    asyncio.run(scenario())


def test_classes_of_the_cluster_tell_who_reads_an_ingress_in_any_namespace(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = shop()
        define(api, INGRESS_CLASS)
        serve(
            api,
            INGRESS_CLASS.collection_path(None),
            item("nginx", "", spec={"controller": "nginx.org/ingress-controller"}),
        )
        backend = {"service": {"name": "web", "port": {"number": 80}}}
        spec = {"ingressClassName": "nginx", "rules": [{"http": {"paths": [{"path": "/", "backend": backend}]}}]}
        canary = item("web", spec=spec)
        canary["metadata"] = {"name": "web", "namespace": "shop", "uid": "web", "resourceVersion": "1"} | {
            "annotations": {"nginx.ingress.kubernetes.io/canary": "true"}
        }
        serve(api, INGRESS.collection_path("shop"), canary)
        async with showing(api, tmp_path) as show:
            await show.until_complete()
            await step_until(show.time, lambda: "does not read" in (release(show).routes or ())[0].problem)
            assert show.source("ingressclasses").state is SourceState.LIVE

    asyncio.run(scenario())


def test_listing_once_finds_the_same(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = shop()
        define(api, HTTP_ROUTE)
        serve(api, HTTP_ROUTE.collection_path("shop"), route())
        async with showing(api, tmp_path, follow=False) as show:
            await show.until_complete()
            assert [entry.kind for entry in release(show).routes or ()] == ["HTTPRoute"]

    asyncio.run(scenario())
