"""An API server for one object: applies JSON patches as the real one does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jsonpatch
import msgspec

from cockpit.resources.patches import Op, Operation, encoded

Json = Any  # raw objects of the API


class RefusedError(Exception):
    """A test failed, or a path is not there: nothing was written."""


def applied(value: Json, operations: Sequence[Operation]) -> Json:
    """Return the object after a patch; a test for null passes where the path's last key is absent."""
    plain = msgspec.json.decode(encoded(operations))
    try:
        for operation, kept in zip(plain, operations, strict=True):
            if operation["op"] == "test" and operation["value"] is None and _absent(value, kept):
                continue
            value = jsonpatch.apply_patch(value, [operation])
    except jsonpatch.JsonPatchException as error:
        raise RefusedError from error
    return value


def _absent(value: Json, operation: Operation) -> bool:
    assert operation.op is Op.TEST
    for key in operation.path[:-1]:
        if isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict) and key in value:
            value = value[key]
        else:
            return False
    return isinstance(value, dict) and operation.path[-1] not in value
