"""Kinds of clients of one route: a small share may carry a header or a cookie.

Annotations of the route (an Ingress, a VirtualService, an HTTPRoute or a GRPCRoute):
    training.cockpit.dev/requests  requests a second that come in through it, divided evenly among its rules
    training.cockpit.dev/headers   NAME=VALUE:SHARE, several by commas, e.g. "canary=true:0.05"
    training.cockpit.dev/cookies   the same for cookies, e.g. "canary=always:0.1"
Each entry is a kind of clients of its own; who is left carries nothing. Shares over 1 in sum are reduced to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from cockpit.training.objects import Json, annotations_of

HEADERS = "training.cockpit.dev/headers"
COOKIES = "training.cockpit.dev/cookies"


@dataclass(frozen=True, slots=True)
class Client:
    """One kind of clients: its share of all, and what it carries, each as a name and a value."""

    share: float
    header: tuple[str, str] | None = None
    cookie: tuple[str, str] | None = None

    def header_named(self, name: str) -> str | None:
        """Return the value of a header, None where it is not sent; names of headers have no case."""
        return self.header[1] if self.header and self.header[0].lower() == name.lower() else None

    def cookie_named(self, name: str) -> str | None:
        """Return the value of a cookie, None where it is not sent."""
        return self.cookie[1] if self.cookie and self.cookie[0] == name else None


def clients_of(*routes: Json) -> tuple[Client, ...]:
    """Return the kinds of clients that the first of some routes names which names any; their shares sum to 1."""
    found: list[Client] = []
    for route in routes:
        annotations = annotations_of(route)
        found += [Client(share, header=pair) for pair, share in _entries(annotations.get(HEADERS, ""))]
        found += [Client(share, cookie=pair) for pair, share in _entries(annotations.get(COOKIES, ""))]
        if found:
            break
    told = sum(client.share for client in found)
    if told > 1:
        return tuple(Client(client.share / told, client.header, client.cookie) for client in found)
    return (*found, Client(1 - told))


def _entries(text: str) -> Iterator[tuple[tuple[str, str], float]]:
    for entry in text.split(","):
        pair, colon, number = entry.strip().rpartition(":")
        name, equals, value = pair.partition("=")
        share = _share(number)
        if colon and equals and name.strip() and share > 0:
            yield (name.strip(), value.strip()), share


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        return 0.0
    return share if isfinite(share) else 0.0
