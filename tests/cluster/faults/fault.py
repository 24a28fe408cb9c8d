"""The ways in which a request can fail."""

from __future__ import annotations

import json
from enum import StrEnum


class Fault(StrEnum):
    """What happens to one request."""

    CONFLICT = "409"
    LOST = "422"
    FORBIDDEN = "403"
    BUSY = "429"
    BROKEN = "500"
    CUT_BEFORE = "cut before"
    """The connection breaks before the server got the request."""
    CUT_AFTER = "cut after"
    """The connection breaks when the server has answered, before the client got a byte of it."""
    STALL_BEFORE = "stall before"
    """Nothing happens any more; the server never gets the request."""
    STALL_AFTER = "stall after"
    """The server got the request and answered, and the client never hears of it."""


ANSWERED = frozenset({Fault.CONFLICT, Fault.LOST, Fault.FORBIDDEN, Fault.BUSY, Fault.BROKEN})
"""Faults that are an answer instead of the server's."""
EACH = tuple(fault for fault in Fault if not fault.startswith("stall"))
"""What each request of a run meets in turn."""

_STATUS = {
    Fault.CONFLICT: (409, "Conflict", "the object has been modified; please apply your changes to the latest version"),
    Fault.LOST: (422, "Invalid", "the server rejected our request due to an error in our request"),
    Fault.FORBIDDEN: (403, "Forbidden", "the request is forbidden"),
    Fault.BUSY: (429, "TooManyRequests", "the server has received too many requests, please try again later"),
    Fault.BROKEN: (500, "InternalError", "Internal error occurred: etcdserver: request timed out"),
}


def answer_of(fault: Fault) -> bytes:
    """Return the whole HTTP answer, as an API server words it (recordings/api.json)."""
    code, reason, message = _STATUS[fault]
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    body = json.dumps({**status, "message": message, "reason": reason, "code": code}).encode()
    retry = "Retry-After: 1\r\n" if fault is Fault.BUSY else ""
    head = f"HTTP/1.1 {code} {reason}\r\nContent-Type: application/json\r\n{retry}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
