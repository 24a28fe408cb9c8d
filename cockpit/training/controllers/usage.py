"""What pods and nodes use, as the metrics server would have measured it (kubernetes-sigs/metrics-server).

It measures every fifteen seconds. A container that began since is known after a second, sooner than by a real server,
so that nobody has to wait in a lesson.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

from cockpit.training.clock import SimulatedClock
from cockpit.training.controllers.behaviour import Behaviour
from cockpit.training.controllers.kubelet import Kubelet
from cockpit.training.controllers.load import Load, wobble
from cockpit.training.controllers.quantity import millis
from cockpit.training.objects import Json, uid_of

WINDOW = 15.0  # seconds
SIDECAR = (1.0, 8.0)
"""Thousandths of a CPU and MiB that a container uses which is not the first of its pod."""
_NODE = (140.0, 900.0)  # what a node itself uses
_WOBBLE = 0.06
_FIRST = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Used:
    """Thousandths of a CPU, and MiB."""

    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class Usage:
    """Measures pods."""

    kubelet: Kubelet
    load: Load
    clock: SimulatedClock

    @property
    def measured_at(self) -> float:
        """When the last measurement was."""
        start = self.load.start
        return start + floor((self.clock.now - start) / WINDOW) * WINDOW

    def of_pod(self, pod: Json) -> dict[str, Used] | None:
        """Return what each container uses, None where that is not known (yet)."""
        uid = uid_of(pod)
        life, behaviour = self.kubelet.life_of(uid), self.kubelet.behaviour_of(uid)
        if life is None or behaviour is None or life.started > self.clock.now - _FIRST or life.ended is not None:
            return None
        containers: list[Json] = pod["spec"]["containers"]
        moment = max(self.measured_at, life.started)
        own = self._application(uid, containers[0], behaviour, moment)
        return {
            str(container["name"]): own if index == 0 else Used(*SIDECAR) for index, container in enumerate(containers)
        }

    def of_node(self, pods: list[Json]) -> Used:
        """Return what a node with some pods uses."""
        found = [used for pod in pods for used in (self.of_pod(pod) or {}).values()]
        return Used(_NODE[0] + sum(used.cpu for used in found), _NODE[1] + sum(used.memory for used in found))

    def requests_of(self, pod: Json) -> float | None:
        """Return the requests a second that a pod answers, None where that is not known (yet)."""
        return self.load.of_pod(uid_of(pod), self.measured_at) if self.of_pod(pod) is not None else None

    def _application(self, uid: str, container: Json, behaviour: Behaviour, moment: float) -> Used:
        rate = self.load.of_pod(uid, moment)
        about = 1 + _WOBBLE * (wobble(uid, moment - self.load.start) - 0.5)
        cpu = (behaviour.cpu_idle + rate * behaviour.cpu_per_request) * about
        limit = millis((((container.get("resources") or {}).get("limits")) or {}).get("cpu"))
        return Used(min(cpu, limit) if limit else cpu, behaviour.memory + 0.1 * rate)
