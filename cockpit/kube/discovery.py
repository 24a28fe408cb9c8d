"""Which kinds a server serves: https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import msgspec

from cockpit.kube.errors import ApiError, MissingError
from cockpit.kube.session import Session
from cockpit.resources.decode import UNREADABLE
from cockpit.resources.kinds import Kind
from cockpit.resources.meta import Slice


class _Version(Slice, frozen=True):
    group_version: str = ""


class _Group(Slice, frozen=True):
    versions: tuple[_Version, ...] = ()


class _Groups(Slice, frozen=True):
    groups: tuple[_Group, ...] = ()


class _Resource(Slice, frozen=True):
    name: str = ""


class _Resources(Slice, frozen=True):
    resources: tuple[_Resource, ...] = ()


async def served_kinds(session: Session, kinds: Iterable[Kind]) -> frozenset[Kind]:
    """Return which of `kinds`, none of the core group, are served.

    It costs one request, and one more for each group and version that is there.

    Raises:
        ApiError: the server said no.
        UnreachableError: no answer, no trust, no credentials.
    """
    body = await session.get("/apis", "ask which API groups there are")
    there = {entry.group_version for group in _groups(body).groups for entry in group.versions}
    wanted: dict[str, list[Kind]] = {}
    for kind in kinds:
        if kind.api_version in there:
            wanted.setdefault(kind.version_path, []).append(kind)
    told = await asyncio.gather(*(_names(session, path) for path in wanted))
    return frozenset(
        kind for asked, names in zip(wanted.values(), told, strict=True) for kind in asked if kind.plural in names
    )


async def _names(session: Session, path: str) -> frozenset[str]:
    """Return the plural names of a group and version; none where its last kind has just gone."""
    try:
        body = await session.get(path, f"ask what {path} serves")
    except MissingError:
        return frozenset()
    try:
        answer = msgspec.json.decode(body, type=_Resources)
    except UNREADABLE as error:
        raise ApiError(f"The API server's answer for {path} is no list of resources. Try again.", 200) from error
    return frozenset(entry.name for entry in answer.resources)


def _groups(body: bytes) -> _Groups:
    try:
        return msgspec.json.decode(body, type=_Groups)
    except UNREADABLE as error:
        raise ApiError("The API server's list of API groups is not JSON. Try again.", 200) from error
