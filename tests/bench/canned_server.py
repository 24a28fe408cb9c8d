"""An API server that answers from bytes made beforehand: lists in pages, watches, and kubectl's tables.

Run as a program it prints its address and serves until its standard input closes; so what it costs is not measured:

    python -m tests.bench.canned_server [EVENTS_A_SECOND]
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Coroutine, Sequence

from aiohttp import web

from tests.bench.canned_objects import (
    PODS_A_RELEASE,
    RELEASES,
    CannedRelease,
    JsonObject,
    deployment,
    endpoint_slice,
    releases,
    replica_set,
    service,
)
from tests.bench.canned_pods import pod
from tests.bench.canned_tables import pod_table

SENT = "sent-"
"""Begins the name of the node of a pod that changed; the rest is when, in seconds of the monotonic clock."""

_PAGE = 500
_VERSION = "900000"
_EMPTY = (
    "/apis/apps/v1/statefulsets",
    "/apis/apps/v1/daemonsets",
    "/apis/apps/v1/controllerrevisions",
    "/apis/networking.k8s.io/v1/ingresses",
    "/apis/autoscaling/v2/horizontalpodautoscalers",
    "/apis/policy/v1/poddisruptionbudgets",
)
_CORE = {"kind": "APIVersions", "versions": ["v1"]}
_GROUPS = {"kind": "APIGroupList", "apiVersion": "v1", "groups": []}
_POD_RESOURCE = {
    "name": "pods",
    "singularName": "pod",
    "namespaced": True,
    "kind": "Pod",
    "shortNames": ["po"],
    "verbs": ["get", "list", "watch"],
}
_RESOURCES = {"kind": "APIResourceList", "groupVersion": "v1", "resources": [_POD_RESOURCE]}


class CannedServer:
    """Holds every answer as bytes. `events_a_second` pods change for whoever watches pods."""

    def __init__(self, events_a_second: int = 0) -> None:
        all_releases = releases()
        self._events_a_second = events_a_second
        pods = [pod(release, place) for release in all_releases for place in range(PODS_A_RELEASE)]
        self._pages = {
            "/api/v1/pods": _pages("PodList", pods),
            "/apis/apps/v1/deployments": _list_of(deployment, all_releases),
            "/apis/apps/v1/replicasets": _list_of(replica_set, all_releases),
            "/api/v1/services": _list_of(service, all_releases),
            "/apis/discovery.k8s.io/v1/endpointslices": _list_of(endpoint_slice, all_releases),
            **{path: _pages("List", []) for path in _EMPTY},
        }
        self._table_pages = _pages("Table", pods, pod_table)

    def application(self) -> web.Application:
        """Return what aiohttp serves."""
        application = web.Application()
        for path, answer in (("/api", _CORE), ("/apis", _GROUPS), ("/api/v1", _RESOURCES), ("/version", {})):
            application.router.add_get(path, _constant(json.dumps(answer).encode()))
        for path in self._pages:
            application.router.add_get(path, self._list_or_watch)
        return application

    async def _list_or_watch(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("watch"):
            return await self._watch(request)
        tables = "as=Table" in request.headers.get("Accept", "")
        pages = self._table_pages if tables else self._pages[request.path]
        return web.Response(body=pages[int(request.query.get("continue", "0"))], content_type="application/json")

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        if request.path == "/api/v1/pods" and self._events_a_second:
            await self._send_events(response)
        await asyncio.sleep(3600)
        return response

    async def _send_events(self, response: web.StreamResponse) -> None:
        """Send changed pods at an even pace, in batches of what 10 ms bring. The event says when it was sent."""
        began, sent = time.monotonic(), 0
        while True:
            due = int((time.monotonic() - began) * self._events_a_second)
            lines = [_modified(number) for number in range(sent, due)]
            if lines:
                try:
                    await response.write(b"".join(lines))
                except ConnectionResetError:  # the reader has seen enough
                    return
            sent = max(sent, due)
            await asyncio.sleep(0.01)


def _modified(number: int) -> bytes:
    # 7 and RELEASES have no common factor, so that every release and every pod has its turn.
    release = CannedRelease(number * 7 % RELEASES)
    place = number // RELEASES % PODS_A_RELEASE
    changed = pod(release, place, version=1_000_000 + number, ready=bool(number // (RELEASES * PODS_A_RELEASE) % 2))
    spec = changed["spec"]
    assert isinstance(spec, dict)
    # The node's name is what a view carries unchanged; the reader shares this machine's clock, and finds the time here.
    spec["nodeName"] = f"{SENT}{time.monotonic():.6f}"
    return json.dumps({"type": "MODIFIED", "object": changed}, separators=(",", ":")).encode() + b"\n"


def _list_of(make: Callable[[CannedRelease], JsonObject], all_releases: Sequence[CannedRelease]) -> list[bytes]:
    return _pages("List", [make(release) for release in all_releases])


def _pages(
    kind: str, items: Sequence[JsonObject], body: Callable[[Sequence[JsonObject]], JsonObject] | None = None
) -> list[bytes]:
    """Return the pages of a list; the continue token is the next page's number."""
    pages: list[bytes] = []
    for start in range(0, max(len(items), 1), _PAGE):
        part = items[start : start + _PAGE]
        left = len(items) - start - len(part)
        more: JsonObject = {"continue": str(len(pages) + 1), "remainingItemCount": left} if left > 0 else {}
        page: JsonObject = {"kind": kind, "apiVersion": "v1", "metadata": {"resourceVersion": _VERSION, **more}}
        page |= body(part) if body else {"items": list(part)}
        pages.append(json.dumps(page, separators=(",", ":")).encode())
    return pages


def _constant(body: bytes) -> Callable[[web.Request], Coroutine[object, object, web.Response]]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    return answer


async def _serve(events_a_second: int) -> None:
    runner = web.AppRunner(CannedServer(events_a_second).application(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    sys.stdout.write(f"http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
