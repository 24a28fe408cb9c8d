"""What the simulated application in a pod answers, when somebody asks it over HTTP.

It listens on the ports that its containers declare (a pod that declares none: on 80), while its first container runs.
A pod of Prometheus is another application: while it is well, http_api.prometheus answers for it.
It answers any path with 200 and says who it is, its version also in the header X-Version; 503 on the path of its
readiness probe while the pod is not ready; and 500 everywhere where its behaviour says `health: failing`, ready or
not. With an `error-ratio` so many of the other answers are 500 as well, evenly spread. GET /metrics is for Prometheus.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cockpit.training.controllers.pods import is_ready
from cockpit.training.controllers.prometheus_pods import PORT as PROMETHEUS_PORT
from cockpit.training.controllers.prometheus_pods import is_prometheus
from cockpit.training.objects import Json, labels_of, name_of, namespace_of

_VERSION_LABELS = ("version", "app.kubernetes.io/version")
_PORT_OF_NONE = 80


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer: JSON, or where there is a `page` that."""

    status: int
    body: Json
    headers: Mapping[str, str] = field(default_factory=dict)
    page: bytes | None = None


def default_port(pod: Json) -> int:
    """Return the port that a request goes to which names none."""
    return next(iter(_ports(pod)), _port_of_none(pod))


def listens(pod: Json, port: int) -> bool:
    """Tell whether a container of the pod listens on `port` now."""
    return is_running(pod) and port in (_ports(pod) or [_port_of_none(pod)])


def is_running(pod: Json) -> bool:
    """Tell whether the application runs: the first container of the pod does."""
    statuses: list[Json] = (pod.get("status") or {}).get("containerStatuses") or []
    return bool(statuses) and "running" in (statuses[0].get("state") or {})


def answer(pod: Json, path: str, healthy: bool, fails: bool = False) -> Reply:
    """Return what a listening application answers to a request for `path`, which begins with "/".

    `fails` tells that this request is one of those that go wrong although the application is well.
    """
    if not healthy:
        return _reply(500, pod, path, "failing")
    if not is_ready(pod) and path in _readiness_paths(pod):
        return _reply(503, pod, path, "not ready")
    if fails and path not in _readiness_paths(pod):
        return _reply(500, pod, path, "error")
    return _reply(200, pod, path, "ok")


def version_of(pod: Json) -> str:
    """Return the version that the application says it is: a label's, or its image's tag."""
    labels = labels_of(pod)
    tag = _image(pod).rpartition("/")[2].partition(":")[2]
    return next((labels[label] for label in _VERSION_LABELS if label in labels), tag or "latest")


def _reply(code: int, pod: Json, path: str, status: str) -> Reply:
    about = {"status": status, "version": version_of(pod), "image": _image(pod), "path": path}
    body = {**about, "pod": name_of(pod), "namespace": namespace_of(pod)}
    return Reply(code, body, {"X-Version": version_of(pod)})


def _image(pod: Json) -> str:
    return next((str(container.get("image", "")) for container in pod["spec"].get("containers") or ()), "")


def _port_of_none(pod: Json) -> int:
    return PROMETHEUS_PORT if is_prometheus(pod) else _PORT_OF_NONE


def _ports(pod: Json) -> list[int]:
    containers = pod["spec"].get("containers") or ()
    return [int(port["containerPort"]) for container in containers for port in container.get("ports") or ()]


def _readiness_paths(pod: Json) -> set[str]:
    probes = [container.get("readinessProbe") or {} for container in pod["spec"].get("containers") or ()]
    paths = [str((probe.get("httpGet") or {}).get("path") or "/") for probe in probes if probe.get("httpGet")]
    return {path if path.startswith("/") else f"/{path}" for path in paths}
