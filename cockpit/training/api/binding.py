"""What becomes of a pod when it is put on a node.

Sources: k8s.io/kubernetes, pkg/registry/core/pod/storage/storage.go (assignPod), and KEP-4742: a pod gets the topology
labels of its node.
"""

from __future__ import annotations

from cockpit.training.api.kinds import NODE, POD, ApiKind
from cockpit.training.api.store import Store
from cockpit.training.objects import Json, labels_of

_TOPOLOGY = ("topology.kubernetes.io/region", "topology.kubernetes.io/zone")


def is_binding(kind: ApiKind, current: Json, obj: Json) -> bool:
    """Tell whether a write puts a pod on a node: that alone is no new generation of it."""
    return kind is POD and bool(obj["spec"].get("nodeName")) and not current["spec"].get("nodeName")


def bind(store: Store, pod: Json) -> None:
    """Give a pod the topology labels of its node, in place."""
    node = store.get(NODE, "", str(pod["spec"]["nodeName"]))
    found = {label: value for label, value in labels_of(node or {"metadata": {}}).items() if label in _TOPOLOGY}
    if found:
        pod["metadata"]["labels"] = labels_of(pod) | found
