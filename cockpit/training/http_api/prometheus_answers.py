"""What Prometheus' HTTP API answers: the envelope, and how values are written.

Source: Prometheus, docs/querying/api.md ("Format overview", "Expression query result formats").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from cockpit.training.objects import Json
from cockpit.training.promql.engine import Answer, Series
from cockpit.training.promql.failures import QueryError
from cockpit.training.promql.numbers import json_text

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
_TRUNCATED = "results truncated due to limit"


@dataclass(frozen=True, slots=True)
class Answered:
    """An HTTP answer, ready to be sent."""

    status: int
    body: bytes
    content_type: str = JSON


def success(data: object, warnings: tuple[str, ...] = (), infos: tuple[str, ...] = ()) -> Answered:
    """Return the envelope of what was asked for."""
    envelope: Json = {"status": "success", "data": data}
    if warnings:
        envelope["warnings"] = warnings
    if infos:
        envelope["infos"] = infos
    return Answered(200, msgspec.json.encode(envelope))


def failure(error: QueryError) -> Answered:
    """Return the envelope of what went wrong."""
    envelope = {"status": "error", "errorType": error.type, "error": str(error)}
    return Answered(error.code, msgspec.json.encode(envelope))


def text(words: str, status: int = 200) -> Answered:
    """Return an answer outside the API."""
    return Answered(status, words.encode(), TEXT)


def limited(found: Sequence[object], limit: int) -> Answered:
    """Return a list, cut after `limit` entries where that is above 0."""
    cut = 0 < limit < len(found)
    return success(found[:limit] if cut else found, (_TRUNCATED,) if cut else ())


def result(answer: Answer, moment: int, limit: int) -> Answered:
    """Return a query's result; `moment`, in milliseconds, is what an instant query was asked for."""
    series, warnings = answer.series, answer.warnings
    if answer.kind in ("vector", "matrix") and 0 < limit < len(series):
        series, warnings = series[:limit], (*warnings, _TRUNCATED)
    return success({"resultType": answer.kind, "result": _written(answer, series, moment)}, warnings, answer.infos)


def _written(answer: Answer, series: tuple[Series, ...], moment: int) -> object:
    match answer.kind:
        case "string":
            return [_seconds(moment), answer.text]
        case "scalar":
            return _point(*series[0].points[0])
        case "vector":
            return [{"metric": dict(one.labels), "value": _point(*one.points[0])} for one in series]
    return [{"metric": dict(one.labels), "values": [_point(*point) for point in one.points]} for one in series]


def _point(moment: int, value: float) -> tuple[float, str]:
    return _seconds(moment), json_text(value)


def _seconds(moment: int) -> float:
    return moment / 1000 if moment % 1000 else moment // 1000
