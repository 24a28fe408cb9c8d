"""Logs of pods: what applications wrote, at once or followed on the simulated clock."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cockpit.training.api.kinds import DEPLOYMENT, POD, SERVICE
from cockpit.training.api.writing import DeleteOptions
from cockpit.training.objects import name_of
from tests.training.api_client import PODS, Api, talk
from tests.training.steps import SPACE, deployment, merge, pods


def first_pod(api: Api) -> str:
    return sorted(name_of(pod) for pod in pods(api.server.cluster))[0]


async def log(api: Api, query: str = "", pod: str = "") -> list[str]:
    status, text = await api.text(f"{PODS}/{pod or first_pod(api)}/log{query}")
    assert status == 200, text
    return text.splitlines()


async def refused(api: Api, query: str, pod: str = "") -> tuple[int, str]:
    status, body = await api.ask("GET", f"{PODS}/{pod or first_pod(api)}/log{query}")
    return status, str(body["message"])


def test_a_log_has_the_start_and_the_requests_that_were_answered() -> None:
    async def story(api: Api) -> tuple[list[str], list[str]]:
        return await log(api), await log(api)

    once, again = talk(story)
    assert once == again
    assert once[0] == f"INFO  starting app 1 (app:1) in pod {once[0].rpartition(' ')[2]}"
    assert once[1] == "INFO  listening on :80"
    assert any('"GET /' in line and " 200 " in line for line in once)


def test_more_load_makes_more_lines() -> None:
    async def story(api: Api) -> tuple[int, int]:
        few = len(await log(api, "?sinceSeconds=10"))
        merge(
            api.server.cluster, SERVICE, "web", {"metadata": {"annotations": {"training.cockpit.dev/requests": "80"}}}
        )
        api.server.clock.step(20)
        return few, len(await log(api, "?sinceSeconds=10"))

    few, many = talk(story)
    assert few <= 25
    assert 180 <= many <= 220


def test_the_end_of_a_log_can_be_asked_for() -> None:
    async def story(api: Api) -> list[Any]:
        whole = await log(api)
        _, cut = await api.text(f"{PODS}/{first_pod(api)}/log?limitBytes=20")
        return [whole, await log(api, "?tailLines=3"), await log(api, "?timestamps=true&tailLines=1"), cut]

    whole, tail, (stamped,), cut = talk(story)
    assert tail == whole[-3:]
    assert stamped.endswith(whole[-1])
    assert stamped[:20].startswith("2026-11-18T11:07:")
    assert stamped[29:31] == "Z "
    assert cut == "\n".join(whole)[:20]


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("?tailLines=-1", 422, "tailLines: Invalid value: -1: must be greater than or equal to 0"),
        ("?limitBytes=0", 422, "limitBytes: Invalid value: 0: must be greater than 0"),
        ("?sinceSeconds=0", 422, "sinceSeconds: Invalid value: 0: must be greater than 0"),
        ("?tailLines=x", 400, 'strconv.ParseInt: parsing "x": invalid syntax'),
        ("?container=nobody", 400, "container nobody is not valid for pod POD"),
        ("?previous=true", 400, 'previous terminated container "app" in pod "POD" not found'),
    ],
)
def test_what_cannot_be_answered_is_refused_in_the_words_of_a_real_server(
    query: str, status: int, message: str
) -> None:
    async def story(api: Api) -> tuple[int, str, str]:
        return (*await refused(api, query), first_pod(api))

    found, text, pod = talk(story)
    assert found == status
    assert message.replace("POD", pod) in text


def test_a_container_that_waits_has_no_log_yet() -> None:
    async def story(api: Api) -> tuple[int, str]:
        manifest = deployment("slow", replicas=1)
        manifest["spec"]["template"]["metadata"]["annotations"] = {"training.cockpit.dev/fail": "image-pull"}
        api.server.registry.create(DEPLOYMENT, SPACE, manifest)
        api.server.clock.step(10)
        (pod,) = (name_of(pod) for pod in pods(api.server.cluster) if name_of(pod).startswith("slow"))
        return await refused(api, "", pod)

    status, message = talk(story)
    assert status == 400
    assert message.endswith("is waiting to start: trying and failing to pull image")


def test_a_crash_is_in_the_log_of_the_run_before() -> None:
    async def story(api: Api) -> tuple[list[str], list[str]]:
        manifest = deployment("bad", replicas=1)
        settings = {"training.cockpit.dev/fail": "crash-loop", "training.cockpit.dev/fail-after": "5"}
        manifest["spec"]["template"]["metadata"]["annotations"] = settings
        api.server.registry.create(DEPLOYMENT, SPACE, manifest)
        api.server.clock.step(9.5)
        (pod,) = (name_of(pod) for pod in pods(api.server.cluster) if name_of(pod).startswith("bad"))
        return await log(api, "", pod), await log(api, "?previous=true", pod)

    now, before = talk(story)
    assert before[-1] == "ERROR exiting with code 1"
    assert now == before  # the container waits for its next start: its log is that of the run that crashed


def test_a_followed_log_comes_line_by_line_and_ends_with_the_pod() -> None:
    async def story(api: Api) -> tuple[list[str], list[str]]:
        pod, read = first_pod(api), []
        async with api.lines(f"{PODS}/{pod}/log?follow=true&tailLines=1") as line:
            read.append(await line())
            for _ in range(3):
                api.server.clock.step(5)
                read.append(await line())
            api.server.registry.delete(POD, SPACE, pod, DeleteOptions(grace=1))
            api.server.clock.step(3)
            while text := await asyncio.wait_for(line(), 5):
                read.append(text)
        return read, await log(api, "", first_pod(api))

    read, _ = talk(story)
    assert len(read) > 5
    assert read[-1] == "INFO  terminated by signal, all connections closed"


def test_a_viewer_reads_logs_as_the_view_role_allows() -> None:
    async def story(api: Api) -> tuple[int, str]:
        return await api.as_user("viewer").text(f"{PODS}/{first_pod(api)}/log")

    status, _ = talk(story)
    assert status == 200
