"""Matches of a VirtualService, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cockpit.resources.istio import HttpMatchRequest, StringMatch
from cockpit.resources.json_values import Json, Path


def uri_words(match: HttpMatchRequest) -> str:
    """Return the path that an alternative asks for."""
    uri = match.uri
    if uri is None:
        return "/"
    if uri.exact is not None:
        return f" = {uri.exact}"
    return uri.prefix if uri.prefix is not None else f" ~ {uri.regex}"


def match_words(matches: Sequence[HttpMatchRequest]) -> str | None:
    """Return what else than host and path a request must carry, None where one alternative asks for nothing more."""
    alternatives = [" and ".join(_conditions(match)) for match in matches]
    return " or ".join(dict.fromkeys(alternatives)) if alternatives and all(alternatives) else None


def _conditions(match: HttpMatchRequest) -> Iterator[str]:
    for kind, value in (("scheme", match.scheme), ("method", match.method), ("authority", match.authority)):
        if value is not None:
            yield _words(kind, value)
    yield from _each("header", match.headers)
    yield from (f"not {words}" for words in _each("header", match.without_headers))
    yield from _each("query", match.query_params)
    yield from (f"from pods {key}={value}" for key, value in match.source_labels.items())
    if match.source_namespace:
        yield f"from namespace {match.source_namespace}"
    if match.gateways:
        yield f"through {' or '.join(match.gateways)}"
    if match.port is not None:
        yield f"port {match.port}"


def _each(kind: str, values: Mapping[str, StringMatch]) -> Iterator[str]:
    return (_words(f"{kind} {name}", value) for name, value in values.items())


def _words(what: str, value: StringMatch) -> str:
    if value.exact is not None:
        return f"{what}: {value.exact}"
    if value.prefix is not None:
        return f"{what}: {value.prefix}…"
    return f"{what} ~ {value.regex}" if value.regex is not None else f"{what} is there"


def takes_all(matches: Sequence[HttpMatchRequest]) -> bool:
    """Say whether an entry takes every request, so that those after it are never reached."""
    return not matches or any(match == HttpMatchRequest() for match in matches)


def match_held(place: Path, matches: Sequence[HttpMatchRequest]) -> Iterator[tuple[Path, Json]]:
    """Yield the values that an entry's matches ask for, with their paths: they tell the entry from its neighbours."""
    for number, match in enumerate(matches):
        root = (*place, "match", str(number))
        if match.uri is not None:
            yield from _held((*root, "uri"), match.uri)
        for name, value in match.headers.items():
            yield from _held((*root, "headers", name), value)


def _held(path: Path, value: StringMatch) -> Iterator[tuple[Path, Json]]:
    for key, text in (("exact", value.exact), ("prefix", value.prefix), ("regex", value.regex)):
        if text is not None:
            yield (*path, key), text
