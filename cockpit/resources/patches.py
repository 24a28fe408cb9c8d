"""JSON patch (RFC 6902) as it is sent to an API server."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from cockpit.resources.json_values import ABSENT, Json, Path, pointer


class Op(StrEnum):
    """The operations that the cockpit sends."""

    TEST = "test"
    ADD = "add"
    REPLACE = "replace"
    REMOVE = "remove"


class Operation(msgspec.Struct, frozen=True):
    """One operation; `value` plays no part in REMOVE.

    A test against null passes where the path's last key is absent: the API server applies patches with
    gopkg.in/evanphx/json-patch.v4, whose `test` (patch.go) takes a missing key for null. So null tests for absence.
    """

    op: Op
    path: Path
    value: Json = None


def encoded(operations: Sequence[Operation]) -> bytes:
    """Return the patch as JSON; "value" is never left out of a test, for its absence has crashed API servers."""
    return msgspec.json.encode([_plain(operation) for operation in operations])


def _plain(operation: Operation) -> dict[str, Json]:
    plain: dict[str, Json] = {"op": operation.op.value, "path": pointer(operation.path)}
    if operation.op is not Op.REMOVE:
        plain["value"] = None if operation.value is ABSENT else operation.value
    return plain
