"""The HTTP server: sockets, tokens, negotiation, and the outermost edge where every failure becomes a Status."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from email.utils import formatdate

import msgspec
from aiohttp import web

from cockpit.fault import fault_name
from cockpit.training.api.failures import ApiError, method_not_allowed
from cockpit.training.api.kinds import ApiKind
from cockpit.training.clock import ClockDriver
from cockpit.training.cluster import Cluster
from cockpit.training.http_api import access, discovery, openapi, openapi_v2, reviews
from cockpit.training.http_api.access import User, token_of
from cockpit.training.http_api.answers import Answers
from cockpit.training.http_api.health import health
from cockpit.training.http_api.list_options import whole
from cockpit.training.http_api.logs import LogHandler, log_path
from cockpit.training.http_api.metrics import PREFIX as METRICS
from cockpit.training.http_api.metrics import MetricsHandler
from cockpit.training.http_api.paths import target_of
from cockpit.training.http_api.prometheus import Asked, PrometheusHandler
from cockpit.training.http_api.proxy import Proxy, ProxyTarget, ToPrometheus, proxy_target
from cockpit.training.http_api.requests import Request, check_access, perform
from cockpit.training.http_api.warnings import warning, warnings_of
from cockpit.training.http_api.watches import Watch, error_line
from cockpit.training.objects import Json

_LOG = logging.getLogger(__name__)
_LARGEST_BODY = 3 * 1024 * 1024
_BOOKMARK_EVERY = 15.0  # seconds of real time; a real server sends one about every minute
_LONGEST_WATCH = 1800.0  # seconds, where the client names no timeoutSeconds
_JSON = "application/json"
_FORMS = ("as=Table", "as=PartialObjectMetadataList", "as=PartialObjectMetadata")

TOKEN_PREFIX = "/as/"  # noqa: S105  # a path, not a secret
"""A path may begin with /as/TOKEN: kubectl sends no bearer token over plain HTTP (client-go, clientcmd)."""


OnWritten = Callable[[ApiKind, str, str], None]
"""Called with kind, namespace ("" for what has none) and name."""


class ApiHandler:
    """Answers requests. `driver` brings the clock to the present first, so that every answer is of now."""

    def __init__(
        self, cluster: Cluster, driver: ClockDriver, allowed: access.Access, on_written: OnWritten | None = None
    ) -> None:
        """Serve `cluster`; `on_written` is told of each object that somebody wrote over HTTP."""
        self._registry = cluster.registry
        self._on_written = on_written
        self._kinds = cluster.store.kinds
        self._clock = cluster.clock
        self._proxy = Proxy(cluster.registry, Answers(cluster.kubelet, cluster.exposition).of)
        self._logs = LogHandler(cluster)
        self._metrics = MetricsHandler(cluster)
        self._prometheus = PrometheusHandler(cluster.series, cluster.clock)
        self._driver = driver
        self._access = allowed
        self._watchers: set[asyncio.Event] = set()
        self._closing = False
        self._generation = 0  # of watches: all of an older one end
        cluster.registry.store.subscribe(lambda _: self._wake())

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        try:
            return await self._answer(request)
        except ApiError as error:
            if error.plain:
                return self._text(error.plain, error.code)
            answered = self._json(error.status(), error.code)
            if seconds := (error.details or {}).get("retryAfterSeconds"):
                answered.headers["Retry-After"] = str(seconds)
            return answered
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception as error:  # noqa: BLE001  # the outermost edge: a defect becomes a visible 500, and the server stays up
            _LOG.error("Answering %s %s failed: %s", request.method, _without_token(request.path), fault_name(error))
            defect = ApiError(500, "InternalError", "Internal error occurred: see the log of the embedded cluster")
            return self._json(defect.status(), 500)

    def close(self) -> None:
        """End every watch and every log that is followed, so that the server can stop at once."""
        self._closing = True
        self._logs.close()
        self._prometheus.close()
        self._wake()

    def drop_watches(self) -> None:
        """End every running watch; new ones are served."""
        self._generation += 1
        self._wake()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        path, token = _split_token(request)
        if (state := health(path, request.query)) is not None:
            return self._text(state, 200)
        groups = request.headers.getall("Impersonate-Group", [])
        user = access.acting(self._access.user_of(token), request.headers, groups)
        self._driver.catch_up()
        body = await _body(request)
        review = reviews.review_at(path)
        if review is not None:
            return self._json(self._reviewed(request, review, user, body), 201)
        proxied = proxy_target(path if path == "/" or not request.path.endswith("/") else f"{path}/")
        if proxied is not None:
            return await self._proxied(request, user, proxied, body)
        if (of_pod := log_path(path)) is not None:
            return await self._logs.answer(request, user, *of_pod)
        if path.startswith(METRICS):
            return self._json(self._metrics.answer(user, request.method, path, request.query))
        if path.count("/") > (2 if path.startswith("/api/") else 3) and path.startswith(("/api/", "/apis/")):
            return await self._resource(request, path, user, body)
        access.check_path(user, request.method, path)
        document = self._document(path, request)
        return self._text("404 page not found\n", 404) if document is None else document

    async def _resource(self, request: web.BaseRequest, path: str, user: User, body: bytes) -> web.StreamResponse:
        form = _form(request.headers.get("Accept", ""))
        agent = request.headers.get("User-Agent", "")
        asked = Request(
            request.method, target_of(path, self._kinds), request.query, _content_type(request), form, body, agent
        )
        check_access(user, asked)
        if asked.watching:
            return await self._watch(request, asked)
        status, answer = perform(self._registry, asked, self._clock.now)
        self._tell_written(asked, answer)
        response = self._json(answer, status)
        response.headers.update(warnings_of(asked.target))
        for text in asked.warnings:
            response.headers.add("Warning", warning(text))
        return response

    @staticmethod
    def _reviewed(request: web.BaseRequest, review: reviews.Review, user: User, body: bytes) -> Json:
        if request.method != "POST":
            raise method_not_allowed()
        return reviews.answer(review, user, body, _content_type(request))

    def _tell_written(self, asked: Request, answer: Json) -> None:
        target = asked.target
        name = target.name or str((answer.get("metadata") or {}).get("name", ""))
        if self._on_written is not None and asked.method != "GET" and name and not asked.dry_run:
            self._on_written(target.kind, target.namespace, name)

    async def _proxied(
        self, request: web.BaseRequest, user: User, target: ProxyTarget, body: bytes
    ) -> web.StreamResponse:
        reply = self._proxy.ask(user, request.method, target)
        if isinstance(reply, ToPrometheus):
            asked = Asked(request.method, reply.path, request.rel_url.raw_query_string, _content_type(request), body)
            found = await self._prometheus.answer(asked)
            headers = {"Content-Type": found.content_type, "Date": self._date()}
            return web.Response(body=found.body, status=found.status, headers=headers)
        answered = self._json(reply.body, reply.status)
        answered.headers.update(reply.headers)
        if reply.page is not None:
            answered.body = reply.page
        if reply.status == 301:
            answered.headers["Location"] = f"{request.path}/" + (
                f"?{request.query_string}" * bool(request.query_string)
            )
        return answered

    def _document(self, path: str, request: web.BaseRequest) -> web.Response | None:
        """Answer discovery and the like, or None where the path is about resources."""
        aggregated = "as=APIGroupDiscoveryList" in request.headers.get("Accept", "") and path in ("/api", "/apis")
        if aggregated and "v=v2;" in request.headers["Accept"]:
            return self._json(discovery.aggregated(self._kinds, path == "/api"), content_type=discovery.AGGREGATED)
        if path == "/openapi/v2" and openapi_v2.ASKED_AS in request.headers.get("Accept", ""):
            return web.Response(body=openapi_v2.protobuf(self._kinds), content_type=openapi_v2.ANSWERED_AS)
        parts = path.strip("/").split("/")
        found: Json | None = None
        if path == "/version":
            found = discovery.VERSION
        elif path == "/api":
            found = discovery.api_versions(request.host)
        elif path == "/apis":
            found = discovery.api_groups(self._kinds)
        elif parts[0] == "openapi":
            found = openapi.document(self._kinds, path)
        elif parts[0] == "api" and len(parts) == 2:
            found = discovery.resource_list(self._kinds, "", parts[1])
        elif parts[0] == "apis" and len(parts) in (2, 3):
            group, *version = parts[1:]
            listed = discovery.resource_list(self._kinds, group, *version) if version else None
            found = listed if version else discovery.api_group(self._kinds, group)
        return None if found is None else self._json(found)

    async def _watch(self, request: web.BaseRequest, asked: Request) -> web.StreamResponse:
        store, target = self._registry.store, asked.target
        query = _with_name(asked)
        watch = Watch(store, target.served, target.namespace, query, asked.form, lambda: self._clock.now)
        seconds = _timeout(query)
        response = web.StreamResponse(headers={"Content-Type": _JSON, "Date": self._date(), **warnings_of(target)})
        response.enable_chunked_encoding()
        await response.prepare(request)
        changed = asyncio.Event()
        self._watchers.add(changed)
        try:
            await self._stream(response, watch, changed, seconds)
        except ApiError as error:
            await response.write(error_line(error))
        except ConnectionError:
            _LOG.debug("a watcher of %s went away", target.kind.plural)
        finally:
            self._watchers.discard(changed)
        return response

    async def _stream(self, response: web.StreamResponse, watch: Watch, changed: asyncio.Event, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        lines, generation = watch.start(), self._generation
        while not self._closing and self._generation == generation and loop.time() < end:
            if lines:
                await response.write(b"".join(lines))
            try:
                async with asyncio.timeout(min(_BOOKMARK_EVERY, max(end - loop.time(), 0))):
                    await changed.wait()
                changed.clear()
                lines = watch.more()
            except TimeoutError:
                lines = [watch.bookmark()] if watch.bookmarks else []
        if lines:
            await response.write(b"".join(lines))

    def _wake(self) -> None:
        for changed in self._watchers:
            changed.set()

    def _date(self) -> str:
        return formatdate(self._clock.now, usegmt=True)

    def _json(self, body: Json, status: int = 200, content_type: str = _JSON) -> web.Response:
        headers = {"Content-Type": content_type, "Date": self._date(), "Cache-Control": "no-cache, private"}
        return web.Response(body=msgspec.json.encode(body) + b"\n", status=status, headers=headers)

    def _text(self, text: str, status: int) -> web.Response:
        headers = {"Content-Type": "text/plain; charset=utf-8", "Date": self._date()}
        return web.Response(body=text.encode(), status=status, headers=headers)


def _split_token(request: web.BaseRequest) -> tuple[str, str]:
    """Return the path without its token, and the token of path or header (the header counts where both are)."""
    path, token = request.path, ""
    if path.startswith(TOKEN_PREFIX):
        token, _, rest = path.removeprefix(TOKEN_PREFIX).partition("/")
        path = "/" + rest
    return path.rstrip("/") or "/", token_of(request.headers.get("Authorization", "")) or token


def _content_type(request: web.BaseRequest) -> str:
    return request.headers.get("Content-Type", "").partition(";")[0].strip()


def _without_token(path: str) -> str:
    return "/" + path.removeprefix(TOKEN_PREFIX).partition("/")[2] if path.startswith(TOKEN_PREFIX) else path


def _form(accept: str) -> str:
    """Return the first known `as=` of the Accept header, in the client's order of preference."""
    for offer in accept.split(","):
        for form in _FORMS:
            if form in offer.replace(" ", "").split(";"):
                return form.removeprefix("as=")
        if offer.strip().startswith(_JSON) and "as=" not in offer:
            return ""
    return ""


def _with_name(asked: Request) -> Mapping[str, str]:
    """A watch of one object is a watch of its collection, by name."""
    name = asked.target.name
    return {**asked.query, "fieldSelector": f"metadata.name={name}"} if name else asked.query


def _timeout(query: Mapping[str, str]) -> float:
    return float(whole(query, "timeoutSeconds")) or _LONGEST_WATCH


async def _body(request: web.BaseRequest) -> bytes:
    """Read the body.

    Raises:
        ApiError: 413, it is larger than a real server takes.
    """
    body = b""
    async for chunk in request.content.iter_chunked(65536):
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise ApiError(413, "RequestEntityTooLarge", f"Request entity too large: limit is {_LARGEST_BODY}")
    return body
