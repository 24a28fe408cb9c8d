"""OpenAPI v2, as kubectl before 1.27 asks for it: which kinds take a dry run and `fieldValidation`, and nothing more.

It defines no objects: kubectl then goes by the types that it brings itself, and leaves validation to the server.
The protobuf form is that of github.com/google/gnostic-models, openapiv2/OpenAPIv2.proto, which those clients insist on.
"""

from __future__ import annotations

from cockpit.training.api.catalogue import Catalogue
from cockpit.training.api.kinds import ApiKind
from cockpit.training.objects import Json

ASKED_AS = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
ANSWERED_AS = ASKED_AS.replace("@", ".")  # no media type may hold an "@"
_TITLE, _VERSION = "Kubernetes", "v1.36.0"
_PARAMETERS = ("dryRun", "fieldManager", "fieldValidation", "force")
_ABOUT = "x-kubernetes-group-version-kind"


def document(kinds: Catalogue) -> Json:
    """Return the document in JSON."""
    parameters = [{"in": "query", "name": name, "type": "string"} for name in _PARAMETERS]
    paths = {
        _path(kind): {"patch": {"parameters": parameters, _ABOUT: _about(kind), "responses": {}}}
        for kind in kinds.served
    }
    return {"swagger": "2.0", "info": {"title": _TITLE, "version": _VERSION}, "paths": paths, "definitions": {}}


def protobuf(kinds: Catalogue) -> bytes:
    """Return the document in protobuf: swagger 1, info 2 (title 1, version 2), paths 8 (named 2: name 1, value 2)."""
    paths = b"".join(_field(2, _field(1, _path(kind)) + _field(2, _item(kind))) for kind in kinds.served)
    return _field(1, "2.0") + _field(2, _field(1, _TITLE) + _field(2, _VERSION)) + _field(8, paths)


def _item(kind: ApiKind) -> bytes:
    """Return a path's item: patch 8, an operation with parameters 8 and extensions 13 (name 1, any 2: YAML 2)."""
    about = "".join(f"{name}: {text!r}\n" for name, text in _about(kind).items())
    extension = _field(1, _ABOUT) + _field(2, _field(2, about))
    return _field(8, b"".join(_field(8, _parameter(name)) for name in _PARAMETERS) + _field(13, extension))


def _parameter(name: str) -> bytes:
    """Return one parameter: 1 one of its own, 2 not in the body, 3 in the query (in 2, name 4, type 6)."""
    return _field(1, _field(2, _field(3, _field(2, "query") + _field(4, name) + _field(6, "string"))))


def _about(kind: ApiKind) -> dict[str, str]:
    return {"group": kind.group, "kind": kind.kind, "version": kind.version}


def _path(kind: ApiKind) -> str:
    root = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.version}"
    return f"{root}/{'namespaces/{namespace}/' if kind.namespaced else ''}{kind.plural}/{{name}}"


def _field(number: int, value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    parts = []
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])
