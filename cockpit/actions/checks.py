"""Health checks of the pods that shall get traffic: which path, on which port of which pods."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.actions.drafts import Task
from cockpit.actions.plan import PodCheck
from cockpit.actions.targets import Version
from cockpit.errors import UsageError
from cockpit.release.view import PodState
from cockpit.resources.workloads import Container, HttpGet

PROBE = "probe"
"""What settings say for "the path of the readiness probe"."""


def offered_check(target: Version) -> str:
    """Return the path of the target's readiness probe, "" where it has none over HTTP."""
    found = _probe(target.revision.containers)
    return (found[1].path or "/") if found else ""


def pod_checks(task: Task, target: Version) -> tuple[PodCheck, ...]:
    """Return a GET for each ready pod of the target, where the request or the settings ask for one.

    Raises:
        UsageError: the path does not start with a slash.
    """
    asked = task.circumstances.check if task.request.check is None else task.request.check
    path = offered_check(target) if asked == PROBE else asked
    if not path:
        return ()
    if not path.startswith("/"):
        raise UsageError(f"The path of a health check starts with a slash, {path!r} does not.")
    port, scheme = _door(target.revision.containers)
    ready = (pod for pod in target.view.pods or () if pod.state is PodState.READY)
    return tuple(PodCheck(pod.name, path, port, scheme) for pod in ready)


def _probe(containers: Sequence[Container]) -> tuple[Container, HttpGet] | None:
    for container in containers:
        if container.readiness_probe is not None and container.readiness_probe.http_get is not None:
            return container, container.readiness_probe.http_get
    return None


def _door(containers: Sequence[Container]) -> tuple[str, str]:
    """Return port and scheme: those of the readiness probe, else the first port of a container, else unknown."""
    found = _probe(containers)
    if found is None:
        ports = (port.container_port for container in containers for port in container.ports)
        return str(next(ports, "")), "http"
    container, probe = found
    scheme = probe.scheme.lower()
    if isinstance(probe.port, int) or probe.port.isdigit():
        return str(probe.port), scheme
    named = (port.container_port for port in container.ports if port.name == probe.port)
    return str(next(named, "")), scheme
