"""One query, asked of the evaluator and of a real Prometheus, and where the two answers differ."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from cockpit.training.promql.budget import Budget
from cockpit.training.promql.engine import Answer, Engine
from cockpit.training.promql.failures import QueryError
from cockpit.training.promql.sample import Labels
from tests.training.promql.real import Real
from tests.training.promql.recorded import START

Way: TypeAlias = Literal["instant", "range"]
WAYS: tuple[Way, ...] = ("instant", "range")
_Points: TypeAlias = dict[Labels, dict[int, float]]  # milliseconds to values, by labels
_MOMENT = START + 1507
# Odd on purpose: neither samples nor the moments of a subquery lie on the edge of a range, and the end is no step.
_FIRST, _LAST, _STEP = START + 607, START + 2907, 70
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Told:
    """What one of the two answered: points, or the type of its error."""

    points: _Points
    error: str = ""


def of_real(real: Real, query: str, way: Way) -> Told:
    """Ask Prometheus."""
    when = {"time": _MOMENT} if way == "instant" else {"start": _FIRST, "end": _LAST, "step": _STEP}
    path = "/api/v1/query" if way == "instant" else "/api/v1/query_range"
    status, body = real.ask(path, {"query": query, **when})
    return Told(_read(body["data"])) if status == 200 else Told({}, str(body["errorType"]))


def of_engine(engine: Engine, query: str, way: Way) -> Told:
    """Ask the evaluator."""
    try:
        answer = _answer(engine, query, way)
    except QueryError as error:
        return Told({}, error.type)
    return Told({series.labels: dict(series.points) for series in answer.series})


def _answer(engine: Engine, query: str, way: Way) -> Answer:
    if way == "instant":
        return engine.at(query, _MOMENT * 1000, Budget())
    return engine.over(query, _FIRST * 1000, _LAST * 1000, _STEP * 1000, Budget())


def difference(mine: Told, theirs: Told) -> str:
    """Return in words where two answers differ by more than 1e-9 of the value, "" where nowhere."""
    if mine.error != theirs.error:
        return f"error {mine.error or 'none'}, not {theirs.error or 'none'}"
    if mine.points.keys() != theirs.points.keys():
        extra, missing = mine.points.keys() - theirs.points.keys(), theirs.points.keys() - mine.points.keys()
        return f"too many: {extra}, missing: {missing}"
    for labels, expected in theirs.points.items():
        found = mine.points[labels]
        if found.keys() != expected.keys():
            return f"{labels} at other moments: {sorted(found.keys() ^ expected.keys())[:5]}"
        for moment, value in expected.items():
            if not _agree(found[moment], value):
                return f"{labels} at {moment}: {found[moment]!r}, not {value!r}"
    return ""


def _agree(found: float, expected: float) -> bool:
    if math.isnan(found) or math.isnan(expected):
        return math.isnan(found) and math.isnan(expected)
    return found == expected or math.isclose(found, expected, rel_tol=_CLOSE)


def _read(data: dict[str, Any]) -> _Points:
    if data["resultType"] == "scalar":
        return {(): _points([data["result"]])}
    found = data["result"]
    return {tuple(sorted(one["metric"].items())): _points(one.get("values") or [one["value"]]) for one in found}


def _points(pairs: list[tuple[float, str]]) -> dict[int, float]:
    return {round(moment * 1000): float(value) for moment, value in pairs}
