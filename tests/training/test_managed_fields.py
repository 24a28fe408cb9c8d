"""metadata.managedFields: who wrote which field last, and when."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cockpit.training.api.kinds import DEPLOYMENT, SERVICE
from cockpit.training.api.managed_fields import all_of, changes, noted
from cockpit.training.api.patches import JSON_PATCH
from cockpit.training.api.writing import WriteOptions
from cockpit.training.objects import Json, timestamp
from cockpit.training.serve import ClusterServer
from tests.training.api_client import DEPLOYMENTS, SERVICES, Api, talk
from tests.training.steps import NOON, deployment, quiet_cluster, set_image

MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
APPLY = "application/apply-patch+yaml"
IMAGE: Json = {"f:spec": {"f:template": {"f:spec": {"f:containers": {'k:{"name":"app"}': {"f:image": {}}}}}}}


def owners(obj: Json) -> dict[str, Json]:
    return {entry["manager"]: entry["fieldsV1"] for entry in obj["metadata"].get("managedFields") or ()}


def image(tag: str) -> Json:
    return {"spec": {"template": {"spec": {"containers": [{"name": "app", "image": tag}]}}}}


def test_a_new_object_belongs_to_whoever_created_it() -> None:
    async def story(api: Api) -> Json:
        body = deployment("new")
        body["metadata"]["annotations"] = {"a": "b"}
        made: Json = (await api.ask("POST", f"{DEPLOYMENTS}?fieldManager=someone", body))[1]
        return made

    made = talk(story)
    entry = made["metadata"]["managedFields"][0]
    about = {key: entry[key] for key in entry if key != "fieldsV1"}
    assert about == {
        "manager": "someone",
        "operation": "Update",
        "apiVersion": "apps/v1",
        "time": made["metadata"]["creationTimestamp"],
        "fieldsType": "FieldsV1",
    }
    fields = entry["fieldsV1"]
    assert fields["f:metadata"] == {"f:annotations": {".": {}, "f:a": {}}}
    assert fields["f:spec"]["f:selector"] == {}
    container = fields["f:spec"]["f:template"]["f:spec"]["f:containers"]['k:{"name":"app"}']
    assert container["f:image"] == container["."] == {}
    assert container["f:ports"]['k:{"containerPort":80,"protocol":"TCP"}']["f:protocol"] == {}
    assert "f:status" not in fields


def test_a_patch_takes_over_the_fields_that_it_changes_and_no_others() -> None:
    async def story(api: Api) -> None:
        await api.ask("POST", f"{DEPLOYMENTS}?fieldManager=first", deployment("new"))
        api.server.clock.step(100)
        moment = timestamp(api.server.clock.now)
        patch = [
            {"op": "test", "path": "/spec/replicas", "value": 4},
            {"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "app:2"},
        ]
        _, written = await api.ask("PATCH", f"{DEPLOYMENTS}/new?fieldManager=release-cockpit", patch, JSON_PATCH)
        assert owners(written)["release-cockpit"] == IMAGE
        assert written["metadata"]["managedFields"][-1]["time"] == moment
        first = owners(written)["first"]["f:spec"]["f:template"]["f:spec"]["f:containers"]['k:{"name":"app"}']
        assert "f:image" not in first
        assert "f:name" in first
        _, back = await api.ask("PATCH", f"{DEPLOYMENTS}/new?fieldManager=third", image("app:3"), STRATEGIC)
        assert (owners(back)["third"], "release-cockpit" in owners(back)) == (IMAGE, False)

    talk(story)


def test_the_selector_of_a_service_is_owned_as_a_whole() -> None:
    async def story(api: Api) -> Json:
        body = {"spec": {"selector": {"version": "green"}}}
        written: Json = (await api.ask("PATCH", f"{SERVICES}/web?fieldManager=switcher", body, MERGE))[1]
        return written

    assert owners(talk(story)) == {"switcher": {"f:spec": {"f:selector": {}}}}


def test_a_write_that_changes_nothing_takes_nothing_over() -> None:
    async def story(api: Api) -> None:
        _, one = await api.ask("PATCH", f"{DEPLOYMENTS}/web?fieldManager=one", {"spec": {"replicas": 5}}, MERGE)
        _, two = await api.ask("PATCH", f"{DEPLOYMENTS}/web?fieldManager=two", {"spec": {"replicas": 5}}, MERGE)
        assert owners(one) == owners(two) == {"one": {"f:spec": {"f:replicas": {}}}}
        assert one["metadata"]["resourceVersion"] == two["metadata"]["resourceVersion"]

    talk(story)


def test_a_field_that_was_taken_away_has_no_owner() -> None:
    async def story(api: Api) -> None:
        paused = {"spec": {"paused": True}}
        _, one = await api.ask("PATCH", f"{DEPLOYMENTS}/web?fieldManager=one", paused, MERGE)
        assert owners(one) == {"one": {"f:spec": {"f:paused": {}}}}
        _, two = await api.ask("PATCH", f"{DEPLOYMENTS}/web?fieldManager=two", {"spec": {"paused": None}}, MERGE)
        assert owners(two) == {}

    talk(story)


def test_scaling_is_noted_under_its_subresource_and_a_client_without_a_name_by_its_agent() -> None:
    async def story(api: Api) -> list[Json]:
        _, _ = await api.ask("PATCH", f"{DEPLOYMENTS}/web/scale", {"spec": {"replicas": 2}}, MERGE)
        found: list[Json] = (await api.get(f"{DEPLOYMENTS}/web"))["metadata"]["managedFields"]
        return found

    (entry,) = talk(story)
    assert (entry["manager"], entry["subresource"]) == ("Python", "scale")
    assert entry["fieldsV1"] == {"f:spec": {"f:replicas": {}}}


def test_what_the_cluster_itself_writes_is_noted_nowhere_and_takes_nothing_away() -> None:
    cluster = quiet_cluster()
    by_hand = WriteOptions(manager="someone")
    cluster.registry.create(DEPLOYMENT, "shop", deployment(), by_hand)
    cluster.clock.step(30)
    found = cluster.registry.get(DEPLOYMENT, "shop", "web")
    assert list(owners(found)) == ["someone"]
    set_image(cluster, "app:2")
    cluster.clock.step(30)
    assert list(owners(cluster.registry.get(DEPLOYMENT, "shop", "web"))) == ["someone"]


def test_an_apply_owns_what_it_says() -> None:
    async def story(api: Api) -> None:
        body = {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web", "annotations": {"a": "b"}},
            "spec": {"replicas": 4},
        }
        path = f"{DEPLOYMENTS}/web?fieldManager=argocd-controller&force=true"
        _, applied = await api.ask("PATCH", path, body, APPLY)
        entry = applied["metadata"]["managedFields"][0]
        assert (entry["manager"], entry["operation"]) == ("argocd-controller", "Apply")
        assert entry["fieldsV1"] == {
            "f:metadata": {"f:annotations": {".": {}, "f:a": {}}},
            "f:spec": {"f:replicas": {}},
        }

    talk(story)


def test_an_apply_that_changes_nothing_owns_what_it_says_once_and_for_all() -> None:
    async def story(api: Api) -> None:
        body = {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "web"},
            "spec": {"selector": {"app": "web"}},
        }
        path = f"{SERVICES}/web?fieldManager=argocd-controller"
        _, first = await api.ask("PATCH", path, body, APPLY)
        assert owners(first) == {"argocd-controller": {"f:spec": {"f:selector": {}}}}
        api.server.clock.step(10)
        _, second = await api.ask("PATCH", path, body, APPLY)
        assert second["metadata"] == first["metadata"]
        _, other = await api.ask("PATCH", f"{SERVICES}/web?fieldManager=flux", body, APPLY)
        assert set(owners(other)) == {"argocd-controller", "flux"}
        _, taken = await api.ask(
            "PATCH", f"{SERVICES}/web?fieldManager=hand", {"spec": {"selector": {"v": "1"}}}, MERGE
        )
        assert set(owners(taken)) == {"hand"}

    talk(story)


def test_an_apply_does_not_take_over_what_others_own_unless_it_is_forced() -> None:
    async def story(api: Api) -> None:
        await api.ask("PATCH", f"{DEPLOYMENTS}/web/scale?fieldManager=hand", {"spec": {"replicas": 5}}, MERGE)
        await api.ask("PATCH", f"{DEPLOYMENTS}/web?fieldManager=hand", image("app:2"), STRATEGIC)
        body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}
        body |= {"spec": {"replicas": 7, **image("app:2")["spec"]}}
        path = f"{DEPLOYMENTS}/web?fieldManager=argocd-controller"
        status, refused = await api.ask("PATCH", path, body, APPLY)
        assert (status, refused["reason"]) == (409, "Conflict")
        owner = 'conflict with "hand" with subresource "scale" using apps/v1'
        assert refused["message"] == f"Apply failed with 1 conflict: {owner}: .spec.replicas"
        cause = {"reason": "FieldManagerConflict", "message": owner, "field": ".spec.replicas"}
        assert refused["details"] == {"causes": [cause]}
        status, forced = await api.ask("PATCH", f"{path}&force=true", body, APPLY)
        assert (status, forced["spec"]["replicas"]) == (200, 7)
        container = forced["spec"]["template"]["spec"]["containers"][0]
        assert (container["image"], container["ports"][0]["containerPort"]) == ("app:2", 80)
        other = image("app:3") | {key: body[key] for key in ("apiVersion", "kind", "metadata")}
        status, refused = await api.ask("PATCH", f"{DEPLOYMENTS}/web?fieldManager=flux", other, APPLY)
        assert refused["message"].startswith("Apply failed with 2 conflicts: conflict with ")
        field = '.spec.template.spec.containers[name="app"].image'
        assert {one["field"] for one in refused["details"]["causes"]} == {field}

    talk(story)


def test_a_step_of_a_scenario_is_written_as_by_hand() -> None:
    async def run() -> Json:
        async with ClusterServer("selector-switch", now=NOON) as server:
            server.clock.step(20)
            return server.registry.get(SERVICE, "default", "shop")

    assert owners(asyncio.run(run())) == {"kubectl-patch": {"f:spec": {"f:selector": {}}}}


JSON: st.SearchStrategy[Any] = st.recursive(
    st.integers(0, 3) | st.text("ab", max_size=2),
    lambda inner: (
        st.dictionaries(st.sampled_from(["labels", "selector", "a", "b"]), inner, max_size=3)
        | st.lists(inner, max_size=2)
    ),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.sampled_from(["spec", "data", "x"]), JSON, max_size=3)


@given(OBJECTS, OBJECTS)
def test_every_field_that_differs_has_one_owner_and_it_is_the_last_writer(before: Json, after: Json) -> None:
    created = noted(SERVICE, {}, before, WriteOptions(manager="one"), "", NOON)
    stored = {**before, "metadata": {"managedFields": created}}
    fields = noted(SERVICE, stored, after, WriteOptions(manager="two"), "", NOON)
    owned = {entry["manager"]: entry["fieldsV1"] for entry in fields}
    assert owned.get("two", {}) == (changes(before, after, "") or {})
    assert not leaves(owned.get("one", {})) & leaves(owned.get("two", {}))
    assert leaves(owned.get("one", {})) <= leaves(all_of(before, ""))


def leaves(fields: Json, path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    if not fields:
        return {path} if path else set()
    return {leaf for key, inner in fields.items() if key != "." for leaf in leaves(inner, (*path, key))}


def test_whoever_writes_one_empty_entry_makes_the_cluster_forget_who_owns_what() -> None:
    async def story(api: Api) -> None:
        path = f"{DEPLOYMENTS}/web?fieldManager=hand"
        _, patched = await api.ask("PATCH", path, image("app:2"), STRATEGIC)
        assert "managedFields" in patched["metadata"]
        _, bare = await api.ask("PATCH", path, {"metadata": {"managedFields": [{}]}}, MERGE)
        assert "managedFields" not in bare["metadata"]
        _, again = await api.ask("PATCH", path, image("app:3"), STRATEGIC)
        assert set(owners(again)) == {"hand"}

    talk(story)
