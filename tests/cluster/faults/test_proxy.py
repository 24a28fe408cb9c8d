"""The proxy that spoils requests, held against the embedded cluster."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest

from cockpit.training.api.kinds import SERVICE
from cockpit.training.serve import ClusterServer
from tests.cluster.faults.asked import Asked, Nature, asked
from tests.cluster.faults.fault import ANSWERED, EACH, Fault
from tests.cluster.faults.proxy import FaultProxy
from tests.cluster.virtual_loop import run_virtually
from tests.kube.stepped import until

SHOP = "/api/v1/namespaces/default/services/shop"
LABEL = [{"op": "add", "path": "/metadata/labels", "value": {"seen": "yes"}}]


class Table:
    """Cluster, proxy and a client that goes through it."""

    def __init__(self, cluster: ClusterServer, proxy: FaultProxy, client: aiohttp.ClientSession) -> None:
        self.cluster, self.proxy, self.client = cluster, proxy, client
        self.url = f"http://127.0.0.1:{proxy.port}/as/{cluster.token()}"

    async def patch(self) -> tuple[int, dict[str, object]]:
        headers = {"Content-Type": "application/json-patch+json"}
        async with self.client.patch(self.url + SHOP, data=json.dumps(LABEL), headers=headers) as answer:
            return answer.status, await answer.json()

    @property
    def was_patched(self) -> bool:
        labels = self.cluster.registry.get(SERVICE, "default", "shop")["metadata"].get("labels") or {}
        return "seen" in labels


@asynccontextmanager
async def laid() -> AsyncIterator[Table]:
    async with (
        ClusterServer("selector-switch", speed=1.0) as cluster,
        FaultProxy(int(cluster.address.rpartition(":")[2])) as proxy,
        aiohttp.ClientSession() as client,
    ):
        yield Table(cluster, proxy, client)


def at_the_table(story: Callable[[Table], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with laid() as table:
            await story(table)

    run_virtually(whole())


def writes(fault: Fault) -> Callable[[Asked], Fault | None]:
    return lambda request: fault if request.nature is Nature.WRITE else None


def test_everything_passes_until_something_is_to_be_spoilt() -> None:
    async def story(table: Table) -> None:
        status, answer = await table.patch()
        assert (status, answer["kind"], table.was_patched) == (200, "Service", True)
        assert [request.words for request in table.proxy.reached] == ["write PATCH services/shop"]

    at_the_table(story)


def test_a_watch_passes_line_by_line() -> None:
    async def story(table: Table) -> None:
        async with table.client.get(table.url + "/api/v1/namespaces/default/services?watch=1") as stream:
            first = json.loads(await stream.content.readline())
            await table.patch()
            second = json.loads(await stream.content.readline())
            assert (first["type"], second["type"]) == ("ADDED", "MODIFIED")

    at_the_table(story)


@pytest.mark.parametrize("fault", sorted(ANSWERED))
def test_an_answer_of_the_proxy_keeps_the_server_out_of_it(fault: Fault) -> None:
    async def story(table: Table) -> None:
        table.proxy.spoil = writes(fault)
        status, answer = await table.patch()
        assert (str(status), answer["kind"], table.was_patched) == (fault.value, "Status", False)
        assert (len(table.proxy.seen), len(table.proxy.reached)) == (1, 0)

    at_the_table(story)


@pytest.mark.parametrize(("fault", "patched"), [(Fault.CUT_BEFORE, False), (Fault.CUT_AFTER, True)])
def test_a_cut_leaves_the_client_without_an_answer(fault: Fault, patched: bool) -> None:
    async def story(table: Table) -> None:
        table.proxy.spoil = writes(fault)
        with pytest.raises(aiohttp.ClientError):
            await table.patch()
        assert table.was_patched is patched

    at_the_table(story)


@pytest.mark.parametrize(("fault", "patched"), [(Fault.STALL_BEFORE, False), (Fault.STALL_AFTER, True)])
def test_a_stalled_request_is_never_answered(fault: Fault, patched: bool) -> None:
    async def story(table: Table) -> None:
        table.proxy.spoil = writes(fault)
        waiting = asyncio.ensure_future(table.patch())
        await until(lambda: table.proxy.stalled)
        assert (waiting.done(), table.was_patched) == (False, patched)
        waiting.cancel()

    at_the_table(story)


def test_each_fault_of_a_run_ends_the_request_one_way_or_another() -> None:
    assert set(EACH) == ANSWERED | {Fault.CUT_BEFORE, Fault.CUT_AFTER}


REVIEW = b'{"spec": {"resourceAttributes": {"namespace": "shop", "verb": "patch"}}}'
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
DELETE_BODY = b'{"kind": "DeleteOptions", "dryRun": ["All"]}'


@pytest.mark.parametrize(
    ("method", "target", "body", "nature", "namespace"),
    [
        ("PATCH", "/as/token/api/v1/namespaces/shop/services/web", b"", Nature.WRITE, "shop"),
        ("PATCH", "/api/v1/namespaces/shop/services/web?dryRun=All", b"", Nature.DRY_RUN, "shop"),
        ("DELETE", "/api/v1/namespaces/shop/services/web", DELETE_BODY, Nature.DRY_RUN, "shop"),
        ("POST", "/apis/events.k8s.io/v1/namespaces/shop/events", b"", Nature.EVENT, "shop"),
        ("POST", REVIEWS, REVIEW, Nature.REVIEW, "shop"),
        ("GET", "/apis/apps/v1/namespaces/shop/deployments/web", b"", Nature.READ, "shop"),
        ("GET", "/api/v1/namespaces/shop/pods/web-1/proxy/health", b"", Nature.POD_PROXY, "shop"),
        ("GET", "/api/v1/namespaces/shop/pods?watch=1", b"", Nature.PICTURE, "shop"),
        ("GET", "/version", b"", Nature.PICTURE, ""),
    ],
)
def test_a_request_says_what_it_does(method: str, target: str, body: bytes, nature: Nature, namespace: str) -> None:
    request = asked(method, target, body)
    assert (request.nature, request.namespace) == (nature, namespace)
