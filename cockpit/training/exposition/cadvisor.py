"""What cAdvisor in the kubelet says of containers, /metrics/cadvisor (google/cadvisor, metrics/prometheus.go).

    container_cpu_usage_seconds_total     counter, in seconds
    container_memory_working_set_bytes    gauge, in bytes
Beside the containers there is a row of the pod as a whole, without the label `container`: whoever sums over all rows
counts twice. CPU is read from scrape to scrape: between two of them a container uses no more than its limit allows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cockpit.training.controllers.behaviour import Behaviour
from cockpit.training.controllers.quantity import millis
from cockpit.training.controllers.usage import SIDECAR
from cockpit.training.exposition.targets import series
from cockpit.training.objects import Json, name_of, namespace_of, uid_of
from cockpit.training.promql.sample import Labels, Sample

_CPU, _MEMORY = "container_cpu_usage_seconds_total", "container_memory_working_set_bytes"
_MEBIBYTE = 1024.0 * 1024.0


@dataclass(slots=True)
class Meter:
    """CPU seconds of a container since its start, up to a moment and a number of requests."""

    started: float = 0.0
    moment: float = 0.0
    requests: float = 0.0
    seconds: float = 0.0

    def read(self, behaviour: Behaviour, limit: float, started: float, moment: float, requests: float) -> float:
        """Return the CPU seconds up to now. `limit` is in thousandths of a CPU, 0 where there is none."""
        if started != self.started:
            self.started, self.moment, self.requests, self.seconds = started, started, 0.0, 0.0
        time, number = max(moment - self.moment, 0.0), max(requests - self.requests, 0.0)
        used = (behaviour.cpu_idle * time + behaviour.cpu_per_request * number) / 1000
        self.seconds += max(min(used, limit / 1000 * time) if limit else used, 0.0)
        self.moment, self.requests = moment, requests
        return self.seconds


@dataclass(slots=True)
class Containers:
    """The labels of a pod's rows: for each container, and then for the pod, CPU and memory."""

    cpu: tuple[Labels, ...]
    memory: tuple[Labels, ...]
    limit: float
    meter: Meter

    @classmethod
    def of(cls, pod: Json, before: Containers | None) -> Containers:
        """Return the rows of a pod; `before` are those that it had until it changed."""
        target, containers = _target(pod), pod["spec"]["containers"]
        rows = [*({"container": str(each["name"]), **_own(pod, each)} for each in containers), _own(pod, None)]
        limit = millis((((containers[0].get("resources") or {}).get("limits")) or {}).get("cpu")) or 0.0
        return cls(
            tuple(series(_CPU, row | {"cpu": "total"}, target) for row in rows),
            tuple(series(_MEMORY, row, target) for row in rows),
            limit,
            before.meter if before else Meter(),
        )

    def samples(
        self, behaviour: Behaviour, started: float, moment: float, requests: float, rate: float
    ) -> Iterator[Sample]:
        """Yield the rows after so many requests since the start; `rate` is the requests a second now."""
        others = len(self.cpu) - 2
        seconds = self.meter.read(behaviour, self.limit, started, moment, requests)
        idle = SIDECAR[0] / 1000 * max(moment - started, 0.0)
        held, small = (behaviour.memory + 0.1 * rate) * _MEBIBYTE, SIDECAR[1] * _MEBIBYTE
        yield from map(Sample, self.cpu, (seconds, *[idle] * others, seconds + idle * others))
        yield from map(Sample, self.memory, (held, *[small] * others, held + small * others))


def _own(pod: Json, container: Json | None) -> dict[str, str]:
    slice_ = f"/kubepods.slice/kubepods-pod{uid_of(pod).replace('-', '_')}.slice"
    about = {"namespace": namespace_of(pod), "pod": name_of(pod)}
    if container is None:
        return {**about, "id": slice_}
    scope = f"{uid_of(pod)}-{container['name']}"
    return {**about, "id": f"{slice_}/cri-containerd-{scope}.scope", "image": str(container.get("image", ""))}


def _target(pod: Json) -> dict[str, str]:
    """The kubelet's ServiceMonitor has honorLabels: namespace, pod and container are those of the row."""
    return {
        "endpoint": "https-metrics",
        "instance": f"{pod['status'].get('hostIP', '')}:10250",
        "job": "kubelet",
        "metrics_path": "/metrics/cadvisor",
        "node": str(pod["spec"].get("nodeName", "")),
        "service": "kubelet",
    }
