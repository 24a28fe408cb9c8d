"""Small sets of series, and queries on them in one line."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from cockpit.training.promql.budget import Budget
from cockpit.training.promql.engine import Answer, Engine
from cockpit.training.promql.sample import Labels, Sample, labels_of
from cockpit.training.promql.series import SeriesStore

EVERY = 10.0  # seconds between two samples of `load`


def load(**series: Sequence[float | None]) -> Engine:
    """Return an engine on series, written as a selector is; the first sample is at 0 s, None leaves one out.

    A name that is no Python name is passed as `load(**{'up{job="a"}': [1.0]})`.
    """
    return Engine(stored(**series))


def stored(**series: Sequence[float | None]) -> SeriesStore:
    store = SeriesStore()
    for index in range(max(map(len, series.values()), default=0)):
        store.begin(index * EVERY)
        there = ((text, values[index]) for text, values in series.items() if index < len(values))
        store.add(Sample(labels(text), value) for text, value in there if value is not None)
        store.finish()
    return store


def labels(text: str) -> Labels:
    """Return the labels that a selector with nothing but equality names."""
    name, _, rest = text.partition("{")
    return labels_of(name, **dict(re.findall(r'(\w+)="([^"]*)"', rest)))


def answer(engine: Engine, query: str, moment: float = 0.0) -> Answer:
    return engine.at(query, round(moment * 1000), Budget())


def values(engine: Engine, query: str, moment: float = 0.0) -> dict[str, float]:
    """Return the values of an instant query, by labels as text."""
    found = answer(engine, query, moment)
    return {_text(series.labels): series.points[0][1] for series in found.series}


def value(engine: Engine, query: str, moment: float = 0.0) -> float:
    """Return the only value of an instant query."""
    (found,) = values(engine, query, moment).values()
    return found


def over(engine: Engine, query: str, start: float, end: float, step: float) -> dict[str, list[tuple[float, float]]]:
    """Return the points of a range query, in seconds, by labels as text."""
    found = engine.over(query, round(start * 1000), round(end * 1000), round(step * 1000), Budget())
    return {_text(series.labels): [(at / 1000, one) for at, one in series.points] for series in found.series}


def is_nan(number: float) -> bool:
    return math.isnan(number)


def _text(found: Labels) -> str:
    name = dict(found).get("__name__", "")
    rest = ", ".join(f'{key}="{text}"' for key, text in found if key != "__name__")
    return f"{name}{{{rest}}}" if rest else name
