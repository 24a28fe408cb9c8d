"""Weights of an Ingress, as they are written: one annotation says the shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from cockpit.resources.ingress import Ingress
from cockpit.resources.json_values import ABSENT, Json, Path
from cockpit.routing import ack, alb_canary, nginx_canary
from cockpit.routing.apportion import apportion
from cockpit.routing.objects import Objects
from cockpit.routing.rules import Rule
from cockpit.routing.system import Held, Weights

_ANNOTATIONS: Path = ("metadata", "annotations")
_RELIES_ON = {nginx_canary.SYSTEM: nginx_canary.RELIES_ON, alb_canary.SYSTEM: alb_canary.RELIES_ON}
_WEIGHT = {nginx_canary.SYSTEM: nginx_canary.WEIGHT, alb_canary.SYSTEM: alb_canary.WEIGHT}


def weights(objects: Objects, rule: Rule) -> Weights | None:
    """Return the annotation that divides a rule's requests.

    ingress-nginx reckons by `canary-weight-total` where that is above 100; ALB and ACK's older form are percent.
    """
    ingress = objects.of(Ingress).get(rule.name)
    if ingress is None:
        return None
    annotations = ingress.metadata.annotations
    key, wanted = _written(rule, annotations)
    if not key:
        return None
    relied_on = tuple(_held(annotations, name) for name in _RELIES_ON.get(rule.system, ()))
    return Weights((_held(annotations, key),), relied_on, lambda shares: (wanted(shares),))


def _written(rule: Rule, annotations: Mapping[str, str]) -> tuple[str, Callable[[Sequence[float]], Json]]:
    """Return the annotation with what it has to say for other shares, "" where there is none."""
    if rule.system in _WEIGHT:
        return _WEIGHT[rule.system], partial(_of_total, rule.parts, len(rule.backends) - 1)
    names = [backend.service for backend in rule.backends]
    if ack.SERVICE_WEIGHT in annotations:
        return ack.SERVICE_WEIGHT, partial(ack.listed_wanted, names, annotations[ack.SERVICE_WEIGHT])
    for position, name in enumerate(names):
        if ack.WEIGHT_PREFIX + name in annotations:
            return ack.WEIGHT_PREFIX + name, partial(_of_total, 100, position)
    return "", partial(_of_total, 0, 0)


def _of_total(total: int, position: int, shares: Sequence[float]) -> str:
    return str(apportion(shares, total)[position])


def _held(annotations: Mapping[str, str], key: str) -> Held:
    return (*_ANNOTATIONS, key), annotations.get(key, ABSENT)
