"""The HTTP API of the Prometheus in the embedded cluster, behind the proxy to its pod or Service.

Queries are evaluated in threads of their own, so that none holds the API server up; each has a bound of points and of
time, and ends when its asker goes away.
Source: Prometheus, docs/querying/api.md and docs/management_api.md.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from cockpit.training.clock import SimulatedClock
from cockpit.training.http_api import prometheus_series
from cockpit.training.http_api.prometheus_answers import Answered, failure, result, success, text
from cockpit.training.http_api.prometheus_parameters import Parameters, parameters_of
from cockpit.training.promql.budget import LONGEST, Budget
from cockpit.training.promql.engine import Engine
from cockpit.training.promql.failures import BadData, QueryError, bad_parameter
from cockpit.training.promql.series import SeriesStore
from cockpit.training.promql.windows import LOOKBACK

_AT_ONCE = 4  # queries
_BREATH = 0.0005  # seconds that an evaluation leaves the interpreter to the event loop every few milliseconds
_MOST_STEPS = 11_000
_PLAIN = {
    "/-/ready": "Prometheus Server is Ready.\n",
    "/-/healthy": "Prometheus Server is Healthy.\n",
    "/": "The Prometheus of the embedded cluster: it has no pages, only the HTTP API under /api/v1.\n",
}
_EMPTY: dict[str, object] = {
    "/api/v1/metadata": {},
    "/api/v1/rules": {"groups": []},
    "/api/v1/alerts": {"alerts": []},
    "/api/v1/alertmanagers": {"activeAlertmanagers": [], "droppedAlertmanagers": []},
}
BUILD = {
    "version": "3.0.0+cockpit.training",
    "revision": "",
    "branch": "",
    "buildUser": "",
    "buildDate": "",
    "goVersion": "",
}
"""It behaves like Prometheus 3, and says that it is another."""
_VALUES = ("/api/v1/label/", "/values")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to Prometheus; `query` is that of the URL, undecoded."""

    method: str
    path: str
    query: str = ""
    content_type: str = ""
    body: bytes = b""


Work = Callable[[SeriesStore, Parameters, int, Budget], Answered]


class PrometheusHandler:
    """Answers requests from `store`; "now" is the clock's."""

    def __init__(self, store: SeriesStore, clock: SimulatedClock) -> None:
        self._store = store
        self._clock = clock
        self._threads: ThreadPoolExecutor | None = None
        self._running: set[Budget] = set()

    async def answer(self, asked: Asked) -> Answered:
        """Answer one request; failures are answers as well."""
        if asked.path in _PLAIN:
            return text(_PLAIN[asked.path])
        work = _work(asked.path)
        if work is None:
            return text("404 page not found\n", 404)
        if asked.method not in ("GET", "HEAD", "POST"):
            return text("Method Not Allowed\n", 405)
        try:
            parameters = parameters_of(asked.query, asked.content_type, asked.body)
            seconds = min(parameters.duration("timeout", round(LONGEST * 1000)) / 1000, LONGEST)
        except BadData as error:
            return failure(error)
        return await self._evaluate(work, parameters, seconds)

    def close(self) -> None:
        """End all queries, so that the server can stop at once."""
        for budget in self._running:
            budget.cancel()
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None

    async def _evaluate(self, work: Work, parameters: Parameters, seconds: float) -> Answered:
        if self._threads is None:  # most clusters are never asked
            self._threads = ThreadPoolExecutor(_AT_ONCE, "promql")
        budget = Budget(seconds=seconds, rest=partial(time.sleep, _BREATH))
        self._running.add(budget)
        now = round(self._clock.now * 1000)
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, _safely, work, self._store, parameters, now, budget)
        finally:
            budget.cancel()
            self._running.discard(budget)


def _safely(work: Work, store: SeriesStore, parameters: Parameters, now: int, budget: Budget) -> Answered:
    try:
        return work(store, parameters, now, budget)
    except QueryError as error:
        return failure(error)


def _work(path: str) -> Work | None:
    """Return what answers a path, None where nothing does."""
    if path in _EMPTY:
        return lambda store, parameters, now, budget: success(_EMPTY[path])
    if path.startswith(_VALUES[0]) and path.endswith(_VALUES[1]):
        name = path.removeprefix(_VALUES[0]).removesuffix(_VALUES[1])
        return lambda store, parameters, now, budget: prometheus_series.values(store, parameters, budget, name)
    return {
        "/api/v1/query": _instant,
        "/api/v1/query_range": _range,
        "/api/v1/series": prometheus_series.series,
        "/api/v1/labels": prometheus_series.names,
        "/api/v1/targets": prometheus_series.targets,
        "/api/v1/status/buildinfo": lambda store, parameters, now, budget: success(BUILD),
    }.get(path)


def _instant(store: SeriesStore, parameters: Parameters, now: int, budget: Budget) -> Answered:
    limit, moment = parameters.limit(), parameters.moment("time", now)
    answer = _engine(store, parameters).at(parameters.text("query"), moment, budget)
    return result(answer, moment, limit)


def _range(store: SeriesStore, parameters: Parameters, now: int, budget: Budget) -> Answered:
    limit = parameters.limit()
    start, end = parameters.moment("start"), parameters.moment("end")
    if end < start:
        raise bad_parameter("end", "end timestamp must not be before start time")
    step = parameters.duration("step")
    if step <= 0:
        why = "zero or negative query resolution step widths are not accepted. Try a positive integer"
        raise bad_parameter("step", why)
    if (end - start) // step > _MOST_STEPS:
        raise BadData(
            "exceeded maximum resolution of 11,000 points per timeseries. "
            "Try decreasing the query resolution (?step=XX)"
        )
    answer = _engine(store, parameters).over(parameters.text("query"), start, end, step, budget)
    return result(answer, end, limit)


def _engine(store: SeriesStore, parameters: Parameters) -> Engine:
    lookback = parameters.duration("lookback_delta", LOOKBACK)
    return Engine(store, lookback if lookback > 0 else LOOKBACK)
