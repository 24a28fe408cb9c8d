"""Alibaba Cloud's older weights: one Ingress that lists several Services under one path.

    ingress.aliyun.weight/SERVICE: "50"                       percent of the requests that SERVICE gets
    nginx.ingress.kubernetes.io/service-weight: "a: 20, b: 60"  shares of each
    nginx.ingress.kubernetes.io/service-match: 'a: header("foo", /^bar$/)'  only such requests may reach SERVICE

A request that does not match goes to the others; one that does, by weight, or to SERVICE where there are no weights.
Source: https://www.alibabacloud.com/help/doc-detail/96470.htm. What a Service without ready endpoints does is not
documented: here its share goes to the others, as with a canary of the controller underneath, and to nobody (503) where
all are empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cockpit.training.objects import Json, annotations_of
from cockpit.training.traffic.clients import Client
from cockpit.training.traffic.entrances import Backend, Part

_WEIGHT = "ingress.aliyun.weight/"
_SERVICE_WEIGHT = "nginx.ingress.kubernetes.io/service-weight"
_SERVICE_MATCH = "nginx.ingress.kubernetes.io/service-match"
_MATCH = re.compile(r"""([\w.-]+)\s*:\s*(header|cookie|query)\(\s*"([^"]*)"\s*,\s*(/.*?/|"[^"]*")\s*\)""")


def divides(ingress: Json) -> bool:
    """Tell whether an Ingress has any of the older annotations."""
    annotations = annotations_of(ingress)
    own = any(key.startswith(_WEIGHT) for key in annotations)
    return own or _SERVICE_WEIGHT in annotations or _SERVICE_MATCH in annotations


def parts(
    ingress: Json, backends: list[Backend], client: Client, is_ready: Callable[[Backend], bool]
) -> Iterator[Part]:
    """Yield where one kind of clients goes."""
    annotations = annotations_of(ingress)
    matches = {found[1]: found for found in _MATCH.finditer(annotations.get(_SERVICE_MATCH, ""))}
    weights = _weights(annotations, backends)
    if _SERVICE_MATCH in annotations:
        held = {service for service, found in matches.items() if _holds(found, client)}
        shut = [backend for backend in backends if backend.service in matches and backend.service not in held]
        chosen = [backend for backend in backends if backend.service in held]
        if not weights and chosen:
            weights = {backend: float(backend in chosen) for backend in backends}
        weights = {backend: 0.0 if backend in shut else weights.get(backend, 1.0) for backend in backends}
    weights = weights or {backend: float(backend == backends[0]) for backend in backends}
    open_to = {backend: weight for backend, weight in weights.items() if weight > 0 and is_ready(backend)}
    if not open_to:
        fallback = [backend for backend in backends if is_ready(backend)]
        open_to = dict.fromkeys(fallback, 1.0) if fallback else {}
    if not open_to:
        yield Part(client.share, backends[0], 503)
    for backend, weight in open_to.items():
        yield Part(client.share * weight / sum(open_to.values()), backend)


def _weights(annotations: dict[str, str], backends: list[Backend]) -> dict[Backend, float]:
    """Return the weight of each backend; nothing where no annotation says one."""
    percents = {key.removeprefix(_WEIGHT): _number(value) for key, value in annotations.items() if _WEIGHT in key}
    named = {backend: percents[backend.service] for backend in backends if backend.service in percents}
    if named:
        others = [backend for backend in backends if backend not in named]
        left = max(100 - sum(named.values()), 0.0)
        return named | {backend: left / len(others) for backend in others}
    entries = [entry.rpartition(":") for entry in annotations.get(_SERVICE_WEIGHT, "").split(",")]
    told = {name.strip(): _number(value) for name, colon, value in entries if colon}
    return {backend: told.get(backend.service, 0.0) for backend in backends} if told else {}


def _number(text: str) -> float:
    bare = text.strip()
    return float(min(int(bare), 1_000_000)) if bare.isascii() and bare.isdigit() else 0.0


def _holds(found: re.Match[str], client: Client) -> bool:
    kind, name, wanted = found[2], found[3], found[4]
    value = {"header": client.header_named, "cookie": client.cookie_named}.get(kind, lambda _: None)(name)
    if value is None:
        return False
    try:
        return value == wanted[1:-1] if wanted.startswith('"') else re.search(wanted[1:-1], value) is not None
    except re.error:
        return False
