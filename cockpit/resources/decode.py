"""Bytes from the API server into slices.

The fast path decodes a whole page in one go. Where it fails (Go writes `null` for an empty list, a stranger's
controller writes a wrong type) the page is decoded object by object, nulls dropped; an object that still does not fit
is left out and counted, so that one bad object never costs the rest.
"""

from __future__ import annotations

import msgspec

from cockpit.resources.kinds import Kind
from cockpit.resources.meta import KubernetesObject, Slice


class MalformedError(Exception):
    """Bytes that are not what the API promises: what was read, and the first thing that does not fit."""


class ListMeta(Slice, frozen=True):
    """`metadata` of a list: where to watch from, and how to go on."""

    resource_version: str = ""
    continue_: str = msgspec.field(name="continue", default="")
    remaining_item_count: int | None = None


class Page(msgspec.Struct, frozen=True):
    """One page of a list. `skipped` says which objects did not decode, and why."""

    metadata: ListMeta
    items: tuple[KubernetesObject, ...]
    skipped: tuple[str, ...] = ()


class Status(Slice, frozen=True):
    """metav1.Status: how the API server words a failure."""

    status: str = ""
    message: str = ""
    reason: str = ""
    code: int = 0


class WatchEvent(msgspec.Struct, frozen=True):
    """One line of a watch: `type` is ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.

    `object` is the slice; for BOOKMARK only its resourceVersion counts; for ERROR it is None and `status` is set.
    """

    type: str
    object: KubernetesObject | None
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
        except msgspec.ValidationError:
            return self._page_object_by_object(body)
        except msgspec.DecodeError as error:
            raise MalformedError(f"the list of {self._kind.plural} is not valid JSON ({error})") from error
        metadata, items = msgspec.structs.astuple(decoded)
        return Page(metadata, items)

    def watch_event(self, line: bytes) -> WatchEvent:
        """Decode one line of a watch stream.

        Raises:
            MalformedError: the line is not JSON, or its object does not fit the kind.
        """
        try:
            event = self._raw_event.decode(line)
            if event.type == "ERROR":
                return WatchEvent(event.type, None, self._status.decode(event.object))
            return WatchEvent(event.type, self._decode_object(event.object))
        except msgspec.DecodeError as error:
            raise MalformedError(f"the watch of {self._kind.plural} sent a line that does not fit ({error})") from error

    def _decode_object(self, raw: msgspec.Raw) -> KubernetesObject:
        try:
            return self._object.decode(raw)
        except msgspec.ValidationError:
            return msgspec.convert(_without_nulls(msgspec.json.decode(raw)), self._kind.slice_type)

    def _page_object_by_object(self, body: bytes) -> Page:
        try:
            raw = self._raw_list.decode(body)
        except msgspec.DecodeError as error:
            raise MalformedError(f"the answer for {self._kind.plural} is not a list ({error})") from error
        items: list[KubernetesObject] = []
        skipped: list[str] = []
        for entry in raw.items or ():
            try:
                items.append(self._decode_object(entry))
            except msgspec.DecodeError as error:
                skipped.append(f"one of the {self._kind.plural} was left out: {error}")
        return Page(raw.metadata, tuple(items), tuple(skipped))


def decode_status(body: bytes) -> Status | None:
    """Return the metav1.Status in an error's body, or None where a proxy or a load balancer answered instead."""
    try:
        status = msgspec.json.decode(body, type=Status)
    except msgspec.DecodeError:
        return None
    return status if status.status else None


def _without_nulls(value: object) -> object:
    """Drop every null: for the API, null and absent mean the same."""
    if isinstance(value, dict):
        return {key: _without_nulls(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, list):
        return [_without_nulls(entry) for entry in value if entry is not None]
    return value
