"""Single questions: the names of the namespaces, and one object for reading."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

import msgspec

from cockpit.errors import UsageError
from cockpit.kube.errors import ApiError, quoted
from cockpit.kube.paging import PAGE_SIZE
from cockpit.kube.session import Session
from cockpit.resources.decode import UNREADABLE, ListMeta, MalformedError
from cockpit.resources.kinds import READABLE, Kind
from cockpit.resources.meta import PodMeta
from cockpit.resources.raw import RawObject, raw_object
from cockpit.resources.redact import redacted_yaml

# Names are all that is wanted: https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches
_METADATA_ONLY = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"

_READABLE = {name.lower(): kind for kind in READABLE for name in (kind.name, kind.plural)}


class _Named(msgspec.Struct, frozen=True):
    metadata: PodMeta = PodMeta()


class _Names(msgspec.Struct, frozen=True):
    metadata: ListMeta = ListMeta()
    items: tuple[_Named, ...] | None = None


async def namespace_names(session: Session) -> tuple[str, ...]:
    """Return the names of all namespaces, in the server's order.

    Raises:
        CockpitError: the server cannot be reached, or the user may not list namespaces.
    """
    names: list[str] = []
    query = {"limit": str(PAGE_SIZE)}
    while True:
        body = await session.get("/api/v1/namespaces", "list namespaces", query, _METADATA_ONLY)
        page = _decoded(body)
        names.extend(item.metadata.name for item in page.items or ())
        if not page.metadata.continue_:
            return tuple(names)
        query["continue"] = page.metadata.continue_


async def read_object(session: Session, kind: str, namespace: str, name: str) -> str:
    """Return one object as YAML, secrets masked. `kind` is a watched kind's name or plural, in any case.

    Raises:
        UsageError: the cockpit does not read objects of that kind.
        CockpitError: the object is gone, may not be read, or the server cannot be reached.
    """
    found = _READABLE.get(kind.lower())
    if found is None:
        raise UsageError(f"The cockpit does not read objects of kind {quoted(kind)}.")
    body = await session.get(
        found.object_path(quote(namespace, safe=""), quote(name, safe="")),
        f"read {found.name}/{quoted(name)} in namespace {quoted(namespace)}",
    )
    try:
        # An object may be as long as etcd allows, and YAML takes 90 ms for 65 kB: not on the event loop.
        return await asyncio.to_thread(redacted_yaml, body)
    except UNREADABLE as error:
        raise ApiError(
            f"The API server's answer for {found.name}/{quoted(name)} is not JSON. Try again.", 200
        ) from error


async def read_raw(session: Session, kind: Kind, namespace: str, name: str) -> RawObject:
    """Return one object whole. It may hold secrets: nothing of it may be shown as it is.

    Raises:
        MissingError: there is no such object.
        CockpitError: it may not be read, or the server cannot be reached.
    """
    words = f"{kind.name}/{quoted(name)}"
    body = await session.get(
        kind.object_path(quote(namespace, safe=""), quote(name, safe="")),
        f"read {words} in namespace {quoted(namespace)}",
    )
    try:
        return raw_object(body)
    except MalformedError as error:
        raise ApiError(f"The API server's answer for {words} is no object. Try again.", 200) from error


def _decoded(body: bytes) -> _Names:
    try:
        return msgspec.json.decode(body, type=_Names)
    except UNREADABLE as error:
        raise ApiError("The API server's list of namespaces is not JSON. Try again.", 200) from error
