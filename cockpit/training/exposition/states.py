"""What kube-state-metrics says of pods, ReplicaSets and Deployments (docs/metrics/ in its repository).

A sample of an object is good for as long as the object is the same, so whoever asks keeps them with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from cockpit.training.exposition.targets import KUBE_STATE_METRICS, series
from cockpit.training.objects import Json, condition_of, name_of, namespace_of, uid_of
from cockpit.training.promql.sample import Sample

_COUNTS = ("replicas", "readyReplicas", "availableReplicas", "unavailableReplicas", "updatedReplicas")


def of_pod(pod: Json) -> tuple[Sample, ...]:
    """Return the samples of a pod."""
    about = {"namespace": namespace_of(pod), "pod": name_of(pod), "uid": uid_of(pod)}
    return (
        _sample("kube_pod_info", {**about, **_info(pod)}, 1.0),
        *_owners("kube_pod_owner", about, pod),
        *_ready(pod, about),
        *_restarts(pod, about),
    )


def of_replica_set(replica_set: Json) -> tuple[Sample, ...]:
    """Return the samples of a ReplicaSet."""
    about = {"namespace": namespace_of(replica_set), "replicaset": name_of(replica_set)}
    return tuple(_owners("kube_replicaset_owner", about, replica_set))


def of_deployment(deployment: Json) -> tuple[Sample, ...]:
    """Return the samples of a Deployment."""
    about = {"namespace": namespace_of(deployment), "deployment": name_of(deployment)}
    status = deployment.get("status") or {}
    counts = ((f"kube_deployment_status_{_snake(name)}", float(status.get(name, 0))) for name in _COUNTS)
    observed = float(status.get("observedGeneration", 0))
    generation = float(deployment["metadata"].get("generation", 0))
    return (
        *(_sample(name, about, value) for name, value in counts),
        _sample("kube_deployment_status_observed_generation", about, observed),
        _sample("kube_deployment_metadata_generation", about, generation),
        _sample("kube_deployment_spec_replicas", about, float(deployment["spec"].get("replicas", 1))),
        _sample("kube_deployment_spec_paused", about, float(bool(deployment["spec"].get("paused")))),
    )


def _info(pod: Json) -> dict[str, str]:
    status, owner = pod.get("status") or {}, _controller(pod) or {}
    return {
        "created_by_kind": str(owner.get("kind", "")),
        "created_by_name": str(owner.get("name", "")),
        "host_ip": str(status.get("hostIP", "")),
        "host_network": "false",
        "node": str(pod["spec"].get("nodeName", "")),
        "pod_ip": str(status.get("podIP", "")),
    }


def _owners(name: str, about: dict[str, str], obj: Json) -> Iterator[Sample]:
    """An object without owners has one series, without their names."""
    owners: list[Json] = obj["metadata"].get("ownerReferences") or [{}]
    for owner in owners:
        named = {f"owner_{key}": str(owner.get(key, "")) for key in ("kind", "name")}
        controls = {"owner_is_controller": str(bool(owner.get("controller"))).lower() if owner else ""}
        yield _sample(name, {**about, **named, **controls}, 1.0)


def _ready(pod: Json, about: dict[str, str]) -> Iterator[Sample]:
    condition = condition_of(pod, "Ready")
    if condition is not None:
        for value in ("true", "false", "unknown"):
            holds = str(condition.get("status", "")).lower() == value
            yield _sample("kube_pod_status_ready", {**about, "condition": value}, float(holds))


def _restarts(pod: Json, about: dict[str, str]) -> Iterator[Sample]:
    for status in (pod.get("status") or {}).get("containerStatuses") or ():
        own = {**about, "container": str(status.get("name", ""))}
        yield _sample("kube_pod_container_status_restarts_total", own, float(status.get("restartCount", 0)))


def _controller(obj: Json) -> Json | None:
    owners: list[Json] = obj["metadata"].get("ownerReferences") or []
    return next((owner for owner in owners if owner.get("controller")), None)


def _sample(name: str, own: dict[str, str], value: float) -> Sample:
    return Sample(series(name, own, KUBE_STATE_METRICS), value)


def _snake(name: str) -> str:
    return {"replicas": "replicas"}.get(name, f"replicas_{name.removesuffix('Replicas')}")
