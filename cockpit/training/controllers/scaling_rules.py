"""How fast a HorizontalPodAutoscaler may go where its metrics want it: bounds, stabilisation and policies.

Source: k8s.io/kubernetes, pkg/controller/podautoscaler/horizontal.go (normalizeDesiredReplicas and its like).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from cockpit.training.objects import Json

_DOWN_WINDOW = 300.0  # seconds: --horizontal-pod-autoscaler-downscale-stabilization
_FASTEST_FACTOR, _FASTEST_COUNT = 2.0, 4.0
_WITHIN = ("False", "DesiredWithinRange", "the desired count is within the acceptable range")


@dataclass(slots=True)
class Memory:
    """What the controller remembers of one autoscaler: (when, replicas) recommended, and (when, change) done."""

    recommended: list[tuple[float, int]] = field(default_factory=list)
    changes: list[tuple[float, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The replicas to go to, and the (status, reason, message) of AbleToScale and ScalingLimited."""

    replicas: int
    able: tuple[str, str, str]
    limited: tuple[str, str, str]


def normalised(spec: Json, memory: Memory, current: int, wanted: int, now: float) -> Verdict:
    """Return where to go now; the recommendation is remembered."""
    stable, able = _stabilised(spec, memory, current, wanted, now)
    minimum, maximum = int(spec.get("minReplicas", 1)), int(spec["maxReplicas"])
    behaviour = spec.get("behavior")
    lowest, highest = minimum, maximum
    if behaviour is None:
        fastest = max(_FASTEST_FACTOR * current, _FASTEST_COUNT)
        highest = min(maximum, int(fastest))
    elif stable > current:
        highest = min(maximum, max(_limit_up(behaviour["scaleUp"], memory, current, now), current))
    elif stable < current:
        lowest = max(minimum, min(_limit_down(behaviour["scaleDown"], memory, current, now), current))
    if stable < lowest:
        return Verdict(lowest, able, _too_low(lowest > minimum))
    if stable > highest:
        return Verdict(highest, able, _too_high(highest < maximum))
    return Verdict(stable, able, _WITHIN)


def _stabilised(spec: Json, memory: Memory, current: int, wanted: int, now: float) -> tuple[int, tuple[str, str, str]]:
    behaviour = spec.get("behavior") or {}
    up = float((behaviour.get("scaleUp") or {}).get("stabilizationWindowSeconds") or 0)
    given = (behaviour.get("scaleDown") or {}).get("stabilizationWindowSeconds")
    down = _DOWN_WINDOW if given is None else float(given)
    memory.recommended = [entry for entry in memory.recommended if entry[0] > now - max(up, down)]
    highest = max([wanted, *(count for when, count in memory.recommended if when > now - down)])
    lowest = min([wanted, *(count for when, count in memory.recommended if when > now - up)])
    memory.recommended.append((now, wanted))
    stable = min(max(current, lowest), highest) if behaviour else highest
    if stable > wanted:
        why = "recent recommendations were higher than current one, applying the highest recent recommendation"
        return stable, ("True", "ScaleDownStabilized", why)
    if stable < wanted:
        why = "recent recommendations were lower than current one, applying the lowest recent recommendation"
        return stable, ("True", "ScaleUpStabilized", why)
    return stable, ("True", "ReadyForNewScale", "recommended size matches current size")


def _limit_up(rules: Json, memory: Memory, current: int, now: float) -> int:
    if rules.get("selectPolicy") == "Disabled":
        return current
    found = []
    for policy in rules.get("policies") or ():
        before = current - _changed(memory, now - policy["periodSeconds"])
        value = int(policy["value"])
        found.append(before + value if policy["type"] == "Pods" else math.ceil(before * (1 + value / 100)))
    return min(found) if rules.get("selectPolicy") == "Min" else max(found)


def _limit_down(rules: Json, memory: Memory, current: int, now: float) -> int:
    if rules.get("selectPolicy") == "Disabled":
        return current
    found = []
    for policy in rules.get("policies") or ():
        before = current - _changed(memory, now - policy["periodSeconds"])
        value = int(policy["value"])
        found.append(before - value if policy["type"] == "Pods" else int(before * (1 - value / 100)))
    return max(found) if rules.get("selectPolicy") == "Min" else min(found)


def _changed(memory: Memory, since: float) -> int:
    """Return by how many replicas the target grew since a moment."""
    return sum(change for when, change in memory.changes if when > since)


def _too_low(by_rate: bool) -> tuple[str, str, str]:
    if by_rate:
        return "True", "ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate"
    return "True", "TooFewReplicas", "the desired replica count is less than the minimum replica count"


def _too_high(by_rate: bool) -> tuple[str, str, str]:
    if by_rate:
        return "True", "ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate"
    return "True", "TooManyReplicas", "the desired replica count is more than the maximum replica count"
