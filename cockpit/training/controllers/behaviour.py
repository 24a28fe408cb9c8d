"""How a simulated container behaves: from annotations on the pod template, then from the scenario's image rules.

Annotations (all under `training.cockpit.dev/`, numbers in simulated seconds):
    fail          image-pull, crash-loop or never-ready
    fail-after    the container is well for so long, then fails (crash-loop only)
    fail-share    the share of a workload's pods that fail, 0 to 1; 1 where it is not given
    start-after   from scheduling to running
    ready-after   from running to ready
    health        failing: the application answers 500 to whoever asks it over HTTP, ready or not
    stop-after    from the deletion to the end, cut at the grace period
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias, cast

from cockpit.training.chance import Chance
from cockpit.training.objects import Json, annotations_of, controller_uid

PREFIX = "training.cockpit.dev/"
FAILURES = ("image-pull", "crash-loop", "never-ready")
Failure: TypeAlias = Literal["", "image-pull", "crash-loop", "never-ready"]


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
        return Behaviour(
            failure=self._failure(pod, settings),
            fail_after=_seconds(settings, "fail-after", 0.0),
            start=_seconds(settings, "start-after", self._chance.between(0.8, 2.4)),
            ready=_seconds(settings, "ready-after", _probe_delay(pod) * self._chance.between(0.6, 1.4)),
            stop=min(_seconds(settings, "stop-after", self._chance.between(0.8, 2.5)), grace),
            healthy=settings.get("health") != "failing",
        )

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
        return float(settings[name]) if name in settings else default
    except ValueError:
        return default
