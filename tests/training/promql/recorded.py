"""Samples as applications of a small shop give them, made from a seed: the evaluator and a real Prometheus get both.

No sample lies on the edge of a range that a test asks for (Prometheus 2 counts it in, Prometheus 3 does not): times end
on half a second, and whole ones are asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from random import Random

from cockpit.training.promql.sample import Labels, Sample, labels_of
from cockpit.training.promql.series import SeriesStore
from tests.training.promql.real import Taken

START = 1_795_000_000
"""Seconds since the epoch; a multiple of 1,000."""
SECONDS = 3000
_EVERY = 15
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_GONE = {"shop-v1-6d4cf56db6-xk2p9": 1200, "api-7c9d8f6b5-qqrst": 2400}  # pod: second from which on it is not scraped
_BORN = {"shop-v2-5b8f7d9c4-7hjkl": 700, "shop-v2-5b8f7d9c4-mnpqr": 1100}  # pod: second of its birth
_DEAF = {"api-7c9d8f6b5-bcdfg": (900, 1500)}  # pod: from when until when no scrape reached it
_PODS = (
    ("shop-v1-6d4cf56db6-xk2p9", "v1", 0.01),
    ("shop-v1-6d4cf56db6-zz9w4", "v1", 0.012),
    ("shop-v2-5b8f7d9c4-7hjkl", "v2", 0.2),
    ("shop-v2-5b8f7d9c4-mnpqr", "v2", 0.15),
    ("api-7c9d8f6b5-qqrst", "v7", 0.0),
    ("api-7c9d8f6b5-bcdfg", "v7", 0.3),
)


def scrapes(seed: int = 1) -> list[Taken]:
    """Return all samples, in the order of their times; half of the pods are scraped seven seconds after the others."""
    pods = [_Pod(name, version, failing, Random(f"{seed}/{name}")) for name, version, failing in _PODS]  # noqa: S311
    found = []
    for second in range(0, SECONDS, _EVERY):
        for later in (0, 7):
            moment = second + later
            mine = [pod for index, pod in enumerate(pods) if (index % 2 == 0) == (later == 0)]
            samples = [sample for pod in mine if pod.is_scraped(moment) for sample in pod.samples(moment)]
            found.append(Taken(START + moment + 0.5, tuple(samples)))
    return found


def stored(taken: list[Taken]) -> SeriesStore:
    """Return a store with samples; no series ends, as promtool writes no staleness markers."""
    store = SeriesStore()
    for scrape in taken:
        store.begin(scrape.time)
        store.add(Sample(labels, value) for labels, value in scrape.samples)
        store.finish(ends=False)
    return store


class _Pod:
    """One pod: its counters grow with every scrape, and begin anew after a restart."""

    def __init__(self, name: str, version: str, failing: float, random: Random) -> None:
        self._about = {"namespace": "shop" if name.startswith("shop") else "api", "pod": name}
        self._name, self._version, self._failing, self._random = name, version, failing, random
        self._counts: dict[tuple[str, str], float] = {}
        self._buckets = [0.0] * (len(_BOUNDS) + 1)
        self._seconds = self._cpu = 0.0
        self._memory = random.uniform(2e7, 9e7)

    def is_scraped(self, moment: int) -> bool:
        deaf = _DEAF.get(self._name, (0, 0))
        return _BORN.get(self._name, 0) <= moment < _GONE.get(self._name, SECONDS) and not deaf[0] <= moment < deaf[1]

    def samples(self, moment: int) -> Iterator[tuple[Labels, float]]:
        if self._random.random() < 0.01:
            self._counts.clear()
            self._buckets = [0.0] * len(self._buckets)
            self._seconds = 0.0
        self._serve()
        for (method, status), count in self._counts.items():
            yield self._of("http_requests_total", count, method=method, status=status, version=self._version)
        yield from self._histogram()
        self._cpu += self._random.uniform(0.1, 6)
        self._memory *= self._random.uniform(0.97, 1.03)
        yield self._of("container_cpu_usage_seconds_total", self._cpu, container="app")
        yield self._of("container_memory_working_set_bytes", round(self._memory, 3), container="app")
        owner = self._name.rpartition("-")[0]
        owned = {"owner_kind": "ReplicaSet", "owner_name": owner, "owner_is_controller": "true"}
        yield self._of("kube_pod_owner", 1.0, **owned)
        yield self._of("temperature", round(20 * math.sin(moment / 400) + self._random.uniform(-1, 1), 4))
        yield self._of("odd", self._random.choice((math.nan, math.inf, -math.inf, 0.0, -1.5, 7.25)))
        yield self._of("up", 1.0, job="pods")

    def _serve(self) -> None:
        for _ in range(self._random.randrange(20, 60)):
            status = self._random.choice(("500", "503")) if self._random.random() < self._failing else "200"
            method = self._random.choice(("GET", "GET", "POST"))
            self._counts[method, status] = self._counts.get((method, status), 0.0) + 1.0
            took = self._random.expovariate(12)
            self._seconds += took
            self._buckets[sum(took > bound for bound in _BOUNDS)] += 1.0

    def _histogram(self) -> Iterator[tuple[Labels, float]]:
        total = 0.0
        name = "http_request_duration_seconds"
        for bound, count in zip((*map(str, _BOUNDS), "+Inf"), self._buckets, strict=True):
            total += count
            yield self._of(f"{name}_bucket", total, le=bound, version=self._version)
        yield self._of(f"{name}_sum", round(self._seconds, 6), version=self._version)
        yield self._of(f"{name}_count", total, version=self._version)

    def _of(self, name: str, value: float, **labels: str) -> tuple[Labels, float]:
        return labels_of(name, **self._about, **labels), value
