"""Objects in protobuf, as kubectl's typed clients send them (`kubectl create deployment`, `kubectl auth can-i`).

The wire format is read by tables of field numbers (http_api.protobuf_fields), and every answer is JSON, which those
clients take as well. Sources: https://protobuf.dev/programming-guides/encoding/; k8s.io/apimachinery,
pkg/runtime/serializer/protobuf (the four bytes of magic before a runtime.Unknown, whose field 2 is the object).
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from typing import TypeAlias

from cockpit.training.api.failures import ApiError, bad_request, unsupported_media_type
from cockpit.training.http_api.protobuf_fields import MESSAGES, Field
from cockpit.training.objects import Json, timestamp

PROTOBUF = "application/vnd.kubernetes.protobuf"
_MAGIC = b"k8s\x00"
_TYPE_META, _RAW = 1, 2
_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
_MOST_LEVELS = 30
_Value: TypeAlias = int | bytes


def decoded(kind: str, body: bytes, version: str = "") -> Json:
    """Return an object as JSON; `kind` is the one that is expected, in a version that may have a table of its own.

    Raises:
        ApiError: 400, it cannot be read; 415, no table says how.
    """
    kind = f"{kind}@{version}" if f"{kind}@{version}" in MESSAGES else kind
    if kind not in MESSAGES:
        raise unsupported_media_type()
    if not body.startswith(_MAGIC):
        raise _unreadable("it does not begin as protobuf of Kubernetes does")
    unknown = {number: value for number, value in _fields(body.removeprefix(_MAGIC)) if isinstance(value, bytes)}
    meta = {number: value for number, value in _fields(unknown.get(_TYPE_META, b"")) if isinstance(value, bytes)}
    head = {"apiVersion": _text(meta.get(1, b"")), "kind": _text(meta.get(2, b""))}
    return {name: text for name, text in head.items() if text} | _message(kind, unknown.get(_RAW, b""), 0)


def _message(name: str, data: bytes, level: int) -> Json:
    if level > _MOST_LEVELS:
        raise _unreadable("it is nested too deep")
    found: Json = {}
    for number, raw in _fields(data):
        field = MESSAGES[name].get(number)
        if field is not None:
            _put(found, field, raw, level)
    return found


def _put(found: Json, field: Field, raw: _Value, level: int) -> None:
    """Add one field to a message; what Go's JSON leaves out (omitempty) is left out here too."""
    if field.form == "map":
        key, value = _entry(field, raw, level)
        found.setdefault(field.name, {})[key] = value
        return
    value = _value(field.type, raw, level)
    if field.form == "list":
        found.setdefault(field.name, []).append(value)
    elif field.form == "inline" and isinstance(value, dict):
        found.update(value)
    elif field.form == "pointer" or value not in ("", 0, None, {}):
        found[field.name] = value


def _entry(field: Field, raw: _Value, level: int) -> tuple[str, object]:
    parts = dict(_fields(_bytes(raw)))
    return _text(_bytes(parts.get(1, b""))), _value(field.type, parts.get(2, b""), level)


def _value(type_: str, raw: _Value, level: int) -> object:
    if type_ in ("int", "bool"):
        if not isinstance(raw, int):
            raise _unreadable("a number has another form")
        return bool(raw) if type_ == "bool" else raw - (1 << 64) if raw >> 63 else raw
    data = _bytes(raw)
    if type_ == "string":
        return _text(data)
    if type_ == "bytes":
        return base64.b64encode(data).decode()
    if type_ in _SPECIAL:
        return _SPECIAL[type_](dict(_fields(data)))
    return _message(type_, data, level + 1)


def _int_or_string(parts: dict[int, _Value]) -> object:
    return _text(_bytes(parts.get(3, b""))) if parts.get(1) else parts.get(2, 0)


def _quantity(parts: dict[int, _Value]) -> object:
    return _text(_bytes(parts.get(1, b"")))


def _time(parts: dict[int, _Value]) -> object:
    seconds = parts.get(1)
    return timestamp(seconds) if isinstance(seconds, int) and 0 < seconds < 1 << 40 else None


_SPECIAL = {"IntOrString": _int_or_string, "Quantity": _quantity, "Time": _time}


def _fields(data: bytes) -> Iterator[tuple[int, _Value]]:
    """Yield the fields of a message by their numbers."""
    at = 0
    try:
        while at < len(data):
            tag, at = _number(data, at)
            value, at = _field(data, at, tag & 7)
            yield tag >> 3, value
    except (IndexError, struct.error) as error:
        raise _unreadable("it ends too early") from error


def _field(data: bytes, at: int, form: int) -> tuple[_Value, int]:
    if form == _VARINT:
        return _number(data, at)
    if form == _BYTES:
        length, at = _number(data, at)
        if at + length > len(data):
            raise IndexError
        return data[at : at + length], at + length
    if form not in (_FIXED_64, _FIXED_32):
        raise _unreadable("a field of no known form")
    size = 8 if form == _FIXED_64 else 4
    return int.from_bytes(struct.unpack_from(f"{size}s", data, at)[0], "little"), at + size


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Read a varint; return it and where it ended."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value & ((1 << 64) - 1), at
        if shift > 63:
            raise _unreadable("a number is too long")


def _bytes(raw: _Value) -> bytes:
    if isinstance(raw, bytes):
        return raw
    raise _unreadable("a message has the form of a number")


def _text(data: bytes) -> str:
    return data.decode(errors="replace")


def _unreadable(why: str) -> ApiError:
    return bad_request(f"the object provided is unrecognized: {why}")
