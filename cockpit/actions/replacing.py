"""How a workload replaces its pods when it gets another template, and whether it replaces all of them by itself."""

from __future__ import annotations

from cockpit.actions.wording import counted
from cockpit.release.rollouts import partition_of
from cockpit.release.workloads import Workload
from cockpit.resources.workloads import DaemonSet, Deployment, StatefulSet


def replaces_all(workload: Workload) -> bool:
    """Say whether every pod is replaced without anybody's help, so that it can be waited for."""
    partitioned = isinstance(workload.source, StatefulSet) and partition_of(workload.source) > 0
    return not partitioned and not _waits_for_deletion(workload)


def replacing_words(workload: Workload) -> str:
    """Return which pods are replaced, and how."""
    if _waits_for_deletion(workload):
        return f"{workload.ref} replaces a pod only when somebody deletes it (OnDelete)"
    if isinstance(workload.source, StatefulSet) and partition_of(workload.source):
        return f"{workload.ref} replaces only the pods from ordinal {partition_of(workload.source)} on (partition)"
    if isinstance(workload.source, Deployment) and workload.source.spec.strategy.type == "Recreate":
        return f"{workload.ref}: all {counted(workload.desired, 'pod')} go before the new ones come (Recreate)"
    return f"{workload.ref}: {counted(workload.desired, 'pod')}, replaced step by step"


def _waits_for_deletion(workload: Workload) -> bool:
    source = workload.source
    return isinstance(source, StatefulSet | DaemonSet) and source.spec.update_strategy.type == "OnDelete"
