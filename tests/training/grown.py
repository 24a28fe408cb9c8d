"""Grow a cluster and write all that is in it: run as a process of its own, to be compared with another run.

python -m tests.training.grown SCENARIO SEED NOW
"""

from __future__ import annotations

import json
import sys

from cockpit.training.api.kinds import AUTOSCALER, DEPLOYMENT, SERVICE, STATEFUL_SET
from cockpit.training.api.patches import MERGE_PATCH, patch_of
from cockpit.training.cluster import Cluster
from cockpit.training.controllers.logs import lines
from cockpit.training.director import Director
from cockpit.training.scenario import load
from tests.training.steps import SPACE, deployment, pods, service


def grown(name: str, seed: int, now: float) -> Cluster:
    """Return a cluster that has lived through a scenario, and through what a person did meanwhile."""
    scenario = load(name)
    cluster = Cluster(seed, now - scenario.past, scenario.images)
    Director(cluster, scenario, now).begin()
    cluster.ensure_namespace(SPACE)
    cluster.registry.create(DEPLOYMENT, SPACE, deployment("hand", replicas=7))
    cluster.registry.create(SERVICE, SPACE, service("hand"))
    cluster.registry.create(STATEFUL_SET, SPACE, {"metadata": {"name": "set"}, "spec": deployment("set")["spec"]})
    about = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "hand"}
    spec = {"scaleTargetRef": about, "maxReplicas": 9}
    cluster.registry.create(AUTOSCALER, SPACE, {"metadata": {"name": "hand"}, "spec": spec})
    cluster.clock.step(33.3)
    smaller = {"spec": {"replicas": 3}}
    cluster.registry.patch(DEPLOYMENT, SPACE, "hand", patch_of(MERGE_PATCH, smaller))
    cluster.clock.step(61.1)
    return cluster


def main(arguments: list[str]) -> None:
    """Write every object, and what every pod has logged."""
    cluster = grown(arguments[0], int(arguments[1]), float(arguments[2]))
    for kind in sorted(cluster.store.kinds.kept, key=lambda kind: (kind.group, kind.plural)):
        for obj in cluster.store.items(kind):
            sys.stdout.write(f"{json.dumps(obj)}\n")
    for pod in pods(cluster):
        life = cluster.kubelet.life_of(pod["metadata"]["uid"])
        container = pod["spec"]["containers"][0]
        if life is not None:
            for moment, text in lines(pod, container, life, cluster.load, True, cluster.clock.now)[-20:]:
                sys.stdout.write(f"{moment - cluster.load.start:.6f} {text}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
