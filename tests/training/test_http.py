"""The API over HTTP: lists, pages, watches, patches, tables, users."""

from __future__ import annotations

import asyncio
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest

from cockpit.training.api.kinds import DEPLOYMENT, KINDS
from cockpit.training.objects import Json
from tests.training.api_client import DEPLOYMENTS, PODS, SERVICES, TABLE, Api, talk
from tests.training.steps import SPACE, deployment, set_image

MERGE = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"


def test_a_list_in_pages_is_of_one_moment_though_pods_go_in_between() -> None:
    async def story(api: Api) -> None:
        first = await api.get(f"{PODS}?limit=3")
        assert first["metadata"]["remainingItemCount"] == 1
        whole = {item["metadata"]["name"] for item in (await api.get(PODS))["items"]}
        for name in whole:
            await api.ask("DELETE", f"{PODS}/{name}", {"gracePeriodSeconds": 0})
        second = await api.get(f"{PODS}?limit=3&continue={first['metadata']['continue']}")
        assert {item["metadata"]["name"] for item in first["items"] + second["items"]} == whole
        assert second["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
        assert "continue" not in second["metadata"]

    talk(story)


@pytest.mark.parametrize("limit", [0, -1, -3])
def test_a_limit_that_is_not_positive_is_none(limit: int) -> None:
    async def story(api: Api) -> Json:
        return await api.get(f"{PODS}?limit={limit}")

    listed = talk(story)
    assert len(listed["items"]) == 4
    assert "continue" not in listed["metadata"]


def test_a_page_whose_moment_is_forgotten_is_gone() -> None:
    async def story(api: Api) -> None:
        first = await api.get(f"{PODS}?limit=1")
        set_image(api.server.cluster, "app:2")
        api.server.clock.step(5)
        api.server.store.compact()
        status, body = await api.ask("GET", f"{PODS}?limit=1&continue={first['metadata']['continue']}")
        assert (status, body["reason"]) == (410, "Expired")

    talk(story)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("labelSelector=app in (web,other),!nope", 4),
        ("labelSelector=app!=web", 0),
        ("labelSelector=app=web,nope", 0),
        ("fieldSelector=status.phase=Running", 4),
        ("fieldSelector=status.phase!=Running", 0),
        ("fieldSelector=metadata.namespace=other", 0),
    ],
)
def test_selectors_choose(query: str, count: int) -> None:
    async def story(api: Api) -> int:
        return len((await api.get(f"{PODS}?{query}"))["items"])

    assert talk(story) == count


def test_a_watch_goes_on_from_a_list_and_misses_nothing() -> None:
    async def story(api: Api) -> None:
        listed = await api.get(DEPLOYMENTS)
        set_image(api.server.cluster, "app:2")
        query = {"resourceVersion": listed["metadata"]["resourceVersion"]}
        async with api.watch(DEPLOYMENTS, query) as line:
            event = await line()
            assert event["type"] == "MODIFIED"
            assert event["object"]["metadata"]["generation"] == 2
            api.server.clock.step(60)
            while event["object"]["status"].get("observedGeneration") != 2:
                event = await line()
            await api.ask("DELETE", f"{DEPLOYMENTS}/web")
            while event["type"] != "DELETED":
                event = await line()

    talk(story)


def test_a_watch_without_a_version_begins_with_what_there_is() -> None:
    async def story(api: Api) -> list[Any]:
        async with api.watch(PODS, {}) as line:
            return [(await line())["type"] for _ in range(4)]

    assert talk(story) == ["ADDED"] * 4


def test_initial_events_end_with_a_bookmark_that_says_so() -> None:
    async def story(api: Api) -> list[Json]:
        query = {"sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "allowWatchBookmarks": "true"}
        async with api.watch(DEPLOYMENTS, query) as line:
            return [await line(), await line()]

    added, bookmark = talk(story)
    assert (added["type"], bookmark["type"]) == ("ADDED", "BOOKMARK")
    assert bookmark["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


def test_a_watch_from_a_forgotten_version_ends_with_410() -> None:
    async def story(api: Api) -> list[Json]:
        api.server.store.compact()
        async with api.watch(PODS, {"resourceVersion": "2"}) as line:
            return [await line(), await line()]

    error, end = talk(story)
    assert error["type"] == "ERROR"
    assert (error["object"]["code"], error["object"]["reason"]) == (410, "Expired")
    assert error["object"]["message"].startswith("too old resource version: 2 (")
    assert end == {}


def test_leaving_the_selection_of_a_watch_looks_like_a_deletion() -> None:
    async def story(api: Api) -> tuple[str, Any]:
        pod = (await api.get(PODS))["items"][0]["metadata"]["name"]
        version = (await api.get(PODS))["metadata"]["resourceVersion"]
        async with api.watch(PODS, {"labelSelector": "app=web", "resourceVersion": version}) as line:
            await api.ask("PATCH", f"{PODS}/{pod}", {"metadata": {"labels": {"app": "aside"}}}, MERGE)
            return pod, await line()

    pod, event = talk(story)
    assert event["type"] == "DELETED"
    assert event["object"]["metadata"]["name"] == pod
    assert event["object"]["metadata"]["labels"]["app"] == "web"


def test_dropped_watches_end_and_can_come_back() -> None:
    async def story(api: Api) -> None:
        async with api.watch(DEPLOYMENTS, {}) as line:
            await line()
            api.server.drop_watches()
            assert await line() == {}
        async with api.watch(DEPLOYMENTS, {}) as line:
            assert (await line())["type"] == "ADDED"

    talk(story)


def test_a_dry_run_answers_and_keeps_nothing() -> None:
    async def story(api: Api) -> None:
        before = api.server.store.revision
        status, made = await api.ask("POST", f"{DEPLOYMENTS}?dryRun=All", deployment("other"))
        assert (status, made["spec"]["strategy"]["type"]) == (201, "RollingUpdate")
        _, scaled = await api.ask("PATCH", f"{DEPLOYMENTS}/web?dryRun=All", {"spec": {"replicas": 9}}, MERGE)
        assert scaled["spec"]["replicas"] == 9
        await api.ask("DELETE", f"{DEPLOYMENTS}/web?dryRun=All")
        assert api.server.store.revision == before

    talk(story)


def test_the_scale_subresource_changes_nothing_but_replicas() -> None:
    async def story(api: Api) -> None:
        status, scale = await api.ask("PATCH", f"{DEPLOYMENTS}/web/scale", {"spec": {"replicas": 2}}, MERGE)
        assert (status, scale["kind"], scale["spec"]) == (200, "Scale", {"replicas": 2})
        assert scale["status"] == {"replicas": 4, "selector": "app=web"}
        api.server.clock.step(10)
        assert len((await api.get(PODS))["items"]) == 2

    talk(story)


def test_status_and_spec_are_written_apart() -> None:
    async def story(api: Api) -> None:
        both = {"spec": {"replicas": 9}, "status": {"replicas": 77}}
        _, left = await api.ask("PATCH", f"{DEPLOYMENTS}/web/status", both, MERGE)
        assert (left["spec"]["replicas"], left["status"]["replicas"]) == (4, 77)
        _, right = await api.ask("PATCH", f"{DEPLOYMENTS}/web", both | {"status": {"replicas": 5}}, MERGE)
        assert (right["spec"]["replicas"], right["status"]["replicas"]) == (9, 77)

    talk(story)


def test_a_deployment_prints_as_a_real_server_prints_it() -> None:
    async def story(api: Api) -> Json:
        return await api.get(DEPLOYMENTS, TABLE)

    table = talk(story)
    columns = [(column["name"], column["priority"]) for column in table["columnDefinitions"]]
    names = ["Name", "Ready", "Up-to-date", "Available", "Age", "Containers", "Images", "Selector"]
    assert columns == [(name, int(name in names[5:])) for name in names]
    assert table["rows"][0]["cells"] == ["web", "4/4", 4, 4, "30s", "app", "app:1", "app=web"]


def test_every_kind_has_a_table() -> None:
    async def story(api: Api) -> None:
        for kind in KINDS:
            root = f"/apis/{kind.api_version}" if kind.group else "/api/v1"
            table = await api.get(f"{root}/{kind.plural}", TABLE)
            widths = {len(row["cells"]) for row in table["rows"]} | {len(table["columnDefinitions"])}
            assert len(widths) == 1, kind.kind

    talk(story)


def test_a_viewer_reads_but_does_not_write_and_some_kinds_stay_hidden() -> None:
    async def story(api: Api) -> None:
        viewer = api.as_user("viewer")
        assert (await viewer.get(PODS))["kind"] == "PodList"
        status, body = await viewer.ask("DELETE", f"{SERVICES}/web")
        assert (status, body["message"]) == (
            403,
            'services "web" is forbidden: User "viewer" cannot delete resource "services" in API group "" in the '
            f'namespace "{SPACE}"',
        )
        status, body = await viewer.ask("GET", "/apis/discovery.k8s.io/v1/endpointslices")
        assert (status, body["message"]) == (
            403,
            'endpointslices.discovery.k8s.io is forbidden: User "viewer" cannot list resource "endpointslices" in API '
            'group "discovery.k8s.io" at the cluster scope',
        )

    talk(story, hidden_from_viewer=("endpointslices",))


def test_a_viewer_of_one_namespace_may_not_list_them_all() -> None:
    async def story(api: Api) -> None:
        viewer = api.as_user("viewer")
        assert (await viewer.get(PODS))["items"]
        assert (await viewer.ask("GET", "/api/v1/pods"))[0] == 403
        review = {"spec": {"resourceAttributes": {"verb": "list", "resource": "pods", "namespace": SPACE}}}
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        assert (await viewer.ask("POST", path, review))[1]["status"]["allowed"] is True
        review["spec"]["resourceAttributes"]["namespace"] = ""
        assert (await viewer.ask("POST", path, review))[1]["status"] == {"allowed": False}

    talk(story, viewer_namespaces=(SPACE,))


def test_the_date_header_is_simulated_time() -> None:
    async def story(api: Api) -> tuple[str, str]:
        dates = []
        async with aiohttp.ClientSession() as session:
            for _ in range(2):
                async with session.get(api.server.url + "/version") as response:
                    dates.append(response.headers["Date"])
                api.server.clock.step(3600)
        return dates[0], dates[1]

    first, second = talk(story)
    assert (parsedate_to_datetime(second) - parsedate_to_datetime(first)).total_seconds() == 3600


def test_two_hundred_watchers_that_never_read_do_not_stop_the_others() -> None:
    async def story(api: Api) -> None:
        writers = []
        for _ in range(200):
            _, writer = await asyncio.open_connection("127.0.0.1", int(api.server.address.rpartition(":")[2]))
            path = api.server.url.removeprefix(api.server.address) + PODS
            writer.write(f"GET {path}?watch=true HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            writers.append(writer)
        api.server.registry.delete(DEPLOYMENT, SPACE, "web")
        api.server.clock.step(30)
        assert (await api.get(PODS))["items"] == []
        for writer in writers:
            writer.close()

    talk(story)


@pytest.mark.parametrize(
    ("method", "path", "body", "content_type", "expected"),
    [
        ("GET", "/apis/apps/v1/namespaces/shop/nothings", None, "application/json", 404),
        ("GET", "/apis/apps/v1/namespaces/shop/deployments/web/nothing", None, "application/json", 404),
        ("POST", "/apis/apps/v1/namespaces/shop/deployments/web", {}, "application/json", 405),
        ("POST", "/apis/apps/v1/namespaces/nowhere/deployments", deployment("a"), "application/json", 404),
        ("POST", DEPLOYMENTS, [], "application/json", 400),
        ("POST", DEPLOYMENTS, {"metadata": "text"}, "application/json", 400),
        ("POST", DEPLOYMENTS, {"metadata": {"name": "a"}, "spec": "text"}, "application/json", 400),
        ("POST", DEPLOYMENTS, {"kind": "Pod", "metadata": {"name": "a"}}, "application/json", 400),
        ("PATCH", f"{DEPLOYMENTS}/web", {"spec": 1}, "application/merge-patch+json", 400),
        ("PATCH", f"{DEPLOYMENTS}/web", [{"op": "nothing"}], "application/json-patch+json", 400),
        ("PATCH", f"{DEPLOYMENTS}/web", {}, "application/json-patch+json", 400),
        ("PATCH", f"{DEPLOYMENTS}/web", [], "application/merge-patch+json", 400),
        ("GET", f"{PODS}?limit=many", None, "application/json", 400),
        ("GET", f"{PODS}?watch=true&resourceVersion=x", None, "application/json", 400),
        ("GET", f"{PODS}?labelSelector=,", None, "application/json", 400),
        ("DELETE", f"{PODS}/nope", {"gracePeriodSeconds": "soon"}, "application/json", 400),
        ("DELETE", f"{PODS}/nope", {"preconditions": "none"}, "application/json", 400),
        ("DELETE", f"{PODS}/nope", [], "application/json", 400),
    ],
)
def test_a_bad_request_is_answered_with_a_status(
    method: str, path: str, body: object, content_type: str, expected: int
) -> None:
    async def story(api: Api) -> tuple[int, Any]:
        return await api.ask(method, path, body, content_type)

    status, answer = talk(story)
    assert (status, answer["kind"], answer["code"]) == (expected, "Status", expected)


def test_a_body_of_more_than_three_mebibytes_is_refused() -> None:
    async def story(api: Api) -> int:
        return (await api.ask("POST", DEPLOYMENTS, {"metadata": {"name": "x" * 3_200_000}}))[0]

    assert talk(story) == 413


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/healthz", "ok"),
        ("/livez/ping", "ok"),
        ("/readyz?verbose", "[+]ping ok\nreadyz check passed\n"),
        ("/livez?verbose=true&exclude=ping", "[+]ping excluded: ok\nlivez check passed\n"),
    ],
)
def test_health_is_told_in_a_word_or_check_by_check(path: str, answer: str) -> None:
    async def story(api: Api) -> tuple[int, str]:
        return await api.text(path)

    assert talk(story) == (200, answer)


def test_a_check_of_health_that_there_is_not_is_not_found() -> None:
    async def story(api: Api) -> tuple[int, str]:
        return await api.text("/readyz/nothing")

    assert talk(story)[0] == 404
