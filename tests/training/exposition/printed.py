"""Print what a scenario exposes after a while: run as a process of its own, to be compared with another run.

python -m tests.training.exposition.printed SCENARIO SECONDS
"""

from __future__ import annotations

import sys

from cockpit.training.cluster import Cluster
from cockpit.training.director import Director
from cockpit.training.exposition import exposed
from cockpit.training.scenario import load
from tests.training.steps import NOON


def played(name: str, until: float) -> Cluster:
    """Return a cluster that has played a scenario up to so many seconds after its start."""
    scenario = load(name)
    cluster = Cluster(1, NOON - scenario.past, scenario.images)
    Director(cluster, scenario, NOON).begin()
    cluster.clock.step(until)
    return cluster


def main(arguments: list[str]) -> None:
    """Print each sample, in the order in which it is exposed."""
    cluster = played(arguments[0], float(arguments[1]))
    for sample in exposed(cluster, cluster.clock.now):
        sys.stdout.write(f"{sample.labels} {sample.value!r}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
