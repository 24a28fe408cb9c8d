"""Alibaba Cloud's older controller (ACK): several Services under one path of one Ingress, and weights in annotations.

Two forms. `ingress.aliyun.weight/SERVICE` gives the named one of two Services so many of 100 requests. The later one,
`nginx.ingress.kubernetes.io/service-weight`, is a list of relative weights, and `service-match` picks the requests that
are divided at all: the rest goes to the Service that has no match. Source:
https://www.alibabacloud.com/help/doc-detail/96470.htm; not read by ACK's controller since v1.12.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cockpit.resources.ingress import ServiceBackend
from cockpit.routing.apportion import FINEST, relative_weights
from cockpit.routing.ingress_paths import backend
from cockpit.routing.rules import Backend

SYSTEM = "ACK Ingress"
WEIGHT_PREFIX = "ingress.aliyun.weight/"
SERVICE_WEIGHT = "nginx.ingress.kubernetes.io/service-weight"
SERVICE_MATCH = "nginx.ingress.kubernetes.io/service-match"

_PERCENT = re.compile(r"[0-9]{1,3}\Z")
_QUOTED = 40
_MATCH = re.compile(r'([\w.-]+)\s*:\s*(header|cookie|query)\(\s*"([^"]*)"\s*,\s*(?:/(.*?)/|"([^"]*)")\s*\)')


class Division:
    """How one path is divided between its Services, as far as the annotations tell."""

    def __init__(self, services: Sequence[ServiceBackend], annotations: Mapping[str, str]) -> None:
        self._services = tuple(services)
        self._names = tuple(entry.name for entry in services)
        self._annotations = annotations
        self._percents = {name: percent(annotations.get(WEIGHT_PREFIX + name)) for name in self._names}
        self.named = tuple(name for name in self._names if WEIGHT_PREFIX + name in annotations)
        self.listed = SERVICE_WEIGHT in annotations or SERVICE_MATCH in annotations

    @property
    def parts(self) -> int:
        """Into how many equal parts a share can be written."""
        return FINEST if self.listed else 100

    @property
    def writable(self) -> bool:
        """Whether one annotation says every share: of the older form one Service of two has to be named."""
        return SERVICE_WEIGHT in self._annotations or (len(self._names) == 2 and len(self.named) == 1)

    @property
    def problem(self) -> str:
        """What is not divided as it may be meant, and why."""
        return _listed_problem(self._names, self._annotations) if self.listed else self._percent_problem()

    def backends(self) -> tuple[Backend, ...]:
        """Return the Services of the path with their shares, None where the annotations do not tell."""
        if len(self._services) == 1:
            return (backend(self._services[0], None, 1.0),)
        weights = self._listed_weights() if self.listed else self._percent_weights()
        total = sum(weight or 0 for weight in weights)
        known = total > 0 and None not in weights and (self.listed or self.writable)
        return tuple(
            backend(service, weight, (weight or 0) / total if known else None)
            for service, weight in zip(self._services, weights, strict=True)
        )

    def matched(self) -> tuple[tuple[str, str], ...]:
        """Return the Services of the path that only some requests are divided to, with the match in words."""
        found = matches_of(self._annotations.get(SERVICE_MATCH, ""))
        return tuple((name, found[name]) for name in self._names if name in found)

    def _listed_weights(self) -> tuple[int | None, ...]:
        if SERVICE_WEIGHT not in self._annotations:
            # With a match and no weight, what matches goes to the Service of the match.
            matched = {name for name, _ in self.matched()}
            return tuple(100 if name in matched else 0 for name in self._names)
        found = listed_weights(self._annotations[SERVICE_WEIGHT])
        return tuple(found.get(name) for name in self._names)

    def _percent_weights(self) -> tuple[int | None, ...]:
        if not self.writable:
            return tuple(self._percents.values())
        weight = self._percents[self.named[0]]
        if weight is None:
            return (None, None)
        return tuple(weight if name == self.named[0] else 100 - weight for name in self._names)

    def _percent_problem(self) -> str:
        for name in self.named:
            if self._percents[name] is None:
                written = self._annotations[WEIGHT_PREFIX + name][:_QUOTED]
                return f"the weight {written!r} of {name} is no number from 0 to 100: what it comes to is not known"
        if len(self._names) > 1 and not self.named:
            return "several Services under one path, and no weight that divides between them"
        return "" if len(self._names) == 1 or self.writable else "the weights do not name one Service of two"


def percent(value: str | None) -> int | None:
    """Return the weight, or None where the annotation is absent or not a number from 0 to 100."""
    return int(value) if value is not None and _PERCENT.match(value) and int(value) <= 100 else None


def listed_weights(written: str) -> dict[str, int | None]:
    """Return the weights of `service-weight` by Service, None for one that is no whole number from 0."""
    pairs = (entry.partition(":") for entry in written.split(",") if entry.strip())
    return {name.strip(): _whole(weight.strip()) for name, _, weight in pairs}


def _whole(written: str) -> int | None:
    return int(written) if re.fullmatch(r"[0-9]{1,9}", written) else None


def with_weights(written: str, weights: Mapping[str, int]) -> str:
    """Return `service-weight` with other weights; Services that are not among them keep theirs as it is written."""
    entries: list[str] = []
    missing = dict(weights)
    for entry in written.split(","):
        name = entry.partition(":")[0]
        weight = missing.pop(name.strip(), None)
        entries.append(entry if weight is None else f"{name}: {weight}")
    return ",".join([entry for entry in entries if entry.strip()] + [f" {name}: {w}" for name, w in missing.items()])


def listed_wanted(names: Sequence[str], written: str, shares: Sequence[float]) -> str:
    """Return `service-weight` that divides among `names` by `shares`."""
    held = listed_weights(written)
    weights = relative_weights(shares, [held.get(name) or 0 for name in names])
    return with_weights(written, dict(zip(names, weights, strict=True)))


def matches_of(written: str) -> dict[str, str]:
    """Return the matches of `service-match` by Service, in words."""
    return {
        name: f"{kind} {key} ~ {regex}" if regex else f"{kind} {key}: {value}"
        for name, kind, key, regex, value in _MATCH.findall(written)
    }


def _listed_problem(names: Sequence[str], annotations: Mapping[str, str]) -> str:
    if SERVICE_WEIGHT not in annotations:
        return ""
    found = listed_weights(annotations[SERVICE_WEIGHT])
    wrong = [name for name in names if found.get(name) is None]
    if wrong:
        return f"service-weight gives {wrong[0]} no whole number: what it comes to is not known"
    if not any(found[name] for name in names):
        return "all weights are 0: what the controller does then is not documented"
    return ""
