"""What the kubelet remembers of one pod, and how long it waits before it tries again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cockpit.training.api.store import Key
from cockpit.training.controllers.behaviour import Behaviour
from cockpit.training.controllers.logs import Life
from cockpit.training.objects import Json

_FIRST_BACK_OFF, _LONGEST_BACK_OFF = 10.0, 300.0  # seconds, doubled each time (k8s.io/kubernetes, pkg/kubelet)
_OFTEN, _SELDOM, _BURST = 10.0, 300.0, 25  # of an event that repeats (client-go, tools/record/events_cache.go)


@dataclass(slots=True)
class PodRun:
    """One pod's run. `life` is that of its containers now or last, `before` the one before it."""

    key: Key
    behaviour: Behaviour
    restarts: int = 0
    pulls: int = 0
    complaints: int = 0
    started: float = 0.0
    last_state: Json = field(default_factory=dict)
    stopping: bool = False
    faults: int = 0
    life: Life | None = None
    before: Life | None = None

    def end(self, moment: float, code: int) -> None:
        """Note that the containers ended."""
        if self.life is not None:
            self.life = replace(self.life, ended=moment, code=code)


def fails_now(run: PodRun) -> bool:
    """Tell whether the container crashes right after its start: always, or since its good time is over."""
    return run.behaviour.failure == "crash-loop" and (run.behaviour.fail_after <= 0 or run.restarts > 0)


def back_off(times: int) -> float:
    """Return the seconds until the next try after so many failures."""
    return min(_FIRST_BACK_OFF * 2.0 ** min(times, 10), _LONGEST_BACK_OFF)


def repeat_after(times: int) -> float:
    """Return the seconds until an event is repeated that was recorded so many times: seldom, once it is spam."""
    return _OFTEN if times < _BURST else _SELDOM


def go_duration(seconds: float) -> str:
    """Write a duration as Go does, e.g. 2m40s."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
