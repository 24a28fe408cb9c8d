"""Matches of Gateway API rules, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cockpit.resources.gateway_api import GrpcMatch, HttpMatch, ParentReference, PathMatch, ValueMatch
from cockpit.resources.json_values import Json, Path


def place_words(hostnames: Sequence[str], parents: Sequence[ParentReference], paths: Iterable[str]) -> str:
    """Return where a rule stands: host and path; in a mesh, the Service whose requests it takes."""
    services = dict.fromkeys(parent.name for parent in parents if parent.kind == "Service")
    hosts = ",".join(hostnames) or ",".join(services) or "*"
    return f"{hosts}{','.join(dict.fromkeys(paths)) or '/'}"


def path_words(path: PathMatch) -> str:
    """Return a path; one that is no prefix says so."""
    marks = {"Exact": "=", "RegularExpression": "~"}
    return f" {marks[path.type]} {path.value}" if path.type in marks else path.value


def method_words(match: GrpcMatch) -> str:
    """Return the service and method of a gRPC match as the path that they are on the wire."""
    return (
        f"/{match.method.service or '*'}/{match.method.method}" if match.method.service or match.method.method else "/"
    )


def match_words(matches: Sequence[HttpMatch | GrpcMatch]) -> str | None:
    """Return what else than host and path a request must carry, None where one alternative asks for nothing more."""
    alternatives = [" and ".join(_conditions(match)) for match in matches]
    return " or ".join(dict.fromkeys(alternatives)) if alternatives and all(alternatives) else None


def _conditions(match: HttpMatch | GrpcMatch) -> Iterator[str]:
    if isinstance(match, HttpMatch) and match.method:
        yield f"method {match.method}"
    yield from (_value_words("header", entry) for entry in match.headers)
    if isinstance(match, HttpMatch):
        yield from (_value_words("query", entry) for entry in match.query_params)


def _value_words(kind: str, match: ValueMatch) -> str:
    return (
        f"{kind} {match.name} ~ {match.value}"
        if match.type == "RegularExpression"
        else (f"{kind} {match.name}: {match.value}")
    )


def match_held(place: Path, matches: Sequence[HttpMatch | GrpcMatch]) -> Iterator[tuple[Path, Json]]:
    """Yield the values that a rule's matches ask for, with their paths: they tell the rule from its neighbours."""
    for number, match in enumerate(matches):
        root = (*place, "matches", str(number))
        for position, header in enumerate(match.headers):
            yield (*root, "headers", str(position), "name"), header.name
            yield (*root, "headers", str(position), "value"), header.value
        if isinstance(match, HttpMatch):
            if match.path != PathMatch():
                yield (*root, "path", "value"), match.path.value
            for position, parameter in enumerate(match.query_params):
                yield (*root, "queryParams", str(position), "name"), parameter.name
        elif match.method.service:
            yield (*root, "method", "service"), match.method.service
