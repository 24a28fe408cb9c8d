"""Prometheus behind the proxy of the API server: a pod of its image answers, and no other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp

from cockpit.training.api.kinds import DEPLOYMENT, SERVICE
from cockpit.training.objects import Json
from tests.training.api_client import Api, talk
from tests.training.steps import NOON, SPACE, change, deployment, service

IMAGE = "registry.example/prom/prometheus:v3.5.0"
PROXY = f"/api/v1/namespaces/{SPACE}/services/http:prometheus:9090/proxy"


def prometheus(image: str = IMAGE, **behaviour: str) -> Json:
    made = deployment("prometheus", image, replicas=1)
    template = made["spec"]["template"]
    template["metadata"]["annotations"] = {f"training.cockpit.dev/{key}": value for key, value in behaviour.items()}
    template["spec"]["containers"][0]["ports"] = [{"name": "web", "containerPort": 9090}]
    return made


def add_prometheus(api: Api, image: str = IMAGE, **behaviour: str) -> None:
    in_front = service("prometheus")
    in_front["spec"]["ports"] = [{"name": "web", "port": 9090, "targetPort": "web"}]
    api.server.registry.create(SERVICE, SPACE, in_front)
    api.server.registry.create(DEPLOYMENT, SPACE, prometheus(image, **behaviour))
    api.server.clock.step(60)


async def ask(api: Api, path: str, query: Mapping[str, object]) -> tuple[int, Any]:
    return await api.ask("GET", f"{PROXY}{path}?{urlencode(query, doseq=True)}")


async def value(api: Api, query: str) -> str:
    status, body = await ask(api, "/api/v1/query", {"query": query})
    assert status == 200, body
    (found,) = body["data"]["result"]
    return str(found["value"][1])


def test_up_is_answered_for_every_pod_that_runs() -> None:
    async def story(api: Api) -> None:
        add_prometheus(api)
        status, body = await ask(api, "/api/v1/query", {"query": 'count(up{namespace="shop"})'})
        assert (status, body["status"], body["data"]["resultType"]) == (200, "success", "vector")
        (found,) = body["data"]["result"]
        assert found == {"metric": {}, "value": [NOON + 90, "5"]}

    talk(story)


def test_a_pod_that_is_gone_has_no_value_any_more() -> None:
    async def story(api: Api) -> None:
        add_prometheus(api)
        change(api.server.cluster, DEPLOYMENT, "web", {"spec": {"replicas": 1}})
        api.server.clock.step(60)
        assert await value(api, 'count(up{namespace="shop"})') == "2"
        assert await value(api, 'count(count by (pod) (count_over_time(up{namespace="shop"}[5m])))') == "5"

    talk(story)


def test_a_form_is_taken_as_well_as_a_url() -> None:
    async def story(api: Api) -> None:
        add_prometheus(api)
        url = f"{api.server.url}{PROXY}/api/v1/query"
        async with aiohttp.ClientSession() as session, session.post(url, data={"query": "vector(1)"}) as response:
            assert (response.status, response.content_type) == (200, "application/json")
            assert (await response.json())["data"]["result"][0]["value"][1] == "1"

    talk(story)


def test_readiness_is_told_outside_the_api() -> None:
    async def story(api: Api) -> None:
        add_prometheus(api)
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{api.server.url}{PROXY}/-/ready") as response:
                assert (response.status, await response.text()) == (200, "Prometheus Server is Ready.\n")
            async with session.get(f"{api.server.url}{PROXY}/api/v1/nothing") as response:
                assert (response.status, response.content_type) == (404, "text/plain")

    talk(story)


def test_other_applications_do_not_answer_queries() -> None:
    async def story(api: Api) -> None:
        add_prometheus(api, image="registry.example/shop/prometheus-adapter:1")
        status, body = await ask(api, "/api/v1/query", {"query": "up"})
        assert (status, body["status"], body["path"]) == (200, "ok", "/api/v1/query")

    talk(story)


def test_without_a_ready_endpoint_the_proxy_says_so() -> None:
    async def story(api: Api) -> None:
        add_prometheus(api)
        change(api.server.cluster, DEPLOYMENT, "prometheus", {"spec": {"replicas": 0}})
        api.server.clock.step(60)
        status, body = await ask(api, "/api/v1/query", {"query": "up"})
        assert (status, body["message"]) == (503, 'no endpoints available for service "prometheus"')

    talk(story)


def test_a_prometheus_that_fails_answers_500() -> None:
    async def story(api: Api) -> None:
        add_prometheus(api, health="failing")
        status, body = await ask(api, "/api/v1/query", {"query": "up"})
        assert (status, body["status"]) == (500, "failing")

    talk(story)


def test_what_the_proxy_refuses_is_refused_for_prometheus_too() -> None:
    async def story(api: Api) -> None:
        add_prometheus(api)
        status, body = await ask(api.as_user("viewer"), "/api/v1/query", {"query": "up"})
        assert (status, body["reason"]) == (403, "Forbidden")

    talk(story)


def test_nothing_is_scraped_where_no_prometheus_runs() -> None:
    async def story(api: Api) -> None:
        api.server.clock.step(60)
        assert api.server.cluster.series.samples == 0
        add_prometheus(api)
        change(api.server.cluster, DEPLOYMENT, "prometheus", {"spec": {"replicas": 0}})
        api.server.clock.step(60)
        there = api.server.cluster.series.samples
        assert there > 0
        api.server.clock.step(60)
        assert api.server.cluster.series.samples == there

    talk(story)
