"""The queries of the cockpit's catalogues, with their placeholders filled, and samples of the series that they need.

The embedded cluster knows nothing of the cockpit: the files are read as any other text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

import cockpit
from cockpit.training.promql.sample import Labels, labels_of
from tests.training.promql.real import Taken
from tests.training.promql.recorded import SECONDS, START

_FILES = sorted((Path(cockpit.__file__).parent / "metrics").glob("catalogue*.yaml"))
_EVERY = 15  # seconds
_PODS = ("web-5b8f7d9c4-7hjkl", "web-5b8f7d9c4-mnpqr", "web-canary-6d4cf56db6-xk2p9")
_TEXTS = {
    "namespace": "shop",
    "namespaces": "shop|api",
    "release": "web",
    "version": "v1",
    "workload": "web",
    "hash": "5b8f7d9c4",
    "service": "web",
    "pods": "web-5b8f7d9c4-7hjkl|web-5b8f7d9c4-mnpqr",
    "ports": "80|http",
    "window": "2m",
    "range": "15m",
}
_ADDED = {"scrape": "job, instance"}  # labels by their role, beside those that a source names
_BOUNDS = ("0.005", "0.05", "0.25", "1.0", "5.0", "+Inf")


def queries() -> list[str]:
    """Return every query of every source, filled in."""
    found: dict[str, None] = {}
    for source in _sources():
        found.update(dict.fromkeys(_of_source(source)))
    return list(found)


def scrapes() -> list[Taken]:
    """Return samples of all series that the queries need: three pods, each answering well and badly."""
    random = Random(1)  # noqa: S311  # test data
    series = list(dict.fromkeys(labels for source in _sources() for labels in _series(source)))
    counts = dict.fromkeys(series, 0.0)
    found = []
    for second in range(3, SECONDS, _EVERY):
        for labels in series:
            counts[labels] += random.randrange(1, 30)
        found.append(Taken(START + second + 0.5, tuple(counts.items())))
    return found


def _of_source(source: dict[str, Any]) -> Iterator[str]:
    selects = [source[name] for name in ("select", "select_canary") if name in source]
    for query in source["queries"].values():
        yield from (
            _filled(query[way], source, select) for way in ("query", "fleet") if way in query for select in selects
        )


@cache
def _sources() -> tuple[dict[str, Any], ...]:
    return tuple(source for file in _FILES for source in yaml.safe_load(file.read_text()).get("sources") or ())


def _filled(text: str, source: dict[str, Any], select: str) -> str:
    text = text.replace("${select}", select)
    text = re.sub(r"\$\{label:(\w+)\}", lambda role: _label(source, role[1]), text)
    return re.sub(r"\$\{(\w+)\}", lambda name: _TEXTS[name[1]], text)


def _label(source: dict[str, Any], role: str) -> str:
    return str(_ADDED[role] if role in _ADDED else source["labels"][role][0])


def _series(source: dict[str, Any]) -> Iterator[Labels]:
    """Return the series of one source: with its labels by role, and those that its queries name besides."""
    for query in _of_source(source):
        yield from _matching(query, source)


def _matching(query: str, source: dict[str, Any]) -> Iterator[Labels]:
    """Return series of which each selector of the query takes some."""
    for metric, matchers in re.findall(r"([A-Za-z_:][\w:]*)\{([^}]*)\}", query):
        named = re.findall(r'(\w+)(=~?|!~|!=)"([^"]*)"', matchers)
        plain = {name: _one_of(value) if sign in ("=", "=~") else "2" for name, sign, value in named}
        for pod in _PODS:
            bounds = _BOUNDS if metric.endswith("_bucket") else ("",)
            status = source["labels"].get("status", [""])[0]
            for bound in bounds:
                yield labels_of(metric, **{"pod": pod, **plain, "le": bound})
                if status and status not in plain:
                    yield labels_of(metric, **{"pod": pod, **plain, "le": bound, status: "200"})


def _one_of(pattern: str) -> str:
    """Return a text that a simple expression matches."""
    text = re.sub(r"\(\?:([^|)]*)[^)]*\)\??", r"\1", pattern)
    return re.sub(r"\.[*+]?", "0", text.partition("|")[0])
