"""Bytes from the API server into slices.

The fast path decodes a whole page in one go. Where it fails (Go writes `null` for an empty list, a stranger's
controller writes a wrong type) the page is decoded object by object, nulls dropped; an object that still does not fit
is left out and counted, so that one bad object never costs the rest.
"""

from __future__ import annotations

import msgspec

from cockpit.resources.kinds import Kind
from cockpit.resources.meta import KubernetesObject, PodMeta, Slice
from cockpit.resources.nulls import without_nulls

# What msgspec raises: for bytes that are no UTF-8 and for JSON nested too deeply these are Python's own errors.
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class MalformedError(Exception):
    """Bytes that are not what the API promises: what was read, and the first thing that does not fit."""


class ListMeta(Slice, frozen=True):
    """`metadata` of a list: where to watch from, and how to go on."""

    resource_version: str = ""
    continue_: str = msgspec.field(name="continue", default="")
    remaining_item_count: int | None = None


class LeftOut(msgspec.Struct, frozen=True):
    """An object that does not fit its kind: as much of its metadata as can be read, and why it does not fit."""

    metadata: PodMeta
    why: str


class Page(msgspec.Struct, frozen=True):
    """One page of a list. `skipped` are the objects that did not decode."""

    metadata: ListMeta
    items: tuple[KubernetesObject, ...]
    skipped: tuple[LeftOut, ...] = ()


class StatusCause(Slice, frozen=True):
    """One thing that is wrong with a request; `field` is a path as "spec.ports[0].nodePort"."""

    reason: str = ""
    message: str = ""
    field: str = ""


class StatusDetails(Slice, frozen=True):
    """What a failure is about."""

    causes: tuple[StatusCause, ...] | None = None


class Status(Slice, frozen=True):
    """metav1.Status: how the API server words a failure."""

    status: str = ""
    message: str = ""
    reason: str = ""
    code: int = 0
    kind: str = ""
    api_version: str = ""
    details: StatusDetails | None = None


class WatchEvent(msgspec.Struct, frozen=True):
    """One line of a watch: `type` is ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.

    `object` is the slice, or a LeftOut where it does not fit the kind; for BOOKMARK only its resourceVersion counts;
    for ERROR it is None and `status` is set.
    """

    type: str
    object: KubernetesObject | LeftOut | None
    status: Status | None = None


class _RawList(Slice, frozen=True):
    metadata: ListMeta = ListMeta()
    items: tuple[msgspec.Raw, ...] | None = None


class _RawEvent(Slice, frozen=True):
    type: str = ""
    object: msgspec.Raw = msgspec.Raw(b"{}")


class SliceDecoder:
    """Decodes lists and watch lines of one kind. Its compiled msgspec decoders are reused for every page."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        page = msgspec.defstruct(
            "_Page",
            [("metadata", ListMeta, ListMeta()), ("items", tuple[kind.slice_type, ...], ())],  # type: ignore[name-defined]  # a type made at run time
            frozen=True,
        )
        self._page = msgspec.json.Decoder(page)
        self._object = msgspec.json.Decoder(kind.slice_type)
        self._raw_list = msgspec.json.Decoder(_RawList)
        self._raw_event = msgspec.json.Decoder(_RawEvent)
        self._status = msgspec.json.Decoder(Status)

    def page(self, body: bytes) -> Page:
        """Decode one page of a list.

        Raises:
            MalformedError: the body is not a list of the API.
        """
        try:
            decoded = self._page.decode(body)
        except (msgspec.ValidationError, UnicodeDecodeError):
            return self._page_object_by_object(body)
        except UNREADABLE as error:
            raise MalformedError(f"the list of {self._kind.plural} is not valid JSON ({error})") from error
        metadata, items = msgspec.structs.astuple(decoded)
        return Page(metadata, items)

    def watch_event(self, line: bytes) -> WatchEvent:
        """Decode one line of a watch stream.

        Raises:
            MalformedError: the line is no event in JSON.
        """
        try:
            event = self._raw_event.decode(line)
            if event.type == "ERROR":
                return WatchEvent(event.type, None, self._status.decode(event.object))
            return WatchEvent(event.type, self._object_or_why(event.object))
        except UNREADABLE as error:
            raise MalformedError(f"the watch of {self._kind.plural} sent a line that does not fit ({error})") from error

    def _decode_object(self, raw: msgspec.Raw) -> KubernetesObject:
        try:
            return self._object.decode(raw)
        except msgspec.ValidationError:
            return msgspec.convert(without_nulls(msgspec.json.decode(raw)), self._kind.slice_type)

    def _object_or_why(self, raw: msgspec.Raw) -> KubernetesObject | LeftOut:
        try:
            return self._decode_object(raw)
        except UNREADABLE as error:
            return LeftOut(_readable_metadata(raw), str(error))

    def _page_object_by_object(self, body: bytes) -> Page:
        try:
            raw = self._raw_list.decode(body)
        except UNREADABLE as error:
            raise MalformedError(f"the answer for {self._kind.plural} is not a list ({error})") from error
        items: list[KubernetesObject] = []
        skipped: list[LeftOut] = []
        for entry in raw.items or ():
            found = self._object_or_why(entry)
            if isinstance(found, LeftOut):
                skipped.append(found)
            else:
                items.append(found)
        return Page(raw.metadata, tuple(items), tuple(skipped))


def decode_status(body: bytes) -> Status | None:
    """Return the metav1.Status in an error's body, or None where a proxy or a load balancer answered instead."""
    try:
        status = _status(body)
    except UNREADABLE:
        return None
    return status if status.status else None


def _status(body: bytes) -> Status:
    try:
        return msgspec.json.decode(body, type=Status)
    except msgspec.ValidationError:
        # The message says enough where a stranger's details are of another shape.
        said = msgspec.json.decode(body, type=dict[str, object])
        return msgspec.convert({key: value for key, value in said.items() if key != "details"}, Status)


def is_api_status(body: bytes) -> bool:
    """Say whether a body is an API server's own failure, and not that of an application behind it."""
    said = decode_status(body)
    return said is not None and said.kind == "Status" and said.api_version == "v1"


def _readable_metadata(raw: msgspec.Raw) -> PodMeta:
    """Return name, namespace and resourceVersion of an object that does not fit, "" where even they do not."""
    try:
        value = msgspec.json.decode(raw)
    except UNREADABLE:
        return PodMeta()
    metadata = value.get("metadata") if isinstance(value, dict) else None
    said = metadata if isinstance(metadata, dict) else {}
    name, namespace, version = (said.get(key, "") for key in ("name", "namespace", "resourceVersion"))
    return PodMeta(name=_text(name), namespace=_text(namespace), resource_version=_text(version))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
