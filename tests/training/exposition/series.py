"""Short ways to read what a cluster exposes."""

from __future__ import annotations

from cockpit.training.cluster import Cluster
from cockpit.training.exposition import exposed


def series(cluster: Cluster, name: str, **labels: str) -> dict[tuple[tuple[str, str], ...], float]:
    """Return the series of a name whose labels have these values; "" is for a label that is not there."""
    found = exposed(cluster, cluster.clock.now)
    return {
        sample.labels: sample.value
        for sample in found
        if dict(sample.labels)["__name__"] == name
        and all(dict(sample.labels).get(label, "") == value for label, value in labels.items())
    }


def total(cluster: Cluster, name: str, **labels: str) -> float:
    """Return the sum of some series."""
    return sum(series(cluster, name, **labels).values())


def labels_of(cluster: Cluster, name: str, **labels: str) -> list[dict[str, str]]:
    """Return the labels of some series, without their name."""
    return [{key: value for key, value in found if key != "__name__"} for found in series(cluster, name, **labels)]
