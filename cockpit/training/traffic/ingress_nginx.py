"""How ingress-nginx divides the requests for a host and path; Alibaba Cloud's older controllers are built on it.

A canary is a second Ingress of the same class, host and path. It becomes the alternative of the *Service* that serves
the path, so that it also takes from other paths of that Service. In front of an empty canary all goes to the stable
Service; where the stable one has no ready endpoint, everybody gets 503, canary or not.
Sources: kubernetes/ingress-nginx, rootfs/etc/nginx/lua/balancer.lua (get_balancer, route_to_alternative_balancer),
internal/ingress/controller/controller.go (mergeAlternativeBackends), internal/ingress/annotations/canary/main.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from cockpit.training.objects import Json, annotations_of, name_of, namespace_of
from cockpit.training.traffic import alibaba
from cockpit.training.traffic.clients import Client, clients_of
from cockpit.training.traffic.demand import asked_of
from cockpit.training.traffic.entrances import Backend, Entrance, Part, World, joined, spec_of

CONTROLLER = "k8s.io/ingress-nginx"
_PREFIX = "nginx.ingress.kubernetes.io/"
_LEGACY_CLASS = "kubernetes.io/ingress.class"
_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})  # strconv.ParseBool
_WHOLE = re.compile(r"[+-]?\d+")


@dataclass(frozen=True, slots=True)
class _Path:
    """One path of an Ingress."""

    ingress: Json
    host: str
    path: str
    path_type: str
    backend: Backend
    port: str

    @property
    def upstream(self) -> str:
        """The name under which the controller knows the Service and its port."""
        return f"{self.backend.namespace}-{self.backend.service}-{self.port}"


def entrances(world: World) -> Iterator[Entrance]:
    """Yield what clients come in through; the oldest Ingress has a host and path."""
    ours = [ingress for ingress in world.of("Ingress") if _is_ours(world, ingress)]
    locations: dict[tuple[str, str, str], list[_Path]] = {}
    for ingress in ours:
        if not _is_canary(ingress):
            for path in _paths(ingress):
                locations.setdefault((path.host, path.path, path.path_type), []).append(path)
    alternatives = _alternatives(ours, locations)
    for paths in locations.values():
        yield _entrance(world, [path for path in paths if path.ingress is paths[0].ingress], alternatives)


def _is_ours(world: World, ingress: Json) -> bool:
    """An Ingress without a class is taken as well, as with --watch-ingress-without-class."""
    name = ingress["spec"].get("ingressClassName") or annotations_of(ingress).get(_LEGACY_CLASS)
    if not name:
        return True
    for known in world.of("IngressClass"):
        if name_of(known) == name:
            return spec_of(known).get("controller") == CONTROLLER
    return str(name) == "nginx"


def _is_canary(ingress: Json) -> bool:
    return annotations_of(ingress).get(f"{_PREFIX}canary") in _TRUE


def _paths(ingress: Json) -> Iterator[_Path]:
    for rule in ingress["spec"].get("rules") or ():
        for entry in (rule.get("http") or {}).get("paths") or ():
            service = (entry.get("backend") or {}).get("service") or {}
            port = service.get("port") or {}
            yield _Path(
                ingress,
                str(rule.get("host", "")),
                str(entry.get("path") or "/"),
                str(entry.get("pathType", "")),
                Backend(namespace_of(ingress), str(service.get("name", ""))),
                str(port.get("name") or port.get("number") or ""),
            )


def _alternatives(ours: list[Json], locations: dict[tuple[str, str, str], list[_Path]]) -> dict[str, _Path]:
    """Return the canary of each upstream; the first one counts."""
    found: dict[str, _Path] = {}
    for ingress in ours:
        for path in _paths(ingress) if _is_canary(ingress) else ():
            primary = next(iter(locations.get((path.host, path.path, path.path_type), ())), None)
            if primary is not None and primary.upstream != path.upstream:
                found.setdefault(primary.upstream, path)
    return found


def _entrance(world: World, paths: list[_Path], alternatives: dict[str, _Path]) -> Entrance:
    first = paths[0]
    canary = alternatives.get(first.upstream)
    backends = list(dict.fromkeys(path.backend for path in paths))
    older = len(backends) > 1 and alibaba.divides(first.ingress)
    mentioned = {path.backend.key for path in (paths if older else paths[:1])} | (
        {canary.backend.key} if canary else set()
    )
    parts: list[Part] = []
    for client in clients_of(first.ingress, *([canary.ingress] if canary else [])):
        if older:
            parts += alibaba.parts(first.ingress, backends, client, world.is_ready)
        else:
            parts += _parts(world, first, canary, client)
    return Entrance(
        "ingress",
        namespace_of(first.ingress),
        name_of(first.ingress),
        f"{first.host}{first.path}",
        first.backend,
        joined(parts),
        frozenset(mentioned),
        first.host,
        first.path,
        first.port,
        asked_of(first.ingress),
    )


def _parts(world: World, stable: _Path, canary: _Path | None, client: Client) -> list[Part]:
    if not world.is_ready(stable.backend):
        return [Part(client.share, stable.backend, 503)]
    if canary is None or not world.is_ready(canary.backend):
        return [Part(client.share, stable.backend)]
    share = _canary_share(annotations_of(canary.ingress), client)
    return [
        Part(client.share * (1 - share), stable.backend),
        Part(client.share * share, canary.backend, canary=canary.upstream),
    ]


def _canary_share(annotations: dict[str, str], client: Client) -> float:
    """Return the share of one kind of clients that the canary gets: header before cookie before weight."""
    read = partial(_setting, annotations)
    value, wanted, pattern = client.header_named(read("by-header")), read("by-header-value"), read("by-header-pattern")
    if value is not None and (wanted or pattern):
        try:
            if value == wanted or (not wanted and re.search(pattern, value)):
                return 1.0
        except re.error:
            return 0.0
    elif value in ("always", "never"):
        return float(value == "always")
    cookie = client.cookie_named(read("by-cookie"))
    if cookie in ("always", "never"):
        return float(cookie == "always")
    total = max(_whole(read("weight-total")), 100)
    return min(max(_whole(read("weight")) / total, 0.0), 1.0)


def _setting(annotations: dict[str, str], name: str) -> str:
    return annotations.get(f"{_PREFIX}canary-{name}", "")


def _whole(text: str) -> int:
    """Return a whole number as Go's Atoi reads it; what is none counts as 0, which the controller only logs."""
    return int(text) if _WHOLE.fullmatch(text) else 0
