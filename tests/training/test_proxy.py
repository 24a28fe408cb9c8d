"""The proxy to pods and Services, and what the simulated application behind it answers."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from cockpit.training.api.kinds import DEPLOYMENT, POD, SERVICE
from cockpit.training.objects import Json, is_deleting, name_of
from tests.training.api_client import PODS, SERVICES, Api, talk
from tests.training.steps import SPACE, change, deployment, service


def application(name: str, image: str = "app:1", path: str = "/health", **behaviour: str) -> Json:
    made = deployment(name, image, replicas=1)
    template = made["spec"]["template"]
    template["metadata"]["annotations"] = {f"training.cockpit.dev/{key}": value for key, value in behaviour.items()}
    template["spec"]["containers"][0]["readinessProbe"] = {"httpGet": {"path": path, "port": 80}}
    return made


def pod_of(api: Api, app: str) -> Json:
    found = api.server.store.items(POD, SPACE)
    return next(pod for pod in found if pod["metadata"]["labels"]["app"] == app and not is_deleting(pod))


async def ask_pod(api: Api, app: str, path: str = "/", port: str = "") -> tuple[int, Any]:
    return await api.ask("GET", f"{PODS}/{name_of(pod_of(api, app))}{port}/proxy{path}")


def test_a_healthy_application_says_who_it_is_on_any_path() -> None:
    async def story(api: Api) -> None:
        pod = name_of(pod_of(api, "web"))
        for port, path in (("", "/"), ("", "/health"), (":80", "/deep/er?x=1")):
            status, body = await ask_pod(api, "web", path, port)
            assert (status, body["pod"], body["version"], body["image"]) == (200, pod, "1", "app:1")
            assert body["path"] == path.partition("?")[0]
        status, body = await api.ask("GET", f"{PODS}/http:{pod}:80/proxy/")
        assert status == 200

    talk(story)


def test_the_readiness_path_answers_503_until_the_pod_is_ready_and_every_other_one_200() -> None:
    async def story(api: Api) -> None:
        made = application("slow", **{"start-after": "1", "ready-after": "20"})
        api.server.registry.create(DEPLOYMENT, SPACE, made)
        api.server.clock.step(5)
        status, body = await ask_pod(api, "slow", "/health")
        assert (status, body["status"], "kind" in body) == (503, "not ready", False)
        assert (await ask_pod(api, "slow", "/other"))[0] == 200
        api.server.clock.step(30)
        assert (await ask_pod(api, "slow", "/health"))[0] == 200

    talk(story)


def test_an_application_can_be_ready_and_not_healthy() -> None:
    async def story(api: Api) -> None:
        api.server.registry.create(DEPLOYMENT, SPACE, application("ill", health="failing"))
        api.server.clock.step(30)
        pod = pod_of(api, "ill")
        assert any(one["type"] == "Ready" and one["status"] == "True" for one in pod["status"]["conditions"])
        status, body = await ask_pod(api, "ill", "/health")
        assert (status, body["status"]) == (500, "failing")

    talk(story)


def test_what_cannot_be_reached_is_told_apart_from_an_application_that_fails() -> None:
    async def story(api: Api) -> None:
        api.server.registry.create(DEPLOYMENT, SPACE, application("crashing", fail="crash-loop"))
        api.server.registry.create(DEPLOYMENT, SPACE, application("absent", fail="image-pull"))
        api.server.clock.step(60)
        address = pod_of(api, "web")["status"]["podIP"]
        refused = f"error trying to reach service: dial tcp {address}:8081: connect: connection refused"
        expected = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": refused,
            "reason": "ServiceUnavailable",
            "code": 503,
        }
        assert await ask_pod(api, "web", port=":8081") == (503, expected)
        for app in ("crashing", "absent"):
            status, body = await ask_pod(api, app)
            assert (status, body["kind"]) == (503, "Status")
        status, body = await api.ask("GET", f"{PODS}/nope/proxy/")
        assert (status, body["message"]) == (404, 'pods "nope" not found')
        status, body = await api.ask("GET", f"{PODS}/https:{name_of(pod_of(api, 'web'))}:80/proxy/")
        assert (status, body["message"]) == (
            503,
            "error trying to reach service: http: server gave HTTP response to HTTPS client",
        )
        status, body = await api.ask("GET", f"{PODS}/ftp:x:80/proxy/")
        assert (status, body["message"]) == (400, 'invalid pod request "ftp:x:80"')

    talk(story)


def test_a_pod_without_an_address_cannot_be_dialled() -> None:
    async def story(api: Api) -> tuple[int, Any]:
        api.server.registry.create(DEPLOYMENT, SPACE, deployment("new", replicas=1))
        api.server.clock.step(0.05)
        return await ask_pod(api, "new")

    status, body = talk(story)
    assert (status, body["message"]) == (400, "address not allowed")


def test_a_service_is_asked_through_a_ready_endpoint_by_its_own_port() -> None:
    async def story(api: Api) -> None:
        registry = api.server.registry
        registry.create(
            SERVICE,
            SPACE,
            service("named", selector={"app": "web"}, ports=[{"name": "http", "port": 8080, "targetPort": 80}]),
        )
        registry.create(SERVICE, SPACE, service("empty", selector={"app": "nobody"}))
        api.server.clock.step(1)
        pods = {name_of(pod) for pod in api.server.store.items(POD, SPACE)}
        for name in ("web", "web:80", "named:http", "named:8080"):
            status, body = await api.ask("GET", f"{SERVICES}/{name}/proxy/x")
            assert (status, body["pod"] in pods) == (200, True), name
        for name, message in (
            ("empty", 'no endpoints available for service "empty"'),
            ("named", 'no endpoints available for service "named"'),
            ("web:99", 'no service port 99 found for service "web"'),
        ):
            status, body = await api.ask("GET", f"{SERVICES}/{name}/proxy/")
            assert (status, body["message"]) == (503, message)
        assert (await api.ask("GET", f"{SERVICES}/nope/proxy/"))[0] == 404

    talk(story)


def test_the_proxy_asks_for_a_right_of_its_own() -> None:
    async def story(api: Api) -> None:
        pod = name_of(pod_of(api, "web"))
        status, body = await api.as_user("viewer").ask("GET", f"{PODS}/{pod}:80/proxy/")
        assert (status, body["message"]) == (
            403,
            f'pods "{pod}:80" is forbidden: User "viewer" cannot get resource "pods/proxy" in API group "" in the '
            f'namespace "{SPACE}"',
        )
        operator = api.as_user("operator")
        assert (await operator.ask("GET", f"{PODS}/{pod}/proxy/"))[0] == 200
        status, body = await operator.ask("POST", f"{PODS}/{pod}/proxy/")
        assert (status, "cannot create" in body["message"]) == (403, True)

    talk(story)


@pytest.mark.parametrize("query", ["", "?a=b"])
def test_a_path_without_a_slash_is_sent_on(query: str) -> None:
    async def story(api: Api) -> None:
        path = f"{PODS}/{name_of(pod_of(api, 'web'))}/proxy"
        async with aiohttp.ClientSession() as session:
            url = api.server.url + path + query
            async with session.get(url, allow_redirects=False) as response:
                assert response.status == 301
                assert response.headers["Location"].endswith(f"{path}/{query}")
            async with session.get(url) as response:
                assert (response.status, (await response.json())["path"]) == (200, "/")

    talk(story)


def test_asking_an_application_changes_no_name_that_comes_later() -> None:
    async def names(api: Api, asks: int) -> set[str]:
        for _ in range(asks):
            await api.ask("GET", f"{SERVICES}/web/proxy/")
        change(api.server.cluster, DEPLOYMENT, "web", {"spec": {"replicas": 9}})
        api.server.clock.step(30)
        return {name_of(pod) for pod in api.server.store.items(POD, SPACE)}

    assert talk(lambda api: names(api, 0)) == talk(lambda api: names(api, 5))
