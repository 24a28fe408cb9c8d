"""Server-side apply: what its manager leaves out goes away, unless somebody else owns it too."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.training.api.kinds import CONFIG_MAP
from cockpit.training.api.patches import patch_of
from cockpit.training.api.writing import WriteOptions
from cockpit.training.objects import Json
from tests.training.api_client import DEPLOYMENTS, SERVICES, Api, talk
from tests.training.steps import SPACE, quiet_cluster

APPLY = "application/apply-patch+yaml"
MERGE = "application/merge-patch+json"


def manifest(**metadata: object) -> Json:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", **metadata}}


async def apply(api: Api, body: Json, manager: str = "one", query: str = "") -> Json:
    status, answer = await api.ask("PATCH", f"{DEPLOYMENTS}/web?fieldManager={manager}{query}", body, APPLY)
    assert status == 200, answer
    found: Json = answer
    return found


def test_a_field_that_its_manager_leaves_out_goes_away() -> None:
    async def story(api: Api) -> None:
        await apply(api, manifest(labels={"team": "shop", "tier": "web"}, annotations={"note": "x"}))
        body = await apply(api, manifest(labels={"team": "shop"}))
        assert body["metadata"]["labels"] == {"team": "shop"}
        assert "note" not in body["metadata"].get("annotations", {})
        assert "deployment.kubernetes.io/revision" in body["metadata"]["annotations"]  # the controller's own stays

    talk(story)


def test_a_field_that_somebody_else_owns_too_stays() -> None:
    async def story(api: Api) -> None:
        for manager in ("one", "two"):
            await apply(api, manifest(labels={"team": "shop"}), manager)
        assert (await apply(api, manifest()))["metadata"]["labels"] == {"team": "shop"}
        assert "labels" not in (await apply(api, manifest(), "two"))["metadata"]

    talk(story)


def test_a_replica_count_that_is_given_up_is_the_autoscalers_where_it_owns_it_and_the_default_elsewhere() -> None:
    async def story(api: Api) -> None:
        await apply(api, {**manifest(), "spec": {"replicas": 5}}, query="&force=true")
        scale = {"spec": {"replicas": 5}}
        assert (await api.ask("PATCH", f"{DEPLOYMENTS}/web/scale?fieldManager=hpa", scale, MERGE))[0] == 200
        assert (await apply(api, manifest()))["spec"]["replicas"] == 1  # the write of the same number owned nothing
        await apply(api, {**manifest(), "spec": {"replicas": 5}}, query="&force=true")
        scale = {"spec": {"replicas": 6}}
        assert (await api.ask("PATCH", f"{DEPLOYMENTS}/web/scale?fieldManager=hpa", scale, MERGE))[0] == 200
        assert (await apply(api, manifest()))["spec"]["replicas"] == 6

    talk(story)


def test_a_container_and_an_entry_of_env_that_are_left_out_go_away() -> None:
    def pods(containers: list[Json]) -> Json:
        return {**manifest(), "spec": {"template": {"spec": {"containers": containers}}}}

    async def story(api: Api) -> Any:  # noqa: ANN401
        env = [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
        side = {"name": "side", "image": "side:1", "env": env}
        body = await apply(api, pods([side]))
        assert [one["name"] for one in body["spec"]["template"]["spec"]["containers"]] == ["app", "side"]
        body = await apply(api, pods([{**side, "env": env[1:]}]))
        assert body["spec"]["template"]["spec"]["containers"][1]["env"] == env[1:]
        body = await apply(api, manifest())
        assert [one["name"] for one in body["spec"]["template"]["spec"]["containers"]] == ["app"]

    talk(story)


def test_an_apply_may_not_say_who_owns_what() -> None:
    async def story(api: Api) -> tuple[int, str]:
        body = manifest(managedFields=[{"manager": "x"}])
        status, answer = await api.ask("PATCH", f"{DEPLOYMENTS}/web?fieldManager=one", body, APPLY)
        return status, answer["message"]

    assert talk(story) == (400, "metadata.managedFields must be nil")


def test_the_selector_of_a_service_is_applied_as_one() -> None:
    async def story(api: Api) -> object:
        body = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"selector": {"a": "b"}}}
        _, answer = await api.ask("PATCH", f"{SERVICES}/web?fieldManager=one&force=true", body, APPLY)
        return answer["spec"]["selector"]

    assert talk(story) == {"a": "b"}


def test_an_apply_of_what_does_not_exist_creates_it_under_the_name_of_its_path() -> None:
    async def story(api: Api) -> None:
        body = {"apiVersion": "v1", "kind": "Service", "spec": {"ports": [{"port": 80}]}}
        path = f"{SERVICES}/two?fieldManager=one"
        status, made = await api.ask("PATCH", path, body, APPLY)
        assert (status, made["metadata"]["name"]) == (201, "two")
        assert (await api.ask("PATCH", path, body, APPLY))[0] == 200
        other = {**body, "metadata": {"name": "three"}}
        status, refused = await api.ask("PATCH", f"{SERVICES}/four?fieldManager=one", other, APPLY)
        words = "the name of the object (three) does not match the name on the URL (four)"
        assert (status, refused["message"]) == (400, words)
        status, _ = await api.ask("PATCH", f"{DEPLOYMENTS}/two/status?fieldManager=one", manifest(), APPLY)
        assert status == 404

    talk(story)


LABELS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xy"), max_size=3)
APPLIES = st.lists(st.tuples(st.sampled_from(["one", "two", "three"]), LABELS), max_size=6)


@settings(deadline=None)
@given(APPLIES)
def test_an_object_is_what_its_managers_said_last(applies: list[tuple[str, dict[str, str]]]) -> None:
    cluster = quiet_cluster()
    said: dict[str, dict[str, str]] = {}
    latest: dict[str, str] = {}
    for manager, labels in applies:
        body = {"metadata": {"name": "a", "labels": labels}, "data": {"kept": "x"}}
        options = WriteOptions(manager=manager, applied=body, force=True)
        patch = patch_of(APPLY, body, manager)
        if cluster.store.get(CONFIG_MAP, SPACE, "a") is None:
            cluster.registry.create(CONFIG_MAP, SPACE, patch({}), options)
        else:
            cluster.registry.patch(CONFIG_MAP, SPACE, "a", patch, options=options)
        # Who says otherwise takes a label over from the others.
        said = {who: {key: one for key, one in own.items() if labels.get(key, one) == one} for who, own in said.items()}
        said[manager] = labels
        latest |= labels
        owned = {key for own in said.values() for key in own}
        found = cluster.registry.get(CONFIG_MAP, SPACE, "a")
        assert found["metadata"].get("labels", {}) == {key: latest[key] for key in owned}
        assert found["data"] == {"kept": "x"}
