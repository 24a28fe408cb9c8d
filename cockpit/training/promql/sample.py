"""One sample, as an application exposes it and a scrape takes it."""

from __future__ import annotations

from typing import NamedTuple

Labels = tuple[tuple[str, str], ...]
"""Label names and values in the order of the names, `__name__` among them; no value is empty."""


class Sample(NamedTuple):
    """The value of one series at the moment it is asked for. Counters only grow while their pod lives."""

    labels: Labels
    value: float


def labels_of(name: str, **labels: str) -> Labels:
    """Return the labels of a metric in order, those that are empty left out, as Prometheus keeps them."""
    return tuple(sorted((key, value) for key, value in {"__name__": name, **labels}.items() if value))
