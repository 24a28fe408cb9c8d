"""What the requests that a pod answers look like: whose it is, how many fail, how long they take."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.training.api.kinds import REPLICA_SET
from cockpit.training.api.store import Store
from cockpit.training.controllers.behaviour import Behaviour
from cockpit.training.objects import Json, labels_of, namespace_of

_APP_LABELS = ("app", "app.kubernetes.io/name")


@dataclass(frozen=True, slots=True)
class Profile:
    """Pods of one profile answer alike. `errors` is a share, 0 to 1; latencies are in seconds.

    `app` and `version` are what Istio takes from the pod's labels, "unknown" and "latest" where there are none.
    """

    namespace: str
    workload: str
    app: str
    version: str
    errors: float = 0.0
    median: float = 0.012
    p99: float = 0.048


def profile_of(pod: Json, behaviour: Behaviour | None, store: Store) -> Profile:
    """Return the profile of a pod; one whose behaviour is not known is well."""
    labels = labels_of(pod)
    app = next((labels[label] for label in _APP_LABELS if label in labels), "unknown")
    about = (namespace_of(pod), workload_of(pod, store), app, labels.get("version", "latest"))
    if behaviour is None:
        return Profile(*about)
    errors = behaviour.error_ratio if behaviour.healthy else 1.0
    return Profile(*about, errors, behaviour.latency / 1000, behaviour.latency_p99 / 1000)


def workload_of(pod: Json, store: Store) -> str:
    """Return the name of the Deployment or other workload that a pod is of, else its own."""
    owner = _controller(pod)
    if owner is not None and owner.get("kind") == "ReplicaSet":
        above = store.get(REPLICA_SET, namespace_of(pod), str(owner["name"]))
        owner = (above and _controller(above)) or owner
    return str((owner or pod["metadata"])["name"])


def _controller(obj: Json) -> Json | None:
    owners: list[Json] = obj["metadata"].get("ownerReferences") or []
    return next((owner for owner in owners if owner.get("controller")), None)
