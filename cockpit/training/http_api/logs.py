"""Logs of pods over HTTP: GET .../pods/NAME/log, at once or followed line by line on the simulated clock.

Sources: k8s.io/kubernetes, pkg/registry/core/pod/rest/log.go and pkg/kubelet/kubelet_pods.go
(validateContainerLogStatus).
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import formatdate

from aiohttp import web

from cockpit.training.api.failures import bad_request, method_not_allowed
from cockpit.training.api.kinds import POD
from cockpit.training.api.rules import Asked
from cockpit.training.cluster import Cluster
from cockpit.training.controllers.logs import Life, Line, lines
from cockpit.training.http_api.access import User, check
from cockpit.training.http_api.log_options import LogOptions, chosen_container, log_options
from cockpit.training.objects import Json, name_of, timestamp, uid_of

_PATH = re.compile(r"/api/v1/namespaces/([^/]+)/pods/([^/]+)/log")


@dataclass(frozen=True, slots=True)
class _Source:
    """One container's log: `written` returns what it has written up to now, `life` the run that it is of."""

    written: Callable[[], list[Line]]
    life: Callable[[], Life]
    options: LogOptions


class LogHandler:
    """Answers requests for logs."""

    def __init__(self, cluster: Cluster) -> None:
        self._registry = cluster.registry
        self._kubelet = cluster.kubelet
        self._load = cluster.load
        self._clock = cluster.clock
        self._followers: set[asyncio.Event] = set()
        self._open = True

    async def answer(self, request: web.BaseRequest, user: User, namespace: str, name: str) -> web.StreamResponse:
        """Answer one request.

        Raises:
            ApiError: 400, 403, 404, 405 or 422.
        """
        if request.method not in ("GET", "HEAD"):
            raise method_not_allowed()
        check(user, POD, Asked("get", "", POD.plural, namespace, "log", name))
        options = log_options(request.query, name, self._clock.now)
        pod = self._registry.get(POD, namespace, name)
        source = self._source(pod, chosen_container(pod, options.container), options)
        headers = {"Content-Type": "text/plain", "Date": formatdate(self._clock.now, usegmt=True)}
        if not options.follow or source is None:
            return web.Response(body=_text(_first(source), options) if source else b"", headers=headers)
        response = web.StreamResponse(headers=headers)
        response.enable_chunked_encoding()
        await response.prepare(request)
        await self._follow(response, source)
        return response

    def close(self) -> None:
        """End all that is followed."""
        self._open = False
        for follower in self._followers:
            follower.set()

    def _source(self, pod: Json, container: Json, options: LogOptions) -> _Source | None:
        """Return where the lines come from; a pod without a node has none yet."""
        if not pod["spec"].get("nodeName"):
            return None
        uid, known = uid_of(pod), self._life(pod, container, options)

        def life() -> Life:
            now = self._kubelet.life_of(uid)
            if known.ended is None and (now is None or now.started != known.started):
                return replace(known, ended=self._clock.now)  # the pod is gone, or its container another
            return now if now is not None and now.started == known.started else known

        def written() -> list[Line]:
            return lines(pod, container, life(), self._load, self._kubelet.is_healthy(uid), self._clock.now)

        return _Source(written, life, options)

    def _life(self, pod: Json, container: Json, options: LogOptions) -> Life:
        uid, name = uid_of(pod), container["name"]
        state = _state(pod, name)
        waits = "waiting" in state or not state
        current = self._kubelet.life_of(uid)
        if options.previous:
            found = current if waits else self._kubelet.life_of(uid, previous=True)
            if found is None:
                raise bad_request(f'previous terminated container "{name}" in pod "{name_of(pod)}" not found')
            return found
        if current is None:
            reason = str((state.get("waiting") or {}).get("reason", "ContainerCreating"))
            pulling = reason in ("ErrImagePull", "ImagePullBackOff")
            why = "trying and failing to pull image" if pulling else reason
            raise bad_request(f'container "{name}" in pod "{name_of(pod)}" is waiting to start: {why}')
        return current

    async def _follow(self, response: web.StreamResponse, source: _Source) -> None:
        due = asyncio.Event()
        self._followers.add(due)
        left, options = source.options.limit, source.options
        found, until = _first(source), self._until(source)
        try:
            while True:
                text = _text(found, options)[:left]
                left = None if left is None else left - len(text)
                if text:
                    await response.write(text)
                if not self._open or math.isinf(until) or left == 0:
                    return
                timer = self._clock.call_later(until + 1 - self._clock.now, due.set)
                await due.wait()
                due.clear()
                timer.cancel()
                since, until = until, self._until(source)
                found = [line for line in source.written() if since <= line[0]]
        except ConnectionError:
            return
        finally:
            self._followers.discard(due)

    def _until(self, source: _Source) -> float:
        """Return up to when all lines are known: the whole second, or for ever once the container has ended."""
        return math.floor(self._clock.now) if source.life().ended is None else math.inf


def log_path(path: str) -> tuple[str, str] | None:
    """Return the namespace and pod whose log a path is, None where it is another path."""
    found = _PATH.fullmatch(path)
    return (found[1], found[2]) if found else None


def _first(source: _Source) -> list[Line]:
    options = source.options
    found = [line for line in source.written() if options.since is None or line[0] >= options.since]
    return found if options.tail is None else found[max(len(found) - options.tail, 0) :]


def _text(found: list[Line], options: LogOptions) -> bytes:
    written = (f"{_nanoseconds(moment)} {text}\n" if options.timestamps else f"{text}\n" for moment, text in found)
    return "".join(written).encode()[: options.limit]


def _nanoseconds(moment: float) -> str:
    return f"{timestamp(moment)[:-1]}.{int(moment % 1 * 1e6):06d}000Z"


def _state(pod: Json, container: str) -> Json:
    statuses = (pod.get("status") or {}).get("containerStatuses") or ()
    return next((status.get("state") or {} for status in statuses if status["name"] == container), {})
