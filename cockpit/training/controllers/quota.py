"""A limit of pods in a namespace, as a ResourceQuota sets it, so that a rollout can be seen to run into it.

It is set by the annotation `training.cockpit.dev/pod-quota` on the Namespace: the number of pods that it may hold. Only
ReplicaSets are held to it. Source of the words: apiserver, pkg/admission/plugin/resourcequota/controller.go.
"""

from __future__ import annotations

from cockpit.training.api.kinds import NAMESPACE, POD
from cockpit.training.api.store import Store
from cockpit.training.controllers.pods import phase_of
from cockpit.training.objects import Json, annotations_of, name_of, namespace_of

QUOTA = "training.cockpit.dev/pod-quota"


def refused_by_quota(store: Store, owner: Json) -> str:
    """Return why one more pod of an owner is refused, "" where it is not."""
    namespace = namespace_of(owner)
    home = store.get(NAMESPACE, "", namespace)
    limit = annotations_of(home).get(QUOTA, "") if home else ""
    if not limit.isdigit():
        return ""
    used = sum(phase_of(pod) not in ("Succeeded", "Failed") for pod in store.items(POD, namespace))
    if used < int(limit):
        return ""
    counts = f"requested: pods=1, used: pods={used}, limited: pods={limit}"
    return f'pods "{name_of(owner)}-" is forbidden: exceeded quota: pod-quota, {counts}'
