"""Table answers: what their rows carry beside the cells, and what the cells say of an object's state."""

from __future__ import annotations

from typing import Any

import pytest

from cockpit.training.objects import Json
from tests.training.api_client import DEPLOYMENTS, PODS, TABLE, Api, talk
from tests.training.steps import SPACE

MERGE = "application/merge-patch+json"
EVENTS = f"/apis/events.k8s.io/v1/namespaces/{SPACE}/events"


def rows(answer: Json) -> list[Json]:
    found: list[Json] = answer["rows"]
    return found


def test_rows_carry_the_whole_object_where_that_is_asked_for() -> None:
    async def story(api: Api) -> None:
        listed = rows(await api.get(f"{PODS}?includeObject=Object", TABLE))
        assert listed
        assert all((row["object"]["kind"], row["object"]["status"]["phase"]) == ("Pod", "Running") for row in listed)
        [single] = rows(await api.get(f"{DEPLOYMENTS}/web?includeObject=Object", TABLE))
        assert single["object"]["spec"]["replicas"] == 4
        newer = rows(await api.get(f"{EVENTS}?includeObject=Object", TABLE))
        assert all(row["object"]["apiVersion"] == "events.k8s.io/v1" and "note" in row["object"] for row in newer)

    talk(story)


@pytest.mark.parametrize("query", ["", "?includeObject=Metadata"])
def test_rows_carry_metadata_where_nothing_else_is_asked_for(query: str) -> None:
    async def story(api: Api) -> set[str]:
        return {row["object"]["kind"] for row in rows(await api.get(f"{PODS}{query}", TABLE))}

    assert talk(story) == {"PartialObjectMetadata"}


def test_rows_carry_nothing_where_nothing_is_asked_for() -> None:
    async def story(api: Api) -> list[Json | None]:
        return [row["object"] for row in rows(await api.get(f"{PODS}?includeObject=None", TABLE))]

    assert talk(story) == [None] * 4


def test_a_watch_carries_whole_objects_too() -> None:
    async def story(api: Api) -> None:
        url = f"{api.server.url_of('admin')}{DEPLOYMENTS}?watch=1&includeObject=Object"
        async with api.session.get(url, headers={"Accept": TABLE}) as response:
            line = await response.content.readline()
        assert b'"replicas":4' in line

    talk(story)


def test_another_object_than_there_is_cannot_be_asked_for() -> None:
    async def story(api: Api) -> tuple[int, Any]:
        return await api.ask("GET", f"{PODS}?includeObject=Some", accept=TABLE)

    status, body = talk(story)
    assert status == 422
    assert body["message"] == (
        'TableOptions.meta.k8s.io "" is invalid: includeObject: Invalid value: "Some": '
        "must be 'Metadata', 'Object', 'None', or empty"
    )


def test_a_cordoned_node_says_that_nothing_is_scheduled_on_it() -> None:
    async def story(api: Api) -> list[str]:
        await api.ask("PATCH", "/api/v1/nodes/node-0", {"spec": {"unschedulable": True}}, MERGE)
        return [row["cells"][1] for row in rows(await api.get("/api/v1/nodes", TABLE))]

    assert talk(story)[:2] == ["Ready,SchedulingDisabled", "Ready"]


def test_a_scale_tells_what_is_wanted_and_what_there_is() -> None:
    async def story(api: Api) -> Json:
        return await api.get(f"{DEPLOYMENTS}/web/scale", TABLE)

    table = talk(story)
    assert [column["name"] for column in table["columnDefinitions"]] == ["Name", "Desired", "Available", "Age"]
    assert [row["cells"] for row in rows(table)] == [["web", 4, 4, "30s"]]
