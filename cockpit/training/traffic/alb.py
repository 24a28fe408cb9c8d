"""How Alibaba Cloud's ALB divides requests by canary Ingresses: header before cookie before weight.

An Ingress is its when the controller of its class says so: AWS' load balancer has annotations of the same prefix. A
canary has either a header or a cookie, or a weight; several of them are asked in the order of their `order`. A server
group without members answers 503 for its share (that is not documented; it is what load balancers do).
Source: https://www.alibabacloud.com/help/en/document_detail/475890.html.
"""

from __future__ import annotations

from collections.abc import Iterator

from cockpit.training.objects import Json, annotations_of, name_of, namespace_of
from cockpit.training.traffic.clients import Client, clients_of
from cockpit.training.traffic.demand import asked_of
from cockpit.training.traffic.entrances import Backend, Entrance, Part, World, joined, spec_of

CONTROLLER = "ingress.k8s.alibabacloud/alb"
_PREFIX = "alb.ingress.kubernetes.io/"
_USUAL_ORDER = 10


def entrances(world: World) -> Iterator[Entrance]:
    """Yield what clients come in through; of two Ingresses for a host and path the one that is asked first counts."""
    classes = {name_of(known) for known in world.of("IngressClass") if spec_of(known).get("controller") == CONTROLLER}
    ours = [ingress for ingress in world.of("Ingress") if ingress["spec"].get("ingressClassName") in classes]
    ours.sort(key=_order)
    stable: dict[tuple[str, str], tuple[Json, Backend]] = {}
    canaries: dict[tuple[str, str], list[tuple[Json, Backend]]] = {}
    for ingress in ours:
        for place, backend in _paths(ingress):
            if _setting(ingress, "canary") == "true":
                canaries.setdefault(place, []).append((ingress, backend))
            else:
                stable.setdefault(place, (ingress, backend))
    for (host, path), (ingress, main) in stable.items():
        beside = canaries.get((host, path), [])
        kinds = clients_of(ingress, *(canary for canary, _ in beside))
        parts = [part for client in kinds for part in _parts(world, main, beside, client)]
        yield Entrance(
            "alb",
            namespace_of(ingress),
            name_of(ingress),
            f"{host}{path}",
            main,
            joined(parts),
            frozenset({main.key, *(backend.key for _, backend in beside)}),
            host,
            path,
            asked=asked_of(ingress),
        )


def _order(ingress: Json) -> tuple[int, str, str]:
    return (_whole(_setting(ingress, "order")) or _USUAL_ORDER, namespace_of(ingress), name_of(ingress))


def _paths(ingress: Json) -> Iterator[tuple[tuple[str, str], Backend]]:
    for rule in ingress["spec"].get("rules") or ():
        for entry in (rule.get("http") or {}).get("paths") or ():
            service = (entry.get("backend") or {}).get("service") or {}
            backend = Backend(namespace_of(ingress), str(service.get("name", "")))
            yield (str(rule.get("host", "")), str(entry.get("path") or "/")), backend


def _parts(world: World, main: Backend, canaries: list[tuple[Json, Backend]], client: Client) -> Iterator[Part]:
    chosen = (backend for ingress, backend in canaries if _matches(ingress, client))
    if (matched := next(chosen, None)) is not None:
        yield _part(world, matched, client.share)
        return
    left = 1.0
    for ingress, backend in canaries:
        share = min(_whole(_setting(ingress, "canary-weight")) / 100, left) if not _is_matching(ingress) else 0.0
        left -= share
        yield _part(world, backend, client.share * share)
    yield _part(world, main, client.share * left)


def _part(world: World, backend: Backend, share: float) -> Part:
    return Part(share, backend) if world.is_ready(backend) else Part(share, backend, 503)


def _is_matching(ingress: Json) -> bool:
    return bool(_setting(ingress, "canary-by-header") or _setting(ingress, "canary-by-cookie"))


def _matches(ingress: Json, client: Client) -> bool:
    wanted = _setting(ingress, "canary-by-header-value") or "always"
    if header := _setting(ingress, "canary-by-header"):
        return client.header_named(header) == wanted
    cookie = _setting(ingress, "canary-by-cookie")
    return bool(cookie) and client.cookie_named(cookie) == "always"


def _setting(ingress: Json, name: str) -> str:
    return annotations_of(ingress).get(f"{_PREFIX}{name}", "")


def _whole(text: str) -> int:
    return min(int(text), 1000) if text.isascii() and text.isdigit() else 0
