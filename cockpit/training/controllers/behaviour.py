"""How a simulated container behaves: from annotations on the pod template, then from the scenario's image rules.

Annotations (all under `training.cockpit.dev/`, numbers in simulated seconds where no other unit is said):
    fail          image-pull, config-error (a Secret that is missing), crash-loop or never-ready
    fail-after    the container is well for so long, then fails (crash-loop only)
    fail-share    the share of a workload's pods that fail, 0 to 1; 1 where it is not given
    start-after   from scheduling to running
    ready-after   from running to ready, whatever the probe says
    well-after    from running to answering the readiness probe, whose initialDelaySeconds, periodSeconds and
                  successThreshold then decide when the container is ready
    flap-every    readiness flaps: after so long the application stops answering its probe ...
    flap-for      ... and answers again after so long; 10 where it is not given. The pod is not ready once the probe
                  has failed failureThreshold times, a pod without a probe at once
    health        failing: the application answers 500 to whoever asks it over HTTP, ready or not
    stop-after    from the deletion to the end, cut at the grace period; a preStop hook that sleeps comes before it
    cpu-per-request  milliseconds of CPU that a request costs, 2 where it is not given
    cpu-idle      thousandths of a CPU that are used without any request, 3 where it is not given
    memory        MiB that are used, 32 where it is not given
    error-ratio   the share of requests that are answered 500, 0 to 1; 0 where it is not given
    latency       milliseconds that half of the requests take at most, 12 where it is not given
    latency-p99   milliseconds that 99 of 100 requests take at most, four times `latency` where it is not given
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import isfinite
from typing import Literal, TypeAlias, cast

from cockpit.training.chance import Chance
from cockpit.training.controllers.probes import pre_stop_seconds, readiness_probe, ready_at
from cockpit.training.objects import Json, annotations_of, controller_uid

PREFIX = "training.cockpit.dev/"
FAILURES = ("image-pull", "config-error", "crash-loop", "never-ready")
Failure: TypeAlias = Literal["", "image-pull", "config-error", "crash-loop", "never-ready"]


@dataclass(frozen=True, slots=True)
class ImageRule:
    """What images that match a shell pattern do; `settings` are the annotations above without their prefix."""

    match: str
    settings: dict[str, str]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One pod's fate; times in simulated seconds."""

    failure: Failure
    fail_after: float
    start: float
    ready: float
    stop: float
    healthy: bool = True
    flap_every: float = 0.0
    flap_for: float = 10.0
    cpu_per_request: float = 2.0  # milliseconds
    cpu_idle: float = 3.0  # thousandths of a CPU
    memory: float = 32.0  # MiB
    error_ratio: float = 0.0
    latency: float = 12.0  # milliseconds, the median
    latency_p99: float = 48.0


class Casting:
    """Decides the behaviour of each pod once."""

    def __init__(self, chance: Chance, rules: tuple[ImageRule, ...]) -> None:
        self._chance = chance
        self._rules = rules
        self._made: Counter[str] = Counter()

    def behaviour_of(self, pod: Json) -> Behaviour:
        """Return how a new pod will behave."""
        settings = self._settings(pod)
        grace = float(pod["spec"].get("terminationGracePeriodSeconds", 30))
        latency = max(_seconds(settings, "latency", 12.0), 0.01)
        return Behaviour(
            failure=self._failure(pod, settings),
            fail_after=_seconds(settings, "fail-after", 0.0),
            start=_seconds(settings, "start-after", self._chance.between(0.8, 2.4)),
            ready=self._ready(pod, settings),
            stop=min(pre_stop_seconds(pod) + _seconds(settings, "stop-after", self._chance.between(0.8, 2.5)), grace),
            healthy=settings.get("health") != "failing",
            flap_every=_seconds(settings, "flap-every", 0.0),
            flap_for=_seconds(settings, "flap-for", 10.0),
            cpu_per_request=_seconds(settings, "cpu-per-request", 2.0),
            cpu_idle=_seconds(settings, "cpu-idle", 3.0),
            memory=_seconds(settings, "memory", 32.0),
            error_ratio=min(max(_seconds(settings, "error-ratio", 0.0), 0.0), 1.0),
            latency=latency,
            latency_p99=max(_seconds(settings, "latency-p99", 4 * latency), latency),
        )

    def _ready(self, pod: Json, settings: dict[str, str]) -> float:
        usual = _probe_delay(pod) * self._chance.between(0.6, 1.4)
        if "well-after" in settings and "ready-after" not in settings:
            return ready_at(readiness_probe(pod), _seconds(settings, "well-after", 0.0))
        return _seconds(settings, "ready-after", usual)

    def _settings(self, pod: Json) -> dict[str, str]:
        images = [str(container.get("image", "")) for container in pod["spec"].get("containers") or ()]
        ruled = next((rule.settings for rule in self._rules for image in images if fnmatchcase(image, rule.match)), {})
        own = {key.removeprefix(PREFIX): value for key, value in annotations_of(pod).items() if key.startswith(PREFIX)}
        return {**ruled, **own}

    def _failure(self, pod: Json, settings: dict[str, str]) -> Failure:
        failure = settings.get("fail", "")
        if failure not in FAILURES:
            return ""
        share = _seconds(settings, "fail-share", 1.0)
        owner = controller_uid(pod)
        self._made[owner] += 1
        count = self._made[owner]
        return cast(Failure, failure) if int(count * share) > int((count - 1) * share) else ""


def _probe_delay(pod: Json) -> float:
    """A pod without a readiness probe is ready when it runs; with one, after its delay and about one period."""
    probes = [container.get("readinessProbe") for container in pod["spec"].get("containers") or ()]
    delays = [probe.get("initialDelaySeconds", 0) + probe.get("periodSeconds", 10) / 5 for probe in probes if probe]
    return float(max(delays, default=0.0))


def _seconds(settings: dict[str, str], name: str, default: float) -> float:
    try:
        found = float(settings[name]) if name in settings else default
    except ValueError:
        return default
    return found if isfinite(found) else default
