"""The manners of the API server that a release relies on: the same on the embedded cluster as on any other."""

from __future__ import annotations

import pytest

from cockpit.resources.kinds import DEPLOYMENT, DISRUPTION_BUDGET, POD, SERVICE
from cockpit.training.objects import Json, clone
from tests.cluster.conftest import Play
from tests.cluster.stage import Stage
from tests.cluster.worlds import Images, deployment, rolling, service

JSON_PATCH, MERGE, APPLY = (
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/apply-patch+yaml",
)


def fields(refusal: Json) -> list[tuple[str, str]]:
    """Return reason and field of each cause."""
    return [(cause["reason"], cause["field"]) for cause in refusal["details"]["causes"]]


def maps(stage: Stage) -> str:
    return f"/api/v1/namespaces/{stage.namespace}/configmaps"


async def keep(stage: Stage, name: str, **data: str) -> Json:
    """Create a ConfigMap."""
    status, made = await stage.ask("POST", maps(stage), {"metadata": {"name": name}, "data": data})
    assert status == 201, made
    return made


def test_a_write_on_an_old_version_is_refused(play: Play) -> None:
    async def story(stage: Stage) -> None:
        old = await keep(stage, "one", a="1")
        path = f"{maps(stage)}/one"
        assert (await stage.ask("PATCH", path, {"data": {"a": "2"}}, MERGE))[0] == 200
        status, refusal = await stage.ask("PUT", path, {**old, "data": {"a": "3"}})
        assert (status, refusal["reason"], refusal["details"]["name"]) == (409, "Conflict", "one")
        assert "the object has been modified" in refusal["message"]

    play(story)


def test_a_json_patch_whose_test_fails_changes_nothing(play: Play, images: Images) -> None:
    async def story(stage: Stage) -> None:
        path = DEPLOYMENT.object_path(stage.namespace, "web")
        operations = [
            {"op": "test", "path": "/spec/replicas", "value": 9},
            {"op": "replace", "path": "/spec/replicas", "value": 1},
        ]
        status, refusal = await stage.ask("PATCH", path, operations, JSON_PATCH)
        assert (status, refusal["reason"]) == (422, "Invalid")
        assert (await stage.read(DEPLOYMENT, "web"))["spec"]["replicas"] == 2
        operations[0]["value"] = 2
        assert (await stage.ask("PATCH", path, operations, JSON_PATCH))[0] == 200

    play(story, *rolling(images, 2))


def test_an_apply_by_another_manager_conflicts_until_it_is_forced(play: Play, images: Images) -> None:
    async def story(stage: Stage) -> None:
        path = f"{DEPLOYMENT.object_path(stage.namespace, 'shop')}?fieldManager="
        applied = deployment("shop", {"app": "shop"}, images.old, 1)
        assert (await stage.ask("PATCH", f"{path}first", applied, APPLY))[0] == 201
        wish = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "shop"}, "spec": {"replicas": 2}}
        status, refusal = await stage.ask("PATCH", f"{path}second", wish, APPLY)
        assert (status, refusal["reason"]) == (409, "Conflict")
        assert fields(refusal) == [("FieldManagerConflict", ".spec.replicas")]
        assert 'conflict with "first"' in refusal["message"]
        status, forced = await stage.ask("PATCH", f"{path}second&force=true", wish, APPLY)
        assert (status, forced["spec"]["replicas"]) == (200, 2)

    play(story)


def test_a_dry_run_answers_as_the_write_would_and_keeps_nothing(play: Play, images: Images) -> None:
    async def story(stage: Stage) -> None:
        path = DEPLOYMENT.object_path(stage.namespace, "web")
        before = await stage.read(DEPLOYMENT, "web")
        status, tried = await stage.ask("PATCH", f"{path}?dryRun=All", {"spec": {"replicas": 7}}, MERGE)
        assert (status, tried["spec"]["replicas"]) == (200, 7)
        assert tried["metadata"]["generation"] == before["metadata"]["generation"] + 1
        after = await stage.read(DEPLOYMENT, "web")
        assert after["spec"] == before["spec"]
        status, _ = await stage.ask("POST", f"{maps(stage)}?dryRun=All", {"metadata": {"name": "one"}})
        assert (status, (await stage.ask("GET", f"{maps(stage)}/one"))[0]) == (201, 404)

    play(story, *rolling(images, 2))


def test_an_unknown_field_is_refused_where_that_is_asked_for_and_dropped_elsewhere(play: Play, images: Images) -> None:
    async def story(stage: Stage) -> None:
        slip = clone(dict(deployment("slip", {"app": "slip"}, images.old, 0)))
        slip["spec"]["replicsa"] = 1
        path = DEPLOYMENT.collection_path(stage.namespace)
        status, refusal = await stage.ask("POST", f"{path}?fieldValidation=Strict", slip)
        assert (status, refusal["reason"]) == (400, "BadRequest")
        assert 'unknown field "spec.replicsa"' in refusal["message"]
        status, made = await stage.ask("POST", f"{path}?fieldValidation=Ignore", slip)
        assert (status, "replicsa" in made["spec"]) == (201, False)

    play(story)


def test_what_is_invalid_is_named_field_by_field(play: Play, images: Images) -> None:
    async def story(stage: Stage) -> None:
        path = DEPLOYMENT.object_path(stage.namespace, "web")
        other = {"spec": {"selector": {"matchLabels": {"app": "other"}}}}
        status, refusal = await stage.ask("PATCH", path, other, MERGE)
        assert (status, refusal["reason"]) == (422, "Invalid")
        assert ("FieldValueInvalid", "spec.selector") in fields(refusal)
        port = (await stage.read(SERVICE, "web"))["spec"]["ports"][0]["nodePort"]
        ports = [{"port": 80, "nodePort": port}]
        services = SERVICE.collection_path(stage.namespace)
        status, refusal = await stage.ask(
            "POST", services, service("second", {"app": "web"}, type="NodePort", ports=ports)
        )
        assert (status, fields(refusal)) == (422, [("FieldValueInvalid", "spec.ports[0].nodePort")])
        assert "provided port is already allocated" in refusal["message"]
        status, refusal = await stage.ask("POST", maps(stage), {"metadata": {"name": "Not_A_Name"}})
        assert (status, fields(refusal)) == (422, [("FieldValueInvalid", "metadata.name")])

    play(story, *rolling(images, 2))


def test_a_list_comes_in_pages_and_by_labels(play: Play) -> None:
    async def story(stage: Stage) -> None:
        for index in range(5):
            labels = {"parity": "even" if index % 2 == 0 else "odd", "kept": "yes"}
            await stage.ask("POST", maps(stage), {"metadata": {"generateName": "page-", "labels": labels}})
        mine = f"{maps(stage)}?labelSelector=kept"
        status, first = await stage.ask("GET", f"{mine}&limit=3")
        assert (status, len(first["items"])) == (200, 3)
        _, rest = await stage.ask("GET", f"{mine}&limit=3&continue={first['metadata']['continue']}")
        names = [one["metadata"]["name"] for one in first["items"] + rest["items"]]
        assert (len(set(names)), "continue" in rest["metadata"]) == (5, False)
        assert all(name.startswith("page-") and len(name) == 10 for name in names)
        _, even = await stage.ask("GET", f"{maps(stage)}?labelSelector=parity%20in%20(even)")
        assert len(even["items"]) == 3
        status, refusal = await stage.ask("GET", f"{maps(stage)}?limit=3&continue=nonsense")
        assert (status, refusal["reason"]) == (400, "BadRequest")

    play(story)


def test_a_watch_tells_everything_since_a_version_in_order(play: Play) -> None:
    async def story(stage: Stage) -> None:
        one = await keep(stage, "one", a="1")
        since = one["metadata"]["resourceVersion"]
        await stage.ask("PATCH", f"{maps(stage)}/one", {"metadata": {"labels": {"seen": "yes"}}}, MERGE)
        await keep(stage, "two")
        await stage.ask("PATCH", f"{maps(stage)}/one", {"metadata": {"labels": {"seen": None}}}, MERGE)
        await stage.ask("DELETE", f"{maps(stage)}/two")
        watch = f"{maps(stage)}?watch=1&timeoutSeconds=1&resourceVersion={since}"
        told = [(line["type"], line["object"]["metadata"]["name"]) for line in await stage.lines(watch)]
        assert told == [("MODIFIED", "one"), ("ADDED", "two"), ("MODIFIED", "one"), ("DELETED", "two")]
        chosen = [(line["type"]) for line in await stage.lines(f"{watch}&labelSelector=seen%3Dyes")]
        assert chosen == ["ADDED", "DELETED"]  # it came into the selection, and left it

    play(story)


def test_what_a_finalizer_holds_goes_when_that_is_taken_off(play: Play) -> None:
    async def story(stage: Stage) -> None:
        path = f"{maps(stage)}/held"
        await keep(stage, "held")
        await stage.ask("PATCH", path, {"metadata": {"finalizers": ["example.com/hold"]}}, MERGE)
        status, going = await stage.ask("DELETE", path)
        assert (status, "deletionTimestamp" in going["metadata"]) == (200, True)
        assert (await stage.ask("GET", path))[0] == 200
        await stage.ask("PATCH", path, {"metadata": {"finalizers": None}}, MERGE)
        assert (await stage.ask("GET", path))[0] == 404

    play(story)


def test_an_eviction_keeps_to_the_budget(play: Play, images: Images) -> None:
    async def story(stage: Stage) -> None:
        budget = {"metadata": {"name": "web"}, "spec": {"minAvailable": 2, "selector": {"matchLabels": {"app": "web"}}}}
        assert (await stage.ask("POST", DISRUPTION_BUDGET.collection_path(stage.namespace), budget))[0] == 201

        async def healthy() -> bool:
            return bool((await stage.read(DISRUPTION_BUDGET, "web")).get("status", {}).get("currentHealthy") == 2)

        await stage.until(healthy, "the budget never counted its pods")
        name = (await stage.list(POD))[0]["metadata"]["name"]
        path, body = f"{POD.object_path(stage.namespace, name)}/eviction", {"metadata": {"name": name}}
        status, refusal = await stage.ask("POST", path, body)
        assert (status, refusal["reason"]) == (429, "TooManyRequests")
        assert refusal["details"]["causes"][0]["reason"] == "DisruptionBudget"
        await stage.patch(DISRUPTION_BUDGET, "web", {"spec": {"minAvailable": 1}})

        async def allowed() -> bool:
            return bool((await stage.read(DISRUPTION_BUDGET, "web"))["status"]["disruptionsAllowed"] == 1)

        await stage.until(allowed, "the budget never allowed anything")
        assert (await stage.ask("POST", path, body))[0] == 201

    play(story, *rolling(images, 2))


@pytest.mark.parametrize("policy", ["Orphan", "Background", "Foreground"])
def test_what_is_owned_goes_or_stays_as_the_deletion_says(play: Play, images: Images, policy: str) -> None:
    async def story(stage: Stage) -> None:
        async def running() -> bool:
            return len(await stage.list(POD)) == 1

        await stage.until(running, "the pod never came")
        path = DEPLOYMENT.object_path(stage.namespace, "lone")
        assert (await stage.ask("DELETE", path, {"propagationPolicy": policy}))[0] == 200

        async def gone() -> bool:
            status, left = await stage.ask("GET", path)
            assert status == 404 or policy == "Background" or "deletionTimestamp" in left["metadata"]
            if status == 404 and policy == "Foreground":
                assert all("deletionTimestamp" in pod["metadata"] for pod in await stage.list(POD))
            return status == 404

        await stage.until(gone, "the Deployment never went")
        sets = f"/apis/apps/v1/namespaces/{stage.namespace}/replicasets"

        async def settled() -> bool:
            _, found = await stage.ask("GET", sets)
            return (len(found["items"]) == 1) is (policy == "Orphan")

        await stage.until(settled, "its ReplicaSet did not do as was said")

    play(story, deployment("lone", {"app": "lone"}, images.old, 1))


def test_a_scale_is_apart_from_the_rest(play: Play, images: Images) -> None:
    async def story(stage: Stage) -> None:
        path = f"{DEPLOYMENT.object_path(stage.namespace, 'web')}/scale"
        status, scale = await stage.ask("GET", path)
        assert (status, scale["kind"], scale["spec"]["replicas"]) == (200, "Scale", 2)
        assert scale["status"]["selector"] == "app=web"
        status, scaled = await stage.ask("PUT", path, {**scale, "spec": {"replicas": 3}})
        assert (status, scaled["spec"]["replicas"]) == (200, 3)
        status_path = f"{DEPLOYMENT.object_path(stage.namespace, 'web')}/status"
        status, written = await stage.ask("PATCH", status_path, {"spec": {"replicas": 9}}, MERGE)
        assert (status, written["spec"]["replicas"]) == (200, 3)

    play(story, *rolling(images, 2))
