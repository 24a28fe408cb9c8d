"""The rules of a VirtualService, those of its delegates among them, and the matches of a rule.

Source: https://istio.io/latest/docs/reference/config/networking/virtual-service/ (HTTPRoute, Delegate,
HTTPMatchRequest, StringMatch).
"""

from __future__ import annotations

from collections.abc import Iterator

from cockpit.training.objects import Json, name_of, namespace_of
from cockpit.training.traffic.entrances import World
from cockpit.training.traffic.matching import Match, Text

_ANY_PATH = Text("prefix", "/")
_KNOWN = frozenset({
    "uri", "headers", "withoutHeaders", "method", "name", "gateways", "authority", "scheme", "port",
})  # fmt: skip
"""Conditions that clients meet or that are looked at; a condition on anything else nobody meets."""


def rules_of(world: World, service: Json) -> Iterator[Json]:
    """Yield the rules in their order; where one delegates, those of the other VirtualService, narrowed by its match."""
    for rule in service["spec"].get("http") or ():
        delegate = rule.get("delegate")
        if not delegate:
            yield rule
            continue
        key = (str(delegate.get("namespace") or namespace_of(service)), str(delegate.get("name", "")))
        for other in world.of("VirtualService"):
            if (namespace_of(other), name_of(other)) == key:
                yield from ({**inner, "match": _both(rule, inner)} for inner in other["spec"].get("http") or ())


def matches_of(rule: Json) -> list[Match]:
    """Return the matches of a rule; one without any is for everything."""
    return [_match(entry) for entry in rule.get("match") or ()] or [Match(_ANY_PATH)]


def _both(outer: Json, inner: Json) -> list[Json]:
    """Return matches that hold where one of the outer and one of the inner ones do; of two paths the inner counts."""
    outers: list[Json] = outer.get("match") or [{}]
    inners: list[Json] = inner.get("match") or [{}]
    return [
        {**one, **other, "headers": {**(one.get("headers") or {}), **(other.get("headers") or {})}}
        for one in outers
        for other in inners
    ]


def _match(entry: Json) -> Match:
    return Match(
        path=_text(entry["uri"]) if entry.get("uri") else _ANY_PATH,
        headers=tuple((name, _text(text)) for name, text in (entry.get("headers") or {}).items()),
        without=tuple((name, _text(text)) for name, text in (entry.get("withoutHeaders") or {}).items()),
        method=_text(entry["method"]) if entry.get("method") else None,
        other=bool(entry.keys() - _KNOWN),
    )


def _text(said: object) -> Text:
    """An empty condition asks only that the header is there."""
    forms = said if isinstance(said, dict) else {}
    found = ((form, str(forms[form])) for form in ("exact", "prefix", "regex") if form in forms)
    return Text(*next(found, ("present", "")))
