"""Writes that a careful client makes: dry runs, preconditions, options, and refusals in the words of a real server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cockpit.training.api.kinds import CONFIG_MAP, DEPLOYMENT, EVENT, POD, SERVICE
from cockpit.training.api.patches import JSON_PATCH
from cockpit.training.chance import Chance
from cockpit.training.objects import Json, name_of, uid_of
from tests.training.api_client import DEPLOYMENTS, JSON, PODS, SERVICES, Api, talk
from tests.training.steps import SPACE, deployment, quiet_cluster, service, set_image

RECORDED: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "writes.json").read_text())["steps"]
MERGE = "application/merge-patch+json"


def refused(body: Json) -> list[str]:
    return [cause["field"] for cause in body.get("details", {}).get("causes", ())]


@pytest.mark.parametrize("step", RECORDED, ids=[step["note"] for step in RECORDED])
def test_a_refused_write_is_answered_as_recorded(step: dict[str, Any]) -> None:
    async def story(api: Api) -> tuple[int, Any]:
        selector = {"app": "myapp", "version": "green"}
        api.server.registry.create(SERVICE, SPACE, service("myapp", selector=selector))
        ports = [{"port": 80, "nodePort": 32429}]
        api.server.registry.create(SERVICE, SPACE, service("nginx01", type="NodePort", ports=ports))
        request = step["request"]
        return await api.ask(request["method"], request["path"], request["body"], request["contentType"] or JSON)

    assert talk(story) == (step["response"]["status"], step["response"]["body"])


def test_dry_runs_keep_nothing_allocate_nothing_and_change_no_name_that_comes_later() -> None:
    async def names(api: Api, dry: bool) -> list[str]:
        for _ in range(3 if dry else 0):
            exposed = service("canary", type="NodePort")
            status, made = await api.ask("POST", f"{SERVICES}?dryRun=All", exposed)
            assert (status, made["spec"]["ports"][0]["nodePort"] >= 30000) == (201, True)
            bare = {"metadata": {"generateName": "x-"}, "spec": {"containers": [{"name": "x", "image": "x"}]}}
            assert (await api.ask("POST", f"{PODS}?dryRun=All", bare))[0] == 201
            patch = [{"op": "add", "path": "/spec/type", "value": "NodePort"}]
            status, patched = await api.ask("PATCH", f"{SERVICES}/web?dryRun=All", patch, JSON_PATCH)
            assert (status, "nodePort" in patched["spec"]["ports"][0]) == (200, True)
            await api.ask("DELETE", f"{DEPLOYMENTS}/web", {"dryRun": ["All"]})
            await api.ask("DELETE", f"{PODS}?dryRun=All")
        set_image(api.server.cluster, "app:2")
        api.server.clock.step(60)
        _, made = await api.ask("POST", SERVICES, service("canary", type="NodePort"))
        found = [name_of(obj) for kind in (POD, EVENT) for obj in api.server.store.items(kind, SPACE)]
        return [*found, str(made["spec"]["ports"][0]["nodePort"]), uid_of(made), made["spec"]["clusterIP"]]

    assert talk(lambda api: names(api, dry=False)) == talk(lambda api: names(api, dry=True))


def test_a_delete_that_is_meant_for_another_object_is_refused() -> None:
    async def story(api: Api) -> None:
        found = api.server.registry.get(SERVICE, SPACE, "web")
        uid = uid_of(found)
        status, body = await api.ask("DELETE", f"{SERVICES}/web", {"preconditions": {"uid": "other"}})
        assert (status, body["reason"], body["message"]) == (
            409,
            "Conflict",
            f'Operation cannot be fulfilled on Service "web": the UID in the precondition (other) does not match the '
            f"UID in record ({uid}). The object might have been deleted and then recreated",
        )
        status, body = await api.ask("DELETE", f"{SERVICES}/web", {"preconditions": {"resourceVersion": "1"}})
        assert (status, body["message"].endswith("The object might have been modified")) == (409, True)
        assert (await api.ask("DELETE", f"{SERVICES}/web", {"preconditions": {"uid": uid}}))[0] == 200

    talk(story)


def test_the_query_of_a_delete_with_a_body_says_nothing() -> None:
    async def story(api: Api) -> None:
        await api.ask("DELETE", f"{SERVICES}/web?dryRun=All")
        assert api.server.store.get(SERVICE, SPACE, "web") is not None
        await api.ask("DELETE", f"{SERVICES}/web?dryRun=All", {"dryRun": ["All"]})
        assert api.server.store.get(SERVICE, SPACE, "web") is not None
        await api.ask("DELETE", f"{SERVICES}/web?dryRun=All", {"propagationPolicy": "Background"})
        assert api.server.store.get(SERVICE, SPACE, "web") is None

    talk(story)


def test_a_json_patch_never_conflicts_without_a_test() -> None:
    async def story(api: Api) -> None:
        stale = (await api.get(f"{DEPLOYMENTS}/web"))["metadata"]["resourceVersion"]
        api.server.clock.step(1)
        await api.ask("PATCH", f"{DEPLOYMENTS}/web", {"spec": {"replicas": 5}}, MERGE)
        blind = [{"op": "replace", "path": "/spec/replicas", "value": 6}]
        assert (await api.ask("PATCH", f"{DEPLOYMENTS}/web", blind, JSON_PATCH))[0] == 200
        careful = [{"op": "test", "path": "/metadata/resourceVersion", "value": stale}, *blind]
        status, body = await api.ask("PATCH", f"{DEPLOYMENTS}/web", careful, JSON_PATCH)
        assert (status, body["details"]) == (422, {})
        merge = {"metadata": {"resourceVersion": stale}, "spec": {"replicas": 7}}
        assert (await api.ask("PATCH", f"{DEPLOYMENTS}/web", merge, MERGE))[0] == 409
        put = deployment()
        put["metadata"]["resourceVersion"] = stale
        assert (await api.ask("PUT", f"{DEPLOYMENTS}/web", put))[0] == 409

    talk(story)


def test_the_uid_in_a_patch_is_a_field_that_cannot_change_and_in_a_put_a_precondition() -> None:
    async def story(api: Api) -> None:
        status, body = await api.ask("PATCH", f"{SERVICES}/web", {"metadata": {"uid": "other"}}, MERGE)
        assert (status, refused(body)) == (422, ["metadata.uid"])
        gone = [{"op": "test", "path": "/metadata/uid", "value": "other"}]
        status, body = await api.ask("PATCH", f"{SERVICES}/web", gone, JSON_PATCH)
        assert (status, refused(body)) == (422, [])
        put = service()
        put["metadata"]["uid"] = "other"
        status, body = await api.ask("PUT", f"{SERVICES}/web", put)
        assert (status, "Precondition failed: UID in precondition: other" in body["message"]) == (409, True)

    talk(story)


@pytest.mark.parametrize(
    ("method", "query", "content_type", "field"),
    [
        ("PATCH", "dryRun=Some", MERGE, "dryRun"),
        ("PATCH", f"fieldManager={'x' * 129}", MERGE, "fieldManager"),
        ("PATCH", "fieldManager=a%0Ab", MERGE, "fieldManager"),
        ("PATCH", "force=true", MERGE, "force"),
        ("PATCH", "", "application/apply-patch+yaml", "fieldManager"),
    ],
)
def test_an_option_that_no_server_knows_is_refused(method: str, query: str, content_type: str, field: str) -> None:
    async def story(api: Api) -> tuple[int, Any]:
        return await api.ask(method, f"{DEPLOYMENTS}/web?{query}", {"spec": {"replicas": 1}}, content_type)

    status, body = talk(story)
    assert (status, refused(body), body["details"]["kind"]) == (422, [field], "PatchOptions")


def test_what_an_operator_deletes_is_gone_and_stays_gone() -> None:
    async def story(api: Api) -> None:
        assert (await api.ask("DELETE", f"{SERVICES}/web"))[0] == 200
        status, body = await api.ask("DELETE", f"{SERVICES}/web")
        assert (status, body["message"]) == (404, 'services "web" not found')
        assert api.server.store.get(DEPLOYMENT, SPACE, "web") is not None

    talk(story)


def test_empty_maps_are_left_out_so_that_their_absence_can_be_tested() -> None:
    async def story(api: Api) -> None:
        made = deployment()
        made["metadata"] |= {"name": "another", "annotations": {}}
        made["spec"]["template"]["metadata"]["annotations"] = {}
        status, stored = await api.ask("POST", DEPLOYMENTS, made)
        assert status == 201
        assert "annotations" not in stored["spec"]["template"]["metadata"]
        absent = [{"op": "test", "path": "/spec/template/metadata/annotations", "value": None}]
        status, _ = await api.ask("PATCH", f"{DEPLOYMENTS}/{stored['metadata']['name']}", absent, JSON_PATCH)
        assert status == 200

    talk(story)


def test_a_generated_name_that_is_taken_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["aaaaa", "aaaaa", "aaaaa", "bbbbb"])
    monkeypatch.setattr(Chance, "suffix", lambda self, length=5: next(drawn))
    cluster = quiet_cluster()
    made = [cluster.registry.create(CONFIG_MAP, SPACE, {"metadata": {"generateName": "x-"}}) for _ in range(2)]
    assert [name_of(one) for one in made] == ["x-aaaaa", "x-bbbbb"]


def test_an_object_that_is_created_brings_no_version() -> None:
    async def story(api: Api) -> tuple[int, Any]:
        return await api.ask("POST", SERVICES, {**service("two"), "metadata": {"name": "two", "resourceVersion": "7"}})

    status, body = talk(story)
    assert (status, body["message"], "reason" in body) == (
        500,
        "resourceVersion should not be set on objects to be created",
        False,
    )
