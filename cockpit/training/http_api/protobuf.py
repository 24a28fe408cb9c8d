"""Reviews in protobuf, as `kubectl auth can-i` sends them: as much of the wire format as those few messages need.

Sources: k8s.io/api, authorization/v1/generated.proto; k8s.io/apimachinery, pkg/runtime/serializer/protobuf (the four
bytes of magic before a runtime.Unknown, whose field 2 is the object).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from cockpit.training.api.failures import bad_request
from cockpit.training.objects import Json

PROTOBUF = "application/vnd.kubernetes.protobuf"
_MAGIC = b"k8s\x00"
_RAW, _SPEC = 2, 2
_LENGTH_DELIMITED = 2
_Fields: TypeAlias = Mapping[int, str]
_RESOURCE: _Fields = {
    1: "namespace",
    2: "verb",
    3: "group",
    4: "version",
    5: "resource",
    6: "subresource",
    7: "name",
}
_PATH: _Fields = {1: "path", 2: "verb"}


def access_review(body: bytes) -> Json:
    """Return a SelfSubjectAccessReview as JSON.

    Raises:
        ApiError: 400, it cannot be read.
    """
    spec: Json = {}
    for number, value in _message(_object(body).get(_SPEC, b"")).items():
        if number in (1, 2):
            name, fields = ("resourceAttributes", _RESOURCE) if number == 1 else ("nonResourceAttributes", _PATH)
            spec[name] = {fields[key]: _text(text) for key, text in _message(value).items() if key in fields and text}
    return {"spec": spec}


def rules_review(body: bytes) -> Json:
    """Return a SelfSubjectRulesReview as JSON. Raises as `access_review`."""
    return {"spec": {"namespace": _text(_message(_object(body).get(_SPEC, b"")).get(1, b""))}}


def _object(body: bytes) -> dict[int, bytes]:
    if not body.startswith(_MAGIC):
        raise bad_request("the review cannot be read: it does not begin as protobuf of Kubernetes does")
    return _message(_message(body.removeprefix(_MAGIC)).get(_RAW, b""))


def _message(data: bytes) -> dict[int, bytes]:
    """Return the length-delimited fields of a message by their numbers; the last of equal ones counts."""
    try:
        return dict(_fields(data))
    except IndexError as error:
        raise bad_request("the review cannot be read: it ends too early") from error


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        tag, at = _number(data, at)
        if tag & 7 == 0:
            _, at = _number(data, at)
            continue
        if tag & 7 != _LENGTH_DELIMITED:
            raise bad_request("the review cannot be read: a field of no known form")
        length, at = _number(data, at)
        if at + length > len(data):
            raise IndexError
        yield tag >> 3, data[at : at + length]
        at += length


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Read a varint; return it and where it ended."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def _text(data: bytes) -> str:
    return data.decode(errors="replace")
