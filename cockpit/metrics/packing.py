"""Many expressions in few queries: each is marked with a label of its own, and `or` joins them.

Sources: https://prometheus.io/docs/prometheus/latest/querying/functions/#label_replace, and
https://prometheus.io/docs/prometheus/latest/querying/operators/#logical-set-binary-operators: series that differ in a
label are all kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote_plus

import msgspec

from cockpit.metrics.answer import Answer, Series

MARK = "cockpit"
"""Label that says which expression a series comes from."""

LONGEST_QUERY = 6_000
"""Bytes of a query as it is sent, so that an address stays below the 8 kB that servers and proxies take."""

LONGEST_NAMES = 1_500
"""Bytes of names in one expression as they are sent: some expressions hold them three times."""

_JOINT = " or "


class Packed(msgspec.Struct, frozen=True):
    """One query, with the marks of what is in it."""

    promql: str
    marks: tuple[str, ...]


def packed(expressions: Mapping[str, str], longest: int = LONGEST_QUERY) -> tuple[Packed, ...]:
    """Return queries that ask all expressions, given by their marks, in their order.

    An expression that is too long by itself has a query of its own.
    """
    queries: list[Packed] = []
    parts: list[str] = []
    marks: list[str] = []
    room = longest
    for mark, expression in expressions.items():
        part = f'label_replace({expression},"{MARK}","{mark}","","")'
        size = len(quote_plus(f"{part}{_JOINT}", errors="replace"))
        if parts and size > room:
            queries.append(Packed(_JOINT.join(parts), tuple(marks)))
            parts, marks, room = [], [], longest
        parts.append(part)
        marks.append(mark)
        room -= size
    if parts:
        queries.append(Packed(_JOINT.join(parts), tuple(marks)))
    return tuple(queries)


def chunked(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the names in parts of at most `LONGEST_NAMES` bytes as they are sent."""
    chunk: list[str] = []
    room = LONGEST_NAMES
    for name in names:
        size = len(quote_plus(f"{name}|", errors="replace"))
        if chunk and size > room:
            yield chunk
            chunk, room = [], LONGEST_NAMES
        chunk.append(name)
        room -= size
    if chunk:
        yield chunk


def by_mark(answers: Iterable[Answer]) -> Mapping[str, Sequence[Series]]:
    """Return the series of answers by their marks."""
    found: dict[str, list[Series]] = {}
    for answer in answers:
        for series in answer.series:
            found.setdefault(series.labels.get(MARK, ""), []).append(series)
    return found
