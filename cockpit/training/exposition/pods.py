"""The series of each pod: its application, whether that can be scraped, cAdvisor, and kube-state-metrics.

Labels are made when a pod changes, not with each scrape: there are thirty series a pod, every few seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cockpit.training.api.store import Store
from cockpit.training.controllers.application import is_running
from cockpit.training.controllers.kubelet import Kubelet
from cockpit.training.controllers.load import Load, wobble
from cockpit.training.controllers.pods import phase_of
from cockpit.training.exposition import states
from cockpit.training.exposition.application import SERIES, values
from cockpit.training.exposition.cadvisor import Containers
from cockpit.training.exposition.targets import application_target, series
from cockpit.training.objects import Json, uid_of
from cockpit.training.promql.sample import Labels, Sample


@dataclass(slots=True)
class PodSeries:
    """One pod as it is, scraped through one Service, with the labels of its series."""

    pod: Json
    service: str
    phase: float
    target: dict[str, str] = field(default_factory=dict)
    up: Labels | None = None
    application: tuple[Labels, ...] = ()
    containers: Containers | None = None
    states: tuple[Sample, ...] = ()
    running: bool = False


@dataclass(slots=True)
class Pods:
    """The series of all pods."""

    store: Store
    kubelet: Kubelet
    load: Load
    _known: dict[str, PodSeries] = field(default_factory=dict)

    def samples(self, pods: list[Json], services: dict[str, str], moment: float) -> Iterator[Sample]:
        """Yield the samples of all pods there are; the load is settled."""
        known: dict[str, PodSeries] = {}
        for pod in pods:
            uid = uid_of(pod)
            found = self._known.get(uid)
            if found is None or found.pod is not pod or found.service != services.get(uid, ""):
                found = self._made(pod, uid, services.get(uid, ""), found)
            known[uid] = found
            yield from found.states
            if found.up is not None:
                yield Sample(found.up, float(found.running))
                yield from self._running(uid, found, moment) if found.running else ()
        self._known = known

    def of_application(self, pod: Json) -> tuple[float, ...]:
        """Return the values of an application's own series; the load is settled."""
        uid = uid_of(pod)
        return values(self.load.answered(uid), self.load.profile(pod), wobble(uid))

    def _running(self, uid: str, found: PodSeries, moment: float) -> Iterator[Sample]:
        requests = self.load.answered(uid)
        yield from map(Sample, found.application, values(requests, self.load.profile(found.pod), found.phase))
        behaviour, life = self.kubelet.behaviour_of(uid), self.kubelet.life_of(uid)
        if found.containers is not None and behaviour is not None and life is not None:
            rate = self.load.of_pod(uid, moment)
            yield from found.containers.samples(behaviour, life.started, moment, requests, rate)

    def _made(self, pod: Json, uid: str, service: str, before: PodSeries | None) -> PodSeries:
        made = PodSeries(pod, service, before.phase if before else wobble(uid), states=states.of_pod(pod))
        if (pod.get("status") or {}).get("podIP") and phase_of(pod) not in ("Succeeded", "Failed"):
            made.running = is_running(pod)
            made.target = application_target(pod, service, self.store)
            if before is not None and before.target == made.target:
                made.up, made.application = before.up, before.application
                made.containers = before.containers
            else:
                made.up = series("up", {}, made.target)
                made.application = tuple(series(name, dict(own), made.target) for name, own in SERIES)
                made.containers = Containers.of(pod, before.containers if before else None)
        return made
