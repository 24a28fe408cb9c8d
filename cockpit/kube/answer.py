"""One whole answer, whatever its status."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Answer(msgspec.Struct, frozen=True):
    """Status, headers and body of an answer. The body may hold secrets, so it is never printed."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"Answer({self.status}, …)"
