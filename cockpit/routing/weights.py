"""Weights of an Ingress, as they are written: which annotation says the share, and what it has to say for another.

Fields are (path, value before, value after) as the API writes them; ABSENT where there is none.
"""

from __future__ import annotations

from collections.abc import Iterator

from cockpit.resources.ingress import Ingress
from cockpit.resources.json_values import ABSENT, Json, Path
from cockpit.routing.ingress import ALIYUN_WEIGHT_PREFIX
from cockpit.routing.nginx_canary import PREFIX, nginx_canary

Field = tuple[Path, Json, Json]

_ANNOTATIONS: Path = ("metadata", "annotations")
_WEIGHT = f"{PREFIX}canary-weight"
_TOTAL = f"{PREFIX}canary-weight-total"


def weight_fields(ingress: Ingress, share: float) -> tuple[Field, ...]:
    """Return what gives the canary, or the named Service of the older Alibaba form, this share (a fraction of 1).

    ingress-nginx reckons by `canary-weight-total` where that is above 100; Alibaba's weights are percent.

    Raises:
        ValueError: the share is none, or the Ingress divides nothing by weight.
    """
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"a share is a fraction of 1, not {share}")
    annotations = ingress.metadata.annotations
    canary = nginx_canary(annotations)
    if canary is not None:
        return _field(ingress, _WEIGHT, round(share * canary.total))
    named = [key for key in annotations if key.startswith(ALIYUN_WEIGHT_PREFIX)]
    if len(named) != 1:
        raise ValueError(f"Ingress/{ingress.metadata.name} divides nothing by one weight")
    return _field(ingress, named[0], round(share * 100))


def weight_relies_on(ingress: Ingress) -> tuple[tuple[Path, Json], ...]:
    """Return the annotations, besides the weight, that a weight was reckoned by."""
    annotations = ingress.metadata.annotations
    if nginx_canary(annotations) is None:
        return ()
    return tuple(((*_ANNOTATIONS, key), annotations.get(key, ABSENT)) for key in (f"{PREFIX}canary", _TOTAL))


def written_weights(ingress: Ingress) -> Iterator[tuple[Path, Json]]:
    """Yield the weights that the Ingress says, ABSENT for a canary that says none."""
    annotations = ingress.metadata.annotations
    if nginx_canary(annotations) is not None:
        yield (*_ANNOTATIONS, _WEIGHT), annotations.get(_WEIGHT, ABSENT)
    for key in sorted(annotations):
        if key.startswith(ALIYUN_WEIGHT_PREFIX):
            yield (*_ANNOTATIONS, key), annotations[key]


def weighted_service(ingress: Ingress, backends: tuple[str, ...]) -> str:
    """Return which of a rule's two Services the weight is that of; `backends` has the one for everybody first."""
    if nginx_canary(ingress.metadata.annotations) is not None:
        return backends[-1]
    named = (name for name in backends if ALIYUN_WEIGHT_PREFIX + name in ingress.metadata.annotations)
    return next(named, backends[-1])


def _field(ingress: Ingress, key: str, weight: int) -> tuple[Field, ...]:
    before = ingress.metadata.annotations.get(key, ABSENT)
    return () if before == str(weight) else (((*_ANNOTATIONS, key), before, str(weight)),)
