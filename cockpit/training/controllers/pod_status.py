"""The status that a kubelet writes: phase, conditions and container states. Pure functions of JSON objects."""

from __future__ import annotations

from hashlib import sha256

from cockpit.training.objects import Json, condition_of, timestamp, uid_of

RUNTIME = "training"
"""The container runtime, as ids of containers and the nodes' info name it."""


def scheduled(pod: Json, now: float) -> Json:
    """Return the status of a pod that has a node and nothing else yet."""
    return {**pod.get("status", {}), "conditions": _conditions(pod, {"PodScheduled": True}, now)}


def unscheduled(pod: Json, why: str, now: float) -> Json:
    """Return the status of a pod that no node takes."""
    condition = _conditions(pod, {"PodScheduled": False}, now)[0]
    return {**pod.get("status", {}), "conditions": [{**condition, "reason": "Unschedulable", "message": why}]}


def container_status(pod: Json, container: Json, state: Json, last: Json, restarts: int, ready: bool) -> Json:
    """Return one entry of containerStatuses."""
    image = str(container.get("image", ""))
    ran = "waiting" not in state or bool(last)
    return {
        "name": container["name"],
        "state": state,
        "lastState": last,
        "ready": ready,
        "restartCount": restarts,
        "image": image,
        "imageID": f"{_repository(image)}@sha256:{_digest(image)}" if ran else "",
        "started": "running" in state,
    } | ({"containerID": f"{RUNTIME}://{_digest(uid_of(pod), container['name'], str(restarts))}"} if ran else {})


def kubelet_status(pod: Json, phase: str, statuses: list[Json], addresses: Json, now: float) -> Json:
    """Return the whole status; `addresses` holds hostIP and, once the pod has one, podIP."""
    ready = all(entry["ready"] for entry in statuses)
    believed = {
        "PodReadyToStartContainers": "podIP" in addresses,
        "Initialized": True,
        "Ready": ready,
        "ContainersReady": ready,
        "PodScheduled": True,
    }
    unready = [entry["name"] for entry in statuses if not entry["ready"]]
    before = pod.get("status", {})
    status: Json = {
        "observedGeneration": pod["metadata"].get("generation", 1),
        "phase": phase,
        "conditions": _conditions(pod, believed, now, unready),
        "hostIP": addresses["hostIP"],
        "hostIPs": [{"ip": addresses["hostIP"]}],
        "startTime": before.get("startTime") or timestamp(now),
        "containerStatuses": statuses,
        "qosClass": before.get("qosClass", "BestEffort"),
    }
    if "podIP" in addresses:
        status |= {"podIP": addresses["podIP"], "podIPs": [{"ip": addresses["podIP"]}]}
    return status


def _repository(image: str) -> str:
    """Return an image without its tag or digest; a port of the registry stays."""
    named = image.partition("@")[0]
    path, slash, last = named.rpartition("/")
    return f"{path}{slash}{last.partition(':')[0]}"


def _digest(*parts: str) -> str:
    """Return what stands for a sha256 of something that does not exist: the same for the same parts."""
    return sha256(" ".join(parts).encode()).hexdigest()


def running(now: float) -> Json:
    """Return the state of a container that runs."""
    return {"running": {"startedAt": timestamp(now)}}


def waiting(reason: str, message: str = "") -> Json:
    """Return the state of a container that waits."""
    return {"waiting": {"reason": reason} | ({"message": message} if message else {})}


def ended(started: float, now: float) -> Json:
    """Return the state of a container that failed."""
    times = {"startedAt": timestamp(started), "finishedAt": timestamp(now)}
    return {"terminated": {"exitCode": 1, "reason": "Error", **times}}


def _conditions(pod: Json, believed: dict[str, bool], now: float, unready: list[str] | None = None) -> list[Json]:
    made = []
    for kind, holds in believed.items():
        value = "True" if holds else "False"
        current = condition_of(pod, kind)
        same = current is not None and current["status"] == value
        since = current["lastTransitionTime"] if current is not None and same else timestamp(now)
        condition: Json = {"type": kind, "status": value, "lastProbeTime": None, "lastTransitionTime": since}
        if not holds and kind in ("Ready", "ContainersReady"):
            names = " ".join(unready or ())
            condition |= {"reason": "ContainersNotReady", "message": f"containers with unready status: [{names}]"}
        made.append(condition)
    return made
