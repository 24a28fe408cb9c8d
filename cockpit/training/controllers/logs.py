"""What the simulated applications write: their start, each request that they answer, their crash and their end.

A line is a function of the container's life and of the load, so that asking twice gives the same lines. Only the last
hour's requests, and so many lines, are there: what is older was rotated away (https://kubernetes.io/docs/concepts/
cluster-administration/logging/#log-rotation).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from math import floor
from typing import TypeAlias

from cockpit.training.controllers.application import version_of
from cockpit.training.controllers.load import Load, wobble
from cockpit.training.objects import Json, name_of, uid_of

Line: TypeAlias = tuple[float, str]  # when, and what
_KEPT_SECONDS, _KEPT_LINES = 3600, 5000
_PATHS = ("/", "/", "/api/items", "/api/items", "/api/cart", "/static/app.js")


@dataclass(frozen=True, slots=True)
class Life:
    """One run of a container; `ended` is None while it runs, `code` its exit code."""

    started: float
    ended: float | None = None
    code: int = 0
    ready_after: float | None = None  # seconds until it is ready, None where it never is


def lines(pod: Json, container: Json, life: Life, load: Load, healthy: bool, now: float) -> list[Line]:
    """Return what a container has written up to now, oldest first."""
    end = now if life.ended is None else min(life.ended, now)
    first = container["name"] == pod["spec"]["containers"][0]["name"]
    opening = [line for line in _opening(pod, container, life) if line[0] <= end]
    closing = [] if life.ended is None or life.ended > now else _closing(life)
    room = _KEPT_LINES - len(closing)
    requests = list(islice(_requests(pod, life, load, healthy, end), room)) if first else []
    requests.reverse()
    if len(requests) == room or (requests and end - life.started > _KEPT_SECONDS):
        opening = []
    return [*sorted([*opening, *requests], key=lambda line: line[0]), *closing]


def _opening(pod: Json, container: Json, life: Life) -> Iterator[Line]:
    image = container.get("image", "")
    ports = [str(port["containerPort"]) for port in container.get("ports") or ()] or ["80"]
    yield life.started, f"INFO  starting {container['name']} {version_of(pod)} ({image}) in pod {name_of(pod)}"
    yield life.started + 0.02, f"INFO  listening on {', '.join(f':{port}' for port in ports)}"
    if life.ready_after is None:
        yield life.started + 0.5, "WARN  not ready: a dependency does not answer"
    else:
        yield life.started + max(life.ready_after, 0.05), "INFO  ready"


def _closing(life: Life) -> list[Line]:
    moment = life.ended or 0.0
    if not life.code:
        return [(moment - 0.001, "INFO  terminated by signal, all connections closed")]
    return [
        (moment - 0.002, "ERROR fatal: unhandled exception in the main loop"),
        (moment - 0.001, f"ERROR exiting with code {life.code}"),
    ]


def _requests(pod: Json, life: Life, load: Load, healthy: bool, end: float) -> Iterator[Line]:
    """Yield the access log of whole seconds, newest first."""
    uid = uid_of(pod)
    for second in range(floor(end) - 1, max(floor(life.started), floor(end) - _KEPT_SECONDS), -1):
        rate, since = load.of_pod(uid, second), second - floor(load.start)
        count = floor(rate + wobble(uid, since)) if rate else 0
        for index in range(count - 1, -1, -1):
            moment = second + (index + wobble(uid, since, index)) / count
            if life.started < moment < end:
                yield moment, _access(wobble(uid, index, since), healthy)


def _access(chosen: float, healthy: bool) -> str:
    path = _PATHS[floor(chosen * len(_PATHS))]
    took = floor(3 + 40 * chosen * chosen)
    status = 200 if healthy else 500
    return f'INFO  10.244.0.1 "GET {path} HTTP/1.1" {status} {took}ms'
