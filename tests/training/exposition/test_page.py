"""What an application answers over HTTP: its page of metrics, its version, and now and then an error."""

from __future__ import annotations

import re

import aiohttp

from cockpit.training.api.kinds import DEPLOYMENT, POD
from cockpit.training.exposition.text import CONTENT_TYPE
from cockpit.training.objects import name_of
from tests.training.api_client import PODS, Api, talk
from tests.training.steps import SPACE, deployment

_LINE = re.compile(r'(\w+)(\{(\w+="[^"]*",?)*\})? (\S+)')


def create(api: Api, name: str, image: str = "app:7", **behaviour: str) -> None:
    made = deployment(name, image, replicas=1)
    told = {f"training.cockpit.dev/{key.replace('_', '-')}": value for key, value in behaviour.items()}
    made["spec"]["template"]["metadata"]["annotations"] = told
    api.server.registry.create(DEPLOYMENT, SPACE, made)
    api.server.clock.step(30)


def pod_of(api: Api, app: str) -> str:
    return next(name_of(pod) for pod in api.server.store.items(POD, SPACE) if pod["metadata"]["labels"]["app"] == app)


async def get(api: Api, app: str, path: str) -> tuple[int, dict[str, str], str]:
    url = f"{api.server.url}{PODS}/{pod_of(api, app)}/proxy{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, dict(response.headers), await response.text()


def test_the_page_of_metrics_is_in_the_format_that_prometheus_scrapes() -> None:
    async def story(api: Api) -> tuple[int, dict[str, str], str]:
        return await get(api, "web", "/metrics")

    status, headers, page = talk(story)
    assert (status, headers["Content-Type"]) == (200, CONTENT_TYPE)
    lines = page.splitlines()
    assert page.endswith("\n")
    assert [line for line in lines if line.startswith("# TYPE")] == [
        "# TYPE http_requests_total counter",
        "# TYPE http_request_duration_seconds histogram",
    ]
    samples = [_LINE.fullmatch(line) for line in lines if not line.startswith("#")]
    assert len(samples) == 18
    values = {found[1] + (found[2] or ""): float(found[4]) for found in samples if found}
    assert len(values) == 18
    count = values["http_request_duration_seconds_count"]
    assert count == values['http_request_duration_seconds_bucket{le="+Inf"}']
    assert count == sum(value for name, value in values.items() if name.startswith("http_requests_total")) > 0


def test_metrics_are_there_however_ill_the_application_is() -> None:
    async def story(api: Api) -> tuple[int, str]:
        create(api, "ill", health="failing")
        status, _, page = await get(api, "ill", "/metrics")
        return status, page

    status, page = talk(story)
    assert status == 200
    assert 'http_requests_total{method="GET",status="200"} 0' in page


def test_every_answer_tells_the_version() -> None:
    async def story(api: Api) -> list[str]:
        create(api, "versioned")
        create(api, "ill", health="failing")
        return [(await get(api, app, "/"))[1]["X-Version"] for app in ("versioned", "ill")]

    assert talk(story) == ["7", "7"]


def test_so_many_answers_fail_as_the_error_ratio_says_evenly_spread() -> None:
    async def story(api: Api) -> list[int]:
        create(api, "shaky", error_ratio="0.25")
        return [(await get(api, "shaky", "/"))[0] for _ in range(12)]

    assert talk(story) == [200, 200, 200, 500] * 3


def test_an_application_without_an_error_ratio_never_fails() -> None:
    async def story(api: Api) -> set[int]:
        return {(await get(api, "web", "/"))[0] for _ in range(30)}

    assert talk(story) == {200}
