"""The matches of HTTPRoutes and GRPCRoutes, and which of two goes first.

Source: https://gateway-api.sigs.k8s.io/reference/spec/ (HTTPRouteRule: precedence of matches; GRPCMethodMatch).
"""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.training.objects import Json
from cockpit.training.traffic.matching import Match, Text

_FORMS = {"Exact": "exact", "PathPrefix": "path-prefix", "RegularExpression": "regex"}
_RANKS = {"exact": 0, "path-prefix": 1, "regex": 2}


def matches_of(kind: str, rule: Json) -> list[Match]:
    """Return the matches of a rule; one without any is for everything."""
    read = _grpc if kind == "GRPCRoute" else _http
    entries: list[Json] = rule.get("matches") or [{}]
    return [read(entry) for entry in entries]


def specificity(match: Match) -> tuple[int, int, bool, int]:
    """Return what matches are sorted by; what is equal keeps its order (oldest route, then first rule)."""
    return (_RANKS.get(match.path.form, 2), -len(match.path.value), match.method is None, -len(match.headers))


def _http(entry: Json) -> Match:
    path = entry.get("path") or {}
    return Match(
        path=Text(_FORMS.get(str(path.get("type", "PathPrefix")), "regex"), str(path.get("value", "/"))),
        headers=_headers(entry.get("headers") or ()),
        method=Text("exact", str(entry["method"])) if entry.get("method") else None,
        other=bool(entry.get("queryParams")),
    )


def _grpc(entry: Json) -> Match:
    """A gRPC method is the path /SERVICE/METHOD."""
    method = entry.get("method") or {}
    service, name = str(method.get("service") or ""), str(method.get("method") or "")
    if method.get("type", "Exact") == "RegularExpression":
        path = Text("regex", f"/{service or '[^/]+'}/{name or '[^/]+'}")
    elif service and name:
        path = Text("exact", f"/{service}/{name}")
    else:
        path = Text("path-prefix", f"/{service}") if service or not name else Text("regex", f"/[^/]+/{name}")
    return Match(path=path, headers=_headers(entry.get("headers") or ()))


def _headers(entries: Iterable[Json]) -> tuple[tuple[str, Text], ...]:
    found = ((str(entry.get("name", "")), entry) for entry in entries)
    return tuple(
        (name, Text(_FORMS.get(str(entry.get("type", "Exact")), "regex"), str(entry.get("value", ""))))
        for name, entry in found
    )
