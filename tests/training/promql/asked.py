"""Requests to the HTTP API of a small store, without a server around it."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

from cockpit.training.clock import SimulatedClock
from cockpit.training.http_api.prometheus import Asked, PrometheusHandler
from cockpit.training.http_api.prometheus_answers import Answered
from cockpit.training.promql.series import SeriesStore
from tests.training.promql.loaded import stored

SERIES: dict[str, list[float | None]] = {
    **{f'up{{job="pods",pod="{name}",instance="10.0.0.{name}:80"}}': [1.0] * 10 for name in "12"},
    'up{job="node"}': [0.0] * 10,
    "c_total": [float(index) for index in range(10)],
    "tiny": [1e-7] * 10,
    "huge": [1e21] * 10,
    "odd": [float("nan"), float("inf"), float("-inf")],
}
NOW = 90.0  # seconds: the last of ten samples


def ask(path: str, store: SeriesStore | None = None, /, **query: object) -> tuple[int, Any]:
    """Return status and decoded body."""
    found = answered(Asked("GET", path, urlencode(query, doseq=True)), store)
    return found.status, json.loads(found.body)


def answered(asked: Asked, store: SeriesStore | None = None) -> Answered:
    async def story() -> Answered:
        handler = PrometheusHandler(stored(**SERIES) if store is None else store, SimulatedClock(NOW))
        try:
            return await handler.answer(asked)
        finally:
            handler.close()

    return asyncio.run(story())
