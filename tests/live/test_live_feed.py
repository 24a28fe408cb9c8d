"""What a subscriber sees of a cluster, in good times and bad."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from cockpit.live.picture import ConnectionState, Picture, SourceState
from cockpit.release.view import State
from cockpit.resources.kinds import DEPLOYMENT, ENDPOINT_SLICE, EVENT, POD, SERVICE, WATCHED
from tests.kube.fake_api import FakeApi, body, event, item, status, stream
from tests.kube.stepped import step_until
from tests.live.cluster import deployment, empty_cluster, serve, showing

DEPLOYMENTS = DEPLOYMENT.collection_path("shop")


def test_the_first_releases_come_with_a_complete_picture(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = empty_cluster()
        serve(api, DEPLOYMENTS, deployment())
        async with showing(api, tmp_path) as show:
            await show.until_complete()
            assert [release.key for release in show.picture.releases] == [("shop", "web")]
            assert all(picture.complete for picture in show.pictures if picture.releases)
            assert show.picture.connection is ConnectionState.LIVE
            assert {source.state for source in show.picture.sources} == {SourceState.LIVE}
            assert show.picture.context == "test"
            assert show.picture.namespaces == ("shop",)

    asyncio.run(scenario())


def test_a_release_that_appears_later_is_published(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = empty_cluster()
        serve(api, DEPLOYMENTS, watch=stream(event("ADDED", deployment())))
        async with showing(api, tmp_path) as show:
            await step_until(show.time, lambda: show.picture.releases)

    asyncio.run(scenario())


def test_a_release_whose_workload_is_deleted_goes_away(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = empty_cluster()
        serve(api, DEPLOYMENTS, deployment(), deployment("other"), watch=stream(event("DELETED", deployment("other"))))
        async with showing(api, tmp_path) as show:
            await show.until_complete()
            await step_until(show.time, lambda: [release.name for release in show.picture.releases] == ["web"])

    asyncio.run(scenario())


def test_no_picture_is_sent_twice(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with showing(empty_cluster(), tmp_path) as show:
            await show.until_complete()
            await show.time.advance(1)
            assert all(before != after for before, after in zip(show.pictures, show.pictures[1:], strict=False))

    asyncio.run(scenario())


def test_a_forbidden_kind_is_a_state_of_that_kind_only(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = empty_cluster()
        serve(api, DEPLOYMENTS, deployment())
        serve(api, SERVICE.collection_path("shop"), item("web", spec={"selector": {"app": "web"}}))
        api.on_list(ENDPOINT_SLICE.collection_path("shop"), status(403))
        async with showing(api, tmp_path) as show:
            await show.until_complete()
            assert show.source("endpointslices").state is SourceState.FORBIDDEN
            assert "endpointslices" in show.source("endpointslices").message
            assert show.source("pods").state is SourceState.LIVE
            (release,) = show.picture.releases
            assert release.services is not None
            assert release.services[0].endpoints is None

    asyncio.run(scenario())


def test_a_kind_that_is_not_installed_is_absent(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = empty_cluster()
        del api.lists["/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers"]
        async with showing(api, tmp_path) as show:
            await show.until_complete()
            assert show.source("horizontalpodautoscalers").state is SourceState.ABSENT

    asyncio.run(scenario())


def test_when_all_namespaces_are_forbidden_the_context_s_own_is_shown_with_a_warning(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = empty_cluster()
        serve(api, DEPLOYMENTS, deployment())
        for kind in WATCHED:
            api.on_list(kind.collection_path(None), status(403))
        async with showing(api, tmp_path, namespaces=()) as show:
            await step_until(show.time, lambda: show.picture.releases)
            assert show.picture.namespaces == ("shop",)
            assert any("namespace shop" in warning for warning in show.picture.warnings)

    asyncio.run(scenario())


def test_a_user_who_may_list_nothing_is_refused_in_a_sentence(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = empty_cluster()
        for kind in WATCHED:
            api.on_list(kind.collection_path("shop"), status(403))
        async with showing(api, tmp_path) as show:
            await step_until(show.time, lambda: show.picture.connection is ConnectionState.REFUSED)
            assert show.picture.connection_message.startswith("You may not list anything in namespace shop.")

    asyncio.run(scenario())


def test_several_namespaces_are_watched_side_by_side(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = empty_cluster()
        for kind in WATCHED:
            serve(api, kind.collection_path("pay"))
        serve(api, DEPLOYMENTS, deployment())
        serve(api, DEPLOYMENT.collection_path("pay"), deployment("desk", "pay"))
        api.on_list(POD.collection_path("pay"), status(403))
        async with showing(api, tmp_path, namespaces=("shop", "pay")) as show:
            await show.until_complete()
            assert [release.key for release in show.picture.releases] == [("pay", "desk"), ("shop", "web")]
            assert show.source("pods").state is SourceState.FORBIDDEN
            pay, shop = show.picture.releases
            assert pay.versions[0].pods is None
            assert shop.versions[0].pods == ()

    asyncio.run(scenario())


def test_a_namespace_that_does_not_exist_is_named(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = empty_cluster("shpo")
        async with showing(api, tmp_path, namespaces=("shpo",)) as show:
            await step_until(show.time, lambda: show.picture.warnings)
            assert show.picture.warnings[0].startswith("There is no namespace shpo in this cluster.")
            api.on_list("/api/v1/namespaces/shpo", body(item("shpo")))
            await show.time.advance(30)
            await step_until(show.time, lambda: not show.picture.warnings)

    asyncio.run(scenario())


def test_a_namespace_is_asked_for_again_until_it_is_known(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = empty_cluster("shpo")
        api.on_list("/api/v1/namespaces/shpo", status(503), status(404))
        async with showing(api, tmp_path, namespaces=("shpo",)) as show:
            await show.until_complete()
            assert len(api.asked_for("/api/v1/namespaces/shpo")) == 2
            assert show.picture.warnings[0].startswith("There is no namespace shpo")

    asyncio.run(scenario())


def test_a_namespace_that_may_not_be_looked_for_holds_nothing_up(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = empty_cluster()
        api.on_list("/api/v1/namespaces/shop", status(403))
        async with showing(api, tmp_path) as show:
            await show.until_complete()
            assert show.picture.warnings == ()
            await show.time.advance(120)
            assert len(api.asked_for("/api/v1/namespaces/shop")) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize("code", [500, 400])
def test_namespaces_that_cannot_be_asked_for_do_not_hide_the_releases_for_ever(tmp_path: Path, code: int) -> None:
    async def scenario() -> None:
        api = empty_cluster()
        api.on_list("/api/v1/namespaces/shop", status(code))
        async with showing(api, tmp_path) as show:
            await show.until_complete()
            assert show.time.seconds < 15

    asyncio.run(scenario())


def test_a_watch_that_ends_by_a_fault_fails_its_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    async def scenario() -> None:
        api = empty_cluster()
        monkeypatch.setattr("cockpit.kube.watch.KindWatch._recover", broken)
        api.on_list(POD.collection_path("shop"), status(500))
        async with showing(api, tmp_path) as show:
            await show.until_complete()
            assert show.source("pods").state is SourceState.FAILED
            assert "The watch of pods stopped" in show.source("pods").message

    asyncio.run(scenario())


def test_a_search_for_namespaces_that_ends_by_a_fault_holds_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    async def scenario() -> None:
        monkeypatch.setattr("cockpit.live.missing_namespaces.MissingNamespaces._exists", broken)
        async with showing(empty_cluster(), tmp_path) as show:
            await show.until_complete()
            assert "search for namespaces stopped" in show.picture.warnings[0]

    asyncio.run(scenario())


def test_a_listener_that_breaks_costs_no_other_its_pictures(tmp_path: Path) -> None:
    def broken(_: Picture) -> None:
        raise ZeroDivisionError

    async def scenario() -> None:
        async with showing(empty_cluster(), tmp_path) as show:
            show.feed.subscribe(broken)
            show.feed.subscribe(show.pictures.append)
            await show.until_complete()
            await step_until(show.time, lambda: show.pictures[-1].warnings)
            assert show.pictures[-1].warnings[0].startswith("A picture could not be shown (ZeroDivisionError")

    asyncio.run(scenario())


def test_a_heartbeat_that_ends_by_a_fault_leaves_no_live_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    async def scenario() -> None:
        monkeypatch.setattr("cockpit.kube.heartbeat.Heartbeat.beat", broken)
        async with showing(empty_cluster(), tmp_path) as show:
            await step_until(show.time, lambda: show.picture.connection is ConnectionState.UNREACHABLE)
            assert "The heartbeat stopped" in show.picture.connection_message

    asyncio.run(scenario())


def test_a_server_that_goes_away_leaves_a_stale_picture_that_recovers_by_itself(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = empty_cluster()
        serve(api, DEPLOYMENTS, deployment())
        async with showing(api, tmp_path) as show:
            await show.until_complete()
            await api.stop()
            before = show.time.seconds
            await step_until(show.time, lambda: show.picture.connection is ConnectionState.UNREACHABLE)
            assert show.time.seconds - before < 10
            await step_until(show.time, lambda: show.picture.releases[0].state is State.UNKNOWN)
            assert {source.state for source in show.picture.sources} == {SourceState.STALE}
            assert "does not answer" in show.picture.connection_message
            heard = show.picture.observed_at
            await show.time.advance(30)
            assert heard is not None
            assert show.picture.observed_at == heard
            assert (show.feed.now() - heard).total_seconds() >= 30
            await api.start()
            await step_until(show.time, lambda: show.picture.connection is ConnectionState.LIVE)
            await step_until(show.time, lambda: {s.state for s in show.picture.sources} == {SourceState.LIVE})
            assert show.picture.releases[0].state is not State.UNKNOWN

    asyncio.run(scenario())


def test_a_server_that_never_answers_is_unreachable_and_nothing_is_complete(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = FakeApi()
        async with api:
            pass
        async with showing(api, tmp_path) as show:
            await api.stop()
            await step_until(show.time, lambda: show.picture.connection is ConnectionState.UNREACHABLE)
            assert not show.picture.complete

    asyncio.run(scenario())


def test_a_refused_token_is_said_once_for_the_whole_connection(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = FakeApi()
        for path in ("/version", *(kind.collection_path("shop") for kind in WATCHED)):
            api.on_list(path, status(401))
        async with showing(api, tmp_path) as show:
            await step_until(show.time, lambda: show.picture.connection is ConnectionState.REFUSED)
            assert "does not accept your credentials" in show.picture.connection_message
            assert "opaque" not in repr(show.picture)

    asyncio.run(scenario())


def test_events_are_those_of_the_open_namespace_only(tmp_path: Path) -> None:
    async def scenario() -> None:
        api = empty_cluster()
        about = {"kind": "Pod", "name": "web-1", "uid": "u1"}
        started = item("e1", involvedObject=about, reason="Started", lastTimestamp="2026-11-21T10:00:00Z", count=3)
        pulled = item("e2", involvedObject=about, reason="Pulled", lastTimestamp="2026-11-21T10:00:05Z")
        serve(api, EVENT.collection_path("shop"), started, pulled)
        async with showing(api, tmp_path) as show:
            await show.until_complete()
            assert show.picture.events is None
            show.feed.watch_events("shop")
            await step_until(show.time, lambda: show.picture.events)
            assert show.picture.events is not None
            assert [(e.reason, e.object, e.count) for e in show.picture.events] == [
                ("Pulled", "Pod/web-1", 1),
                ("Started", "Pod/web-1", 3),
            ]
            assert show.source("events").state is SourceState.LIVE
            show.feed.watch_events(None)
            await step_until(show.time, lambda: show.picture.events is None)
            assert "events" not in {source.kind for source in show.picture.sources}

    asyncio.run(scenario())


def test_names_and_messages_of_strangers_come_through_as_they_are(tmp_path: Path) -> None:
    hostile = "[bold]\x1b[31mred‮" + "x" * 5000

    async def scenario() -> None:
        api = empty_cluster()
        about = {"kind": "Pod", "name": hostile}
        serve(api, EVENT.collection_path("shop"), item(hostile, involvedObject=about, message=hostile))
        serve(api, DEPLOYMENTS, deployment(hostile))
        async with showing(api, tmp_path) as show:
            show.feed.watch_events("shop")
            await step_until(show.time, lambda: show.picture.events and show.picture.releases)
            assert show.picture.releases[0].name == hostile
            assert show.picture.events is not None
            assert show.picture.events[0].message == hostile

    asyncio.run(scenario())
