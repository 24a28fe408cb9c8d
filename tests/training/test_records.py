"""Leases and both kinds of Event, held against what a 1.36 control plane answered (data/records.json, recorded)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cockpit.training.api.kinds import EVENT
from cockpit.training.objects import Json
from tests.training.api_client import TABLE, Api, talk
from tests.training.steps import SPACE, set_image

RECORDED: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "records.json").read_text())["steps"]
LEASES = f"/apis/coordination.k8s.io/v1/namespaces/{SPACE}/leases"
OLD_EVENTS = f"/api/v1/namespaces/{SPACE}/events"
NEW_EVENTS = f"/apis/events.k8s.io/v1/namespaces/{SPACE}/events"
MERGE = "application/merge-patch+json"
OWN = ("uid", "resourceVersion", "creationTimestamp", "managedFields")
EVENT_TIME = "2026-11-21T00:00:00.000000Z"


def new_event(**fields: object) -> Json:
    return {
        "metadata": {"generateName": "cockpit-"},
        "eventTime": EVENT_TIME,
        "reportingController": "cockpit.dev/release-cockpit",
        "reportingInstance": "host",
        "action": "Switch",
        "reason": "Switched",
        "type": "Normal",
        "note": "blue to green",
        "regarding": {"apiVersion": "v1", "kind": "Service", "namespace": SPACE, "name": "web"},
        **fields,
    }


def comparable(body: Json) -> Json:
    """Take out what every cluster gives anew: versions, times, and the random end of a name."""
    metadata = {key: value for key, value in body["metadata"].items() if key not in OWN}
    prefix = metadata.get("generateName", "")
    if prefix:
        metadata["name"] = prefix + "RANDOM"
    text = json.dumps({**body, "metadata": metadata}).replace(f"{prefix}297nz", f"{prefix}RANDOM")
    found: Json = json.loads(text)
    return found


def test_leases_and_events_are_answered_as_recorded() -> None:
    async def story(api: Api) -> None:
        versions: dict[str, str] = {}
        for step in RECORDED:
            request, expected = step["request"], step["response"]
            body = json.loads(json.dumps(request["body"]).replace("rec-api", SPACE))
            asked = body["metadata"].get("resourceVersion")
            body["metadata"] |= {"resourceVersion": versions[asked]} if asked else {}
            status, answer = await api.ask(request["method"], request["path"].replace("rec-api", SPACE), body)
            assert status == expected["status"]
            recorded = json.loads(json.dumps(expected["body"]).replace("rec-api", SPACE))
            if status == 422:  # the name in it is random
                answer["details"].pop("name"), recorded["details"].pop("name")
                answer["message"] = answer["message"].partition(" is invalid: ")[2]
                recorded["message"] = recorded["message"].partition(" is invalid: ")[2]
            assert comparable(answer) == comparable(recorded)
            if status < 300:
                versions[recorded["metadata"]["resourceVersion"]] = answer["metadata"]["resourceVersion"]

    talk(story)


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        ("2026-11-21T00:00:00.000000Z", 201),
        ("2026-11-21T00:00:00.000000+01:00", 201),
        (None, 201),
        ("2026-11-21T00:00:00Z", 400),
        ("2026-11-21T00:00:00.000Z", 400),
        ("2026-11-21T00:00:00.000000000Z", 400),
        ("2026-11-21T00:00:00.000000", 400),
        ("", 400),
        (7, 400),
    ],
)
def test_a_micro_time_has_exactly_six_digits(moment: object, status: int) -> None:
    async def story(api: Api) -> int:
        return (await api.ask("POST", LEASES, {"metadata": {"name": "a"}, "spec": {"renewTime": moment}}))[0]

    assert talk(story) == status


@pytest.mark.parametrize("spec", [{"leaseDurationSeconds": 0}, {"leaseTransitions": -1}])
def test_a_lease_is_of_more_than_no_time(spec: Json) -> None:
    async def story(api: Api) -> tuple[int, Any]:
        return await api.ask("POST", LEASES, {"metadata": {"name": "a"}, "spec": spec})

    status, body = talk(story)
    assert (status, body["details"]["causes"][0]["field"]) == (422, f"spec.{next(iter(spec))}")


def test_a_held_lease_is_seen_by_whoever_creates_it_again() -> None:
    async def story(api: Api) -> list[tuple[int, str]]:
        lease = {"metadata": {"name": "a"}, "spec": {"holderIdentity": "one"}}
        answers = [await api.ask("POST", LEASES, lease) for _ in range(2)]
        return [(status, body.get("reason", "")) for status, body in answers]

    assert talk(story) == [(201, ""), (409, "AlreadyExists")]


def test_an_event_of_one_kind_is_read_as_the_other() -> None:
    async def story(api: Api) -> None:
        _, made = await api.ask("POST", NEW_EVENTS, new_event())
        name = made["metadata"]["name"]
        assert (made["apiVersion"], made["note"]) == ("events.k8s.io/v1", "blue to green")
        old = await api.get(f"{OLD_EVENTS}/{name}")
        assert (old["apiVersion"], old["message"]) == ("v1", "blue to green")
        assert old["involvedObject"] == made["regarding"]
        assert (old["reportingComponent"], old["eventTime"]) == ("cockpit.dev/release-cockpit", EVENT_TIME)
        legacy = {
            "metadata": {"name": "old"},
            "involvedObject": {"kind": "Service", "namespace": SPACE, "name": "web"},
            "reason": "Switched",
            "message": "green to blue",
            "source": {"component": "someone"},
            "count": 3,
            "firstTimestamp": "2026-11-21T00:00:00Z",
        }
        assert (await api.ask("POST", OLD_EVENTS, legacy))[0] == 201
        new = await api.get(f"{NEW_EVENTS}/old")
        assert (new["note"], new["deprecatedCount"], new["deprecatedSource"]) == (
            "green to blue",
            3,
            {"component": "someone"},
        )
        assert (new["deprecatedFirstTimestamp"], new["eventTime"]) == ("2026-11-21T00:00:00Z", None)
        assert "message" not in new

    talk(story)


def test_both_kinds_are_listed_watched_and_printed_from_one_store() -> None:
    async def story(api: Api) -> None:
        old, new = await api.get(OLD_EVENTS), await api.get(NEW_EVENTS)
        assert [item["message"] for item in old["items"]] == [item["note"] for item in new["items"]]
        assert (old["apiVersion"], new["apiVersion"], new["kind"]) == ("v1", "events.k8s.io/v1", "EventList")
        tables = [await api.get(path, TABLE) for path in (OLD_EVENTS, NEW_EVENTS)]
        assert tables[0]["rows"] == tables[1]["rows"]
        version = old["metadata"]["resourceVersion"]
        async with api.watch(NEW_EVENTS, {"resourceVersion": version}) as line:
            set_image(api.server.cluster, "app:2")
            api.server.clock.step(1)
            event = await line()
        assert (event["type"], event["object"]["apiVersion"]) == ("ADDED", "events.k8s.io/v1")
        assert event["object"]["note"].startswith("Scaled up replica set web-")

    talk(story)


def test_events_of_both_kinds_are_discovered() -> None:
    async def story(api: Api) -> None:
        groups = [group["name"] for group in (await api.get("/apis"))["groups"]]
        assert "events.k8s.io" in groups
        resource = (await api.get("/apis/events.k8s.io/v1"))["resources"][0]
        assert (resource["name"], resource["shortNames"], resource["kind"]) == ("events", ["ev"], "Event")

    talk(story)


@pytest.mark.parametrize(
    ("fields", "causes"),
    [
        ({"note": "x" * 1024}, []),
        ({"note": "x" * 1025}, ["message"]),
        ({"note": "ä" * 513}, ["message"]),
        ({"reportingController": "not a name"}, ["reportingController"]),
        ({"reportingController": ""}, ["reportingController", "reportingController"]),
        ({"reportingController": "one.example/two/three"}, ["reportingController"]),
        ({"reportingInstance": ""}, ["reportingInstance"]),
        ({"reportingInstance": "x" * 129}, ["reportingInstance"]),
        ({"action": None}, ["action"]),
        ({"reason": "x" * 129}, ["reason"]),
        ({"type": "Odd"}, ["type"]),
        ({"regarding": {"kind": "Node", "name": "node-0"}}, ["involvedObject.namespace"]),
        ({"series": {"count": 1, "lastObservedTime": EVENT_TIME}}, ["series.count"]),
        ({"deprecatedCount": 1}, ["count"]),
        ({"deprecatedSource": {"component": "x"}}, ["source"]),
    ],
)
def test_an_event_of_the_new_kind_must_be_whole(fields: Json, causes: list[str]) -> None:
    async def story(api: Api) -> tuple[int, Any]:
        return await api.ask("POST", NEW_EVENTS, new_event(**fields))

    status, body = talk(story)
    assert [cause["field"] for cause in body.get("details", {}).get("causes", ())] == causes
    assert status == (422 if causes else 201)


def test_only_the_series_of_an_event_may_change() -> None:
    async def story(api: Api) -> None:
        _, made = await api.ask("POST", NEW_EVENTS, new_event())
        path = f"{NEW_EVENTS}/{made['metadata']['name']}"
        status, body = await api.ask("PATCH", path, {"note": "something else"}, MERGE)
        assert (status, body["details"]["causes"][0]["field"]) == (422, "message")
        series = {"series": {"count": 2, "lastObservedTime": EVENT_TIME}}
        status, body = await api.ask("PATCH", path, series, MERGE)
        assert (status, body["series"]["count"], body["note"]) == (200, 2, "blue to green")

    talk(story)


def test_every_event_ends_after_its_hour() -> None:
    async def story(api: Api) -> int:
        await api.ask("POST", NEW_EVENTS, new_event())
        api.server.clock.step(3700)
        return len(api.server.store.items(EVENT, SPACE))

    assert talk(story) == 0
