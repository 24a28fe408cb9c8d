"""Evictions and what PodDisruptionBudgets allow."""

from __future__ import annotations

from typing import Any

import pytest

from cockpit.training.api.kinds import DISRUPTION_BUDGET, POD
from cockpit.training.objects import Json, is_deleting
from tests.training.api_client import PODS, Api, talk
from tests.training.steps import SPACE, names, pods, quiet_cluster, roll_out

BUDGETS = f"/apis/policy/v1/namespaces/{SPACE}/poddisruptionbudgets"


def budget(name: str = "web", **spec: object) -> Json:
    return {"metadata": {"name": name}, "spec": {"selector": {"matchLabels": {"app": "web"}}, **spec}}


async def evict(api: Api, pod: str, query: str = "") -> tuple[int, Any]:
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": pod}}
    return await api.ask("POST", f"{PODS}/{pod}/eviction{query}", body)


def running(api: Api) -> list[str]:
    return names(pods(api.server.cluster))


def test_without_a_budget_an_eviction_is_a_delete() -> None:
    async def story(api: Api) -> None:
        pod = running(api)[0]
        expected = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}
        assert await evict(api, pod) == (201, expected)
        assert is_deleting(api.server.registry.get(POD, SPACE, pod))
        assert (await evict(api, "nope"))[0] == 404
        assert (await api.as_user("operator").ask("POST", f"{PODS}/{pod}/eviction", {}))[0] == 403

    talk(story)


def test_a_budget_lets_go_as_many_as_it_can_spare_and_refuses_the_next() -> None:
    async def story(api: Api) -> None:
        await api.ask("POST", BUDGETS, budget(minAvailable=3))
        api.server.clock.step(1)
        first, second = running(api)[:2]
        assert (await evict(api, first, "?dryRun=All"))[0] == 201
        assert (await evict(api, first))[0] == 201
        status, body = await evict(api, second)
        assert (status, body["reason"]) == (429, "TooManyRequests")
        assert body["message"] == "Cannot evict pod as it would violate the pod's disruption budget."
        text = "The disruption budget web needs 3 healthy pods and has 4 currently"
        assert body["details"] == {"causes": [{"reason": "DisruptionBudget", "message": text}]}
        api.server.clock.step(0.1)
        status, body = await evict(api, second)
        assert body["details"]["causes"][0]["message"].endswith("needs 3 healthy pods and has 3 currently")
        api.server.clock.step(30)
        assert (await evict(api, second))[0] == 201

    talk(story)


def test_a_budget_that_was_just_changed_asks_to_wait() -> None:
    async def story(api: Api) -> None:
        await api.ask("POST", BUDGETS, budget(minAvailable=1))
        status, body = await evict(api, running(api)[0])
        assert (status, body["details"]["retryAfterSeconds"]) == (429, 10)

    talk(story)


def test_two_budgets_of_one_pod_are_one_too_many() -> None:
    async def story(api: Api) -> int:
        await api.ask("POST", BUDGETS, budget("one", minAvailable=1))
        await api.ask("POST", BUDGETS, budget("two", minAvailable=1))
        api.server.clock.step(1)
        return (await evict(api, running(api)[0]))[0]

    assert talk(story) == 500


@pytest.mark.parametrize(
    ("spec", "desired", "allowed"),
    [
        ({"minAvailable": 3}, 3, 1),
        ({"minAvailable": "60%"}, 3, 1),
        ({"maxUnavailable": 2}, 2, 2),
        ({"maxUnavailable": "30%"}, 2, 2),
        ({"minAvailable": 9}, 9, 0),
        ({"maxUnavailable": 0}, 4, 0),
    ],
)
def test_the_status_of_a_budget_counts_what_it_can_spare(spec: Json, desired: int, allowed: int) -> None:
    cluster = quiet_cluster()
    roll_out(cluster, replicas=4)
    cluster.registry.create(DISRUPTION_BUDGET, SPACE, budget(**spec))
    cluster.clock.step(1)
    status = cluster.registry.get(DISRUPTION_BUDGET, SPACE, "web")["status"]
    assert (status["desiredHealthy"], status["disruptionsAllowed"]) == (desired, allowed)
    assert (status["expectedPods"], status["currentHealthy"], status["observedGeneration"]) == (4, 4, 1)
    assert status["conditions"][0]["status"] == str(allowed > 0)
