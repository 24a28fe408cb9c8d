"""Which nodes a pod may go to, and the scheduler's words where it may go to none. Pure functions of JSON objects.

Cordons, taints and the pod's nodeSelector count; room on the nodes does not, for nothing really runs on them.
Source: k8s.io/kubernetes, pkg/scheduler/framework (types.go; plugins nodeunschedulable, tainttoleration, nodeaffinity).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from cockpit.training.objects import Json, labels_of

_CORDON = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
_KEEPS_AWAY, _DRIVES_OUT = ("NoSchedule", "NoExecute"), ("NoExecute",)
_EVERYWHERE: tuple[Json, ...] = tuple(
    {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": effect}
    for key, effect in (
        ("not-ready", "NoExecute"),
        ("unreachable", "NoExecute"),
        ("disk-pressure", "NoSchedule"),
        ("memory-pressure", "NoSchedule"),
        ("pid-pressure", "NoSchedule"),
        ("unschedulable", "NoSchedule"),
    )
)
"""What pods of DaemonSets tolerate (pkg/controller/daemon/util/daemonset_util.go)."""


def obstacle(pod: Json, node: Json, there: bool = False) -> str:
    """Return why a pod may not go to a node, "" where it may; or, of one that is `there`, why it may not stay."""
    spec, tolerations = node["spec"], pod["spec"].get("tolerations") or ()
    if spec.get("unschedulable") and not there and not _is_tolerated(_CORDON, tolerations):
        return "node(s) were unschedulable"
    for taint in spec.get("taints") or ():
        if taint.get("effect") in (_DRIVES_OUT if there else _KEEPS_AWAY) and not _is_tolerated(taint, tolerations):
            return f"node(s) had untolerated taint {{{taint.get('key', '')}: {taint.get('value', '')}}}"
    wanted = pod["spec"].get("nodeSelector") or {}
    if not wanted.items() <= labels_of(node).items():
        return "node(s) didn't match Pod's node affinity/selector"
    return ""


def as_daemon(template: Json) -> Json:
    """Return a pod template with what pods of DaemonSets tolerate beside its own."""
    spec = template.get("spec") or {}
    return {**template, "spec": {**spec, "tolerations": [*(spec.get("tolerations") or ()), *_EVERYWHERE]}}


def unschedulable(obstacles: list[str]) -> str:
    """Return the scheduler's message for a pod that no node takes; one obstacle a node."""
    of_all = f"0/{len(obstacles)} nodes are available"
    counted = sorted(f"{count} {why}" for why, count in Counter(obstacles).items())
    helpless = f"{len(obstacles)} Preemption is not helpful for scheduling"
    return f"{of_all}: {', '.join(counted)}. no new claims to deallocate, preemption: {of_all}: {helpless}."


def _is_tolerated(taint: Json, tolerations: Iterable[Json]) -> bool:
    return any(_tolerates(one, taint) for one in tolerations)


def _tolerates(toleration: Json, taint: Json) -> bool:
    """An empty key tolerates every taint, an empty effect all effects (k8s.io/component-helpers, scheduling/corev1)."""
    if toleration.get("effect") not in (None, "", taint.get("effect")):
        return False
    if toleration.get("key") not in (None, "", taint.get("key")):
        return False
    exists = toleration.get("operator") == "Exists"
    return exists or (toleration.get("value") or "") == (taint.get("value") or "")
