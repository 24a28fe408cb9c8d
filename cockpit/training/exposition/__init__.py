"""What the embedded Prometheus scrapes: applications, kube-state-metrics, cAdvisor, routers and nodes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cockpit.training.promql.sample import Sample

if TYPE_CHECKING:
    from cockpit.training.cluster import Cluster


def exposed(cluster: Cluster, moment: float) -> Iterable[Sample]:
    """Return every series of a cluster, once, with its value now: `moment`, in seconds since the epoch, is the present.

    Asking twice gives the same answer, and changes nothing that another is answered.
    """
    return cluster.exposition.samples(moment)
