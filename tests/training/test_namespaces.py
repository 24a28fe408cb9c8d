"""How a namespace ends: its content first, then its finalizers, and nothing new meanwhile."""

from __future__ import annotations

from typing import Any

from cockpit.training.api.kinds import CONFIG_MAP, DEPLOYMENT, NAMESPACE, POD
from cockpit.training.objects import Json, condition_of
from tests.training.api_client import PODS, Api, talk
from tests.training.steps import SPACE, deployment

HOME = f"/api/v1/namespaces/{SPACE}"


def held(api: Api) -> None:
    metadata = {"name": "kept", "finalizers": ["example.com/wait"]}
    api.server.registry.create(CONFIG_MAP, SPACE, {"metadata": metadata})


def told(home: Json, kind: str) -> tuple[str, str, str]:
    found = condition_of(home, kind) or {}
    return found["status"], found["reason"], found["message"]


def test_a_namespace_says_what_it_waits_for_and_takes_nothing_new() -> None:
    async def story(api: Api) -> None:
        held(api)
        status, home = await api.ask("DELETE", HOME)
        assert (status, home["status"]["phase"], home["spec"]["finalizers"]) == (200, "Terminating", ["kubernetes"])
        api.server.clock.step(60)
        home = await api.get(HOME)
        what = "Some resources are remaining: configmaps. has 1 resource instances"
        assert told(home, "NamespaceContentRemaining") == ("True", "SomeResourcesRemain", what)
        why = "Some content in the namespace has finalizers remaining: example.com/wait in 1 resource instances"
        assert told(home, "NamespaceFinalizersRemaining") == ("True", "SomeFinalizersRemain", why)
        assert api.server.store.items(POD, SPACE) == api.server.store.items(DEPLOYMENT, SPACE) == []
        status, refused = await api.ask("POST", f"/apis/apps/v1/namespaces/{SPACE}/deployments", deployment("two"))
        assert (status, refused["details"]["causes"][0]["reason"]) == (403, "NamespaceTerminating")
        gone = {"metadata": {"finalizers": None}}
        await api.ask("PATCH", f"{HOME}/configmaps/kept", gone, "application/merge-patch+json")
        api.server.clock.step(5)
        assert api.server.store.get(NAMESPACE, "", SPACE) is None

    talk(story)


def test_whoever_empties_the_finalizers_of_a_namespace_ends_it() -> None:
    async def story(api: Api) -> list[int]:
        held(api)
        await api.ask("DELETE", HOME)
        api.server.clock.step(60)
        body = {"metadata": {"name": SPACE}, "spec": {"finalizers": []}}
        return [(await api.ask("PUT", f"{HOME}/finalize", body))[0], (await api.ask("GET", HOME))[0]]

    assert talk(story) == [200, 404]


def test_a_namespace_that_somebody_else_holds_waits_for_it() -> None:
    async def story(api: Api) -> list[Any]:
        body = {"metadata": {"name": SPACE}, "spec": {"finalizers": ["kubernetes", "example.com/wait"]}}
        await api.ask("PUT", f"{HOME}/finalize", body)
        await api.ask("DELETE", HOME)
        api.server.clock.step(60)
        return list((await api.get(HOME))["spec"]["finalizers"])

    assert talk(story) == ["example.com/wait"]


def test_a_subresource_takes_only_its_own_verbs() -> None:
    async def story(api: Api) -> list[int]:
        pod = str((await api.get(PODS))["items"][0]["metadata"]["name"])
        asked = [
            ("DELETE", f"{PODS}/{pod}/status"),
            ("GET", f"{PODS}/{pod}/eviction"),
            ("POST", f"{PODS}/{pod}/status"),
            ("GET", f"{HOME}/finalize"),
            ("DELETE", f"/apis/apps/v1/namespaces/{SPACE}/deployments/web/scale"),
        ]
        statuses = [(await api.ask(method, path, {}))[0] for method, path in asked]
        assert len((await api.get(PODS))["items"]) == 4
        return statuses

    assert talk(story) == [405] * 5
