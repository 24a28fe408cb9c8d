"""Readiness probes and hooks before the stop: when what is asked of a container has its effect. Pure functions.

Sources: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/ and
https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/; k8s.io/kubernetes, pkg/kubelet/prober.
"""

from __future__ import annotations

import math
import re

from cockpit.training.objects import Json

_SLEEP = re.compile(r"\bsleep\s+(\d+(?:\.\d+)?)(s|m)?\b")


def readiness_probe(pod: Json) -> Json | None:
    """Return the first readiness probe of a pod, or None."""
    found = (container.get("readinessProbe") for container in pod["spec"].get("containers") or ())
    return next((probe for probe in found if probe), None)


def ready_at(probe: Json | None, well_after: float) -> float:
    """Return when a container is ready that answers its probe from `well_after` on; seconds since its start."""
    if probe is None:
        return well_after
    first, period = float(probe.get("initialDelaySeconds", 0)), max(float(probe.get("periodSeconds", 10)), 1.0)
    missed = max(math.ceil((well_after - first) / period), 0)
    return first + period * (missed + max(int(probe.get("successThreshold", 1)), 1) - 1)


def unready_after(probe: Json | None) -> float:
    """Return how long a container that stops answering stays ready: until its probe has failed often enough."""
    if probe is None:
        return 0.0
    return max(float(probe.get("periodSeconds", 10)), 1.0) * max(int(probe.get("failureThreshold", 3)), 1)


def failure_text(probe: Json | None, address: str) -> str:
    """Return what the kubelet says of a probe that failed."""
    said = "HTTP probe failed with statuscode: 503"
    if probe is not None and "tcpSocket" in probe:
        said = f"dial tcp {address}:{probe['tcpSocket'].get('port', 80)}: connect: connection refused"
    elif probe is not None and "exec" in probe:
        said = "command exited with status 1"
    elif probe is not None and "grpc" in probe:
        said = 'service unhealthy (responded with "NOT_SERVING")'
    return f"Readiness probe failed: {said}"


def pre_stop_seconds(pod: Json) -> float:
    """Return how long the hooks before the stop take: a sleep, as such or as a command."""
    hooks = (container.get("lifecycle") or {} for container in pod["spec"].get("containers") or ())
    return max((_hook_seconds(hook.get("preStop")) for hook in hooks), default=0.0)


def _hook_seconds(hook: object) -> float:
    if not isinstance(hook, dict):
        return 0.0
    sleep, command = hook.get("sleep"), hook.get("exec")
    if isinstance(sleep, dict):
        seconds = sleep.get("seconds")
        return float(seconds) if isinstance(seconds, int) else 0.0
    words = command.get("command") if isinstance(command, dict) else None
    found = _SLEEP.search(" ".join(str(word) for word in words)) if isinstance(words, list) else None
    return float(found.group(1)) * (60 if found.group(2) == "m" else 1) if found else 0.0
